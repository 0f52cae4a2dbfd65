import { createHash } from "node:crypto";
import type { RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { unlessErased, type Personal } from "@pigeonhole/kit/personal/personal";
import { Recipient, type ReservationApi } from "@pigeonhole/reservations/contract";
import type { ReturningApi } from "@pigeonhole/reservations/returning/contract";
import { daysAfter, pauseSeconds, tries } from "./domain.ts";
import { GoesOn } from "./events.ts";
import { about, hasStep, keep, moveOn, type Told } from "./keeping.ts";
import { returnEndings, type ReturnState } from "./lifecycle.ts";
import * as read from "./queries/read.ts";
import * as write from "./queries/write.ts";
import type { Row } from "./queries/write.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
  readonly reservations: Client<ReservationApi>;
  /** The same module's room for compartments of what customers put in. */
  readonly returning: Client<ReturningApi>;
  /** Couriers' room for what has to come out. */
  readonly retrievals: Client<RetrievalApi>;
}

/** Where a sending's recipient is sealed, in its row. */
export const recipientPlace = (id: string): string => `returns.recipient|${id}`;

/** Steps in a row of one return at most. */
const stepsAtOnce = 4;
/** A station without room for a sending is asked again after so long, and for so many days; then its sender gets it back. Seconds, days. */
const room = { againSeconds: 300, days: 5 } as const;
/** From a sending's claim at its station until the carrier has brought it. Days. */
const onwardDays = 5;

/** What came of a step: news, or something that is known now, or that it is too early. */
type Outcome = Told | { readonly keep: Partial<Row>; readonly goesOn?: string } | { readonly later: number };

/**
 * What is to be done in a state, and what came of it. Each asks for the same thing however often it runs: a process may die after any line of it, and
 * the next one begins it again.
 */
const steps: Partial<Record<ReturnState, (needs: Needs, row: Row) => Promise<Outcome>>> = {
  claiming: async ({ returning }, { id, station, size, order_id: orderId, until }) => {
    const answer = await returning.internal.reservations.returns[":id"].claim.$post({
      param: { id },
      json: { station, size, orderId, until: until.toISOString(), dimensions: null },
    });
    if (answer.status === 200) {
      const { reservation, compartment, size: given } = await answer.json();
      return { news: "claimed", set: { reservation, compartment, size: given } };
    }
    const { code } = await problemOf(answer as never);
    const ending = returnEndings.find((known) => known === code);
    if (answer.status === 404 || answer.status === 409) return { news: "not_claimed", ending: ending ?? "failed" };
    throw new Error(`a compartment for return ${id}: ${code}`);
  },
  cancelling: async ({ returning }, { id }) => {
    const answer = await returning.internal.reservations.returns[":id"]["give-up"].$post({ param: { id } });
    if (answer.status !== 200) throw new Error(`giving up the compartment of return ${id}: ${(await problemOf(answer as never)).code}`);
    return (await answer.json()).isInside ? { news: "too_late", ending: undefined } : { news: "given_up" };
  },
  // At the door its compartment could not be used, and the station had none of its own to give: another one of the same station, if there is one.
  ready: async ({ reservations }, { id, station, mistake, mistake_at: compartment }) => {
    const answer = await reservations.internal.reservations.reassign.$post({
      json: { parcel: id, from: { station, compartment: compartment! }, reason: mistake!, to: null },
    });
    if (answer.status !== 200) throw new Error(`another compartment for return ${id}: ${(await problemOf(answer as never)).code}`);
    const { outcome } = await answer.json();
    return { keep: { mistake: null, mistake_at: null, no_other: outcome === "none" ? mistake : null } };
  },
  dropped_off: async ({ retrievals }, row) => {
    const { id: parcel, number, reservation, owner, carrier, station, compartment, is_station_gone: isGone } = row;
    const reason = isGone ? "decommissioned" : "returned";
    const answer = await retrievals.internal.retrievals.$post({
      json: { parcel, number, reservation, owner, carrier, station, compartment: compartment!, reason },
    });
    if (answer.status !== 200) throw new Error(`a courier for return ${parcel}: ${(await problemOf(answer as never)).code}`);
    return { keep: { retrieval: (await answer.json()).id } };
  },
  retrieved: async (needs, row) => goOn(needs, row),
};

