import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import type { Redirect, RedirectState } from "./contract.ts";

export type Row = Selectable<Tables["parcels.redirect"]>;

export const view = (row: Row): Redirect => ({
  id: row.id,
  parcel: row.parcel,
  from: row.station_from,
  to: row.station_to,
  state: row.state,
  by: row.asked_by.split(":")[0] as Redirect["by"],
  reason: row.reason,
  note: row.note,
  isInside: row.is_inside,
  until: row.until?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});

/** Writes a new one down; undefined while another one of the parcel lives. */
export const insert = (tx: Tx<Tables>, row: Row): Promise<Row | undefined> =>
  tx
    .insertInto("parcels.redirect")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();

export const get = (db: Db<Tables>, id: string): Promise<Row | undefined> =>
  db.selectFrom("parcels.redirect").selectAll().where("id", "=", id).executeTakeFirst();

export const lock = (tx: Tx<Tables>, id: string): Promise<Row | undefined> =>
  tx.selectFrom("parcels.redirect").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();

/** The one that lives, locked; the caller holds the parcel. */
export const lockLive = (tx: Tx<Tables>, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("parcels.redirect").selectAll().where("parcel", "=", parcel).where("ended_at", "is", null).forUpdate().executeTakeFirst();

export const ofParcel = (db: Db<Tables>, parcel: string): Promise<Row[]> =>
  db.selectFrom("parcels.redirect").selectAll().where("parcel", "=", parcel).orderBy("id", "desc").limit(50).execute();

/** Those that have not ended, the oldest first. */
export const live = (db: Db<Tables>, state: RedirectState | undefined, limit: number): Promise<Row[]> =>
  db
    .selectFrom("parcels.redirect")
    .selectAll()
    .where("ended_at", "is", null)
    .$if(state !== undefined, (q) => q.where("state", "=", state!))
    .orderBy("id")
    .limit(limit)
    .execute();

export const change = (tx: Tx<Tables>, id: string, set: Partial<Omit<Row, "id">>): Promise<Row> =>
  tx.updateTable("parcels.redirect").set(set).where("id", "=", id).returningAll().executeTakeFirstOrThrow();

/** The parcel for which a reservation waits at another station, if any. */
export const ofWaiting = (tx: Tx<Tables>, reservation: string): Promise<Row | undefined> =>
  tx.selectFrom("parcels.redirect").selectAll().where("waiting", "=", reservation).where("ended_at", "is", null).executeTakeFirst();

/** Those whose next step is due, or whose time is over, the longest waiting first. */
export async function due(db: Db<Tables>, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from parcels.redirect where ended_at is null and next_at <= ${now} order by next_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
