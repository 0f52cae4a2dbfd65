import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { z } from "zod";
import { backUp, restore } from "./archive.ts";
import { connect } from "./db.ts";
import { fact } from "./fact.ts";
import { migrateJobs } from "./jobs.ts";
import { on, publish, type Consumer } from "./outbox.ts";
import { drain, testDatabase } from "./testing.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-archive-"));
const migrations = path.join(folder, "migrations");
mkdirSync(migrations);
writeFileSync(
  path.join(migrations, "0001_shelf.sql"),
  `
  create schema shelf;
  create table shelf.a_book (id bigint generated always as identity primary key, writer uuid not null, note text, twice text generated always as (note || note) stored);
  create table shelf.writer (id uuid primary key, name text not null, born bytea, at timestamptz not null);
  alter table shelf.a_book add foreign key (writer) references shelf.writer;
  create function shelf.no() returns trigger language plpgsql as $$ begin if new.name = 'refused' then raise exception 'refused by the trigger'; end if; return new; end $$;
  create trigger no before update on shelf.writer for each row execute function shelf.no();`,
);
const sets = [{ name: "shelf", folder: migrations }];
const database = await testDatabase(sets);
const bare = await testDatabase([]);
after(async () => {
  await database[Symbol.asyncDispose]();
  await bare[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const at = new Date("2026-01-01T12:00:00Z");
const Written = fact("shelf.written", "writer", { writer: z.uuid(), n: z.int() });

/** A database with nothing in it at all. */
async function emptyDatabase(): Promise<string> {
  const url = new URL(await bare.fresh());
  const name = `${url.pathname.slice(1)}_empty`;
  const admin = new pg.Client({ connectionString: Object.assign(new URL(url), { pathname: "/postgres" }).href });
  await admin.connect();
  await admin.query(`create database ${name} template template0`);
  await admin.end();
  return Object.assign(url, { pathname: `/${name}` }).href;
}

/** A shelf that is being written to: each transaction adds a writer, two books and a fact. */
async function shelf() {
  const url = await database.fresh();
  const db = connect<never>(url);
  await migrateJobs(url);
  let n = 0;
  const write = (name = `Ärger "\\\t\n${n}`): Promise<void> =>
    db.transaction().execute(async (tx) => {
      const writer = crypto.randomUUID();
      await sql`insert into shelf.writer values (${writer}, ${name}, ${Buffer.from([0, 255, 10, n % 256])}, ${at})`.execute(tx);
      await sql`insert into shelf.a_book (writer, note) values (${writer}, null), (${writer}, ${"x".repeat(n % 3_000)})`.execute(tx);
      await publish(tx, at, Written, { writer, n: n++ });
    });
  return { url, db, write, [Symbol.asyncDispose]: () => db.destroy() };
}

const count = async (url: string, table: string): Promise<number> => {
  const db = connect<never>(url);
  try {
    return (await sql<{ n: number }>`select count(*)::int as n from ${sql.raw(table)}`.execute(db)).rows[0]!.n;
  } finally {
    await db.destroy();
  }
};

test("a backup made under load is one instant, and a restored database goes on where that was", async () => {
  await using source = await shelf();
  for (let i = 0; i < 50; i++) await source.write();
  let isLoaded = true;
  const load = Promise.all(
    [1, 2, 3].map(async () => {
      while (isLoaded) await source.write();
    }),
  );
  const file = path.join(folder, "loaded.backup");
  const made = await backUp(source.url, file, at);
  isLoaded = false;
  await load;
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const target = await emptyDatabase();
  assert.deepEqual(await restore(target, file, sets), made);
  const writers = await count(target, "shelf.writer");
  assert.ok(writers >= 50 && writers < (await count(source.url, "shelf.writer")), "the load went on during and after the backup");
  assert.equal(await count(target, "shelf.a_book"), 2 * writers);
  assert.equal(await count(target, "kit.outbox"), writers);
  const db = connect<never>(target);
  const kept = await sql<{
    name: string;
    born: Buffer;
    twice: string;
  }>`select name, born, twice from shelf.writer w join shelf.a_book b on b.writer = w.id where b.note = 'xx'`.execute(db);
  assert.deepEqual(kept.rows[0], { name: 'Ärger "\\\t\n2', born: Buffer.from([0, 255, 10, 2]), twice: "xxxx" });
  await sql`insert into shelf.a_book (writer) select id from shelf.writer limit 1`.execute(db); // the sequence goes on
  await assert.rejects(sql`update shelf.writer set name = 'refused'`.execute(db), /refused by the trigger/);
  await db.destroy();
});

test("after a restore every consumer reads what it had not read, once, and then what is new", async () => {
  await using source = await shelf();
  const seen: number[] = [];
  const consumer: Consumer = { name: "reader", handlers: [on(Written, async (_, { n }) => void seen.push(n))] };
  // The old server's transaction ids lie far ahead of the new one's.
  for (let i = 0; i < 3; i++) await source.write();
  await sql`update kit.outbox set txid = (txid::text::bigint + 1000000000)::text::xid8`.execute(source.db);
  await sql`insert into kit.consumer values ('reader', '0', 0)`.execute(source.db);
  await sql`insert into kit.inbox select 'reader', id from kit.outbox where seq <= 2`.execute(source.db);
  await sql`update kit.consumer set (txid, seq) = (select txid, seq from kit.outbox where seq = 2)`.execute(source.db);
  const file = path.join(folder, "positions.backup");
  await backUp(source.url, file, at);
  const target = await emptyDatabase();
  await restore(target, file, sets);
  const db = connect<never>(target);
  await drain(db, consumer, () => at);
  assert.deepEqual(seen, [2]);
  await db.transaction().execute((tx) => publish(tx, at, Written, { writer: crypto.randomUUID(), n: 99 }));
  await drain(db, consumer, () => at);
  assert.deepEqual(seen, [2, 99]);
  await db.destroy();
});

test("what cannot be restored is refused with its reason, and leaves the database empty", async () => {
  await using source = await shelf();
  for (let i = 0; i < 200; i++) await source.write();
  const file = path.join(folder, "good.backup");
  await backUp(source.url, file, at);
  const good = readFileSync(file);
  const target = await emptyDatabase();
  const refused = async (bytes: Buffer, reason: RegExp, known = sets): Promise<void> => {
    const bad = path.join(folder, "bad.backup");
    writeFileSync(bad, bytes);
    await assert.rejects(
      restore(target, bad, known),
      (error: Error) => reason.test((error.cause as Error).message) || assert.fail(String(error.cause)),
    );
    await assert.doesNotReject(async () =>
      assert.equal(await count(target, "pg_namespace where nspname in ('kit', 'shelf', 'graphile_worker')"), 0),
    );
  };
  await refused(good.subarray(0, good.length / 2), /cut off/);
  await refused(
    Buffer.concat([good.subarray(0, good.length / 2), Buffer.from([1, 2, 3]), good.subarray(good.length / 2 + 3)]),
    /damaged|cut off/,
  );
  await refused(Buffer.from("hello"), /no backup/);
  await refused(good, /newer version/, []);
  await assert.rejects(restore(target, path.join(folder, "nowhere"), sets), /was not restored/);
  await assert.rejects(restore(source.url, file, sets), (error: Error) => /not empty/.test((error.cause as Error).message));
  await restore(target, file, sets);
  assert.equal(await count(target, "shelf.writer"), 200);
});

test("a backup that cannot be written leaves no file", async () => {
  await using source = await shelf();
  await assert.rejects(backUp(source.url, path.join(folder, "missing", "x.backup"), at), /was not made/);
});
