// The two sides of the protocol meet: the station's own code on a simulated board, enrolled with and connected to this module.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { systemMonotonic as monotonic } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { mqttWire } from "@pigeonhole/station/link/mqtt-wire";
import { enrol } from "@pigeonhole/station/provisioning/enrol";
import { createStation } from "@pigeonhole/station/station";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());

async function startStation() {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-devices-"));
  const id = await world.addStation();
  const fetch = (async (input: string | URL | Request, init?: RequestInit) =>
    world.module.routes.request(String(input).replace("http://backend/api", ""), init)) as typeof globalThis.fetch;
  const identity = await enrol({ folder, url: "http://backend", token: await world.token(id), random, fetch });
  const [near, far] = duplex();
  const simulator = new Cu48Simulator(far, { boards: [0] });
  const station = createStation({
    identity,
    storeFile: path.join(folder, "station.sqlite"),
    board: cu48({ transport: near, boards: [0], replyTimeoutMs: 40, minIntervalMs: 0 }),
    firmware: "test",
    wire: (bootId) =>
      mqttWire({
        url: identity.mqttUrl,
        station: id,
        key: identity.key,
        certificate: () => identity.certificate,
        ca: identity.ca,
        will: { online: false, bootId },
        timers,
        random,
        log,
      }),
    now: world.now,
    monotonic,
    newId,
    random,
    timers,
    log,
  });
  await station.start();
  const stop = async () => {
    await station.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const device = async () => {
    const answer = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station: id } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const facts = async () => ((await world.facts("devices.reported", id)) as { event: StationFact }[]).map(({ event }) => event);
  return { id, station, simulator, device, facts, [Symbol.asyncDispose]: stop };
}

test("a station enrols, learns what it should know, obeys, reports, asks, and is gone when it is revoked", async () => {
  await using cabinet = await startStation();
  const { id, station, simulator, device, facts } = cabinet;
  await until("the station has its document", async () => (await device()).reportedVersion === 1);
  await until("its start is reported", async () => (await facts()).some(({ type }) => type === "station_started"));
  await until(
    "its doors are read",
    () => station.doors.views().length === 3 && station.doors.views().every(({ door }) => door === "closed"),
  );

  const parcel = crypto.randomUUID();
  const send = (action: "open" | "attest_deposit") =>
    world.as(actors.access).internal.devices[":station"].commands.$post({
      param: { station: id },
      json: { id: crypto.randomUUID(), action, compartment: 2, parcel, purpose: "dropoff", actor: "courier:1", expected: { parcel: null } },
    });
  const at = performance.now();
  const opened = await send("open");
  assert.ok(opened.status === 200);
  assert.equal((await opened.json()).outcome, "opened");
  assert.ok(performance.now() - at < 2_000);
  assert.deepEqual(simulator.fired.length, 1);
  await until("the open door is reported", async () => (await device()).openDoors.includes(2));
  simulator.closeDoor(2);
  await until("the closed door is reported", async () => (await facts()).some(({ type }) => type === "compartment_closed"));
  const attested = await send("attest_deposit");
  assert.ok(attested.status === 200);
  assert.equal((await attested.json()).outcome, "done");
  await until("the deposit is reported", async () =>
    (await facts()).some((fact) => fact.type === "parcel_deposited" && fact.parcel === parcel),
  );
  const refused = await send("open");
  assert.ok(refused.status === 200);
  assert.deepEqual(await refused.json().then(({ outcome, reason }) => [outcome, reason]), ["refused", "unexpected_state"]);

  const answer = await station.link.ask({ codeHash: "c".repeat(64), grant: null, generation: null });
  assert.equal(answer?.outcome, "refused");

  assert.equal(
    (await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: id }, json: { reason: "stolen" } })).status,
    200,
  );
  await until("its line is cut", () => !station.link.isUp());
  assert.deepEqual([await world.facts("devices.quarantined", id), (await world.facts("devices.connected", id)).length], [[], 1]);
});
