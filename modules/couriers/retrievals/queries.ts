import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import { maxRetrievals, type Retrieval, type RetrievalState } from "./contract.ts";
import type { Tables } from "../tables.ts";
import type { RetrievalTables } from "./tables.ts";

type Write = Tx<Tables>;
export type Row = Selectable<RetrievalTables["couriers.retrieval"]>;
export type Attempt = Selectable<RetrievalTables["couriers.attempt"]>;
/** A retrieval with its last opening. */
export interface Seen {
  readonly row: Row;
  readonly attempt: Attempt | null;
}

export const view = ({ row, attempt }: Seen): Retrieval => ({
  id: row.id,
  parcel: row.parcel,
  number: row.number,
  station: row.station,
  compartment: row.compartment,
  reason: row.reason,
  state: row.state,
  carrier: row.carrier,
  route: row.route,
  neededAt: row.needed_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
  problem: row.problem,
  attempt: attempt && {
    outcome:
      attempt.outcome === "opened" ? "opened" : attempt.outcome === "pending" || attempt.outcome === "unknown" ? "unknown" : "refused",
    reason: attempt.reason,
    doorClosed: attempt.is_closed,
  },
});

/** What has not ended. */
const live = ["open", "assigned", "opened", "missing"] as const satisfies readonly RetrievalState[];

/** Writes a retrieval down; undefined when one of this parcel lives already. */
export const insert = (tx: Write, row: Row): Promise<Row | undefined> =>
  tx
    .insertInto("couriers.retrieval")
    .values(row)
    .onConflict((c) => c.column("parcel").where("state", "not in", ["taken_out", "cancelled"]).doNothing())
    .returningAll()
    .executeTakeFirst();

export const lock = (tx: Write, id: string): Promise<Row | undefined> =>
  tx.selectFrom("couriers.retrieval").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();

/** Routes that a change of retrievals concerns, for `plan.lockRoutes`: whoever writes takes the route first. */
export const routesOf = {
  one: (id: string) => sql`select route from couriers.retrieval where id = ${id}`,
  parcel: (parcel: string) => sql`select route from couriers.retrieval where parcel = ${parcel}`,
  compartment: (station: string, compartment: number) =>
    sql`select a.route from couriers.retrieval t join couriers.attempt a on a.id = t.attempt where t.station = ${station} and t.compartment = ${compartment}`,
  command: (command: string) => sql`select route from couriers.attempt where command = ${command}`,
} as const;

