// The rows that go into a file, and the same rows taken out of the database: which they are is the modules' word (`history.ts`).
import { sql, type RawBuilder } from "kysely";
import type { Db, Tx } from "../db.ts";
import { digestOf, type TableRows } from "./file.ts";
import type { Held, History, HistoryTable } from "./history.ts";

/** Rows that leave by age, of each table up to this instant, inclusive, in PostgreSQL's own writing: its clock is finer than ours. */
export type Until = Readonly<Record<string, string>>;
/** What goes into one file: these cases with all that belongs to them, or the rows of no case up to some instants. */
export type Selection = { readonly cases: readonly string[] } | { readonly until: Until; readonly held: HeldIds };
export interface HeldIds {
  readonly cases: readonly string[];
  readonly persons: readonly string[];
}

const uuids = (ids: readonly string[]): RawBuilder<unknown> => sql`${[...ids]}::uuid[]`;
const heldSql = ({ cases, persons }: HeldIds): Held => ({ cases: uuids(cases), persons: uuids(persons) });

/** The tables that have rows of this selection, in the order in which those may be deleted, each with the condition. */
function chosen(
  histories: readonly History[],
  selection: Selection,
): readonly { readonly table: HistoryTable; readonly where: RawBuilder<unknown> }[] {
  const tables = histories.flatMap((history) => history.tables);
  if ("cases" in selection)
    return tables.flatMap((table) => (table.ofCases ? [{ table, where: table.ofCases(uuids(selection.cases)) }] : []));
  const held = heldSql(selection.held);
  // A row to which others refer goes when those are gone, so nothing here refers to anything that stands before it in this order.
  return tables.toReversed().flatMap((table) => {
    const until = selection.until[table.table];
    if (!table.byAge || until === undefined) return [];
    return [{ table, where: sql`(${table.byAge.where(held)}) and (${table.byAge.at}) <= ${until}::timestamptz` }];
  });
}

/** The rows of a selection as they are at one moment: call it in a transaction that sees one. */
export async function read<T>(db: Db<T>, histories: readonly History[], selection: Selection): Promise<readonly TableRows[]> {
  const found: TableRows[] = [];
  await sql`set local timezone to 'UTC'`.execute(db);
  for (const { table, where } of chosen(histories, selection)) {
    const { rows } = await sql<{ row: string }>`select to_json(t)::text as row from ${sql.table(table.table)} t where ${where}`.execute(db);
    if (rows.length > 0) found.push({ table: table.table, rows: rows.map(({ row }) => row) });
  }
  return found;
}

/** Thrown when a row is another than the file holds: it was written meanwhile, and the file has to be written anew. */
export class Changed extends Error {
  override readonly name = "Changed";
}

/** Deletes the rows of a selection, and throws `Changed` unless they are exactly those in `kept`. Returns how many. */
export async function remove<T>(
  tx: Tx<T>,
  histories: readonly History[],
  selection: Selection,
  kept: readonly TableRows[],
): Promise<number> {
  let count = 0;
  await sql`set local timezone to 'UTC'`.execute(tx);
  if ("cases" in selection)
    for (const statement of histories.flatMap((history) => history.leaving?.(uuids(selection.cases)) ?? [])) await statement.execute(tx);
  for (const { table, where } of chosen(histories, selection)) {
    const { rows } = await sql<{
      row: string;
    }>`delete from ${sql.table(table.table)} t where ${where} returning to_json(t)::text as row`.execute(tx);
    const inFile = kept.find((each) => each.table === table.table)?.rows ?? [];
    if (digestOf(rows.map(({ row }) => row)) !== digestOf(inFile)) throw new Changed(`${table.table} was written to meanwhile`);
    count += rows.length;
  }
  return count;
}

/**
 * Up to which instant each table's rows leave by age: at most `limit` rows of each that are older than `before`. Empty unless one of them is older
 * than `patient`: a file is not made for a handful of rows.
 */
export async function due<T>(
  db: Db<T>,
  histories: readonly History[],
  { before, patient, held, limit }: { readonly before: Date; readonly patient: Date; readonly held: HeldIds; readonly limit: number },
): Promise<Until> {
  const until: Record<string, string> = {};
  let isPressing = false;
  for (const { table, byAge } of histories.flatMap((history) => history.tables)) {
    if (!byAge) continue;
    const { rows } = await sql<{ until: string | null; pressing: boolean | null }>`
      select max(at)::text as until, min(at) <= ${patient} as pressing
      from (select ${byAge.at} as at from ${sql.table(table)} t where (${byAge.where(heldSql(held))}) and (${byAge.at}) <= ${before}
            order by 1 limit ${limit}) oldest`.execute(db);
    if (rows[0]?.until) until[table] = rows[0].until;
    isPressing ||= rows[0]?.pressing === true;
  }
  return isPressing ? until : {};
}

/** Every case that is held, or is about somebody who is. */
export async function heldWith<T>(db: Db<T>, histories: readonly History[], { cases, persons }: HeldIds): Promise<HeldIds> {
  if (persons.length === 0) return { cases, persons };
  const all = new Set(cases);
  for (const { casesOf } of histories)
    if (casesOf) for (const { id } of (await (casesOf(uuids(persons)) as RawBuilder<{ id: string }>).execute(db)).rows) all.add(id);
  return { cases: [...all].toSorted(), persons };
}

export interface Case {
  readonly id: string;
  readonly person: string | null;
}

/** Cases that ended at or before `before`, with which every module is done and which `isFree` lets go, the oldest first, `limit` at most. */
export async function endedCases<T>(
  db: Db<T>,
  histories: readonly History[],
  { before, limit, isFree }: { readonly before: Date; readonly limit: number; readonly isFree: (each: Case) => boolean },
): Promise<readonly Case[]> {
  const found: Case[] = [];
  for (const { ended } of histories) {
    let after = { at: new Date(0), id: "00000000-0000-0000-0000-000000000000" };
    while (ended && found.length < limit) {
      const { rows } = await (ended(before, after, limit) as RawBuilder<Case & { began_at: Date }>).execute(db);
      const busy = rows.length === 0 ? new Set<string>() : await busyOf(db, histories, rows);
      found.push(...rows.filter((each) => !busy.has(each.id) && isFree(each)).map(({ id, person }) => ({ id, person })));
      const last = rows.at(-1);
      if (!last || rows.length < limit) break;
      after = { at: last.began_at, id: last.id };
    }
  }
  return found.slice(0, limit);
}

/** Those of the cases with which a module is not done. */
async function busyOf<T>(db: Db<T>, histories: readonly History[], cases: readonly Case[]): Promise<ReadonlySet<string>> {
  const ids = uuids(cases.map(({ id }) => id));
  const busy = new Set<string>();
  for (const history of histories)
    if (history.busy) for (const { id } of (await (history.busy(ids) as RawBuilder<{ id: string }>).execute(db)).rows) busy.add(id);
  return busy;
}
