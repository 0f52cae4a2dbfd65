// The two sides of a look inside meet: this module with its real listener, and the station's own process.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve, type ServerType } from "@hono/node-server";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Actor } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { open } from "@pigeonhole/protocol/envelope";
import { Desired } from "@pigeonhole/protocol/messages";
import { createPublicKey } from "node:crypto";
import { WebSocket } from "ws";
import { actors, startWorld, until } from "../world.ts";
import type { DiagnosisApi } from "./contract.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const support = { kind: "operator", id: actors.admin.id, role: "support" } as const satisfies Actor;
const as = (actor: Actor) =>
  client<DiagnosisApi>("http://test", {
    fetch: (input, init) => world.module.routes.request(input as string, init),
    headers: { "x-actor": JSON.stringify(actor) },
  }).stations[":station"].diagnosis;
const begin = (station: string, actor: Actor = support) =>
  as(actor).$post({ param: { station }, json: { reason: "Customers wait at it" } });
const look = async (station: string) => {
  const answer = await as(support).$get({ param: { station } });
  assert.ok(answer.status === 200, `the look answered ${answer.status}`);
  return answer.json();
};

/** The real program of a cabinet, as it is started in the field. */
async function stationProcess() {
  const id = await world.addStation();
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-look-"));
  const app = new OpenAPIHono().route("/api", world.module.routes as never);
  const http = await new Promise<ServerType>((resolve) => {
    const listening = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: 0 }, () => resolve(listening));
  });
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", fileURLToPath(new URL("../../../apps/station/main.ts", import.meta.url))],
    {
      env: {
        ...process.env,
        STATION_DATA: folder,
        BACKEND_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
        ENROLMENT_TOKEN: await world.token(id),
        KIOSK_PORT: "0",
        SENSORS: "sim",
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let said = "";
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  const connected = async () =>
    (await world.db.selectFrom("devices.device").select("connected").where("station", "=", id).executeTakeFirst())?.connected;
  // A process takes its time to start on a busy machine: longer than `until` waits for anything else.
  const deadline = performance.now() + 40_000;
  while ((await connected()) !== true) {
    assert.ok(performance.now() < deadline && child.exitCode === null, `the station did not connect: ${said.slice(-800)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    id,
    isAlive: () => child.exitCode === null,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      http.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test("A9.4: a look into a real station: it opens the line itself, shows log, doors, self-test and line; ends when asked; audited; the station goes on", async () => {
  await using station = await stationProcess();
  const { id } = station;
  assert.deepEqual(
    [(await begin(id, actors.viewer)).status, (await as(actors.viewer).$get({ param: { station: id } })).status],
    [403, 403],
  );
  assert.equal((await begin(id)).status, 201);
  assert.equal((await begin(id)).status, 409, "one at a time");
  await until("the station has opened its line", async () => (await look(id)).connectedAt !== null);
  await until("the self-test is there", async () => (await look(id)).selfTest !== null);
  await until("the line is measured", async () => ((await look(id)).network?.answered ?? 0) > 0);
  await until("the log is there", async () => (await look(id)).log.length > 0);
  const { status, selfTest, log } = await look(id);
  assert.deepEqual(
    status!.doors.map(({ compartment }) => compartment),
    [1, 2, 3],
  );
  assert.deepEqual(
    selfTest!.checks.filter(({ isOk }) => !isOk),
    [],
    JSON.stringify(selfTest),
  );
  assert.ok(selfTest!.checks.length >= 8 && log.some((line) => line.includes("looks inside")));
  assert.equal((await as(support).$delete({ param: { station: id } })).status, 200);
  assert.equal((await look(id)).endedWhy, "asked");
  await until("the look has left the document", async () => {
    const row = await world.db.selectFrom("devices.desired").select("content").where("station", "=", id).executeTakeFirstOrThrow();
    return (JSON.parse(row.content) as Desired).diagnosis === null;
  });
  assert.ok(station.isAlive());
  assert.deepEqual(
    [...(await world.facts("devices.diagnosis_began", id)), ...(await world.facts("devices.diagnosis_ended", id))].map(
      ({ actor, reason, why }) => actor ?? why ?? reason,
    ),
    [`operator:${support.id}`, "asked"],
  );
  // Nothing but words went over the line: no door has moved.
  assert.deepEqual(
    (await world.facts("devices.reported", id)).filter(({ event }) => (event as { type: string }).type === "compartment_opened"),
    [],
  );
});

/** A station of nothing but keys, asked to open its line. */
async function asked() {
  const cab = await world.connected();
  assert.equal((await begin(cab.id)).status, 201);
  for (;;) {
    const envelope = await cab.heard<never>("desired");
    const desired = open("desired", envelope, { k1: createPublicKey(world.signing.privateKey) }, Desired);
    if (desired.diagnosis) return { cab, diagnosis: desired.diagnosis };
  }
}
const dialLook = (url: string, identity: { certificate: string; key: string } | undefined) =>
  new Promise<WebSocket | number | string>((resolve) => {
    const tls = identity ? { cert: identity.certificate, key: identity.key } : {};
    const ws = new WebSocket(url, { ...tls, ca: world.ca.ca.certificate });
    ws.once("open", () => resolve(ws));
    ws.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    ws.on("error", () => resolve("error"));
  });
const closed = (ws: WebSocket) => new Promise<void>((resolve) => ws.once("close", () => resolve()));

test("a look is for its own station's certificate, once; another's, none, or a made-up session get nothing", async () => {
  const { cab, diagnosis } = await asked();
  const stranger = await world.connected();
  const url = `${diagnosis.url}/${diagnosis.session}`;
  assert.equal(await dialLook(url, stranger.identity), 403);
  assert.equal(await dialLook(url, undefined), "error");
  assert.equal(await dialLook(`${diagnosis.url}/${crypto.randomUUID()}`, cab.identity), 403);
  assert.equal(await dialLook(`${diagnosis.url}/../../etc/passwd`, cab.identity), 403);
  const ws = await dialLook(url, cab.identity);
  assert.ok(ws instanceof WebSocket);
  assert.equal(await dialLook(url, cab.identity), 403, "twice");
  const isClosed = closed(ws);
  await as(support).$delete({ param: { station: cab.id } });
  await isClosed;
  assert.equal(await dialLook(url, cab.identity), 403, "after its end");
});

test("A10.6: who says too much, too large or something else over the line is cut off, and nothing of it is kept", async () => {
  const floods: readonly ((ws: WebSocket) => void)[] = [
    (ws) => ws.send(JSON.stringify({ kind: "open_door", compartment: 1 })),
    (ws) => ws.send("x".repeat(70_000)),
    (ws) => ws.send(Buffer.from([0xff, 0xfe])),
    (ws) => {
      for (let i = 0; i < 500; i++) ws.send(JSON.stringify({ kind: "log", lines: [`line ${i}`] }));
    },
  ];
  for (const flood of floods) {
    const { cab, diagnosis } = await asked();
    const ws = await dialLook(`${diagnosis.url}/${diagnosis.session}`, cab.identity);
    assert.ok(ws instanceof WebSocket);
    const isClosed = closed(ws);
    flood(ws);
    await isClosed;
    await until("the end is recorded", async () => (await look(cab.id)).endedAt !== null);
    const { endedWhy, log } = await look(cab.id);
    assert.ok(["too_much", "lost"].includes(endedWhy!) && log.length <= 60, `${endedWhy} ${log.length}`);
  }
});

test("a look that nobody ends ends by itself; a seventh within an hour is refused", async () => {
  const cab = await world.connected();
  for (let n = 0; n < 6; n++) {
    assert.equal((await begin(cab.id)).status, 201);
    await as(support).$delete({ param: { station: cab.id } });
  }
  assert.equal((await begin(cab.id)).status, 429);
  const other = await world.connected();
  assert.equal((await begin(other.id)).status, 201);
  world.pass(15 * 60_000);
  await world.module.jobs.find(({ name }) => name === "devices.diagnosis_tidy")!.run(null);
  assert.equal((await look(other.id)).endedWhy, "time");
});
