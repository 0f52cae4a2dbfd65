import type { Client } from "@pigeonhole/kit/client";
import { problemOf } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { RedirectMoved } from "../events.ts";
import { recall } from "../keeping.ts";
import * as parcels from "../queries/write.ts";
import type { Tables } from "../tables.ts";
import { redirectReasons, takeOutHours, type RedirectReason, type RedirectState } from "./contract.ts";
import { isOver, next, pauseSeconds, tries, type RedirectNews } from "./domain.ts";
import * as queries from "./queries.ts";
import type { Row } from "./queries.ts";
import { stay } from "./staying.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly elsewhere: Client<ElsewhereApi>;
}

/** Steps in a row of one redirect at most: from agreeing to a courier's turn there are three. */
const stepsAtOnce = 5;
const hourMs = 3_600_000;
/** Only news goes on from here. */
const never = "infinity" as unknown as Date;

interface Told {
  readonly news: RedirectNews;
  readonly reason?: RedirectReason | undefined;
  readonly set?: Partial<Row>;
}

/**
 * What is to be done in a state, and what came of it. Each asks for the same thing however often it runs: a process may die after any line of
 * it, and the next one begins it again.
 */
const steps: Partial<Record<RedirectState, (needs: Needs, row: Row) => Promise<Told>>> = {
  agreed: async ({ elsewhere, now }, { id, reservation, station_to: station }) => {
    const until = new Date(now().getTime() + takeOutHours * hourMs);
    const answer = await elsewhere.internal.reservations[":id"].elsewhere.$post({
      param: { id: reservation },
      json: { redirect: id, station, keepUntil: until.toISOString() },
    });
    if (answer.status === 200) {
      const taken = await answer.json();
      if (taken.how === "moved") return { news: "moved" };
      return { news: "claimed", set: { is_inside: true, waiting: taken.reservation, until } };
    }
    const { code } = await problemOf(answer as never);
    if (answer.status === 404 || answer.status === 409) return { news: "not_taken", reason: reasonOf(code) };
    throw new Error(`a compartment for redirect ${id}: ${code}`);
  },
  claimed: async ({ db, now, log }, { id, parcel }) =>
    db.transaction().execute(async (tx) => {
      await parcels.holdStill(tx, parcel);
      const recalled = await recall(tx, { now }, parcel, "redirected");
      return tellIn(
        tx,
        { now, log },
        id,
        recalled?.recalled_for === "redirected" ? { news: "recalled" } : { news: "not_recalled", reason: "collected" },
      );
    }),
  undoing: async ({ db, now, log, elsewhere }, { id, parcel, reservation, is_inside: isInside }) => {
    const answer = await elsewhere.internal.reservations[":id"].elsewhere["give-up"].$post({
      param: { id: reservation },
      json: { redirect: id },
    });
    if (answer.status !== 200) throw new Error(`giving up the compartment of redirect ${id}: ${(await problemOf(answer as never)).code}`);
    if ((await answer.json()).isMoved) return { news: isInside ? "left" : "moved" };
    return db.transaction().execute(async (tx) => {
      await parcels.holdStill(tx, parcel);
      const isAsItWas = !isInside || (await stay(tx, { now }, parcel));
      return tellIn(tx, { now, log }, id, { news: isAsItWas ? "restored" : "not_restored" });
    });
  },
};
const reasonOf = (code: string): RedirectReason | undefined => redirectReasons.find((reason) => reason === code);

/** Goes on with a redirect until it waits or ends. A step that fails is tried again later; too often, and it is undone or parked. */
export async function advance(needs: Needs, id: string): Promise<Row | undefined> {
  const { db, now, log } = needs;
  for (let count = 0; count < stepsAtOnce; count++) {
    const row = await queries.get(db, id);
    const step = row && steps[row.state];
    if (!row || !step) return row && late(needs, row);
    try {
      const told = await step(needs, row);
      await tell(needs, row, told);
    } catch (error) {
      log.warn(
        { err: error, redirect: id, state: row.state, attempts: row.attempts + 1 },
        "a step of a redirect failed; it is tried again",
      );
      await db.transaction().execute(async (tx) => {
        const current = await queries.lock(tx, id);
        if (current?.state !== row.state) return;
        const attempts = current.attempts + 1;
        if (attempts >= tries.most) return void (await moveOn(tx, { now, log }, current, { news: "failed" }));
        await queries.change(tx, id, { attempts, next_at: new Date(now().getTime() + pauseSeconds(attempts) * 1_000) });
      });
      return queries.get(db, id);
    }
  }
  return queries.get(db, id);
}

/** A wait whose time is over: no answer is no. */
async function late(needs: Needs, row: Row): Promise<Row | undefined> {
  if (row.until === null || row.until > needs.now()) return row;
  if (row.state === "proposed") await tell(needs, row, { news: "late" });
  return queries.get(needs.db, row.id);
}

const tell = (needs: Needs, row: Row, told: Told): Promise<void> =>
  needs.db.transaction().execute(async (tx) => {
    await parcels.holdStill(tx, row.parcel);
    const current = await queries.lock(tx, row.id);
    if (current?.state === row.state) await moveOn(tx, needs, current, told);
  });

/** News of a redirect inside a transaction that holds its parcel. Answers what it was, so that a step may end with it. */
export async function tellIn(tx: Tx<Tables>, needs: Pick<Needs, "now" | "log">, id: string, told: Told): Promise<Told> {
  const current = await queries.lock(tx, id);
  if (current) await moveOn(tx, needs, current, told);
  return told;
}

/** The one place where a redirect changes: by the table, with its fact, or not at all. */
export async function moveOn(
  tx: Tx<Tables>,
  { now, log }: Pick<Needs, "now" | "log">,
  row: Row,
  { news, reason, set = {} }: Told,
): Promise<void> {
  const to = next(row.state, news);
  if (!to) return;
  const at = now();
  const why = reason ?? to.reason ?? (to.to === "undone" ? row.reason : null);
  const hasStep = steps[to.to] !== undefined;
  const moved = await queries.change(tx, row.id, {
    ...set,
    state: to.to,
    reason: why ?? row.reason,
    attempts: 0,
    next_at: hasStep ? at : never,
    ended_at: isOver(to.to) ? at : null,
  });
  if (to.to === "parked")
    log.error(
      { redirect: row.id, parcel: row.parcel, reason: moved.reason },
      "a redirect can neither go on nor be undone: somebody has to look",
    );
  await publish(tx, at, RedirectMoved, {
    redirect: row.id,
    parcel: row.parcel,
    station: row.station_to,
    fromStation: row.station_from,
    by: row.asked_by,
    isInside: moved.is_inside,
    from: row.state,
    to: to.to,
    reason: moved.reason,
    until: moved.until?.toISOString() ?? null,
  });
}
