// A real station for tests of the devices module: the station's own code on a simulated board, enrolled with that module, on a line that the test cuts.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemMonotonic as monotonic } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { codeHash } from "@pigeonhole/protocol/codes";
import type { Desired, Grant, StationFact } from "@pigeonhole/protocol/messages";
import { writeQr } from "@pigeonhole/protocol/qr";
import { mqttWire } from "@pigeonhole/station/link/mqtt-wire";
import type { Wire } from "@pigeonhole/station/link/wire";
import { enrol } from "@pigeonhole/station/provisioning/enrol";
import type { Identity } from "@pigeonhole/station/provisioning/identity";
import { createStation, type Station } from "@pigeonhole/station/station";
import { actors, until, type World } from "@pigeonhole/devices/world";

/** A line that is there or not: as when somebody pulls the cable, and puts it back. */
function cable(make: () => Wire) {
  let inner: Wire | undefined;
  let on: Parameters<Wire["start"]>[0] | undefined;
  let isCut = false;
  const wire: Wire = {
    start: (handlers) => {
      on = handlers;
      if (isCut) return;
      inner = make();
      inner.start(handlers);
    },
    publish: (name, content) => inner?.publish(name, content) ?? Promise.reject(new Error("no network")),
    stop: async () => {
      await inner?.stop();
      inner = undefined;
    },
  };
  return {
    wire,
    async cut() {
      isCut = true;
      await wire.stop();
      on?.down();
    },
    mend() {
      isCut = false;
      if (on) wire.start(on);
    },
  };
}

/** Enrols a new cabinet of three small doors. `startAt` starts another process on a data folder: after a restart, or a copy of it. */
export async function startCabinet(world: World) {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-conflict-"));
  const id = await world.addStation();
  const fetch = (async (input: string | URL | Request, init?: RequestInit) =>
    world.module.routes.request(String(input).replace("http://backend/api", ""), init)) as typeof globalThis.fetch;
  const enrolAgain = async (at = folder): Promise<Identity> =>
    enrol({ folder: at, url: "http://backend", token: await world.token(id), random, fetch });
  let identity = await enrolAgain();
  const running = new Set<Station>();
  /** How far the cabinet's own clock is ahead of the world's. Milliseconds. */
  const clock = { aheadMs: 0 };
  async function startAt(at: string, who: Identity) {
    const [near, far] = duplex();
    const simulator = new Cu48Simulator(far, { boards: [0] });
    let bootId = "";
    const line = cable(() =>
      mqttWire({
        url: who.mqttUrl,
        station: id,
        key: who.key,
        certificate: () => who.certificate,
        ca: who.ca,
        will: { online: false, bootId },
        timers,
        random,
        log,
      }),
    );
    const station = createStation({
      identity: who,
      storeFile: path.join(at, "station.sqlite"),
      board: cu48({ transport: near, boards: [0], replyTimeoutMs: 200, minIntervalMs: 0 }),
      firmware: "test",
      wire: (boot) => {
        bootId = boot;
        return line.wire;
      },
      now: () => new Date(world.now().getTime() + clock.aheadMs),
      monotonic,
      newId,
      random,
      timers,
      log,
    });
    running.add(station);
    await station.start();
    return { station, simulator, line };
  }
  let process = await startAt(folder, identity);
  const cabinet = {
    id,
    folder,
    clock,
    get identity() {
      return identity;
    },
    get station() {
      return process.station;
    },
    get simulator() {
      return process.simulator;
    },
    startAt,
    copyTo: (name: string): string => {
      const at = `${folder}-${name}`;
      cpSync(folder, at, { recursive: true });
      return at;
    },
    cut: () => process.line.cut(),
    mend: () => process.line.mend(),
    async stop() {
      running.delete(process.station);
      await process.station.stop();
    },
    async start() {
      process = await startAt(folder, identity);
    },
    /** What `node apps/station/main.ts enrol-again` does. */
    async enrolAgain() {
      identity = await enrolAgain();
    },
    hash: (code: string) => codeHash(Buffer.from(identity.codeKey, "base64url"), id, code),
    grant: (more: Partial<Grant>): Grant => ({
      id: newId(),
      kind: "pickup",
      state: "active",
      compartment: 1,
      parcel: newId(),
      codeHash: null,
      generation: 1,
      notBefore: new Date(world.now().getTime() - 3_600_000).toISOString(),
      expiresAt: new Date(world.now().getTime() + 86_400_000).toISOString(),
      ...more,
    }),
    qr: (grant: Grant) =>
      writeQr(
        {
          station: id,
          grant: grant.id,
          generation: grant.generation,
          compartment: grant.compartment,
          expiresAt: new Date(grant.expiresAt!),
        },
        { kid: "k1", key: world.signing.privateKey },
      ),
    /** The backend wants this from now on; when the station is there, it has it. */
    async want(grants: readonly Grant[], deadCodes: Desired["deadCodes"] = []) {
      world.says.grants.set(id, { ...world.says.grants.get(id), grants: [...grants], deadCodes } as never);
      await world.grantsChanged(id);
    },
    knows: (grants: readonly Grant[]) =>
      until("the station knows its rights", () => {
        const known = process.station.cabinet.desired?.grants.map((grant) => grant.id) ?? [];
        const isRead = process.station.doors.views().length === 3 && process.station.doors.views().every(({ door }) => door !== "unknown");
        return isRead && known.length === grants.length && grants.every((grant) => known.includes(grant.id));
      }),
    async close(compartment: number) {
      process.simulator.closeDoor(compartment);
      await until("the door is closed", () => process.station.doors.isClosed(compartment));
    },
    facts: async () => ((await world.facts("devices.reported", id)) as { event: StationFact; epoch: number }[]).map(({ event }) => event),
    reported: (type: StationFact["type"], count = 1) =>
      until(`${type} is reported`, async () => (await cabinet.facts()).filter((fact) => fact.type === type).length === count),
    async quarantine(): Promise<string | null> {
      const answer = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station: id } });
      assert.ok(answer.status === 200);
      return (await answer.json()).quarantine;
    },
    async [Symbol.asyncDispose]() {
      for (const station of running) await station.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return cabinet;
}
