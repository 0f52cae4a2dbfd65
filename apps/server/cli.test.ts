import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { consumer } from "@pigeonhole/devices/consumers";
import { connect } from "@pigeonhole/kit/db";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { allMigrations } from "./modules.ts";

const database = await testDatabase(allMigrations);
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-cli-"));
writeFileSync(path.join(folder, "points.csv"), "id,name,lat,lon\na-1,Alpha,59.4,24.7\na-2,Beta,95,24.7\n");
after(async () => {
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));
const keys = { SECRET_KEYS: "ab".repeat(32), SIGNING_SEED: "cd".repeat(32), MODULE_KEY: "ef".repeat(32) };

/** Runs a command as a person would, on the given database. */
function run(
  databaseUrl: string,
  words: readonly string[],
  { input = "", env = keys as Record<string, string> } = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [cli, ...words], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOME: folder,
      INIT_CWD: folder,
      NO_COLOR: "1",
      DATABASE_URL: databaseUrl,
      ...env,
    } as NodeJS.ProcessEnv,
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

/** A database with nothing in it at all. */
async function empty(): Promise<string> {
  const url = new URL(await database.fresh());
  const db = connect<never>(url.href, { connections: 1 });
  const name = `${url.pathname.slice(1)}_empty`;
  await sql`create database ${sql.id(name)} template template0`.execute(db);
  await db.destroy();
  return Object.assign(url, { pathname: `/${name}` }).href;
}

test("an upgrade is one command: an empty database gets the schema, a second time changes nothing", async () => {
  const url = await empty();
  const first = await run(url, ["migrate"]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /applied network\/0001/);
  assert.match((await run(url, ["migrate"])).out, /is up to date/);
});

test("stations are imported, counted and not imported twice; a file that is not there is a sentence", async () => {
  const url = await database.fresh();
  const first = await run(url, ["stations", "import", "points.csv"]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /row 2: .*\n2 rows in .*: 1 created, 0 changed, 0 unchanged, 1 refused/);
  assert.match((await run(url, ["stations", "import", "points.csv"])).out, /0 created, 0 changed, 1 unchanged/);
  const missing = await run(url, ["stations", "import", "nowhere.csv"]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /nowhere\.csv cannot be opened/);
});

test("a backup restores into an empty database, and only there", async () => {
  const url = await database.fresh();
  writeFileSync(path.join(folder, "more.csv"), "id,name,lat,lon\nb-1,Gamma,59.4,24.7\nb-2,Delta,58,24.7\n");
  await run(url, ["stations", "import", "more.csv"]);
  const operator = await run(url, ["operators", "create", "first@example.org", "--password-stdin"], { input: "a long enough password\n" });
  assert.equal(operator.code, 0, operator.err);
  assert.doesNotMatch(operator.out, /long enough/);
  const taken = await run(url, ["backup", "all.backup"], { env: {} }); // no key is needed
  assert.equal(taken.code, 0, taken.err);
  assert.equal((await run(url, ["backup", "all.backup"])).code, 1, "a file that is there is not overwritten");
  const target = await empty();
  const unsaid = await run(target, ["restore", "all.backup"], { env: {} });
  assert.match(unsaid.err, /whoever was erased since the backup must not come back/);
  const restored = await run(target, ["restore", "all.backup", "--nobody-erased"], { env: {} });
  assert.equal(restored.code, 0, restored.err);
  assert.match((await run(target, ["stations", "import", "more.csv"])).out, /0 created, 0 changed, 2 unchanged/);
  assert.match((await run(target, ["operators", "create", "first@example.org"])).err, /already an operator/);
  const again = await run(target, ["restore", "all.backup", "--nobody-erased"]);
  assert.equal(again.code, 1);
  assert.match(again.err, /not empty/);
});

test("settings are printed without their secrets; missing ones are named all at once", async () => {
  const url = await database.fresh();
  const shown = await run(url, ["config"]);
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /SIGNING_SEED=••••••/);
  for (const secret of Object.values(keys)) assert.doesNotMatch(shown.out, new RegExp(secret));
  const missing = await run(url, ["config"], { env: {} });
  assert.equal(missing.code, 1);
  for (const name of Object.keys(keys)) assert.match(missing.err, new RegExp(`${name} is missing`));
});

test("a token is made for a station that exists, and a trail without entries is whole", async () => {
  const url = await database.fresh();
  const unknown = await run(url, ["stations", "enrol", crypto.randomUUID()]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.err, /there is no station/);
  await run(url, ["stations", "import", "points.csv"]);
  const db = connect<never>(url, { connections: 1 });
  const { rows } = await sql<{ id: string }>`select id from network.station`.execute(db);
  const tooEarly = await run(url, ["stations", "enrol", rows[0]!.id]);
  assert.match(tooEarly.err, /is there a server running/);
  await drain(db, consumer, () => new Date()); // as the running server does
  await db.destroy();
  const token = await run(url, ["stations", "enrol", rows[0]!.id]);
  assert.equal(token.code, 0, token.err);
  assert.match(token.out, /ENROLMENT_TOKEN=phe_/);
  assert.match((await run(url, ["audit", "verify"])).out, /the trail is whole: 0 entries/);
});

test("a parked fact is listed, shown and made due again", async () => {
  const url = await database.fresh();
  const db = connect<never>(url, { connections: 1 });
  await sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('parcel', 'p1', 'parcels.moved', '2026-01-01', '{"a":1}')`.execute(
    db,
  );
  await sql`insert into kit.delivery select 'audit', seq, 'parcel', 'p1', 'dead', 8, '2026-01-01', 'it broke' from kit.outbox`.execute(db);
  assert.match((await run(url, ["dead-letters", "list"])).out, /audit +1 +dead +8× +parcels\.moved +parcel:p1 +it broke\n1 parked/);
  assert.match((await run(url, ["dead-letters", "show", "audit", "1"])).out, /"error": "it broke"/);
  assert.equal((await run(url, ["dead-letters", "replay", "audit", "2"])).code, 1);
  assert.equal((await run(url, ["dead-letters", "replay", "audit", "1"])).code, 0);
  assert.deepEqual((await sql<{ state: string }>`select state from kit.delivery`.execute(db)).rows, [{ state: "retrying" }]);
  await db.destroy();
});

test("slips of the pen are told in a sentence, before anything is started or changed", async () => {
  const nowhere = "postgres://nobody@127.0.0.1:1/none";
  const cases: readonly (readonly [string, RegExp])[] = [
    ["fly", /Unknown command fly/],
    ["__proto__", /Unknown command __proto__/],
    ["stations import", /Missing required positional argument: FILE/],
    ["stations import points.csv --ignore-unkown", /Unknown option '--ignore-unkown'/],
    ["stations import points.csv more.csv", /Nothing is known to do with more\.csv/],
    ["stations import .", /cannot be opened: it is a folder/],
    ["stations import points.csv", /the database cannot be reached: connect ECONNREFUSED/],
    ["audit verify --witness", /argument missing/],
    ["backup no/where.backup", /is not there: make that folder first/],
    ["restore nowhere.backup", /nowhere\.backup cannot be opened: there is no such file/],
  ];
  for (const [words, says] of cases) {
    const { code, err } = await run(nowhere, words.split(" "));
    assert.equal(code, 1, words);
    assert.match(err, says, words);
    assert.doesNotMatch(err, /^ +at |\.ts:\d/m, `a stack is not a sentence: ${words}`);
  }
  const { code, err } = await run("nonsense", ["migrate"]);
  assert.equal(code, 1);
  assert.match(err, /DATABASE_URL is not valid: must be postgres:/);
});
