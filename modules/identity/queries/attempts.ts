import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import { later, pauseAfter, triesForgottenHours } from "../domain.ts";
import type { Tables } from "../tables.ts";

/**
 * Counts a try for `subject` unless its pause is not over; returns when the next is allowed if so. Row-locked, so that of parallel tries
 * each one is counted before anything is compared (I-34).
 */
export async function countTry(
  db: Db<Tables>,
  subject: string,
  pauses: Parameters<typeof pauseAfter>[0],
  now: Date,
): Promise<Date | undefined> {
  return db.transaction().execute(async (tx) => {
    // One statement makes or locks the row: between two, a right try beside this one may have deleted it.
    const row = await tx
      .insertInto("identity.attempt")
      .values({ subject, tries: 0, last_at: now, next_at: now })
      .onConflict((c) => c.column("subject").doUpdateSet(({ ref }) => ({ tries: ref("identity.attempt.tries") })))
      .returningAll()
      .executeTakeFirstOrThrow();
    if (row.next_at > now) return row.next_at;
    const tries = row.last_at <= later(now, -triesForgottenHours * 3_600) ? 1 : row.tries + 1;
    await tx
      .updateTable("identity.attempt")
      .set({ tries, last_at: now, next_at: later(now, pauseAfter(pauses, tries)) })
      .where("subject", "=", subject)
      .execute();
    return undefined;
  });
}

/** After a right password earlier wrong ones no longer count. */
export async function forgetTries(db: Db<Tables>, subject: string): Promise<void> {
  await sql`delete from identity.attempt where subject = ${subject}`.execute(db);
}
