import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import { refundDueIn, type Cancellation } from "./contract.ts";

export type Row = Selectable<Tables["parcels.cancellation"]>;

export const view = (row: Row): Cancellation => ({
  parcel: row.parcel,
  state: row.state,
  by: row.asked_by.split(":")[0] as Cancellation["by"],
  reason: row.reason,
  refundDue: refundDueIn.includes(row.state),
  askedAt: row.asked_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
});

/** Writes a new one down; undefined when the parcel has one. */
export const insert = (tx: Tx<Tables>, row: Row): Promise<Row | undefined> =>
  tx
    .insertInto("parcels.cancellation")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();

export const get = (db: Db<Tables>, parcel: string): Promise<Row | undefined> =>
  db.selectFrom("parcels.cancellation").selectAll().where("parcel", "=", parcel).executeTakeFirst();

/** Locked; the caller holds the parcel. */
export const lock = (tx: Tx<Tables>, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("parcels.cancellation").selectAll().where("parcel", "=", parcel).forUpdate().executeTakeFirst();

export const change = (tx: Tx<Tables>, parcel: string, set: Partial<Omit<Row, "parcel">>): Promise<Row> =>
  tx.updateTable("parcels.cancellation").set(set).where("parcel", "=", parcel).returningAll().executeTakeFirstOrThrow();

export const parked = (db: Db<Tables>, limit: number): Promise<Row[]> =>
  db.selectFrom("parcels.cancellation").selectAll().where("state", "=", "parked").orderBy("changed_at").limit(limit).execute();

/** Those whose step is due, the longest waiting first. */
export async function due(db: Db<Tables>, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ parcel: string }>`
    select parcel from parcels.cancellation where state = 'asked' and next_at <= ${now} order by next_at limit ${limit}`.execute(db);
  return rows.map(({ parcel }) => parcel);
}
