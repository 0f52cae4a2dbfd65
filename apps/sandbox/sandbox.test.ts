import assert from "node:assert/strict";
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import { readConfig } from "@pigeonhole/kit/config";
import { silentLog } from "@pigeonhole/kit/log";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { startTestServer } from "@pigeonhole/server/testing";
import { catalogue, eventOf } from "@pigeonhole/webhooks/catalogue/contract";
import type { EventType } from "@pigeonhole/webhooks/contract";
import { pigeonhole, type Problem } from "../../packages/client/pigeonhole.ts";
import { verifyWebhook } from "../../packages/client/webhooks.ts";
import { startSandboxes } from "./host.ts";
import { settings } from "./settings.ts";

// N14, A15: what a shop's developer does in an afternoon, with what they are given: the packed client, the examples of the page, a sandbox.
const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-sandbox-"));
let database: Awaited<ReturnType<typeof testDatabase>>;
let host: Awaited<ReturnType<typeof startSandboxes>>;
let live: Awaited<ReturnType<typeof startTestServer>>;
let made: Awaited<ReturnType<ReturnType<typeof pigeonhole>["sandbox"]["create"]>>;

const start = async (publicUrl: string, port: number) =>
  startSandboxes(
    readConfig(settings, {
      SANDBOX_DATABASE_SERVER: await serverUrl,
      SANDBOX_FOLDER: path.join(folder, "kept"),
      SANDBOX_PORT: String(port),
      PUBLIC_URL: publicUrl,
      WEBHOOKS_ANYWHERE: "1",
    }),
    silentLog,
  );
let serverUrl: Promise<string>;
let port: number;