/** The carrier has it: at the station where it goes a compartment is claimed, as for any parcel that is ordered there, and that brings it. */
async function goOn({ db, now, personal, reservations }: Needs, row: Row): Promise<Outcome> {
  const { id, number, size, carrier, onward_claim: claim, to_station: station, sealed_recipient: sealed } = row;
  const opened = sealed === null ? undefined : await unlessErased(personal.open(db, recipientPlace(id), sealed));
  if (opened === undefined || now() >= daysAfter(row.retrieved_at!, room.days)) return { news: "not_collected" };
  const keyOf = (step: string) => ({
    "idempotency-key": createHash("sha256").update(`sending ${id} ${step} ${claim}`).digest("hex"),
  });
  const held = await reservations.stations[":station"].holds.$post({
    param: { station: station! },
    header: keyOf("hold"),
    json: { orderId: row.order_id, size },
  });
  if (held.status === 404 || held.status === 409 || held.status === 422) return { later: room.againSeconds };
  if (held.status !== 201) throw new Error(`a compartment for sending ${id}: ${(await problemOf(held as never)).code}`);
  const { id: reservation } = await held.json();
  const confirmed = await reservations.reservations[":id"].confirm.$post({
    param: { id: reservation },
    header: keyOf("confirm"),
    json: { recipient: Recipient.parse(JSON.parse(opened)), barcode: number, carrier, deliverWithinDays: onwardDays },
  });
  if (confirmed.status === 410) return { keep: { onward_claim: claim + 1 } };
  if (confirmed.status !== 200) throw new Error(`the order of sending ${id}: ${(await problemOf(confirmed as never)).code}`);
  const onward = (await confirmed.json()).parcel!;
  return { keep: { onward, onward_state: "reserved" }, goesOn: onward };
}

/** Goes on with a return until it waits or ends. A step that fails is tried again later; a wish too often, and it is called off. */
export async function advance(needs: Needs, id: string): Promise<Row | undefined> {
  const { db, now, log } = needs;
  for (let count = 0; count < stepsAtOnce; count++) {
    const row = await read.row(db, id);
    const step = row && hasStep(row) ? steps[row.state] : undefined;
    if (!row || !step) return row;
    try {
      const outcome = await step(needs, row);
      await db.transaction().execute((tx) => settle(tx, needs, row, outcome));
      if ("later" in outcome) break;
    } catch (error) {
      const attempts = row.attempts + 1;
      const isStuck = attempts >= tries.most;
      log[isStuck ? "error" : "warn"](
        { err: error, return: id, state: row.state, attempts },
        "a step of a return failed; it is tried again",
      );
      await db.transaction().execute(async (tx) => {
        const current = await write.lock(tx, id);
        if (current?.state !== row.state) return;
        if (isStuck && row.state === "claiming") return void (await moveOn(tx, needs, current, { news: "failed" }));
        await write.change(tx, id, { attempts, next_at: new Date(now().getTime() + pauseSeconds(attempts) * 1_000) });
      });
      break;
    }
  }
  return read.row(db, id);
}

/** Writes down what came of a step, unless other news came meanwhile. */
async function settle(tx: Parameters<typeof moveOn>[0], needs: Needs, row: Row, outcome: Outcome): Promise<void> {
  const current = await write.lock(tx, row.id);
  if (!current) return;
  if ("later" in outcome) {
    if (current.state === row.state) await write.change(tx, row.id, { next_at: new Date(needs.now().getTime() + outcome.later * 1_000) });
    return;
  }
  if ("news" in outcome) {
    // A compartment that is bound after it was called off is given up by the step of that state.
    if (current.state === row.state) await moveOn(tx, needs, current, outcome);
    return;
  }
  // What was found out is true whatever happened meanwhile; of another mistake at the door since, or of a station that was given up, nothing is.
  const isStale =
    current.mistake_at !== row.mistake_at || current.mistake !== row.mistake || current.is_station_gone !== row.is_station_gone;
  if (isStale) return;
  const kept = await keep(tx, needs, current, outcome.keep);
  if (outcome.goesOn !== undefined) await publish(tx, needs.now(), GoesOn, { ...about(kept), onward: outcome.goesOn });
}
