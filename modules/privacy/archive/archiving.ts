import type { Now } from "@pigeonhole/kit/clock";
import { atOneMoment, type Db, type Tx } from "@pigeonhole/kit/db";
import { fileName, keyName, openFile, sealFile, sha256 } from "@pigeonhole/kit/histories/file";
import type { History } from "@pigeonhole/kit/histories/history";
import { Changed, due, endedCases, heldWith, read, remove, type HeldIds, type Selection } from "@pigeonhole/kit/histories/rows";
import type { Shelf } from "@pigeonhole/kit/histories/shelf";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import { Archived, ArchiveEnded } from "../events.ts";
import type { Tables } from "../tables.ts";
import type { Tombstones } from "../tombstones.ts";
import * as queries from "./queries.ts";

/** How long histories are kept. Days. */
export interface HistoryKeeping {
  /** In the database, after the end of what they are about. */
  readonly hotDays: number;
  /** In the archive, after the file was made. */
  readonly archiveDays: number;
}
export interface Archiving {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly random: Random;
  readonly personal: Personal;
  readonly tombstones: Tombstones;
  readonly shelf: Shelf;
  readonly histories: readonly History[];
  readonly keeping: HistoryKeeping;
}

const dayMs = 86_400_000;
/** Parcels of one file, and rows of one table that go into a file by age. */
const atMost = { parcels: 100, rows: 2_000 } as const;
/** What is overdue by so long goes even if it does not fill a file. Days. */
const patienceDays = 1;
/** Files of one run of the job. */
const filesPerRun = 20;
/** Archives whose time is looked at in one run. */
const endsPerRun = 1_000;

/** What must not leave: the holds, the parcels of whoever is held, and those of them that are in the archive. */
async function held({ db, histories }: Archiving): Promise<HeldIds> {
  return heldWith(db, histories, await queries.heldIds(db));
}

/**
 * Moves what has been finished for `hotDays` into files, one after the other, in steps of which each may be the last: what was decided is written
 * down, then the file is written, then its rows are deleted in one transaction, if they are exactly those in the file. Whoever comes
 * next goes on where the last one ended. Returns how many files were made.
 */
export const archiveDue = (needs: Archiving): Promise<number> =>
  alone(needs, async () => {
    let files = 0;
    for (let step = 0; step < filesPerRun * 3 && files < filesPerRun; step++) {
      const row = (await queries.atWork(needs.db)) ?? (await plan(needs));
      if (!row) break;
      if (row.state === "ending") await finishEnding(needs, row);
      else if (await isHeldBack(needs, row)) await dissolve(needs, row);
      else if (row.state === "writing") await write(needs, row);
      else if (await take(needs, row)) files++;
    }
    return files;
  });

/** One process at a time; the others return at once. */
const alone = (needs: Archiving, work: () => Promise<number>): Promise<number> =>
  needs.db.transaction().execute(async (tx) => ((await queries.lockArchive(tx)) ? work() : 0));

async function plan(needs: Archiving): Promise<queries.ArchiveRow | undefined> {
  const { db, now, newId, histories, keeping } = needs;
  const before = new Date(now().getTime() - keeping.hotDays * dayMs);
  const patient = new Date(before.getTime() - patienceDays * dayMs);
  const kept = await held(needs);
  const [heldCases, heldPersons] = [new Set(kept.cases), new Set(kept.persons)];
  const isFree = (each: { readonly id: string; readonly person: string | null }): boolean =>
    !heldCases.has(each.id) && !(each.person !== null && heldPersons.has(each.person));
  const cases = await endedCases(db, histories, { before, limit: atMost.parcels, isFree });
  const isPressing =
    cases.length === atMost.parcels ||
    (cases.length > 0 && (await endedCases(db, histories, { before: patient, limit: 1, isFree })).length > 0);
  const base = { id: newId(), made_at: now() };
  if (isPressing) return db.transaction().execute((tx) => queries.insert(tx, { ...base, kind: "parcels", plan: {} }, cases));
  const until = await due(db, histories, { before, patient, held: kept, limit: atMost.rows });
  if (Object.keys(until).length === 0) return undefined;
  return db.transaction().execute((tx) => queries.insert(tx, { ...base, kind: "by_age", plan: { until, held: kept } }, []));
}

async function selectionOf({ db }: Archiving, row: queries.ArchiveRow): Promise<Selection> {
  if (row.kind === "by_age") return { until: row.plan.until!, held: row.plan.held! };
  return { cases: (await queries.casesIn(db, row.id)).map(({ parcel }) => parcel) };
}

/** Whether something in it was put on hold after it was decided that it leaves. */
async function isHeldBack(needs: Archiving, row: queries.ArchiveRow, db: Db<Tables> = needs.db): Promise<boolean> {
  const kept = await held({ ...needs, db });
  if (row.kind === "by_age") return JSON.stringify(kept) !== JSON.stringify(row.plan.held);
  const inside = await queries.casesIn(db, row.id);
  return inside.some(({ parcel, subject }) => kept.cases.includes(parcel) || (subject !== null && kept.persons.includes(subject)));
}

