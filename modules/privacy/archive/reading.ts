import type { Db } from "@pigeonhole/kit/db";
import { fileName, keyName, openFile, sha256, type TableRows } from "@pigeonhole/kit/histories/file";
import type { History } from "@pigeonhole/kit/histories/history";
import type { Shelf } from "@pigeonhole/kit/histories/shelf";
import { unlessErased, type Personal } from "@pigeonhole/kit/personal/personal";
import type { Tables } from "../tables.ts";
import type { HistoryKeeping } from "./archiving.ts";
import type { Archive, Keeping } from "./contract.ts";
import * as queries from "./queries.ts";

const dayMs = 86_400_000;

/** What is said of an archive to people. */
export const archiveView = (row: queries.ArchiveRow, { archiveDays }: HistoryKeeping): Archive => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  madeAt: row.made_at.toISOString(),
  keptUntil: row.ended_at ? null : new Date(row.made_at.getTime() + archiveDays * dayMs).toISOString(),
  parcels: row.parcels,
  rows: row.rows,
  bytes: row.bytes,
  sha256: row.sha256,
  endedAt: row.ended_at?.toISOString() ?? null,
});

export async function keepingView(
  db: Db<Tables>,
  { keeping, shelf }: { readonly keeping: HistoryKeeping; readonly shelf: Shelf | null },
  { limit, parcel }: { readonly limit: number; readonly parcel?: string | undefined },
): Promise<Keeping> {
  const rows = await queries.list(db, limit, parcel);
  return {
    isOn: shelf !== null,
    hotDays: keeping.hotDays,
    archiveDays: keeping.archiveDays,
    ...(await queries.totals(db)),
    archives: rows.map((row) => archiveView(row, keeping)),
  };
}

interface Reading {
  readonly db: Db<Tables>;
  readonly personal: Personal;
  readonly shelf: Shelf;
  readonly histories: readonly History[];
}
/** One row of an archive. */
export interface ReadRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** The rows of a file, sealed values as they are. Throws an Error that says what is in the way: destroyed, missing, altered. */
export async function openArchive({ db, personal, shelf }: Reading, id: string): Promise<readonly TableRows[]> {
  const row = await queries.find(db, id);
  if (!row) throw new Error(`there is no archive ${id}`);
  if (row.state === "ending" || row.state === "ended") throw new Error(`archive ${id} was destroyed: nobody can read it any more`);
  const bytes = await shelf.get(fileName(id)).catch((cause: unknown) => {
    throw new Error(`the file of archive ${id} is not there`, { cause });
  });
  if (row.sha256 !== null && sha256(bytes) !== row.sha256)
    throw new Error(`the file of archive ${id} is another than was written: its hash is ${sha256(bytes)}, not ${row.sha256}`);
  const key = await personal.knownKey(db, keyName(id));
  if (!key) throw new Error(`the key of archive ${id} is gone`);
  return openFile(bytes, key);
}

/** The same, with what is sealed for persons in clear; null for whoever is erased. */
export async function openedRows(reading: Reading, tables: readonly TableRows[]): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  for (const { table, rows: texts } of tables) {
    const sealed = Object.entries(sealedIn(reading.histories, table));
    for (const text of texts) {
      const row = JSON.parse(text) as Record<string, unknown>;
      for (const [column, place] of sealed)
        if (row[column] !== "" && typeof row[column] === "string")
          row[column] = (await unlessErased(reading.personal.open(reading.db, place(row), row[column]))) ?? null;
      rows.push({ table, row });
    }
  }
  return rows;
}

const sealedIn = (histories: readonly History[], table: string) =>
  histories.flatMap((history) => history.tables).find((each) => each.table === table)?.sealed ?? {};

/** The rows that name this parcel. */
export const about = (tables: readonly TableRows[], parcel: string): readonly TableRows[] =>
  tables.flatMap(({ table, rows }) => {
    const named = rows.filter((text) => text.includes(parcel));
    return named.length === 0 ? [] : [{ table, rows: named }];
  });

/** What is wrong with the files of the archive, one sentence each; none: each is there and as it was written. Files that nobody knows are told too. */
export async function faults(
  { db, shelf }: Pick<Reading, "db" | "shelf">,
  /** The hash of each archive as the audit trail has it. */
  trail: ReadonlyMap<string, string>,
): Promise<{ readonly looked: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  const known = new Set<string>();
  const rows = await queries.list(db, 1_000_000);
  for (const row of rows.filter(({ state }) => state !== "ended")) {
    known.add(fileName(row.id));
    if (row.state !== "kept") continue;
    const bytes = await shelf.get(fileName(row.id)).catch(() => undefined);
    if (!bytes) wrong.push(`${row.id}: its file is not there`);
    else if (sha256(bytes) !== row.sha256) wrong.push(`${row.id}: its file is another than was written`);
    else if (trail.has(row.id) && trail.get(row.id) !== row.sha256) wrong.push(`${row.id}: the audit trail says another hash`);
    else if (!trail.has(row.id)) wrong.push(`${row.id}: the audit trail does not know it`);
  }
  for (const name of await shelf.list()) if (!known.has(name)) wrong.push(`${name}: nobody knows this file`);
  return { looked: known.size, wrong };
}
