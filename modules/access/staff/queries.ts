import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import type { OpeningState, StaffOpening } from "./contract.ts";

export type OpeningRow = Selectable<Tables["access.staff_opening"]>;

export const view = (row: OpeningRow): StaffOpening => ({
  id: row.id,
  station: row.station,
  compartment: row.compartment,
  parcel: row.parcel,
  reason: row.reason,
  state: row.state,
  requestedBy: row.requested_by,
  requestedAt: row.requested_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
  note: row.note,
  outcome: row.outcome,
  outcomeReason: row.outcome_reason,
});

export const insert = (tx: Tx<Tables>, row: Insertable<Tables["access.staff_opening"]>) =>
  tx.insertInto("access.staff_opening").values(row).execute();

/** How many of this station wait; whoever asks for another one waits for this transaction. */
export async function countWaiting(tx: Tx<Tables>, station: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`access.staff_opening ${station}`}, 0))`.execute(tx);
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from access.staff_opening
    where station = ${station} and state = 'waiting'`.execute(tx);
  return rows[0]!.count;
}

export const lock = (tx: Tx<Tables>, id: string): Promise<OpeningRow | undefined> =>
  tx.selectFrom("access.staff_opening").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
export const get = (db: Db<Tables>, id: string): Promise<OpeningRow | undefined> =>
  db.selectFrom("access.staff_opening").selectAll().where("id", "=", id).executeTakeFirst();
/** The request that this command carries out. */
export const ofCommand = (db: Db<Tables>, command: string): Promise<OpeningRow | undefined> =>
  db.selectFrom("access.staff_opening").selectAll().where("command", "=", command).executeTakeFirst();

export const change = (tx: Db<Tables>, id: string, set: Partial<Omit<OpeningRow, "id">>): Promise<OpeningRow> =>
  tx.updateTable("access.staff_opening").set(set).where("id", "=", id).returningAll().executeTakeFirstOrThrow();

export async function list(
  db: Db<Tables>,
  { state, station, limit }: { state?: OpeningState | undefined; station?: string | undefined; limit: number },
): Promise<OpeningRow[]> {
  let query = db.selectFrom("access.staff_opening").selectAll().orderBy("requested_at", "desc").orderBy("id", "desc").limit(limit);
  if (state !== undefined) query = query.where("state", "=", state);
  if (station !== undefined) query = query.where("station", "=", station);
  return query.execute();
}

/** Requests that nobody decided in time. */
export const lapsed = (tx: Tx<Tables>, now: Date): Promise<OpeningRow[]> =>
  tx
    .updateTable("access.staff_opening")
    .set({ state: "lapsed", decided_at: now })
    .where("state", "=", "waiting")
    .where("expires_at", "<=", now)
    .returningAll()
    .execute();

/** The process that sent it is gone: how it ended is not known. */
export const unanswered = (tx: Tx<Tables>, command: string) =>
  tx.updateTable("access.staff_opening").set({ outcome: "unknown" }).where("command", "=", command).where("outcome", "is", null).execute();
