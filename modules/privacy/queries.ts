import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Insertable, Selectable } from "kysely";
import type { Erasure, LegalHold } from "./contract.ts";
import type { Tables } from "./tables.ts";

export type ErasureRow = Selectable<Tables["privacy.erasure"]>;
type HoldRow = Selectable<Tables["privacy.hold"]>;

export const erasureView = (row: ErasureRow): Erasure => ({
  id: row.id,
  state: row.state,
  askedBy: row.asked_by,
  reason: row.reason,
  askedAt: row.asked_at.toISOString(),
  dueAt: row.due_at.toISOString(),
  waitsFor: row.waits_for,
  endedAt: row.ended_at?.toISOString() ?? null,
});
export const holdView = (row: HoldRow): LegalHold => ({
  id: row.id,
  subject: row.subject,
  parcel: row.parcel,
  reason: row.reason,
  placedBy: row.placed_by,
  placedAt: row.placed_at.toISOString(),
  releasedBy: row.released_by,
  releasedAt: row.released_at?.toISOString() ?? null,
});

export const insertErasure = (tx: Tx<Tables>, row: Insertable<Tables["privacy.erasure"]>) =>
  tx.insertInto("privacy.erasure").values(row).execute();

/** The erasure of this person that is not done yet. */
export const scheduled = (db: Db<Tables>, subject: string): Promise<ErasureRow | undefined> =>
  db.selectFrom("privacy.erasure").selectAll().where("subject", "=", subject).where("state", "=", "scheduled").executeTakeFirst();

export const due = (db: Db<Tables>, at: Date, limit: number): Promise<ErasureRow[]> =>
  db
    .selectFrom("privacy.erasure")
    .selectAll()
    .where("state", "=", "scheduled")
    .where("next_at", "<=", at)
    .orderBy("next_at")
    .limit(limit)
    .execute();

/** Ends it, once; undefined when somebody else has. */
export const end = (tx: Tx<Tables>, id: string, state: "erased" | "withdrawn", at: Date): Promise<ErasureRow | undefined> =>
  tx
    .updateTable("privacy.erasure")
    .set({ state, ended_at: at, waits_for: null })
    .where("id", "=", id)
    .where("state", "=", "scheduled")
    .returningAll()
    .executeTakeFirst();

export const wait = (db: Db<Tables>, id: string, waits_for: Erasure["waitsFor"], next_at: Date) =>
  db.updateTable("privacy.erasure").set({ waits_for, next_at }).where("id", "=", id).where("state", "=", "scheduled").execute();

export const erasures = (db: Db<Tables>, limit: number): Promise<ErasureRow[]> =>
  db.selectFrom("privacy.erasure").selectAll().orderBy("asked_at", "desc").orderBy("id", "desc").limit(limit).execute();

/** Notes an erasure that another database has seen. */
export const noteErasure = (tx: Tx<Tables>, row: Insertable<Tables["privacy.erasure"]>) =>
  tx
    .insertInto("privacy.erasure")
    .values(row)
    .onConflict((c) => c.column("id").doUpdateSet({ state: "erased", ended_at: row.ended_at as Date, waits_for: null }))
    .execute();

export const insertHold = (tx: Tx<Tables>, row: Insertable<Tables["privacy.hold"]>) => tx.insertInto("privacy.hold").values(row).execute();

/** Releases it, once: the first time stands. Undefined when there is none. */
export async function releaseHold(tx: Tx<Tables>, id: string, by: string, at: Date): Promise<{ row: HoldRow; isNew: boolean } | undefined> {
  const changed = await tx
    .updateTable("privacy.hold")
    .set({ released_by: by, released_at: at })
    .where("id", "=", id)
    .where("released_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  const row = changed ?? (await tx.selectFrom("privacy.hold").selectAll().where("id", "=", id).executeTakeFirst());
  return row && { row, isNew: changed !== undefined };
}

export const holds = (db: Db<Tables>): Promise<HoldRow[]> =>
  db.selectFrom("privacy.hold").selectAll().orderBy("placed_at", "desc").orderBy("id", "desc").limit(1_000).execute();

/** Whether the person, or one of these parcels, is on hold. */
export async function isHeld(db: Db<Tables>, subject: string, parcels: readonly string[]): Promise<boolean> {
  const row = await db
    .selectFrom("privacy.hold")
    .select("id")
    .where("released_at", "is", null)
    .where((eb) => eb.or([eb("subject", "=", subject), ...(parcels.length === 0 ? [] : [eb("parcel", "in", [...parcels])])]))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
