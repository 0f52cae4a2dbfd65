import { sql, type RawBuilder } from "kysely";
import { atOneMoment, type Db } from "../db.ts";
import { unlessErased, type Personal } from "../personal/personal.ts";
import { sealedFor } from "../personal/sealed.ts";
import type { History, PersonOf, Shown } from "./history.ts";
import { read } from "./rows.ts";

/** A row of a person, under the name by which they are shown it. */
export interface ShownRow {
  readonly as: string;
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}
/** How sealed values are opened, and what each module has said of its tables. */
export interface Showing<T> {
  readonly db: Db<T>;
  readonly personal: Personal;
  readonly histories: readonly History[];
}

/** Every table of which a module has said what its person is shown. */
export const shownTables = (histories: readonly History[]): ReadonlyMap<string, Shown> =>
  new Map(histories.flatMap(({ tables, ofPersons = [] }) => [...tables, ...ofPersons].map(({ table, shown }) => [table, shown])));

/** The cases that are about a person, the newest first, `limit` at most. */
export async function casesOf<T>({ db, histories }: Showing<T>, subject: string, limit: number): Promise<readonly string[]> {
  const cases = new Set<string>();
  for (const { casesOf: query } of histories)
    if (query)
      for (const { id } of (await (query(sql`${[subject]}::uuid[]`) as RawBuilder<{ id: string }>).execute(db)).rows) cases.add(id);
  return [...cases].toSorted().toReversed().slice(0, limit);
}

/** Everything that any module has of a person, as they are shown it: the rows of these cases and the rows about the person, at one moment. */
export async function rowsOfPerson<T>(needs: Showing<T>, person: PersonOf, cases: readonly string[]): Promise<readonly ShownRow[]> {
  const found = await atOneMoment(needs.db, async (moment) => {
    const ofCases = cases.length === 0 ? [] : await read(moment, needs.histories, { cases });
    const about: { table: string; rows: readonly string[] }[] = [];
    for (const { table, ofPerson } of needs.histories.flatMap((history) => [...history.tables, ...(history.ofPersons ?? [])])) {
      if (!ofPerson) continue;
      const { rows } = await sql<{
        row: string;
      }>`select to_json(t)::text as row from ${sql.table(table)} t where ${ofPerson(person)}`.execute(moment);
      about.push({ table, rows: rows.map(({ row }) => row) });
    }
    const said = new Set([...shownTables(needs.histories)].flatMap(([table, shown]) => ("isSaid" in shown && shown.isSaid ? [table] : [])));
    return [...ofCases, ...about].filter(({ table }) => !said.has(table));
  });
  return shownRows(needs, person.subject, found);
}

/** Rows as their person is shown them: what is sealed for them in clear, without what is somebody else's or opens something. Each once. */
export async function shownRows<T>(
  { db, personal, histories }: Showing<T>,
  subject: string,
  tables: readonly { readonly table: string; readonly rows: readonly string[] }[],
): Promise<readonly ShownRow[]> {
  const known = new Map(
    histories.flatMap((history) => [...history.tables, ...(history.ofPersons ?? [])].map((each) => [each.table, each])),
  );
  const shown: ShownRow[] = [];
  const seen = new Set<string>();
  for (const { table, rows } of tables) {
    const { shown: what, sealed = {} } = known.get(table) ?? { shown: { no: "nobody has said what it is" } };
    if ("no" in what) continue;
    for (const text of rows) {
      if (seen.has(`${table} ${text}`)) continue;
      seen.add(`${table} ${text}`);
      const row = JSON.parse(text) as Record<string, unknown>;
      const clear: Record<string, unknown> = {};
      for (const [column, value] of Object.entries(row)) {
        if (value === null || what.without?.includes(column)) continue;
        const place = sealed[column];
        const isSealed = typeof value === "string" && (place !== undefined || sealedFor(value) !== null);
        if (!isSealed) clear[column] = value;
        else if (place && sealedFor(value)?.subject === subject) {
          const opened = await unlessErased(personal.open(db, place(row), value));
          if (opened !== undefined) clear[column.replace(/^sealed_?/, "") || "said"] = parsed(opened);
        }
      }
      shown.push({ as: what.as, table, row: clear });
    }
  }
  return shown;
}

/** Sealed values are JSON or a text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
