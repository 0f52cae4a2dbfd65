import { casesOf, rowsOfPerson, shownRows, type ShownRow } from "@pigeonhole/kit/histories/of-person";
import type { Db } from "@pigeonhole/kit/db";
import type { History } from "@pigeonhole/kit/histories/history";
import type { Shelf } from "@pigeonhole/kit/histories/shelf";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { HistoryKeeping } from "../archive/archiving.ts";
import * as archive from "../archive/queries.ts";
import { about, archiveView, openArchive } from "../archive/reading.ts";
import type { Tables } from "../tables.ts";
import { keptKinds, maxKept, type Kept } from "./contract.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly personal: Personal;
  readonly histories: readonly History[];
  readonly shelf: Shelf | null;
  readonly keeping: HistoryKeeping;
}
interface Person {
  readonly subject: string;
  readonly customer: string | undefined;
}

/** Files of the archive that one answer opens at most, the newest: each has a hundred parcels. */
const maxFiles = 20;

/**
 * What modules keep of a person beside what they say themselves: every table's rows by the modules' own word of what is shown (`history.ts`), and
 * what has left for the archive.
 */
export async function everything(needs: Needs, { subject, customer }: Person): Promise<readonly Kept[]> {
  const person = { subject, customer: customer === undefined ? null : `customer:${customer}` };
  const cases = await casesOf(needs, subject, maxKept);
  const rows = [...(await rowsOfPerson(needs, person, cases))];
  const records = Map.groupBy(rows, ({ as }) => as);
  const kept = [...records].flatMap(([as, of]) => {
    const what = keptKinds.find((kind) => kind === as);
    if (!what) throw new Error(`rows are shown as ${as}, which is no kind of what is kept`);
    return [{ what, records: of.slice(0, maxKept).map(record) }];
  });
  const archived = await archivedOf(needs, subject);
  return [...kept, ...(archived.length > 0 ? [{ what: "archived" as const, records: archived.slice(0, maxKept) }] : [])];
}

const record = ({ table, row }: ShownRow): Record<string, unknown> => ({ table, ...row });

/** What is in the archive of them: which parcel, until when, and its rows as far as the files can be opened here. */
async function archivedOf(needs: Needs, subject: string): Promise<readonly Record<string, unknown>[]> {
  const { db, personal, histories, shelf, keeping } = needs;
  const theirs = await archive.ofPerson(db, subject, maxKept);
  const records: Record<string, unknown>[] = [];
  for (const [id, of] of [...Map.groupBy(theirs, (each) => each.archive)].slice(0, maxFiles)) {
    const file = await archive.find(db, id);
    if (!file) continue;
    const { keptUntil } = archiveView(file, keeping);
    // A file that is missing keeps nobody from seeing the rest; whoever runs this is told by `archive verify`.
    const tables = shelf && (await openArchive({ db, personal, shelf, histories }, id).catch(() => null));
    for (const { parcel } of of) {
      records.push({ parcel, keptUntil, ...(tables ? {} : { isReadable: false }) });
      if (!tables) continue;
      const rows = await shownRows(needs, subject, about(tables, parcel));
      records.push(...rows.map(record));
    }
  }
  return records;
}
