// The commands of whoever stands before a cabinet, or puts up a broker: run as a person runs them, on a database of their own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { X509Certificate } from "node:crypto";
import * as looks from "@pigeonhole/devices/diagnostics/queries";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { moveStation } from "@pigeonhole/network/moving";
import { consumer as devicesConsumer } from "@pigeonhole/devices/consumers";
import { sql } from "kysely";
import { writeFileSync } from "node:fs";
import { allMigrations } from "./modules.ts";

const database = await testDatabase(allMigrations);
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-cli-stations-"));
writeFileSync(path.join(folder, "points.csv"), "id,name,lat,lon\na-1,Alpha,59.4,24.7\n");
const url = await database.fresh();
const db = connect<never>(url, { connections: 2 });
after(async () => {
  await db.destroy();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));
const guides = fileURLToPath(new URL("../../docs/guides/", import.meta.url));

function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [cli, ...words], {
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      HOME: folder,
      INIT_CWD: folder,
      NO_COLOR: "1",
      DATABASE_URL: url,
      SECRET_KEYS: "ab".repeat(32),
      SIGNING_SEED: "cd".repeat(32),
      MODULE_KEY: "ef".repeat(32),
    } as NodeJS.ProcessEnv,
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, out, err })),
  );
}
const good = async (...words: readonly string[]): Promise<string> => {
  const { code, out, err } = await start(...words);
  assert.equal(code, 0, err);
  return out;
};
const bad = async (says: RegExp, ...words: readonly string[]): Promise<void> => {
  const { code, out, err } = await start(...words);
  assert.equal(code, 1, out);
  assert.match(err, says);
  assert.doesNotMatch(err, /^ +at |\.ts:\d/m, "a stack is not a sentence");
};
await good("stations", "import", "points.csv", "--status", "active", "--waiver", "another carrier's cabinets");
const station = (await sql<{ id: string }>`select id from network.station`.execute(db)).rows[0]!.id;
await drain(db, devicesConsumer, () => new Date());

test("A10.4: a technician ends a suspension for tampering with what was found, takes a door out of service, and looks behind one", async () => {
  await moveStation(
    viewAs(db),
    station,
    { to: "suspended", cause: "tamper", reason: "Door 4 was forced." },
    { actor: "module:devices", now: () => new Date() },
  );
  await bad(/record what a technician found/, "stations", "move", station, "--to", "active", "--reason", "fine again");
  assert.match(await good("stations", "inspect", station, "--found", "hinge bent back, nothing missing"), /Alpha is active now/);

  assert.match(
    await good("stations", "door", station, "7", "--state", "maintenance", "--reason", "hinge broken"),
    /out of service at Alpha, .*: door 7/,
  );
  assert.match(await good("stations", "door", station, "7", "--state", "in_service", "--reason", "hinge mended"), /: no door/);
  await bad(/doors have numbers/, "stations", "door", station, "seven", "--state", "maintenance", "--reason", "gone");

  const task = crypto.randomUUID();
  await sql`insert into reservations.inspection (id, station, compartment, parcel, reason, what, epoch, seq, at, is_blocking)
    values (${task}, ${station}, 3, null, 'forced', '', 1, 9, now(), false)`.execute(db);
  assert.match(await good("stations", "tasks", station), new RegExp(`${task}  door 3  forced .*\\n1 to look into`));
  assert.match(await good("stations", "look", task, "--finding", "empty", "--note", "empty and clean"), /door 3 of .* is settled/);
  assert.match(await good("stations", "tasks", station), /nothing to look into/);
});

test("stations diagnose: what the station says is printed as it comes, and the look ends by itself", async () => {
  await bad(/is not connected/, "stations", "diagnose", station, "--reason", "slow doors");
  await sql`insert into devices.device (station, epoch, enrolled_at, connected, last_seen_at) values (${station}, 1, now(), true, now())`.execute(
    db,
  );
  const said = start("stations", "diagnose", station, "--reason", "slow doors", "--seconds", "3");
  const now = () => new Date();
  let session: string | undefined;
  for (let tries = 0; tries < 400 && session === undefined; tries++) {
    session = (await looks.latest(viewAs(db), station))?.session;
    if (session === undefined) await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.ok(session, "the look has begun");
  await looks.connect(viewAs(db), session, station, now());
  await looks.add(viewAs(db), session, {
    lines: ["door 14 took 900 ms"],
    status: null,
    selfTest: { kind: "self_test", at: now().toISOString(), checks: [{ check: "store", isOk: false, detail: "2 MB left" }] } as never,
    network: { roundTripMs: 12, slowestMs: 40, sent: 5, answered: 4 },
  });
  const { code, out, err } = await said;
  assert.equal(code, 0, err);
  assert.match(out, /the station has opened its line/);
  assert.match(out, /NOT GOOD {2}store: 2 MB left/);
  assert.match(out, /door 14 took 900 ms/);
  assert.match(out, /line: 12 ms, 1 of 5 pings lost/);
  assert.ok((await looks.latest(viewAs(db), station))!.endedAt, "it is over");
});

test("custody verify: a whole file is verified without a database; one changed letter, or another authority, is not", async () => {
  const file = path.join(guides, "receipts-example.json");
  const authority = /^`([0-9a-f]{64})`\.$/m.exec(readFileSync(path.join(guides, "receipts.md"), "utf8"))![1]!;
  const said = await good("custody", "verify", file, "--authority", authority);
  assert.match(said, /✓ the receipts follow each other without a gap[^]*Verified\./);
  const altered = path.join(folder, "altered.json");
  writeFileSync(altered, readFileSync(file, "utf8").replace("482019374655", "482019374656"));
  for (const [which, fingerprint] of [
    [altered, authority],
    [file, "0".repeat(64)],
  ] as const) {
    const { code, out } = await start("custody", "verify", which, "--authority", fingerprint);
    assert.equal(code, 1);
    assert.match(out, /Not verified/);
  }
});

test("broker files: what mosquitto needs is there, with every station that has a certificate on its list, and no key but the broker's own", async () => {
  await sql`insert into devices.certificate (serial, station, epoch, public_key, certificate, issued_at, expires_at)
    values ('0a', ${station}, 1, 'k', 'c', now(), now() + interval '1 year')`.execute(db);
  const at = path.join(folder, "broker");
  assert.match(await good("broker", "files", at, "--hosts", "broker.example"), /names localhost, 127\.0\.0\.1, broker\.example/);
  const read = (name: string): string => readFileSync(path.join(at, name), "utf8");
  assert.match(new X509Certificate(read("broker.pem")).subjectAltName ?? "", /broker\.example/);
  assert.ok(new X509Certificate(read("broker.pem")).verify(new X509Certificate(read("ca.pem")).publicKey));
  assert.deepEqual(
    [statSync(path.join(at, "broker.key")).mode & 0o77, statSync(path.join(at, "dynamic-security.json")).mode & 0o77],
    [0, 0],
  );
  assert.match(read("crl.pem"), /BEGIN X509 CRL/);
  assert.equal(read("pigeonhole.conf"), readFileSync(path.join(guides, "mosquitto/pigeonhole.conf"), "utf8"));
  const list = JSON.parse(read("dynamic-security.json")) as {
    clients: { username: string }[];
    roles: { rolename: string; acls: { topic: string }[] }[];
  };
  assert.deepEqual(
    list.clients.map(({ username }) => username),
    ["backend", station],
  );
  assert.ok(list.roles[1]!.acls.length > 0 && list.roles[1]!.acls.every(({ topic }) => topic.startsWith(`ph/1/${station}/`)));
});
