// A real station for tests of this module: the cabinet's own code on a simulated board, enrolled with a world.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemMonotonic as monotonic } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { duplex } from "@pigeonhole/lock-boards/transport";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { mqttWire } from "@pigeonhole/station/link/mqtt-wire";
import { enrol } from "@pigeonhole/station/provisioning/enrol";
import { createStation } from "@pigeonhole/station/station";
import { actors, type World } from "./world.ts";

/** Enrols a cabinet and starts it. `wrap` stands between the station and its board. */
export async function startStation(world: World, wrap: (board: Locks) => Locks = (board) => board) {
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
    board: wrap(cu48({ transport: near, boards: [0], replyTimeoutMs: 40, minIntervalMs: 0 })),
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
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await station.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const device = async () => {
    const answer = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station: id } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const reported = async () => (await world.facts("devices.reported", id)) as { seq: number; event: StationFact }[];
  const facts = async () => (await reported()).map(({ event }) => event);
  return { id, station, simulator, device, reported, facts, stop, [Symbol.asyncDispose]: stop };
}
