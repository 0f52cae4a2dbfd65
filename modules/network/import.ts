import { open } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import { demandAcceptance, held, lacksOf, mayServe, sentenceOf, unknownCabinet } from "./acceptance/domain.ts";
import { admitWaived, tellHeld } from "./acceptance/holding.ts";
import * as acceptance from "./acceptance/queries.ts";
import type { Station } from "./contract.ts";
import * as domain from "./domain.ts";
import { limits, rowsOf, type Format } from "./import-file.ts";
import { readRow, rowRefusals, type GoodRow, type RowRefusal } from "./import-row.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** So many stations are written with their facts in one transaction. */
const batchSize = 500;

interface Options {
  readonly now: Now;
  readonly newId: NewId;
  /** Told by the file's first character when it is not given. */
  readonly format?: Format | undefined;
  /** Columns and fields whose names are not known are refused unless this is true. */
  readonly ignoreUnknown?: boolean;
  /** Status of new stations whose rows state none. */
  readonly status?: Station["status"];
  /** Why stations that become active by this import serve without an acceptance of their cabinets, e.g. since they are other people's. */
  readonly waiver?: string | undefined;
  readonly actor?: string;
}

/** A row that was left out: `row` counts the stations of the file from 1, a CSV's header not counted. */
export interface RefusedRow {
  readonly row: number;
  readonly code: RowRefusal;
  readonly sentence: string;
}
/** `rows` = `created` + `changed` + `unchanged` + the refused ones. */
export interface ImportReport {
  readonly rows: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
}

/**
 * Imports the stations of a file (a path, or its bytes): CSV, a JSON array, or a GeoJSON FeatureCollection; import-columns.ts names the
 * fields. A file that cannot be read as a whole is refused (Refused, see import-file.ts) and nothing is written. Otherwise each good row
 * is written and each bad one reported; a bad row hinders no other. What a row does not state stays as it is. Importing the same again
 * changes nothing and tells nobody. Batches commit one after the other: an import that was killed is completed by running it again.
 */
export async function importStations(
  db: Db<Tables>,
  file: string | Uint8Array,
  { now, newId, format, ignoreUnknown = false, status = "provisioning", waiver, actor = "module:network" }: Options,
): Promise<ImportReport> {
  const raw = rowsOf(typeof file === "string" ? await bytesOf(file) : file, format, ignoreUnknown);
  const counts = { created: 0, changed: 0, unchanged: 0 };
  const refused: RefusedRow[] = [];
  const keys = new Map<string, number>();
  for (let start = 0; start < raw.length; start += batchSize) {
    const good: (GoodRow & { readonly row: number })[] = [];
    for (const [i, cells] of raw.slice(start, start + batchSize).entries()) {
      const row = start + i + 1;
      refusing(refused, row, () => {
        const read = readRow(cells, ignoreUnknown);
        const first = keys.get(read.key);
        if (first !== undefined) throw new Refused("duplicate", `The same station is in row ${first} already.`);
        keys.set(read.key, row);
        good.push({ ...read, row });
      });
    }
    if (good.length > 0) await importBatch(db, good, { now, newId, status, waiver, actor }, counts, refused);
  }
  return { rows: raw.length, ...counts, refused: refused.toSorted((a, b) => a.row - b.row) };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  await using file = await open(path).catch((cause: unknown) => {
    throw new Refused("file_unreadable", `The file ${path} cannot be opened: ${(cause as Error).message}.`);
  });
  const { size } = await file.stat();
  if (size > limits.bytes) throw new Refused("file_too_large", `The file has ${size} bytes; at most ${limits.bytes} are read.`);
  return file.readFile();
}

/** Notes a refusal of `attempt` for `row`; whatever else is thrown goes on. */
function refusing(refused: RefusedRow[], row: number, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const known = rowRefusals.find((code) => code === error.code);
    refused.push({ row, code: known ?? "field_invalid", sentence: error.message });
  }
}

async function importBatch(
  db: Db<Tables>,
  good: readonly (GoodRow & { readonly row: number })[],
  { now, newId, status, waiver, actor }: Required<Pick<Options, "now" | "newId" | "status" | "actor">> & Pick<Options, "waiver">,
  counts: { created: number; changed: number; unchanged: number },
  refused: RefusedRow[],
): Promise<void> {
  const written = await db.transaction().execute(async (tx) => {
    await queries.lockImports(tx);
    const known = await queries.lockKnown(
      tx,
      good.map(({ key }) => key),
      good.flatMap(({ id }) => id ?? []),
    );
    const byKey = new Map(known.flatMap((entry) => (entry.key === null ? [] : [[entry.key, entry.station]])));
    const byId = new Map(known.map(({ station }) => [station.id, station]));
    const cabinetOf = await acceptance.cabinets(tx, [...byId.keys()]);
    const waived: string[] = [];
    const suspended: { before: Station; next: Station }[] = [];
    const save: { key: string; station: Station; isNew: boolean }[] = [];
    const taken = new Set<string>();
    for (const { key, id, said, row } of good) {
      refusing(refused, row, () => {
        const before = byKey.get(key) ?? (id === null ? undefined : byId.get(id));
        if (before && taken.has(before.id)) throw new Refused("duplicate", "The same station is in an earlier row already.");
        const wanted = before ? domain.change(before, said) : domain.found(id ?? newId(), { ...said, status: said.status ?? status });
        const cabinet = cabinetOf.get(wanted.id) ?? unknownCabinet;
        const isNewlyActive = wanted.status === "active" && before?.status !== "active";
        if (isNewlyActive && waiver === undefined) demandAcceptance(wanted, cabinet);
        // Doors that are new to a station in service have not been tried.
        const station = isNewlyActive ? wanted : held(wanted, cabinet);
        if (isNewlyActive && !mayServe(wanted, cabinet)) waived.push(wanted.id);
        if (before && station !== wanted) suspended.push({ before, next: wanted });
        taken.add(station.id);
        if (before && isDeepStrictEqual(before, station)) counts.unchanged++;
        else save.push({ key, station, isNew: !before });
      });
    }
    await queries.save(tx, now(), save);
    for (const id of waived) await admitWaived(tx, id, waiver!, { actor, at: now() });
    for (const { before, next } of suspended)
      await tellHeld(tx, before, sentenceOf(lacksOf(next, cabinetOf.get(next.id) ?? unknownCabinet)), { actor, at: now() });
    return save;
  });
  for (const { isNew } of written) counts[isNew ? "created" : "changed"]++;
}
