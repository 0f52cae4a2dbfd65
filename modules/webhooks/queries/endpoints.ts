import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable, type Updateable } from "kysely";
import type { Tables } from "../tables.ts";

export type Endpoint = Selectable<Tables["webhooks.endpoint"]>;

/** Undefined when the owner has `most` already; two that come at once count each other. */
export async function insert(tx: Tx<Tables>, row: Insertable<Tables["webhooks.endpoint"]>, most: number): Promise<Endpoint | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks ${row.owner}`}, 0))`.execute(tx);
  const { count } = await tx
    .selectFrom("webhooks.endpoint")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("owner", "=", row.owner)
    .executeTakeFirstOrThrow();
  return count >= most ? undefined : tx.insertInto("webhooks.endpoint").values(row).returningAll().executeTakeFirstOrThrow();
}

export const list = (db: Db<Tables>, owner: string): Promise<Endpoint[]> =>
  db.selectFrom("webhooks.endpoint").selectAll().where("owner", "=", owner).orderBy("id").execute();

export const get = (db: Db<Tables> | Tx<Tables>, owner: string, id: string): Promise<Endpoint | undefined> =>
  db.selectFrom("webhooks.endpoint").selectAll().where("owner", "=", owner).where("id", "=", id).executeTakeFirst();

export const change = (
  tx: Tx<Tables>,
  owner: string,
  id: string,
  values: Updateable<Tables["webhooks.endpoint"]>,
): Promise<Endpoint | undefined> =>
  tx.updateTable("webhooks.endpoint").set(values).where("owner", "=", owner).where("id", "=", id).returningAll().executeTakeFirst();

export const remove = async (tx: Tx<Tables>, owner: string, id: string): Promise<boolean> =>
  (await tx.deleteFrom("webhooks.endpoint").where("owner", "=", owner).where("id", "=", id).returning("id").execute()).length === 1;

/** It has answered that it is gone. Returns whose it is, once. */
export async function setGone(tx: Tx<Tables>, id: string): Promise<string | undefined> {
  const row = await tx
    .updateTable("webhooks.endpoint")
    .set({ state: "gone" })
    .where("id", "=", id)
    .where("state", "=", "active")
    .returning("owner")
    .executeTakeFirst();
  return row?.owner;
}
