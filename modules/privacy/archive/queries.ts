import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Case, HeldIds } from "@pigeonhole/kit/histories/rows";
import { sql, type Selectable } from "kysely";
import type { Plan, Tables } from "../tables.ts";
import type { ArchiveKind, ArchiveState } from "./contract.ts";

export type ArchiveRow = Selectable<Tables["privacy.archive"]>;

/** While the outer transaction lasts nobody else does this work. False: somebody does. */
export async function lockArchive(tx: Tx<Tables>): Promise<boolean> {
  const { rows } = await sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext('privacy.archive')) as mine`.execute(tx);
  return rows[0]!.mine;
}

/** Nobody places a hold before the transaction ends. */
export const lockHolds = (tx: Tx<Tables>) => sql`lock table privacy.hold in share mode`.execute(tx);

export async function heldIds(db: Db<Tables>): Promise<HeldIds> {
  const rows = await db.selectFrom("privacy.hold").select(["parcel", "subject"]).where("released_at", "is", null).execute();
  const unique = (ids: readonly (string | null)[]): string[] => [...new Set(ids.filter((id) => id !== null))].toSorted();
  return { cases: unique(rows.map(({ parcel }) => parcel)), persons: unique(rows.map(({ subject }) => subject)) };
}

export async function insert(
  tx: Tx<Tables>,
  row: { readonly id: string; readonly kind: ArchiveKind; readonly plan: Plan; readonly made_at: Date },
  cases: readonly Case[],
): Promise<ArchiveRow> {
  const inserted = await tx
    .insertInto("privacy.archive")
    .values({
      ...row,
      plan: JSON.stringify(row.plan),
      state: "writing",
      sha256: null,
      bytes: null,
      rows: null,
      parcels: cases.length,
      ended_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  if (cases.length > 0)
    await tx
      .insertInto("privacy.archived")
      .values(cases.map(({ id, person }) => ({ parcel: id, subject: person, archive: row.id })))
      .execute();
  return inserted;
}

/** What was begun and is not done. */
export const atWork = (db: Db<Tables>): Promise<ArchiveRow | undefined> =>
  db
    .selectFrom("privacy.archive")
    .selectAll()
    .where("state", "in", ["writing", "written", "ending"])
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();

/** The parcels in an archive, and whose they are. */
export const casesIn = (db: Db<Tables>, archive: string) =>
  db.selectFrom("privacy.archived").select(["parcel", "subject"]).where("archive", "=", archive).orderBy("parcel").execute();

/** Moves it from one state to the next; false when somebody else has. */
export async function move(
  db: Db<Tables>,
  id: string,
  from: ArchiveState,
  to: ArchiveState,
  more: Partial<Pick<ArchiveRow, "sha256" | "bytes" | "rows" | "ended_at">> = {},
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("privacy.archive")
    .set({ state: to, ...more })
    .where("id", "=", id)
    .where("state", "=", from)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** An archive that was never kept: nothing of it remains. */
export const drop = (tx: Tx<Tables>, id: string) =>
  tx.deleteFrom("privacy.archive").where("id", "=", id).where("state", "in", ["writing", "written"]).execute();

/** Kept ones that were made before, the oldest first. */
export const keptBefore = (db: Db<Tables>, before: Date, limit: number): Promise<ArchiveRow[]> =>
  db
    .selectFrom("privacy.archive")
    .selectAll()
    .where("state", "=", "kept")
    .where("made_at", "<=", before)
    .orderBy("made_at")
    .orderBy("id")
    .limit(limit)
    .execute();

/** Nobody asks any more what was in it. */
export const forgetCases = (tx: Tx<Tables>, archive: string) => tx.deleteFrom("privacy.archived").where("archive", "=", archive).execute();

/** A restored database believes that it is still kept: its key is gone, its file goes next. */
export async function endAgain(tx: Tx<Tables>, id: string): Promise<void> {
  await tx.updateTable("privacy.archive").set({ state: "ending" }).where("id", "=", id).where("state", "=", "kept").execute();
  await forgetCases(tx, id);
}

export const find = (db: Db<Tables>, id: string): Promise<ArchiveRow | undefined> =>
  db.selectFrom("privacy.archive").selectAll().where("id", "=", id).executeTakeFirst();

/** The newest first; of one parcel where one is named. */
export function list(db: Db<Tables>, limit: number, parcel?: string): Promise<ArchiveRow[]> {
  const query = db.selectFrom("privacy.archive").selectAll().orderBy("made_at", "desc").orderBy("id", "desc").limit(limit);
  return (
    parcel === undefined
      ? query
      : query.where("id", "in", (eb) => eb.selectFrom("privacy.archived").select("archive").where("parcel", "=", parcel))
  ).execute();
}

/** Files there are, and their bytes. */
export async function totals(db: Db<Tables>): Promise<{ readonly files: number; readonly bytes: number }> {
  const { rows } = await sql<{ files: number; bytes: number }>`select count(*) as files, coalesce(sum(bytes), 0)::bigint as bytes
    from privacy.archive where state = 'kept'`.execute(db);
  return rows[0]!;
}

/** The archived parcels of a person, the newest files first. */
export const ofPerson = (db: Db<Tables>, subject: string, limit: number) =>
  db
    .selectFrom("privacy.archived as a")
    .innerJoin("privacy.archive as f", "f.id", "a.archive")
    .select(["a.parcel", "a.archive"])
    .where("a.subject", "=", subject)
    .where("f.state", "=", "kept")
    .orderBy("f.made_at", "desc")
    .orderBy("a.parcel")
    .limit(limit)
    .execute();
