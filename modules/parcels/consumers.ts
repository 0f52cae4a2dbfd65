import { PickupProblemTold, PickupReady, WindowExtended, WindowMoved } from "@pigeonhole/access/events";
import { RetrievalMoved, RouteStarted } from "@pigeonhole/couriers/events";
import { Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import { Erased } from "@pigeonhole/privacy/events";
import { Confirmed, Ended, Inspected, Moved } from "@pigeonhole/reservations/events";
import { ReturnMoved } from "@pigeonhole/returns/events";
import { StationMoved } from "@pigeonhole/network/events";
import { newsOf } from "./cancelling/domain.ts";
import { tellIn as tellCancellation } from "./cancelling/steps.ts";
import { ParcelMoved, Stays } from "./events.ts";
import { bear, recall, redirect, take } from "./keeping.ts";
import * as write from "./queries/write.ts";
import { followRedirect, goesOn, lapseRedirect } from "./redirects/following.ts";
import type { Tables } from "./tables.ts";
import * as diversions from "./diversion/queries.ts";
import * as vacations from "./vacation/queries.ts";

interface Needs {
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
}
type Write = Tx<Tables>;
/** With these a parcel's way to another station is over, wherever it was on it. */
const endings: ReadonlySet<string> = new Set(["collected", "returned", "cancelled", "expired"]);

export const parcelsConsumer = (needs: Needs): Consumer => ({
  name: "parcels",
  handlers: [
    on(Confirmed, async (tx: Write, of) => {
      await bear(tx, needs, {
        id: of.parcel,
        reservation: of.reservation,
        station: of.station,
        compartment: of.compartment,
        size: of.size,
        owner: of.owner,
        carrier: of.carrier,
        service: of.service,
        barcode: of.barcode,
        order_id: of.orderId,
        deliver_by: new Date(of.deliverBy),
        is_perishable: of.isPerishable,
        recipient: of.sealedRecipient,
      });
      if (of.windows) await write.setWindows(tx, of.parcel, of.windows);
    }),
    on(WindowExtended, async (tx: Write, { parcel, expiresAt }, { occurredAt }) => {
      await write.holdStill(tx, parcel);
      await write.addExtension(tx, parcel, { at: occurredAt.toISOString(), until: expiresAt });
    }),
    on(Erased, async (tx: Write, { subject }) => {
      await write.forgetRecipient(tx, subject);
      await vacations.keep(tx, subject, null);
      await diversions.forget(tx, subject);
    }),
    on(Ended, async (tx: Write, { reservation, parcel, reason, isReturn }, { occurredAt }) => {
      if (isReturn) return;
      const isOff = reason === "cancelled" || reason === "lapsed" || reason === "station_gone";
      if (parcel === null) return lapseRedirect(tx, needs, reservation);
      if (isOff) await take(tx, needs, parcel, { kind: "ended", at: occurredAt.toISOString() });
      if (reason !== "missing") return;
      await take(tx, needs, parcel, { kind: "missed", at: occurredAt.toISOString(), proof: null });
      await tellCancellation(tx, needs, parcel, "lost");
    }),
    on(PickupProblemTold, async (tx: Write, { parcel, reason }, { occurredAt }) => {
      const isMissed = reason === "empty" || reason === "not_mine";
      if (isMissed) await take(tx, needs, parcel, { kind: "missed", at: occurredAt.toISOString(), proof: null });
    }),
    on(Inspected, async (tx: Write, { station, compartment, parcels, isEmpty, actor }, { occurredAt }) => {
      const at = occurredAt.toISOString();
      for (const parcel of parcels.toSorted()) {
        if (!isEmpty) await take(tx, needs, parcel, { kind: "found", at, actor });
        else if (await write.liesAt(tx, parcel, station, compartment)) {
          // Its claim may have ended before: then nothing else says that it is gone.
          await take(tx, needs, parcel, { kind: "missed", at, proof: null });
          await tellCancellation(tx, needs, parcel, "lost");
        }
      }
    }),
    on(Moved, async (tx: Write, { parcel, to, deliverBy, why, isReturn }, { occurredAt }) => {
      if (isReturn) return;
      const isTakenOut = why === "redirected";
      await redirect(tx, needs, parcel, { ...to, deliverBy, at: occurredAt.toISOString(), isTakenOut });
      if (isTakenOut) await followRedirect(tx, needs, parcel, "left");
    }),
    on(ParcelMoved, async (tx: Write, { parcel, to }) => {
      const news = to === "delivered" ? "arrived" : endings.has(to) ? "over" : undefined;
      if (news) await followRedirect(tx, needs, parcel, news);
      const ofCancellation = newsOf[to];
      if (ofCancellation) await tellCancellation(tx, needs, parcel, ofCancellation);
    }),
    on(Stays, (tx: Write, { parcel }) => tellCancellation(tx, needs, parcel, "left")),
    on(RouteStarted, async (tx: Write, { parcels, courier }, { occurredAt }) => {
      // Always in the same order, so that two transactions never wait for each other.
      for (const parcel of parcels.toSorted())
        await take(tx, needs, parcel, { kind: "shipped", at: occurredAt.toISOString(), actor: `courier:${courier}` });
    }),
    on(Reported, async (tx: Write, { station, epoch, seq, at, event }) => {
      const proof = { station, epoch, seq };
      if (event.type === "parcel_deposited")
        await take(tx, needs, event.parcel, { kind: "deposited", at, actor: event.actor, compartment: event.compartment, proof });
      if (event.type === "parcel_retrieved") {
        const kind = (await goesOn(tx, event.parcel)) ? "left" : "retrieved";
        await take(tx, needs, event.parcel, { kind, at, actor: event.actor, proof });
      }
      if (event.type === "deposit_abandoned" && event.reason === "wrong_parcel")
        await take(tx, needs, event.parcel, { kind: "left", at, actor: event.actor, proof });
      if (event.type === "pickup_disputed" && event.parcel !== null) await take(tx, needs, event.parcel, { kind: "missed", at, proof });
      if (event.type === "parcel_collected" && event.parcel !== null) await take(tx, needs, event.parcel, { kind: "collected", at, proof });
    }),
    on(StationMoved, async (tx: Write, { station, to }) => {
      if (to !== "decommissioned") return;
      for (const parcel of await write.lyingAt(tx, station)) await recall(tx, needs, parcel, "decommissioned");
    }),
    // A station that is given up says nothing any more: there the courier's word is all there is.
    on(RetrievalMoved, async (tx: Write, { parcel, to, byHand, courier }, { occurredAt }) => {
      if (to !== "taken_out" || !byHand) return;
      await take(tx, needs, parcel, { kind: "retrieved", at: occurredAt.toISOString(), actor: `courier:${courier}`, proof: null });
    }),
    // What stations say of a return waits for no parcel: it is none.
    on(ReturnMoved, async (tx: Write, { parcel, to }) => {
      if (to === "retrieved") await write.takeEarly(tx, parcel);
    }),
    on(WindowMoved, async (tx: Write, { parcel, expiresAt, isStopped, pauses }) => {
      await write.holdStill(tx, parcel);
      const row = await write.find(tx, parcel);
      if (row && ["delivered", "stored"].includes(row.state)) await write.setWindow(tx, parcel, new Date(expiresAt), isStopped, pauses);
    }),
    on(PickupReady, (tx: Write, { parcel, expiresAt }, { occurredAt }) =>
      take(tx, needs, parcel, { kind: "ready", at: occurredAt.toISOString(), expiresAt }),
    ),
  ],
});
