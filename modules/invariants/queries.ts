import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Breach, Invariant, Look } from "@pigeonhole/kit/invariant";
import { sql, type Selectable } from "kysely";
import type { Tables } from "./tables.ts";

export type Row = Selectable<Tables["invariants.breach"]>;

/** Of one invariant no more are read: a hundred say what a thousand would. */
const atMost = 100;
/** A look must never be what slows an installation down: a statement that takes longer is broken off. Milliseconds. */
const patienceMs = 10_000;

/** What does not hold now, read in a transaction that cannot write. */
export const breaches = (db: Db<Tables>, invariant: Invariant, look: Look): Promise<readonly Breach[]> =>
  db
    .transaction()
    .setAccessMode("read only")
    .execute(async (tx) => {
      await sql`select set_config('statement_timeout', ${String(patienceMs)}, true)`.execute(tx);
      const { rows } = await sql<Breach>`select what from (${invariant.breaches(look)}) breach order by what limit ${atMost}`.execute(tx);
      return rows;
    });

export const open = (tx: Tx<Tables>): Promise<readonly Row[]> =>
  tx.selectFrom("invariants.breach").selectAll().where("ended_at", "is", null).orderBy("seen_at").forUpdate().execute();

export const begin = (tx: Tx<Tables>, row: Row) => tx.insertInto("invariants.breach").values(row).execute();
/** Whether somebody has looked into the very same before. */
export async function isSettled(tx: Tx<Tables>, { says, what }: Pick<Row, "says" | "what">): Promise<boolean> {
  const row = await tx
    .selectFrom("invariants.breach")
    .select("id")
    .where("says", "=", says)
    .where("what", "=", what)
    .where("ended_by", "is not", null)
    .executeTakeFirst();
  return row !== undefined;
}
export const find = (tx: Tx<Tables>, id: string): Promise<Row | undefined> =>
  tx.selectFrom("invariants.breach").selectAll().where("id", "=", id).where("told_at", "is not", null).forUpdate().executeTakeFirst();
export const tell = (tx: Tx<Tables>, id: string, at: Date) =>
  tx.updateTable("invariants.breach").set({ told_at: at }).where("id", "=", id).execute();
export const end = (tx: Tx<Tables>, id: string, ended: Pick<Row, "ended_at" | "ended_by" | "note">) =>
  tx.updateTable("invariants.breach").set(ended).where("id", "=", id).execute();
/** What settled before anybody was told was never a breach. */
export const drop = (tx: Tx<Tables>, id: string) => tx.deleteFrom("invariants.breach").where("id", "=", id).execute();

/** When the last look of any process began; one look at a time. */
export async function lastLook(tx: Tx<Tables>): Promise<Date | undefined> {
  await sql`select pg_advisory_xact_lock(hashtext('invariants.look'))`.execute(tx);
  const row = await tx.selectFrom("invariants.look").select("began_at").executeTakeFirst();
  return row?.began_at;
}
export const noteLook = (tx: Tx<Tables>, look: { readonly began_at: Date; readonly ended_at: Date; readonly looked: number }) =>
  tx
    .insertInto("invariants.look")
    .values({ id: 1, ...look })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(look))
    .execute();

export const look = (db: Db<Tables>) => db.selectFrom("invariants.look").selectAll().executeTakeFirst();
/** What was told: what goes on first, then the newest. */
export const told = (db: Db<Tables>, limit: number): Promise<readonly Row[]> =>
  db
    .selectFrom("invariants.breach")
    .selectAll()
    .where("told_at", "is not", null)
    .orderBy(sql`ended_at is not null`)
    .orderBy("seen_at", "desc")
    .limit(limit)
    .execute();
