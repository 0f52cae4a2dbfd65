import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Selectable } from "kysely";
import type { Tables } from "../tables.ts";

export type Factor = Selectable<Tables["identity.second_factor"]>;

export const find = (db: Db<Tables>, operator: string): Promise<Factor | undefined> =>
  db.selectFrom("identity.second_factor").selectAll().where("operator", "=", operator).executeTakeFirst();

/** Keeps a secret that counts for nothing yet, in the place of another one of that kind. False when one counts already. */
export async function begin(tx: Tx<Tables>, operator: string, sealed: string, at: Date): Promise<boolean> {
  const row = await tx
    .insertInto("identity.second_factor")
    .values({ operator, sealed, begun_at: at, confirmed_at: null, last_step: 0 })
    .onConflict((c) =>
      c.column("operator").doUpdateSet({ sealed, begun_at: at, last_step: 0 }).where("identity.second_factor.confirmed_at", "is", null),
    )
    .returning("operator")
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes the code of a time step, once: false when that step, or a later one, was taken before. */
export async function takeStep(tx: Tx<Tables>, operator: string, step: number): Promise<boolean> {
  const row = await tx
    .updateTable("identity.second_factor")
    .set({ last_step: step })
    .where("operator", "=", operator)
    .where("last_step", "<", step)
    .returning("operator")
    .executeTakeFirst();
  return row !== undefined;
}

export const confirm = (tx: Tx<Tables>, operator: string, at: Date) =>
  tx.updateTable("identity.second_factor").set({ confirmed_at: at }).where("operator", "=", operator).execute();

export async function replaceCodes(tx: Tx<Tables>, operator: string, hashes: readonly string[]): Promise<void> {
  await tx.deleteFrom("identity.recovery_code").where("operator", "=", operator).execute();
  await tx
    .insertInto("identity.recovery_code")
    .values(hashes.map((hash) => ({ operator, hash, used_at: null })))
    .execute();
}

/** Uses a recovery code up, once. */
export async function useCode(tx: Tx<Tables>, operator: string, hash: string, at: Date): Promise<boolean> {
  const row = await tx
    .updateTable("identity.recovery_code")
    .set({ used_at: at })
    .where("operator", "=", operator)
    .where("hash", "=", hash)
    .where("used_at", "is", null)
    .returning("hash")
    .executeTakeFirst();
  return row !== undefined;
}

export const codesLeft = async (db: Db<Tables>, operator: string): Promise<number> =>
  (await db.selectFrom("identity.recovery_code").select("hash").where("operator", "=", operator).where("used_at", "is", null).execute())
    .length;

/** Takes it off; false when there was none. */
export async function remove(tx: Tx<Tables>, operator: string): Promise<boolean> {
  const row = await tx.deleteFrom("identity.second_factor").where("operator", "=", operator).returning("operator").executeTakeFirst();
  return row !== undefined;
}

/** Ends the sessions of an operator, but for the one with this digest of its token. */
export async function endSessions(tx: Tx<Tables>, operator: string, but: string | null): Promise<void> {
  const theirs = tx.deleteFrom("identity.session").where("operator", "=", operator);
  await (but === null ? theirs : theirs.where("token_hash", "<>", but)).execute();
}

const everybody = (db: Db<Tables>) =>
  db
    .selectFrom("identity.operator as o")
    .leftJoin("identity.second_factor as f", "f.operator", "o.id")
    .select(["o.id", "o.sealed_email", "o.role", "o.created_at", "f.confirmed_at"]);
export const operators = (db: Db<Tables>) => everybody(db).orderBy("o.created_at").orderBy("o.id").limit(1_000).execute();
export const operator = (db: Db<Tables>, id: string) => everybody(db).where("o.id", "=", id).executeTakeFirst();
export type OperatorRow = NonNullable<Awaited<ReturnType<typeof operator>>>;
