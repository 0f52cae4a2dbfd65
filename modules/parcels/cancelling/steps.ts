import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { CancellationMoved } from "../events.ts";
import { recall } from "../keeping.ts";
import * as parcels from "../queries/write.ts";
import { pauseSeconds, tries } from "../redirects/domain.ts";
import type { Tables } from "../tables.ts";
import { refundDueIn } from "./contract.ts";
import { next, type CancellationNews } from "./domain.ts";
import * as queries from "./queries.ts";
import type { Row } from "./queries.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly reservations: Client<ReservationApi>;
}

/**
 * `asked`: what lies in a compartment is recalled; of anything else the claim ends. Which of the two it is only the claim knows for certain: a
 * deposit that is reported at the same moment comes before or after. However often this runs, it asks for the same thing.
 */
async function step(needs: Needs, parcel: string): Promise<CancellationNews | undefined> {
  const { db, now, log, reservations } = needs;
  const inside = await db.transaction().execute(async (tx) => {
    await parcels.holdStill(tx, parcel);
    const row = await parcels.find(tx, parcel);
    if (!row) throw new Error(`parcel ${parcel} of a cancellation is not known`);
    const news = await ofInside(tx, needs, row);
    if (news) await tellIn(tx, { now, log }, parcel, news);
    return { news, row };
  });
  const { reservation, owner } = inside.row;
  if (inside.news) return inside.news;
  // Somebody looks for it: what they find goes on from there.
  if (inside.row.state === "missing" || reservation === null) return undefined;
  const answer = await reservations.reservations[":id"].cancel.$post(
    { param: { id: reservation } },
    { headers: { "on-behalf-of": owner } },
  );
  if (answer.status === 200) return "called_off";
  const problem = await problemOf(answer);
  // It lapsed, or its station was given up, before it could be called off: that is as good.
  if (problem["state"] === "lapsed" || problem["state"] === "station_gone") return "called_off";
  // Its station has said that it is in, and we have not heard of that yet: a moment later we have.
  throw new Error(`calling off reservation ${reservation}: ${problem.code} ${String(problem["state"] ?? "")}`);
}

/** What a parcel that is at its end or in a compartment has come to; undefined while it is on its way there. */
async function ofInside(tx: Tx<Tables>, { now }: Pick<Needs, "now">, row: parcels.Row): Promise<CancellationNews | undefined> {
  switch (row.state) {
    case "collected":
      return "collected";
    case "returned":
      return "given_back";
    case "cancelled":
      return "called_off";
    // A courier takes it out anyway.
    case "expired":
      return "recalled";
    case "delivered":
    case "stored":
      return (await recall(tx, { now }, row.id, "recalled")) && "recalled";
    default:
      return undefined;
  }
}

/** Goes on with a cancellation. A step that fails is tried again later; too often, and somebody has to look. */
export async function advance(needs: Needs, parcel: string): Promise<void> {
  const { db, now, log } = needs;
  const before = await queries.get(db, parcel);
  if (before?.state !== "asked") return;
  const later = (attempts: number) => ({ attempts, next_at: new Date(now().getTime() + pauseSeconds(Math.max(1, attempts)) * 1_000) });
  try {
    const news = await step(needs, parcel);
    await db.transaction().execute(async (tx) => {
      if (news) return tellIn(tx, needs, parcel, news);
      const row = await queries.lock(tx, parcel);
      if (row?.state === "asked") await queries.change(tx, parcel, later(row.attempts));
    });
  } catch (error) {
    log.warn({ err: error, parcel, attempts: before.attempts + 1 }, "a step of a cancellation failed; it is tried again");
    await db.transaction().execute(async (tx) => {
      await parcels.holdStill(tx, parcel);
      const row = await queries.lock(tx, parcel);
      if (row?.state !== "asked") return;
      if (row.attempts + 1 >= tries.most) return moveOn(tx, needs, row, "failed");
      await queries.change(tx, parcel, later(row.attempts + 1));
    });
  }
}

/** News of a parcel that may have been cancelled. */
export async function tellIn(tx: Tx<Tables>, needs: Pick<Needs, "now" | "log">, parcel: string, news: CancellationNews): Promise<void> {
  await parcels.holdStill(tx, parcel);
  const row = await queries.lock(tx, parcel);
  if (row) await moveOn(tx, needs, row, news);
}

/** The one place where a cancellation changes: by the table, with its fact, or not at all. */
export async function moveOn(tx: Tx<Tables>, { now, log }: Pick<Needs, "now" | "log">, row: Row, news: CancellationNews): Promise<void> {
  const to = next(row.state, news);
  if (!to) return;
  const at = now();
  await queries.change(tx, row.parcel, { state: to, attempts: 0, next_at: at, changed_at: at });
  if (to === "parked") log.error({ parcel: row.parcel }, "a cancellation can neither go on nor back: somebody has to look");
  await publish(tx, at, CancellationMoved, {
    parcel: row.parcel,
    by: row.asked_by,
    reason: row.reason,
    from: row.state,
    to,
    refundDue: refundDueIn.includes(to),
  });
}