/** Gives an archive up before anything was deleted for it. */
async function dissolve({ db, shelf, personal }: Archiving, row: queries.ArchiveRow): Promise<void> {
  await shelf.remove(fileName(row.id));
  await db.transaction().execute(async (tx) => {
    await personal.forgetKey(tx, keyName(row.id));
    await queries.drop(tx, row.id);
  });
}

async function write(needs: Archiving, row: queries.ArchiveRow): Promise<void> {
  const { db, shelf, personal, random, histories } = needs;
  const selection = await selectionOf(needs, row);
  const tables = await atOneMoment(db, (snapshot) => read(snapshot, histories, selection));
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  if (rows === 0) return dissolve(needs, row);
  const key = await personal.key(db, keyName(row.id));
  const bytes = await sealFile({ archive: row.id, madeAt: row.made_at, key, random }, tables);
  await shelf.put(fileName(row.id), bytes);
  await queries.move(db, row.id, "writing", "written", { sha256: sha256(bytes), bytes: bytes.length, rows });
}

/** Deletes what the file holds, after reading the file once more from where it stands. False: it has to be written anew. */
async function take(needs: Archiving, row: queries.ArchiveRow): Promise<boolean> {
  const { db, shelf, personal, histories, log, now } = needs;
  const again = async (why: string): Promise<false> => {
    log.warn({ archive: row.id, why }, "a file of the archive is written anew");
    await queries.move(db, row.id, "written", "writing", { sha256: null, bytes: null, rows: null });
    return false;
  };
  const bytes = await shelf.get(fileName(row.id)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  const key = await personal.knownKey(db, keyName(row.id));
  if (!bytes || !key || sha256(bytes) !== row.sha256) return again("it is not as it was written");
  const kept = await openFile(bytes, key);
  const selection = await selectionOf(needs, row);
  try {
    await db.transaction().execute(async (tx) => {
      await queries.lockHolds(tx);
      if (await isHeldBack(needs, row, tx)) throw new Changed("it was put on hold meanwhile");
      if (!(await queries.move(tx, row.id, "written", "kept"))) throw new Changed("another process has it");
      await remove(tx, histories, selection, kept);
      await publish(tx, now(), Archived, {
        archive: row.id,
        kind: row.kind,
        sha256: row.sha256!,
        rows: row.rows!,
        parcels: row.parcels,
      });
    });
  } catch (error) {
    if (error instanceof Changed) return again(error.message);
    throw error;
  }
  return true;
}

/** Destroys what has been kept for `archiveDays` and is not on hold: first the key, for good, then the file. Returns how many files. */
export const endDue = (needs: Archiving): Promise<number> =>
  alone(needs, async () => {
    const { db, now, keeping } = needs;
    const before = new Date(now().getTime() - keeping.archiveDays * dayMs);
    let ended = 0;
    for (const row of await queries.keptBefore(db, before, endsPerRun)) if (await end(needs, row)) ended++;
    return ended;
  });

async function end(needs: Archiving, row: queries.ArchiveRow): Promise<boolean> {
  const { db, now, personal, tombstones } = needs;
  const isEnding = await db.transaction().execute(async (tx) => {
    await queries.lockHolds(tx);
    if (await holdsSomething(needs, row, tx)) return false;
    if (!(await queries.move(tx, row.id, "kept", "ending"))) return false;
    // On the disk before the key is gone, and not before it is certain that nothing holds it.
    await tombstones.write({ archive: row.id, at: now().toISOString() });
    await personal.forgetKey(tx, keyName(row.id));
    await queries.forgetCases(tx, row.id);
    await publish(tx, now(), ArchiveEnded, { archive: row.id, sha256: row.sha256! });
    return true;
  });
  if (isEnding) await finishEnding(needs, row);
  return isEnding;
}

async function finishEnding({ db, shelf, now }: Archiving, { id }: queries.ArchiveRow): Promise<void> {
  await shelf.remove(fileName(id));
  await queries.move(db, id, "ending", "ended", { ended_at: now() });
}

/** Whether something on hold is in it. What left by age is looked through: facts and logs name parcels in their text. */
async function holdsSomething(needs: Archiving, row: queries.ArchiveRow, db: Db<Tables> | Tx<Tables>): Promise<boolean> {
  if (row.kind === "parcels") return isHeldBack(needs, row, db);
  const kept = await held({ ...needs, db });
  const archived = await Promise.all(kept.persons.map((person) => queries.ofPerson(db, person, endsPerRun)));
  const ids = [...kept.cases, ...kept.persons, ...archived.flat().map(({ parcel }) => parcel)];
  if (ids.length === 0) return false;
  const key = await needs.personal.knownKey(db, keyName(row.id));
  if (!key) return false;
  const tables = await openFile(await needs.shelf.get(fileName(row.id)), key);
  return tables.some(({ rows }) => rows.some((text) => ids.some((id) => text.includes(id))));
}
