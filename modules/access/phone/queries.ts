import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";

interface Limit {
  readonly burst: number;
  readonly forgiveSeconds: number;
}

/** Counts an attempt in one statement that commits by itself. False when there have been too many. A clock that goes back forgives nothing. */
export async function count(db: Db<Tables>, grant: string, { burst, forgiveSeconds }: Limit, now: Date): Promise<boolean> {
  const spent = sql`greatest(0, a.spent - greatest(0, extract(epoch from ${now}::timestamptz - a.counted_at)::float8) / ${forgiveSeconds}) + 1`;
  const { rows } = await sql`
    insert into access.phone_attempt as a ("grant", spent, counted_at) values (${grant}, 1, ${now})
    on conflict ("grant") do update set spent = ${spent}, counted_at = greatest(a.counted_at, ${now}::timestamptz)
    where ${spent} <= ${burst} returning spent`.execute(db);
  return rows.length === 1;
}

/** The attempt was rightful. One statement, its own transaction. */
export async function giveBack(db: Db<Tables>, grant: string): Promise<void> {
  await sql`update access.phone_attempt set spent = greatest(0, spent - 1) where "grant" = ${grant}`.execute(db);
}

/** Forgets attempts that nobody will ask about. */
export async function forget(db: Db<Tables>, before: Date): Promise<void> {
  await db.deleteFrom("access.phone_attempt").where("counted_at", "<", before).execute();
}