/** The one that lives of a parcel, locked. */
export const lockOf = (tx: Write, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("couriers.retrieval").selectAll().where("parcel", "=", parcel).where("state", "in", live).forUpdate().executeTakeFirst();

export const change = (tx: Write, id: string, set: Partial<Omit<Row, "id">>): Promise<Row> =>
  tx.updateTable("couriers.retrieval").set(set).where("id", "=", id).returningAll().executeTakeFirstOrThrow();

async function withAttempts(db: Db<Tables>, rows: readonly Row[]): Promise<Seen[]> {
  const ids = rows.flatMap((row) => row.attempt ?? []);
  const attempts = ids.length === 0 ? [] : await db.selectFrom("couriers.attempt").selectAll().where("id", "in", ids).execute();
  const byId = new Map(attempts.map((attempt) => [attempt.id, attempt]));
  return rows.map((row) => ({ row, attempt: (row.attempt !== null && byId.get(row.attempt)) || null }));
}

export const get = async (db: Db<Tables>, id: string): Promise<Seen | undefined> =>
  (await withAttempts(db, await db.selectFrom("couriers.retrieval").selectAll().where("id", "=", id).execute()))[0];

interface Filter {
  /** Short name of the carrier whose they are; undefined: everybody's. */
  readonly carrier: string | undefined;
  readonly station?: string | undefined;
  readonly parcel?: string | undefined;
  readonly state?: RetrievalState | undefined;
  readonly limit: number;
}
export async function list(db: Db<Tables>, { carrier, station, parcel, state, limit }: Filter): Promise<Seen[]> {
  let query = db.selectFrom("couriers.retrieval").selectAll().orderBy("needed_at").orderBy("id").limit(limit);
  if (carrier !== undefined) query = query.where("carrier", "=", carrier);
  if (station !== undefined) query = query.where("station", "=", station);
  if (parcel !== undefined) query = query.where("parcel", "=", parcel);
  // Who asks for one parcel wants its whole story.
  query = state !== undefined ? query.where("state", "=", state) : parcel === undefined ? query.where("state", "in", live) : query;
  return withAttempts(db, await query.execute());
}

/** What is, or was, on these routes: what is still to do first, then by door. */
export async function onRoutes(db: Db<Tables>, routes: readonly string[]): Promise<Seen[]> {
  if (routes.length === 0) return [];
  return withAttempts(
    db,
    await db.selectFrom("couriers.retrieval").selectAll().where("route", "in", routes).orderBy("compartment").orderBy("id").execute(),
  );
}

/** Locks those of `ids` that are this carrier's, or all of the carrier's at a station, that are free to be planned. */
export async function lockPlannable(
  tx: Write,
  carrier: string,
  wish: { readonly station: string } | { readonly retrievals: readonly string[] },
): Promise<Row[]> {
  let query = tx.selectFrom("couriers.retrieval").selectAll().where("carrier", "=", carrier).where("state", "in", live);
  query = "station" in wish ? query.where("station", "=", wish.station) : query.where("id", "in", wish.retrievals);
  return query.orderBy("id").limit(maxRetrievals).forUpdate().execute();
}

/**
 * Locks what a courier who sets out takes along: everything at the stops of the route that nobody has planned, and what waits on a route of the
 * carrier that has not begun, has ended or is of an earlier day.
 */
export async function lockAlongside(
  tx: Write,
  route: { readonly id: string; readonly carrier: string; readonly day: string },
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select t.* from couriers.retrieval t left join couriers.route o on o.id = t.route
    where t.carrier = ${route.carrier} and t.station in (select station from couriers.stop where route = ${route.id})
      and (t.state = 'open' or (t.state = 'assigned' and o.id <> ${route.id} and (o.state <> 'active' or o.day < ${route.day})))
    order by t.id limit ${maxRetrievals} for update of t`.execute(tx);
  return rows;
}

/** The active route of the carrier on which this station is still ahead, locked; the one that began first. */
export async function lockPassing(tx: Write, carrier: string, station: string): Promise<{ id: string; courier: string } | undefined> {
  const { rows } = await sql<{ id: string; courier: string }>`
    select r.id, r.courier from couriers.route r
    where r.state = 'active' and r.carrier = ${carrier} and (
      exists (select from couriers.drop d where d.route = r.id and d.station = ${station} and d.state in ('open', 'opened'))
      or exists (select from couriers.retrieval t where t.route = r.id and t.station = ${station} and t.state in ('assigned', 'opened')))
    order by r.started_at, r.id limit 1 for no key update of r`.execute(tx);
  return rows[0];
}

/** Door opened long ago, and no word since. */
export const unanswered = (db: Db<Tables>, before: Date, limit: number): Promise<{ id: string }[]> =>
  db
    .selectFrom("couriers.retrieval")
    .select("id")
    .where("state", "=", "opened")
    .where("moved_at", "<=", before)
    .orderBy("moved_at")
    .limit(limit)
    .execute();

/** The missing one of a compartment, locked. */
export const lockMissing = (tx: Write, station: string, compartment: number): Promise<Row[]> =>
  tx
    .selectFrom("couriers.retrieval")
    .selectAll()
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .where("state", "=", "missing")
    .orderBy("id")
    .forUpdate()
    .execute();

/** Writes an opening down before anything follows from it; undefined when its key was used before. Takes `Db`: one statement. */
export const insertAttempt = (db: Db<Tables>, row: Attempt): Promise<Attempt | undefined> =>
  db
    .insertInto("couriers.attempt")
    .values(row)
    .onConflict((c) => c.constraint("attempt_key").doNothing())
    .returningAll()
    .executeTakeFirst();

export const attemptByKey = (db: Db<Tables>, courier: string, key: string): Promise<Attempt | undefined> =>
  db.selectFrom("couriers.attempt").selectAll().where("courier", "=", courier).where("key", "=", key).executeTakeFirst();

/** Keeps the answer; what the station's log has said meanwhile stands. One that could not be reached may be tried again under its key. */
export async function settle(
  tx: Write,
  id: string,
  { outcome, reason, command }: { readonly outcome: Attempt["outcome"]; readonly reason: string | null; readonly command: string | null },
): Promise<Attempt> {
  await tx.updateTable("couriers.attempt").set({ outcome, reason }).where("id", "=", id).where("outcome", "=", "pending").execute();
  if (outcome === "unreachable") await tx.updateTable("couriers.attempt").set({ key: null }).where("id", "=", id).execute();
  return tx
    .updateTable("couriers.attempt")
    .set((eb) => ({ command: eb.fn.coalesce("command", eb.val(command)) }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The station's log says that a command opened a door for this parcel: the attempt that gave it, or the newest one whose answer has not come. */
export async function sawOpened(
  tx: Write,
  { parcel, command, epoch, seq }: { readonly parcel: string; readonly command: string; readonly epoch: number; readonly seq: number },
): Promise<Attempt | undefined> {
  const { rows } = await sql<Attempt>`
    update couriers.attempt set outcome = 'opened', reason = null, command = ${command}, opened_epoch = ${epoch}, opened_seq = ${seq}
    where id = (select a.id from couriers.attempt a join couriers.retrieval t on t.id = a.retrieval
                where t.parcel = ${parcel} and (a.command = ${command} or (a.command is null and a.outcome in ('pending', 'unknown')))
                order by a.command is null, a.at desc, a.id desc limit 1)
    returning *`.execute(tx);
  return rows[0];
}

/** The station's log says that a command opened nothing. */
export const sawFailed = (tx: Write, command: string, outcome: "refused" | "unknown", reason: string): Promise<Attempt | undefined> =>
  tx
    .updateTable("couriers.attempt")
    .set({ outcome, reason })
    .where("command", "=", command)
    .where("outcome", "in", ["pending", "unknown"])
    .returningAll()
    .executeTakeFirst();

/** A door has closed: attempts that had opened it by an earlier entry of the same log now know. Returns their routes. */
export async function sawClosed(
  tx: Write,
  at: { readonly station: string; readonly compartment: number; readonly epoch: number; readonly seq: number },
): Promise<readonly string[]> {
  const { rows } = await sql<{ route: string }>`
    update couriers.attempt a set is_closed = true from couriers.retrieval t
    where t.attempt = a.id and t.station = ${at.station} and t.compartment = ${at.compartment} and not a.is_closed
      and a.opened_epoch = ${at.epoch} and a.opened_seq < ${at.seq}
    returning a.route`.execute(tx);
  return [...new Set(rows.map((row) => row.route))];
}
