import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { verifyChain } from "@pigeonhole/audit/verify";
import { backUp, restore } from "@pigeonhole/kit/archive";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { Erased } from "@pigeonhole/kit/personal/personal";
import { sealedFor } from "@pigeonhole/kit/personal/sealed";
import { bury } from "@pigeonhole/privacy/tombstones";
import { archiveDue, endDue } from "@pigeonhole/privacy/archive/archiving";
import { list } from "@pigeonhole/privacy/archive/queries";
import { everything } from "@pigeonhole/privacy/kept/everything";
import { shownTables } from "@pigeonhole/kit/histories/of-person";
import { faults, openedRows } from "@pigeonhole/privacy/archive/reading";
import { sql } from "kysely";
import pg from "pg";
import { allHistories, allMigrations, upgrade } from "./modules.ts";
import { personalOf, readTombstones } from "./personal.ts";
import { startServer } from "./server.ts";
import { archiveOn, copies, keptRows, Killed, rowsAbout, settled } from "./testing-archive.ts";
import { dump, found } from "./testing-secrets.ts";
import { startSides, type Side, type Told } from "./testing-sides.ts";
import { silentLog } from "@pigeonhole/kit/log";
import { freePort } from "@pigeonhole/kit/testing";

// What is known of persons, through the whole server: kept sealed (G-40), shown to them alone, erased everywhere (G-42, I-69, I-70).
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-personal-"));
const [logFile, erasuresFile] = [path.join(folder, "server.log"), path.join(folder, "erasures")];
const sides = await startSides({ LOG_FILE: logFile, LOG_LEVEL: "debug", ERASURES_FILE: erasuresFile });
after(async () => {
  await sides[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const { server, ask, until } = sides;
const [ann, ben] = [await sides.side("annelise-quarkbaum"), await sides.side("benedikt-flunderholz")];

const personalOfSide = (of: Side): readonly string[] => [of.person.name, of.person.email, of.person.phone];
const secretsOf = (of: Side): readonly string[] => [
  ...personalOfSide(of),
  of.pickup.code,
  of.pickup.code.replace(/(....)/, "$1 "),
  of.shop.secret,
  of.carrier.secret,
  of.as.customer.cookie.split("=")[1]!,
  of.as.courier.cookie.split("=")[1]!,
];

test("nothing personal and nothing secret stands in clear: not in the database, a backup, the log or a refusal (G-40, I-69)", async () => {
  const secrets = [ann, ben].flatMap(secretsOf);
  assert.equal(new Set(secrets).size, secrets.length);
  // People also type nonsense, and what they typed comes back at them alone.
  const refusals: Told[] = [];
  for (const side of [ann, ben])
    for (const text of secretsOf(side)) {
      refusals.push(await ask("GET", `/parcels/${encodeURIComponent(text)}`, ben.as.customer));
      refusals.push(await ask("POST", "/sign-in-codes", {}, { email: text, language: text }));
      refusals.push(await ask("GET", `/parcels?number=${encodeURIComponent(text)}`, side.as.shop));
    }
  const data = await dump(server.config.DATABASE_URL);
  assert.ok(data.includes(ann.parcel) && data.includes("reservations.confirmed"), "the dump sees everything");
  assert.deepEqual(found(data, secrets), []);
  const file = path.join(folder, "all.backup");
  await backUp(server.config.DATABASE_URL, file, new Date());
  assert.deepEqual(found(gunzipSync(readFileSync(file)).toString("utf8"), secrets), []);
  const log = readFileSync(logFile, "utf8");
  assert.ok(log.includes("/api/parcels"), "the log is seen");
  assert.deepEqual(found(log, secrets), []);
  assert.ok(refusals.every(({ status }) => status >= 400 && status < 500));
});

test("everybody sees what is kept of them, and of nobody else", async () => {
  await until(201, "POST", `/parcels/${ann.parcel}/proxies`, ann.as.customer, { name: "Aunt Wilhelmina" });
  await until(201, "POST", "/people", ann.as.customer, { name: "Aunt Wilhelmina" });
  const mine = await ask("GET", "/my/data", ann.as.customer);
  assert.equal(mine.status, 200, mine.text);
  for (const text of personalOfSide(ann)) assert.ok(mine.text.includes(text), text);
  assert.deepEqual(found(mine.text, secretsOf(ben)), []);
  const kinds = (mine.body["kept"] as { what: string; records: unknown[] }[]).filter(({ records }) => records.length > 0);
  const expected = "account claims courier messages notices parcels people proxies receipts reminders returns rights sessions way";
  const names = kinds.map(({ what }) => what).toSorted();
  assert.equal(names.join(" "), expected);
  const named = kinds.filter(({ what }) => what === "people" || what === "proxies");
  assert.ok(
    named.every(({ records }) => JSON.stringify(records).includes("Aunt Wilhelmina")),
    "in clear, for whoever named them",
  );
});

test("no table of a person is left out of what they are shown, now and of tables to come (A10.1)", async () => {
  const shown = shownTables(allHistories);
  const { rows: columns } = await sql<{
    name: string;
  }>`select distinct table_schema || '.' || table_name as name from information_schema.columns
    where table_schema !~ '^(pg_|information_schema|graphile)'
      and (column_name in ('subject', 'recipient_subject', 'customer') or (column_name = 'parcel' and udt_name = 'uuid'))`.execute(
    sides.db,
  );
  // Who they are and how they sign in, as identity shows it; the keys; what privacy itself says of erasures, holds and files of the archive.
  const otherwise = /^(identity\.(customer|session|attempt)|kit\.subject_\w+|privacy\.\w+|custody\.archived|reservations\.compartment)$/;
  const forgotten = columns.filter(({ name }) => !shown.has(name) && !otherwise.test(name));
  assert.deepEqual(forgotten, [], "say in the history.ts of their module what their person is shown of these tables");
  assert.ok(columns.length > 20, "the tables are seen");

  const mine = (await ask("GET", "/my/data", ann.as.customer)).body["kept"] as { records: { table?: string }[] }[];
  const counted = Map.groupBy(
    mine.flatMap(({ records }) => records),
    ({ table = "" }) => table,
  );
  const db = viewAs<never>(sides.db);
  const [subject] = await personalOf(server.config, db).find(db, "email", ann.person.email);
  const theirs = sql<{ id: string }>`select id from parcels.parcel where recipient_subject = ${subject}
    union all select id from returns.return where subject = ${subject}`;
  const cases = (await theirs.execute(sides.db)).rows.map(({ id }) => id);
  assert.equal(cases.length, 2, "a parcel and a return");
  let looked = 0;
  for (const { table, ofCases, shown: what } of allHistories.flatMap(({ tables }) => tables)) {
    if (!ofCases || "no" in what || what.isSaid) continue;
    const { rows } = await sql<{
      n: number;
    }>`select count(*)::int as n from ${sql.table(table)} t where ${ofCases(sql`${cases}::uuid[]`)}`.execute(sides.db);
    assert.equal(counted.get(table)?.length ?? 0, rows[0]!.n, table);
    if (rows[0]!.n > 0) looked++;
  }
  assert.ok(looked >= 10, `${looked} tables have something of hers`);
});

test("while a parcel is under way nobody is erased, and is told what has to end first; a deletion can be taken back", async () => {
  const refused = await ask("POST", "/my/data/erasure", ann.as.customer, { atOnce: true });
  assert.deepEqual([refused.status, refused.body["code"]], [409, "parcel_under_way"]);
  assert.match(String(refused.body["detail"]), new RegExp(ann.number));
  await ann.collect();
  const scheduled = await until(202, "POST", "/my/data/erasure", ann.as.customer, {});
  assert.equal(scheduled.body["state"], "scheduled");
  assert.equal((await ask("POST", "/my/data/erasure", ann.as.customer, {})).body["code"], "asked_before");
  assert.equal(((await ask("GET", "/my/data", ann.as.customer)).body["erasure"] as { id: string }).id, scheduled.body["id"]);
  assert.equal((await ask("DELETE", "/my/data/erasure", ann.as.customer)).body["state"], "withdrawn");
  assert.equal((await ask("DELETE", "/my/data/erasure", ann.as.customer)).status, 404);
});

test("a legal hold keeps a person from being erased, until it is released", async () => {
  const held = await ask("POST", "/legal-holds", sides.operator, { email: ann.person.email, reason: "Asked by a court" });
  assert.equal(held.status, 201, held.text);
  assert.equal((await ask("POST", "/my/data/erasure", ann.as.customer, { atOnce: true })).body["code"], "on_hold");
  const id = String(held.body["id"]);
  assert.equal((await ask("POST", `/legal-holds/${id}/release`, sides.operator, { reason: "Over" })).status, 200);
});

test("erased: unreadable everywhere within a minute, in a restored backup too; the trail stays whole and says so (G-42, I-70)", async () => {
  const before = path.join(folder, "before.backup");
  await backUp(server.config.DATABASE_URL, before, new Date());
  const tokens = [...new Set((await dump(server.config.DATABASE_URL)).match(/[A-Za-z0-9_-]{60,}/g))].filter(
    (text) => sealedFor(text) !== null,
  );
  const subjects = Map.groupBy(tokens, (token) => sealedFor(token)!.subject);

  const asked = performance.now();
  const erasure = await until(202, "POST", "/my/data/erasure", ann.as.customer, { atOnce: true });
  await until(401, "GET", "/my/data", ann.as.customer);
  // Every process and every read model has let go.
  await until(200, "GET", "/erasures", sides.operator);
  for (let tries = 0; ; tries++) {
    const { erasures } = (await ask("GET", "/erasures", sides.operator)).body as { erasures: { id: string; state: string }[] };
    if (erasures.find(({ id }) => id === erasure.body["id"])?.state === "erased") break;
    assert.ok(tries < 300);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.ok(performance.now() - asked < 60_000);
  const { subject } = readTombstones(erasuresFile).find((tombstone) => "subject" in tombstone)!;
  const theirs = subjects.get(subject) ?? [];
  assert.ok(theirs.length >= 4, `${theirs.length} sealed texts of hers stood in the database`);

  const unreadable = async (url: string): Promise<void> => {
    const db = connect<never>(url, { connections: 2 });
    const personal = personalOf(server.config, viewAs(db));
    for (const token of theirs) await assert.rejects(personal.open(db, "anything", token), Erased);
    assert.deepEqual(await personal.find(db, "email", ann.person.email), []);
    assert.equal((await personal.find(db, "email", ben.person.email)).length, 1, "the others are as they were");
    assert.deepEqual(found(await dump(url), personalOfSide(ann)), []);
    await db.destroy();
  };
  await unreadable(server.config.DATABASE_URL);
  assert.deepEqual(
    (await ask("GET", `/parcels/${ann.parcel}`, ann.as.shop)).body["state"],
    "collected",
    "the shop still has its parcel, of nobody",
  );
  const inbox = await ask("GET", `/inbox?parcel=${ann.parcel}`);
  assert.deepEqual(found(inbox.text, personalOfSide(ann)), []);

  // The backup from before brings her back, and the list of tombstones buries her again.
  const admin = new pg.Client({ connectionString: server.config.DATABASE_URL });
  await admin.connect();
  const name = `${new URL(server.config.DATABASE_URL).pathname.slice(1)}_restored`;
  await admin.query(`create database ${name} template template0`);
  try {
    const url = Object.assign(new URL(server.config.DATABASE_URL), { pathname: `/${name}` }).href;
    await restore(url, before, allMigrations);
    await upgrade(url);
    const db = connect<never>(url, { connections: 2 });
    assert.equal((await personalOf(server.config, viewAs(db)).find(db, "email", ann.person.email)).length, 1, "the backup holds her");
    assert.equal(await bury(viewAs(db), readTombstones(erasuresFile), () => new Date()), 1);
    assert.equal(await bury(viewAs(db), readTombstones(erasuresFile), () => new Date()), 0, "once");
    await db.destroy();
    await unreadable(url);
    // A server on it replays what the backup had not delivered; she does not come back by that either.
    const port = await freePort();
    const config = { ...server.config, DATABASE_URL: url, PORT: port, MQTT_PORT: await freePort(), PUBLIC_URL: `http://127.0.0.1:${port}` };
    const restored = await startServer(config, silentLog);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await restored.stop();
    await unreadable(url);
  } finally {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.end();
  }

  const trail = connect<never>(server.config.DATABASE_URL, { connections: 1 });
  const { whole } = await verifyChain(viewAs(trail));
  await trail.destroy();
  assert.ok(whole);
  const told = await ask("GET", "/audit?action=person_erased", sides.operator);
  assert.ok(told.text.includes(String(erasure.body["id"])) && found(told.text, personalOfSide(ann)).length === 0);
  const again = await server.customerOf(ann.person.email);
  const fresh = await ask("GET", "/my/data", { cookie: again });
  assert.ok(!fresh.text.includes(ann.number) && !fresh.text.includes(ann.person.name), "whoever comes back begins anew");
});

test("after 90 days histories leave for the archive, whole, wherever the process is killed; erased persons stay erased there (A12.4, I-71, G-42)", async () => {
  await ben.collect();
  await until(200, "GET", `/parcels/${ben.parcel}`, ben.as.shop);
  for (let tries = 0; tries < 100; tries++) {
    if ((await ask("GET", `/parcels/${ben.parcel}`, ben.as.shop)).body["state"] === "collected") break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await settled(sides.db);
  const seeded = `${server.config.DATABASE_URL}_seeded`;
  await using made = await copies(seeded);
  const admin = new pg.Client({ connectionString: server.config.DATABASE_URL });
  await admin.connect();
  const file = path.join(folder, "seeded.backup");
  await backUp(server.config.DATABASE_URL, file, new Date());
  await admin.query(`create database ${new URL(seeded).pathname.slice(1)} template template0`);
  try {
    await restore(seeded, file, allMigrations);
    const later = new Date(Date.now() + 92 * 86_400_000);
    const rowsBefore = await rowsAbout(seeded, [ann.parcel, ben.parcel]);
    // At each step of the first file, then at every third: the next files go through the same ones.
    for (let at = 1, isDone = false; !isDone; at += at < 8 ? 1 : 3) {
      const url = await made.copy();
      const shelf = path.join(folder, `shelf-${at}`);
      {
        await using archive = archiveOn(server.config, url, { folder: shelf, now: () => later, at });
        isDone = await archiveDue(archive).then(
          () => true,
          (error: unknown) => {
            assert.ok(error instanceof Killed, String(error));
            return false;
          },
        );
      }
      await using archive = archiveOn(server.config, url, { folder: shelf, now: () => later });
      await archiveDue(archive);
      const opened = await keptRows(archive);
      // Each row is in a file or in the database, and in one of them only once.
      const moved = opened.flatMap(({ table, rows }) => rows.map((row) => `${table} ${row}`));
      assert.equal(new Set(moved).size, moved.length, `killed at step ${at}`);
      const left = await rowsAbout(url, [ann.parcel, ben.parcel]);
      assert.deepEqual(
        left.filter((row) => !/^(audit\.entry|privacy\.archived|privacy\.hold|custody\.archived|kit\.idempotency|webhooks) /.test(row)),
        [],
        `killed at step ${at}`,
      );
      for (const row of rowsBefore)
        if (!/^(audit\.entry|kit\.idempotency|privacy\.hold|webhooks\.delivery|graphile) ?/.test(row)) assert.ok(moved.includes(row), row);
      assert.deepEqual(
        (await faults(archive, new Map())).wrong.filter((wrong) => !/audit trail does not know/.test(wrong)),
        [],
      );
      assert.equal(
        (await archive.shelf.list()).length,
        opened.length > 0 ? (await list(archive.db, 10)).length : 0,
        "no file is left over",
      );
      if (!isDone) continue;

      assert.ok(at > 6, `${at} places to be killed at`);
      // Nothing of a person stands in a file in clear; opened, ben is there, ann is gone; then he is erased as well.
      const texts = await Promise.all((await archive.shelf.list()).map((name) => archive.shelf.get(name)));
      assert.deepEqual(found(Buffer.concat(texts).toString("latin1"), [ann, ben].flatMap(secretsOf)), []);
      assert.deepEqual(found(moved.join("\n"), [ann, ben].flatMap(secretsOf)), [], "the rows themselves are sealed");
      const clear = async (): Promise<string> => JSON.stringify(await openedRows(archive, opened));
      assert.ok((await clear()).includes(ben.person.name));
      assert.deepEqual(found(await clear(), [ann.person.name, ann.person.phone]), [], "her address is there: she came back, and signed in");
      const personal = personalOf(server.config, archive.plainDb);
      const [subject] = await personal.find(archive.db, "email", ben.person.email);
      const put = await everything({ ...archive, personal, keeping: archive.keeping }, { subject: subject!, customer: undefined });
      const away = JSON.stringify(put.find(({ what }) => what === "archived")?.records ?? []);
      assert.ok(
        away.includes(ben.parcel) && away.includes(ben.person.name) && away.includes("custody.hand_over"),
        "he is shown what is put away",
      );
      assert.deepEqual(found(away, personalOfSide(ann)), []);
      await archive.db.transaction().execute((tx) => personal.erase(tx, subject!));
      const erased = { ...archive, personal: personalOf(server.config, archive.plainDb) };
      assert.deepEqual(found(JSON.stringify(await openedRows(erased, opened)), personalOfSide(ben)), []);
      assert.ok((await verifyChain(viewAs(archive.plainDb))).whole);

      // Held, nothing ends; released, the keys go first, for good, wherever the process is killed.
      const year = (): Date => new Date(later.getTime() + 366 * 86_400_000);
      await sql`insert into privacy.hold (id, parcel, reason, placed_by, placed_at) values (gen_random_uuid(), ${ann.parcel}, 'court', 'x', ${later})`.execute(
        archive.db,
      );
      await using held = archiveOn(server.config, url, { folder: shelf, now: year });
      await endDue(held);
      assert.ok((await held.shelf.list()).length > 0);
      assert.ok((await list(held.db, 10)).some(({ state }) => state === "kept"));
      await sql`update privacy.hold set released_by = 'x', released_at = ${later} where released_at is null`.execute(archive.db);
      for (let death = 1; ; death++) {
        await using dying = archiveOn(server.config, url, { folder: shelf, now: year, at: death });
        if ((await endDue(dying).catch((error: unknown) => (assert.ok(error instanceof Killed), "killed"))) !== "killed") break;
      }
      await archiveDue(held);
      assert.deepEqual(await held.shelf.list(), []);
      assert.ok((await list(held.db, 10)).every(({ state }) => state === "ended"));
      const { rows: keys } = await sql`select name from kit.data_key where name like 'archive %'`.execute(held.db);
      assert.deepEqual(keys, []);
    }
  } finally {
    await admin.query(`drop database if exists ${new URL(seeded).pathname.slice(1)} with (force)`);
    await admin.end();
  }
});

test("every table that names a parcel has somebody who says when its rows leave (A12.4)", async () => {
  const { rows } = await sql<{ name: string }>`select table_schema || '.' || table_name as name from information_schema.columns
    where column_name = 'parcel' and udt_name = 'uuid' order by 1`.execute(sides.db);
  const known = new Set(allHistories.flatMap(({ tables }) => tables.map(({ table }) => table)));
  // What stays: holds and the archive's own index, the last link of a chain that left, and what lies in a compartment now.
  const stay = new Set(["privacy.hold", "privacy.archived", "custody.archived", "reservations.compartment"]);
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !known.has(name) && !stay.has(name)),
    [],
    "give these tables a place in the history of their module (history.ts)",
  );
});