before(async () => {
  database = await testDatabase([]);
  serverUrl = database.fresh();
  port = await freePort();
  live = await startTestServer({ SANDBOX_URL: `http://127.0.0.1:${port}` });
  host = await start(live.url, port);
  made = await pigeonhole({ url: live.url, timeoutMs: 120_000 }).sandbox.create();
});
after(async () => {
  await host.keeper.throwAway(made.id);
  await host.stop();
  await live[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const network = (key = made.shopKey) => pigeonhole({ url: made.url, key, timeoutMs: 120_000 });
const refusal = async (asked: Promise<unknown>): Promise<Problem> => {
  try {
    await asked;
  } catch (error) {
    return error as Problem;
  }
  assert.fail("it was not refused");
};

/** Packs the client as it is published, and installs it into an empty folder from the file alone. */
async function shop(): Promise<string> {
  const source = path.join(folder, "client");
  const app = path.join(folder, "shop");
  cpSync(path.join(root, "packages/client"), source, { recursive: true, filter: (from) => !/\/(dist|node_modules)$/.test(from) });
  await run(path.join(root, "node_modules/.bin/tsc"), ["-p", path.join(root, "packages/client"), "--outDir", path.join(source, "dist")]);
  const npm = (args: readonly string[], cwd: string) =>
    run("npm", [...args, "--ignore-scripts", "--offline", "--no-audit", "--no-fund"], { cwd });
  const { stdout } = await npm(["pack", "--json"], source);
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  assert.ok(
    packed.files.every(({ path: at }) => /^(dist\/|package\.json$|README\.md$)/.test(at)),
    JSON.stringify(packed.files),
  );
  cpSync(path.join(source, "examples"), app, { recursive: true });
  writeFileSync(path.join(app, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  await npm(["install", "--no-save", path.join(source, packed.filename)], app);
  const own = JSON.parse(readFileSync(path.join(app, "node_modules/@pigeonhole/client/package.json"), "utf8")) as Record<string, unknown>;
  assert.equal(own["dependencies"], undefined);
  return app;
}

const processes: ChildProcess[] = [];
/** Runs an example of the page as it stands there; resolves with what it has printed when `isDone`, or at its end. */
function example(
  app: string,
  name: string,
  env: Record<string, string>,
  { args = [] as string[], isDone = (_: string): boolean => false } = {},
) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", `${name}.ts`, ...args], {
    cwd: app,
    env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  processes.push(child);
  let text = "";
  const done = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      if (isDone(text)) resolve(text);
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => (code === 0 ? resolve(text) : reject(new Error(`${name}: ${text}`))));
  });
  return { child, done, text: () => text };
}
after(() => processes.forEach((child) => child.kill()));

test("the examples of the page run as they stand there, with the packed client: order, deposit, four days, expiry told, webhooks verified", async () => {
  const app = await shop();
  const env = { PIGEONHOLE_URL: made.url, PIGEONHOLE_KEY: made.shopKey };
  const types: EventType[] = ["parcel.reserved", "parcel.stored", "parcel.expired"];
  const receiverPort = await freePort();
  const endpoint = await network().webhooks.create({ url: `http://127.0.0.1:${receiverPort}/`, types });
  const receiver = example(
    app,
    "receive-webhooks",
    { PORT: String(receiverPort), WEBHOOK_SECRET: endpoint.secret },
    { isDone: (text) => text.includes("listening") },
  );
  await receiver.done;
  // Beside it one that verifies with the other kind of signature, and with the reference library of Standard Webhooks.
  const heard: { type: string; data: unknown }[] = [];
  const { publicKey } = await network().webhooks.key();
  const problems: unknown[] = [];
  const second = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    try {
      const event = await verifyWebhook({ body, headers: request.headers, keys: publicKey });
      new Webhook(other.secret).verify(body, request.headers as Record<string, string>);
      heard.push({ type: event.type, data: event.data });
    } catch (error) {
      problems.push(error);
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => second.listen(0, "127.0.0.1", resolve));
  after(() => second.close());
  const other = await network().webhooks.create({
    url: `http://127.0.0.1:${(second.address() as AddressInfo).port}/`,
    types: [...types, "parcel.returned"],
  });

  const ordered = await example(app, "quick-start", env).done;
  const parcel = /expected: (\S+)/.exec(ordered)![1]!;
  const told = await example(app, "sandbox", env, { args: [parcel] }).done;
  const lines = told.trim().split("\n");
  assert.deepEqual(lines.slice(0, 2), ["stored", "expired"]);
  for (const template of ["pickup_ready", "two_days_left", "one_day_left", "expired"])
    assert.ok(lines.includes(template), `${template} in ${told}`);
  assert.ok(lines.at(-1)!.includes("code"), told);

  for (const type of types) assert.match(receiver.text(), new RegExp(`${type.replace(".", String.raw`\.`)} `));
  // What is sent is what the catalogue says (F9), at the time of the sandbox, in the order of the days.
  assert.deepEqual(problems, []);
  assert.deepEqual(
    heard.map(({ type }) => type),
    types,
  );
  for (const { type, data } of heard) eventOf(type as EventType).shape.data.parse(data);
  assert.equal(catalogue.get("parcel.expired")!.data.parse(heard[2]!.data)["parcel"], parcel);
  const { aheadSeconds } = await network().sandbox.get();
  assert.ok(aheadSeconds >= 4 * 86_400 && aheadSeconds < 4 * 86_400 + 3_600);

  const out = await network().sandbox.retrieve({ parcel });
  assert.equal(out.state, "returned");
  assert.equal(heard.at(-1)!.type, "parcel.returned");
  let stored = 0;
  for await (const each of network().parcels.list.all({ limit: 1 })) stored += each.id === parcel ? 1 : 0;
  assert.equal(stored, 1);
});

test("the door goes on without network: the code opens it, and the backend hears of it afterwards; a wrong code is refused as at the kiosk", async () => {
  const own = network();
  const held = await own.reservations.hold({ station: made.station, orderId: "1002", size: "medium" });
  const { parcel } = await own.reservations.confirm({ id: held.id, recipient: { name: "Ben", email: "ben@example.org" } });
  await own.sandbox.deposit({ parcel: parcel! });
  const twice = await refusal(own.sandbox.deposit({ parcel: parcel! }));
  assert.deepEqual([twice.code, twice.document["state"]], ["not_possible", "stored"]);
  const { messages } = await own.notifications.inbox({ parcel: parcel! });
  const code = /Your code: (\d{4}) (\d{4})/
    .exec(messages.map(({ text }) => text).join("\n"))!
    .slice(1)
    .join("");

  assert.equal((await own.sandbox.network({ isConnected: false })).station.isConnected, false);
  const wrong = await refusal(own.sandbox.collect({ code: "11112222" }));
  assert.deepEqual([wrong.code, wrong.document["kiosk"]], ["not_possible", "wrong_code"]);
  const { compartment } = await own.sandbox.collect({ code });
  assert.equal(compartment, (await own.parcels.get({ id: parcel! })).compartment);
  assert.equal((await own.parcels.get({ id: parcel! })).state, "stored", "nobody has told the backend");
  assert.equal((await refusal(own.sandbox.deposit({ parcel: parcel! }))).code, "not_possible");
  await own.sandbox.network({ isConnected: true });
  assert.equal((await own.parcels.get({ id: parcel! })).state, "collected");
});

test("keys of a sandbox open nothing in the live network, and the reverse; another sandbox is another network", async () => {
  assert.match(made.shopKey, /^phs_/);
  assert.match(live.shopKey, /^phk_/);
  const sandboxKey = await refusal(pigeonhole({ url: live.url, key: made.shopKey }).parcels.list());
  assert.deepEqual([sandboxKey.status, sandboxKey.code], [401, "not_signed_in"]);
  assert.match(sandboxKey.message, /belongs to a sandbox/);
  const liveKey = await refusal(network(live.shopKey).parcels.list());
  assert.deepEqual([liveKey.status, liveKey.code], [401, "not_signed_in"]);
  assert.match(liveKey.message, /belongs to the live network/);
  for (const url of [made.url, live.url]) {
    const drive = await refusal(pigeonhole({ url, key: live.shopKey }).sandbox.advance({ days: 1 }));
    assert.ok([401, 404].includes(drive.status), url);
  }
  assert.equal((await refusal(pigeonhole({ url: `${live.url}/sandbox/${crypto.randomUUID()}` }).network.list())).code, "no_sandbox");
  const { stations } = await pigeonhole({ url: live.url }).network.list();
  assert.ok(!stations.some(({ id }) => id === made.station), "its station is not on the live map");
  assert.equal((await refusal(network().sandbox.advance({ days: 14, hours: 1 }))).code, "too_far");
  const cookie = await fetch(`${made.url}/api/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ kind: "courier", carrier: "swift", username: "mari", password: "pigeonhole-demo" }),
  });
  assert.match(
    cookie.headers.get("set-cookie")!,
    new RegExp(`Path=/sandbox/${made.id};`),
    "no session of a sandbox is sent to the live network",
  );
});

test("a sandbox that slept goes on where it was: its keys, its parcels, its clock", async () => {
  const before = await network().sandbox.get();
  await host.keeper.sleep(made.id);
  const woken = await network().sandbox.get();
  assert.equal(woken.station.isConnected, true);
  const stoodMs = new Date(woken.now).getTime() - new Date(before.now).getTime();
  assert.ok(stoodMs >= 0 && woken.aheadSeconds <= before.aheadSeconds);
  const own = network();
  const held = await own.reservations.hold({ station: made.station, orderId: "1003", size: "small" });
  const { parcel } = await own.reservations.confirm({ id: held.id, recipient: { name: "Cy", email: "cy@example.org" } });
  assert.equal((await own.sandbox.deposit({ parcel: parcel! })).state, "stored");
});
