import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Insertable, Selectable } from "kysely";
import type { GrantRow } from "../queries/grants.ts";
import type { Tables } from "../tables.ts";

export type ProxyRow = Selectable<Tables["access.proxy"]>;
export type Ending = NonNullable<ProxyRow["ended_as"]>;

export const insert = (tx: Tx<Tables>, row: Insertable<Tables["access.proxy"]>) => tx.insertInto("access.proxy").values(row).execute();
export const get = (db: Db<Tables>, id: string): Promise<ProxyRow | undefined> =>
  db.selectFrom("access.proxy").selectAll().where("id", "=", id).executeTakeFirst();
export const byToken = (db: Db<Tables>, hash: string): Promise<ProxyRow | undefined> =>
  db.selectFrom("access.proxy").selectAll().where("token_hash", "=", hash).executeTakeFirst();
/** Newest first. */
export const ofParcel = (db: Db<Tables>, parcel: string): Promise<ProxyRow[]> =>
  db.selectFrom("access.proxy").selectAll().where("parcel", "=", parcel).orderBy("id", "desc").limit(100).execute();
/** Ends those that have not ended. */
export const end = (tx: Tx<Tables>, ids: readonly string[], as: Ending, at: Date) =>
  ids.length === 0
    ? Promise.resolve([])
    : tx
        .updateTable("access.proxy")
        .set({ ended_at: at, ended_as: as })
        .where("id", "in", [...ids])
        .where("ended_at", "is", null)
        .execute();

/** The newest right of a proxy. */
export const grantOf = (db: Db<Tables>, proxy: string): Promise<GrantRow | undefined> =>
  db.selectFrom("access.grant").selectAll().where("proxy", "=", proxy).orderBy("generation", "desc").limit(1).executeTakeFirst();

export const people = (db: Db<Tables>, customer: string) =>
  db.selectFrom("access.person").selectAll().where("customer", "=", customer).orderBy("kept_at").orderBy("id").execute();
export const keepPerson = (tx: Tx<Tables>, row: Selectable<Tables["access.person"]>) =>
  tx.insertInto("access.person").values(row).execute();
export async function forgetPerson(db: Db<Tables>, customer: string, id: string): Promise<boolean> {
  const rows = await db.deleteFrom("access.person").where("id", "=", id).where("customer", "=", customer).returning("id").execute();
  return rows.length === 1;
}
