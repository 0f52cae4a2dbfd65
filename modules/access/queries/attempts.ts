import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Answer } from "@pigeonhole/protocol/messages";
import { sql, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";

type Path = Tables["access.attempt"]["path"];
interface Limit {
  readonly burst: number;
  readonly forgiveSeconds: number;
}

/**
 * Counts an attempt in one statement that commits by itself, so that nothing after it can take it back. False when there have been
 * too many. A clock that goes back forgives nothing.
 */
export async function count(db: Db<Tables>, station: string, path: Path, { burst, forgiveSeconds }: Limit, now: Date): Promise<boolean> {
  const { rows } = await sql`
    insert into access.attempt as a (station, path, spent, total, counted_at) values (${station}, ${path}, 1, 1, ${now})
    on conflict (station, path) do update set
      spent = greatest(0, a.spent - greatest(0, extract(epoch from ${now}::timestamptz - a.counted_at)::float8) / ${forgiveSeconds}) + 1,
      total = a.total + 1, counted_at = greatest(a.counted_at, ${now}::timestamptz)
    where greatest(0, a.spent - greatest(0, extract(epoch from ${now}::timestamptz - a.counted_at)::float8) / ${forgiveSeconds}) + 1 <= ${burst}
    returning spent`.execute(db);
  return rows.length === 1;
}

/** The attempt was rightful. */
export const giveBack = (tx: Tx<Tables>, station: string, path: Path) =>
  sql`update access.attempt set spent = greatest(0, spent - 1) where station = ${station} and path = ${path}`.execute(tx);

/** Keeps the answer; false when the question has been answered. A second one at the same moment waits for the first. */
export async function answer(tx: Tx<Tables>, station: string, answered: Answer, at: Date): Promise<boolean> {
  const rows = await tx
    .insertInto("access.decision")
    .values({ station, ask: answered.id, answer: JSON.stringify(answered), at })
    .onConflict((c) => c.doNothing())
    .returning("ask")
    .execute();
  return rows.length === 1;
}

export async function answerOf(db: Db<Tables>, station: string, ask: string): Promise<Answer | undefined> {
  const row = await db
    .selectFrom("access.decision")
    .select("answer")
    .where("station", "=", station)
    .where("ask", "=", ask)
    .executeTakeFirst();
  return (row?.answer ?? undefined) as Answer | undefined;
}

export const purge = (db: Db<Tables>, before: Date) => db.deleteFrom("access.decision").where("at", "<=", before).execute();

type CommandRow = Selectable<Tables["access.command"]>;
/** One statement, its own transaction: the command is known before it is sent. */
export const giveCommand = (
  db: Db<Tables>,
  row: Omit<CommandRow, "outcome" | "reason" | "grant" | "release_reason"> & Partial<Pick<CommandRow, "grant" | "release_reason">>,
) =>
  db
    .insertInto("access.command")
    .values({ release_reason: null, ...row, outcome: null, reason: null })
    .execute();

/** Writes down how it ended, once; undefined when that is known already. */
export const settle = (tx: Tx<Tables>, id: string, outcome: string, reason: string | null): Promise<CommandRow | undefined> =>
  tx
    .updateTable("access.command")
    .set({ outcome, reason })
    .where("id", "=", id)
    .where("outcome", "is", null)
    .returningAll()
    .executeTakeFirst();

/** The right by which a parcel's door was last opened from a phone. */
export const lastPickup = async (db: Db<Tables>, parcel: string): Promise<string | null> =>
  (
    await db
      .selectFrom("access.command")
      .select("grant")
      .where("parcel", "=", parcel)
      .where("purpose", "=", "pickup")
      .where("outcome", "in", ["opened", "unknown"])
      .orderBy("given_at", "desc")
      .limit(1)
      .executeTakeFirst()
  )?.grant ?? null;

/** Whether a command of this courier opened, or may have opened, this very door for this parcel since then. */
export const wasOpenedFor = async (
  db: Db<Tables>,
  of: Pick<CommandRow, "purpose" | "station" | "compartment" | "actor"> & { readonly parcel: string },
  since: Date,
): Promise<boolean> =>
  (await db
    .selectFrom("access.command")
    .select("id")
    .where("parcel", "=", of.parcel)
    .where("purpose", "=", of.purpose)
    .where("action", "=", "open")
    .where("station", "=", of.station)
    .where("compartment", "=", of.compartment)
    .where("actor", "=", of.actor)
    .where("given_at", ">", since)
    .where((eb) => eb.or([eb("outcome", "is", null), eb("outcome", "in", ["opened", "unknown"])]))
    .limit(1)
    .executeTakeFirst()) !== undefined;

/** By which right a command was given; null: by none of its own. */
export const grantOf = async (db: Db<Tables>, id: string): Promise<string | null> =>
  (await db.selectFrom("access.command").select("grant").where("id", "=", id).executeTakeFirst())?.grant ?? null;

export const unsettled = (db: Db<Tables>, before: Date): Promise<{ id: string }[]> =>
  db.selectFrom("access.command").select("id").where("outcome", "is", null).where("given_at", "<=", before).limit(500).execute();
