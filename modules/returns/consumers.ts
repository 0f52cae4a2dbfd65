import { DropOffReady } from "@pigeonhole/access/events";
import { RetrievalMoved } from "@pigeonhole/couriers/events";
import { Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { on, publish, type Consumer } from "@pigeonhole/kit/outbox";
import { StationMoved } from "@pigeonhole/network/events";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { Erased } from "@pigeonhole/privacy/events";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import type { ReturnNews } from "./domain.ts";
import { CodeReady } from "./events.ts";
import { about, keep, moveOn, type Told } from "./keeping.ts";
import * as write from "./queries/write.ts";
import type { Row } from "./queries/write.ts";
import type { Tables } from "./tables.ts";

type Write = Tx<Tables>;
const newsOf: Partial<Record<string, ReturnNews>> = { lapsed: "lapsed", station_gone: "station_gone", cancelled: "given_up" };
/** With these a parcel that was sent from one customer to another comes to no recipient any more. */
const astray: ReadonlySet<string> = new Set(["returned", "cancelled"]);

/** What compartments, rights, stations, couriers and parcels tell of what customers put in. In any order, and a fact beats a plan. */
export const returnsConsumer = ({ now }: { readonly now: Now }): Consumer => {
  const needs = { now };
  const hear = async (tx: Write, id: string, told: Told): Promise<void> => {
    const row = await write.lock(tx, id);
    if (row) await moveOn(tx, needs, row, told);
  };
  const change = async (tx: Write, id: string, set: (row: Row) => Partial<Row> | undefined): Promise<void> => {
    const row = await write.lock(tx, id);
    const changed = row && set(row);
    if (changed) await keep(tx, needs, row, changed);
  };
  return {
    name: "returns",
    handlers: [
      on(Ended, async (tx: Write, { parcel, reason, isReturn }) => {
        const news = newsOf[reason];
        if (isReturn && parcel !== null && news) await hear(tx, parcel, { news });
      }),
      on(Moved, async (tx: Write, { parcel, isReturn, to: { station, compartment, size } }) => {
        if (isReturn) await change(tx, parcel, () => ({ station, compartment, size, mistake: null, mistake_at: null, no_other: null }));
      }),
      on(DropOffReady, async (tx: Write, { parcel, station, compartment, until }) => {
        const row = await write.lock(tx, parcel);
        if (!row) return;
        await write.change(tx, parcel, { has_code: true });
        await publish(tx, now(), CodeReady, { ...about(row), station, compartment, until, isNew: !row.has_code });
      }),
      on(Reported, async (tx: Write, { station, epoch, seq, at, event }) => {
        const entry = { at: new Date(at), proof: { station, epoch, seq } };
        switch (event.type) {
          case "return_deposited": {
            const row = await write.lock(tx, event.parcel);
            const set = { station, compartment: event.compartment };
            if (row) await moveOn(tx, needs, row, { news: "deposited", set, entry: { ...entry, actor: row.customer } });
            return;
          }
          case "parcel_retrieved":
            return hear(tx, event.parcel, { news: "taken_out", entry: { ...entry, actor: event.actor } });
          case "deposit_abandoned": {
            const { parcel, compartment: at, reason, instead } = event;
            // Another compartment that the station gave at once is told by reservations.
            if (reason === undefined || reason === "wrong_parcel" || instead !== undefined) return;
            return change(tx, parcel, (row) => (row.state === "ready" ? { mistake: reason, mistake_at: at } : undefined));
          }
          default:
            return;
        }
      }),
      on(RetrievalMoved, async (tx: Write, { parcel, carrier, from, to, courier, byHand }, { occurredAt }) => {
        const actor = courier === null ? null : `courier:${courier}`;
        const entry = { at: occurredAt, actor };
        if (to === "missing") await hear(tx, parcel, { news: "missed", entry });
        if (from === "missing" && to === "open") await hear(tx, parcel, { news: "found", entry });
        // What its station says is told by the station's own entry, and proves it; one that is given up says nothing any more.
        if (to === "taken_out" && byHand) await hear(tx, parcel, { news: "taken_out", entry });
        if (to === "assigned" || to === "open")
          await change(tx, parcel, () => ({ carrier, assigned_at: to === "assigned" ? occurredAt : null }));
      }),
      on(StationMoved, async (tx: Write, { station, to }) => {
        if (to !== "decommissioned") return;
        for (const row of await write.at(tx, station)) await keep(tx, needs, row, { is_station_gone: true, retrieval: null });
      }),
      on(ParcelMoved, async (tx: Write, { parcel, to }) => {
        const row = await write.lockOnward(tx, parcel);
        if (!row) return;
        const kept = await keep(tx, needs, row, { onward_state: to });
        if (to === "collected") await moveOn(tx, needs, kept, { news: "arrived" });
        if (astray.has(to)) await moveOn(tx, needs, kept, { news: "not_collected" });
      }),
      on(Erased, (tx: Write, { subject }) => write.forget(tx, subject)),
    ],
  };
};
