import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { connect, viewAs, type Db } from "@pigeonhole/kit/db";
import { migrate } from "@pigeonhole/kit/migrate";
import { kekName } from "@pigeonhole/kit/personal/key-encryption";
import { rewrap, rewrapping } from "@pigeonhole/kit/personal/rewrap";
import { sealWith } from "@pigeonhole/kit/personal/sealed";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { systemRandom } from "@pigeonhole/kit/random";
import { freePort } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { percentile } from "./percentile.ts";

/** Persons when nobody says how many, each with a key of their own and `valuesEach` sealed values; rows are persons times these two and one. */
const usual = { rows: 1_000_000, valuesEach: 3, readers: 4, writers: 2 } as const;
const atOnce = 2_000;

/**
 * The key-encryption key changes while readers open what was sealed long ago and writers seal for new and known persons (G-43), on a
 * PostgreSQL with its safe defaults, on disk. A process that remembers nothing reads, so that every read unwraps a key. `--rows N`: keys and sealed
 * values together. The former key is taken away at the end, and a sample of everything is read with the new one alone.
 */
export async function rotation(args: readonly string[]): Promise<object> {
  const rows = args[0] === "--rows" ? Number(args[1]) : usual.rows;
  const persons = Math.max(10, Math.round(rows / (usual.valuesEach + 1)));
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-bench-"));
  chmodSync(folder, 0o711); // where user namespaces are forbidden, the server is somebody else
  const server = await startPostgres({ data: path.join(folder, "pg"), port: await freePort() });
  try {
    await migrate(server.url, []);
    const db = connect<never>(server.url, { connections: 16, statementTimeoutMs: 600_000 });
    const now = (): Date => new Date();
    const { keks, keys, personal } = testPersonal(db, now);
    await personal.ready();
    await sql`create table public.value (id uuid primary key, sealed text not null)`.execute(db);
    const ids = await seed(db, keys, persons);
    await sql`vacuum analyze`.execute(db).catch(() => {});
    console.log(`${persons} persons, ${ids.length} sealed values`);

    /** Another process each time: it remembers no key. */
    const stranger = () => {
      const other = testPersonal(viewAs(db), now);
      other.keks.splice(0, other.keks.length, ...keks);
      return other;
    };
    let isRunning = true;
    const told = { reads: 0, writes: 0, failedReads: 0, failedWrites: 0 };
    const readMs: number[] = [];
    const reading = Array.from({ length: usual.readers }, async () => {
      while (isRunning) {
        const id = ids[Math.floor(Math.random() * ids.length)]!;
        const began = performance.now();
        try {
          await readOne(db, stranger().personal, id);
          told.reads++;
        } catch (error) {
          told.failedReads++;
          console.error(error);
        }
        readMs.push(performance.now() - began);
      }
    });
    const writing = Array.from({ length: usual.writers }, async (_, n) => {
      for (let i = 0; isRunning; i++) {
        const email = i % 2 === 0 ? `new-${n}-${i}@example.org` : `new-${n}-${i - 1}@example.org`;
        try {
          const id = randomUUID();
          await db.transaction().execute(async (tx) => {
            const person = await stranger().personal.subjectOf(tx, { email });
            await sql`insert into public.value values (${id}, ${person.seal(`value|${id}`, `Value ${id}`)})`.execute(tx);
          });
          await readOne(db, stranger().personal, id);
          told.writes++;
        } catch (error) {
          told.failedWrites++;
          console.error(error);
        }
      }
    });
    keks.unshift(randomBytes(32));
    const began = performance.now();
    const before = await rewrapping(db, keys);
    while ((await rewrap(db, keys, 20)) > 0);
    const seconds = (performance.now() - began) / 1_000;
    isRunning = false;
    await Promise.all([...reading, ...writing]);
    // Whoever made a key in the same moment took the new one; the former is taken away.
    keks.splice(1);
    const after = await rewrapping(db, keys);
    for (let i = 0; i < 1_000; i++) await readOne(db, stranger().personal, ids[Math.floor(Math.random() * ids.length)]!);
    const isNew = after.current === kekName(keks[0]!);
    await db.destroy();
    return {
      rows: persons + ids.length,
      keys: before.left,
      seconds: round(seconds),
      keysPerSecond: Math.round(before.left / seconds),
      left: isNew ? after.left : -1,
      ...told,
      readP99Ms: percentile(readMs, 99),
    };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;

async function readOne(db: Db<never>, personal: ReturnType<typeof testPersonal>["personal"], id: string): Promise<void> {
  const { rows } = await sql<{ sealed: string }>`select sealed from public.value where id = ${id}`.execute(db);
  if ((await personal.open(db, `value|${id}`, rows[0]!.sealed)) !== `Value ${id}`) throw new Error(`${id} opens to something else`);
}

/** Persons with a wrapped key and sealed values each, as `subjectOf` makes them, many in one statement. */
async function seed(db: Db<never>, keys: ReturnType<typeof testPersonal>["keys"], persons: number): Promise<readonly string[]> {
  const values: string[] = [];
  const at = new Date();
  for (let done = 0; done < persons; done += atOnce) {
    const some = await Promise.all(
      Array.from({ length: Math.min(atOnce, persons - done) }, async () => {
        const [subject, key] = [randomUUID(), randomBytes(32)];
        const mine = Array.from({ length: usual.valuesEach }, () => {
          const id = randomUUID();
          return { id, sealed: sealWith(key, systemRandom, { subject, generation: 1 }, `value|${id}`, `Value ${id}`) };
        });
        return { subject, mine, ...(await keys.wrap(key, `kit.subject_key|${subject}|1`)) };
      }),
    );
    const subjects = some.map(({ subject }) => subject);
    await sql`insert into kit.subject select id, ${at}, ${at} from unnest(${subjects}::uuid[]) as id`.execute(db);
    await sql`insert into kit.subject_key select subject, 1, kek, decode(wrapped, 'hex'), ${at}
      from unnest(${subjects}::uuid[], ${some.map(({ kek }) => kek)}::text[], ${some.map(({ wrapped }) => wrapped.toString("hex"))}::text[])
        as n (subject, kek, wrapped)`.execute(db);
    const mine = some.flatMap((each) => each.mine);
    await sql`insert into public.value select * from unnest(${mine.map(({ id }) => id)}::uuid[], ${mine.map(({ sealed }) => sealed)}::text[])`.execute(
      db,
    );
    for (const { id } of mine) values.push(id);
  }
  return values;
}
