import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";

export type KeyRow = Selectable<Tables["access.signing_key"]>;

/** Every key there ever was, oldest first. */
export const all = (db: Db<Tables>): Promise<KeyRow[]> => db.selectFrom("access.signing_key").selectAll().orderBy("number").execute();

/** The same, and whoever changes one waits for this transaction. */
export async function lockAll(tx: Tx<Tables>): Promise<KeyRow[]> {
  await sql`select pg_advisory_xact_lock(hashtext('access.signing_key'))`.execute(tx);
  return tx.selectFrom("access.signing_key").selectAll().orderBy("number").execute();
}

/** Writes the first key down, unless somebody has. One statement, its own transaction. */
export async function found(db: Db<Tables>, row: Omit<KeyRow, "retired_at">): Promise<void> {
  await db
    .insertInto("access.signing_key")
    .values({ ...row, retired_at: null })
    .onConflict((on) => on.doNothing())
    .execute();
}

export const add = (tx: Tx<Tables>, row: KeyRow) => tx.insertInto("access.signing_key").values(row).execute();

export const change = (tx: Tx<Tables>, number: number, set: Partial<Pick<KeyRow, "present_at" | "retired_at">>) =>
  tx.updateTable("access.signing_key").set(set).where("number", "=", number).execute();
