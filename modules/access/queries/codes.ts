import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { DeathReason } from "../domain.ts";
import type { Tables } from "../tables.ts";

type CodeRow = Selectable<Tables["access.code"]>;

/** The station's code key, still sealed. Locked: codes of one station are minted one after the other. */
export const lockKey = (tx: Tx<Tables>, station: string) =>
  tx.selectFrom("access.code_key").selectAll().where("station", "=", station).forUpdate().executeTakeFirst();

/** The station's code key, still sealed. */
export const key = (db: Db<Tables>, station: string) =>
  db.selectFrom("access.code_key").selectAll().where("station", "=", station).executeTakeFirst();

/** The epoch of the station's latest enrolment that is known here. */
export const epoch = async (db: Db<Tables>, station: string): Promise<number | undefined> =>
  (await db.selectFrom("access.code_key").select("epoch").where("station", "=", station).executeTakeFirst())?.epoch;

/** Keeps the key of a newer epoch; false when the known one is as new. */
export async function keepKey(tx: Tx<Tables>, key: Selectable<Tables["access.code_key"]>): Promise<boolean> {
  const { rows } = await sql`
    insert into access.code_key (station, epoch, sealed) values (${key.station}, ${key.epoch}, ${key.sealed})
    on conflict (station) do update set epoch = excluded.epoch, sealed = excluded.sealed where access.code_key.epoch < excluded.epoch
    returning station`.execute(tx);
  return rows.length === 1;
}

/** Whether a code can not be drawn: it is live or remembered itself, or a live one is easily mistyped for it. */
export async function isTaken(tx: Tx<Tables>, station: string, hash: string, near: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select exists (select from access.code where station = ${station}
      and (code_hash = ${hash} or (died_at is null and code_hash = any(${near as string[]})))) as taken`.execute(tx);
  return rows[0]!.taken;
}

export const insert = (tx: Tx<Tables>, row: Omit<CodeRow, "died_at" | "reason">) =>
  tx
    .insertInto("access.code")
    .values({ ...row, died_at: null, reason: null })
    .execute();

/** The live code of the grant is dead from now on. */
export const kill = (tx: Tx<Tables>, grant: string, reason: DeathReason, at: Date) =>
  tx.updateTable("access.code").set({ died_at: at, reason }).where("grant", "=", grant).where("died_at", "is", null).execute();

/** A code that nobody was ever told needs no memory. */
export const forget = (tx: Tx<Tables>, grant: string) => tx.deleteFrom("access.code").where("grant", "=", grant).execute();

export const live = (db: Db<Tables>, grant: string): Promise<CodeRow | undefined> =>
  db.selectFrom("access.code").selectAll().where("grant", "=", grant).where("died_at", "is", null).executeTakeFirst();

export const byHash = (tx: Tx<Tables>, station: string, hash: string): Promise<CodeRow | undefined> =>
  tx.selectFrom("access.code").selectAll().where("station", "=", station).where("code_hash", "=", hash).executeTakeFirst();

/** Every code of a station, locked, dead ones too: a new epoch hashes them all anew. */
export const lockAll = (tx: Tx<Tables>, station: string): Promise<CodeRow[]> =>
  tx.selectFrom("access.code").selectAll().where("station", "=", station).orderBy("grant").forUpdate().execute();

export async function rehash(
  tx: Tx<Tables>,
  rows: readonly { readonly grant: string; readonly generation: number; readonly hash: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`update access.code c set code_hash = n.hash
    from unnest(${rows.map((r) => r.grant)}::uuid[], ${rows.map((r) => r.generation)}::int[], ${rows.map((r) => r.hash)}::text[]) as n("grant", generation, hash)
    where c."grant" = n."grant" and c.generation = n.generation`.execute(tx);
}

/** The live grants of a station that are typed as a code and have none yet: it had no key when they were issued. */
export const withoutCode = (tx: Tx<Tables>, station: string): Promise<{ id: string; generation: number }[]> =>
  tx
    .selectFrom("access.grant as g")
    .select(["g.id", "g.generation"])
    .where("g.station", "=", station)
    .where("g.kind", "in", ["pickup", "return"])
    .where("g.state", "in", ["issued", "active"])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("access.code as c").select("c.grant").whereRef("c.grant", "=", "g.id").where("c.died_at", "is", null))),
    )
    // One code for all that share a compartment: who gets it is settled apart.
    .where((eb) => eb.or([eb("g.shared", "is", null), eb("g.proxy", "is not", null)]))
    .execute();

/** When the last code of a grant died. */
export const lastDeath = async (tx: Tx<Tables>, grant: string): Promise<Date | null> =>
  (
    await tx
      .selectFrom("access.code")
      .select(({ fn }) => fn.max("died_at").as("at"))
      .where("grant", "=", grant)
      .executeTakeFirst()
  )?.at ?? null;

/** Fresh codes of a parcel since `since`, and when the first of them was minted. */
export async function reissues(tx: Tx<Tables>, parcel: string, since: Date): Promise<{ count: number; first: Date | null }> {
  const { rows } = await sql<{ count: number; first: Date | null }>`
    select count(*) as count, min(c.minted_at) as first from access.code c join access.grant g on g.id = c."grant"
    where g.parcel = ${parcel} and c.generation > 1 and c.minted_at > ${since}`.execute(tx);
  return rows[0]!;
}

/** Forgets what died before `before`. */
export const purge = (db: Db<Tables>, before: Date) => db.deleteFrom("access.code").where("died_at", "<=", before).execute();
