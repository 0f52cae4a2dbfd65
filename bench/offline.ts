import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { startWorld } from "@pigeonhole/devices/world";
import { systemMonotonic as monotonic, systemNow } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { readQr } from "@pigeonhole/protocol/qr";
import { publicKeyOf } from "@pigeonhole/protocol/envelope";
import { mqttWire } from "@pigeonhole/station/link/mqtt-wire";
import { enrol } from "@pigeonhole/station/provisioning/enrol";
import { createStation } from "@pigeonhole/station/station";
import { sql } from "kysely";
import type { Lived } from "./offline/life.ts";
import { live } from "./offline/life.ts";
import { parcelsPerStation, planOf, type Plan } from "./offline/plan.ts";

const fullSize = 100_000;
/** Stations that are connected at once while their logs drain. */
const together = 24;
/** Doors opened by hand at one station, two entries each: a log of ten thousand entries (G-52). */
const knocksAtFullSize = 5_000;
const patienceMs = 600_000;

type World = Awaited<ReturnType<typeof startWorld>>;

/**
 * Three days without a network (G-21), then the logs drain into a real broker and the shipped ingestion (G-52): `offline [pickups] [seed]`. Each
 * station is the shipped software on its real store; the stores lie on a memory disk, where a durable write takes no time.
 */
export async function offline(args: readonly string[]): Promise<object> {
  const pickups = Number(args[0] ?? fullSize);
  const seed = Number(args[1] ?? 1);
  if (!(Number.isInteger(pickups) && pickups >= 1)) throw new Error("offline takes how many parcels are collected, e.g. 3000");
  const folder = mkdtempSync(path.join(existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "pigeonhole-offline-"));
  const world = await startWorld();
  try {
    const plans: Plan[] = [];
    for (let left = pickups; left > 0; left -= parcelsPerStation) {
      const at = path.join(folder, String(plans.length));
      const identity = await enrolStation(world, at);
      const count = Math.min(left, parcelsPerStation);
      plans.push(planOf(identity, at, count, { kid: "k1", key: world.signing.privateKey }, systemNow(), seed + plans.length));
    }
    const knocks = Math.round((knocksAtFullSize * Math.min(pickups, 20_000)) / 20_000);
    const begun = monotonic();
    const lived = await liveAll(plans, knocks, pickups > 3_000 ? Math.min(os.availableParallelism(), 4) : 1);
    const livedSeconds = Math.round((monotonic() - begun) / 1_000);
    const total = (name: keyof Lived): number => lived.reduce((sum, each) => sum + each[name], 0);
    // The one with the longest log first and alone, with somebody at its kiosk asking meanwhile.
    const first = await drainAll(world, plans.slice(0, 1), true);
    const rest = await drainAll(world, plans.slice(1), false);
    const { rows } = await sql<{ kept: string }>`select count(*)::text as kept from devices.station_event`.execute(world.db);
    const quarantined = await sql<{ n: number }>`select count(*)::int as n from devices.quarantine`.execute(world.db);
    return {
      hours: 72,
      stations: plans.length,
      valid: total("valid"),
      served: total("served"),
      secondUse: total("secondUse") + total("deadOpened"),
      events: total("events"),
      eventsKept: Number(rows[0]!.kept),
      eventsLost: first.lost + rest.lost,
      quarantined: quarantined.rows[0]!.n,
      restarts: total("restarts"),
      livedSeconds,
      queued: first.entries,
      drainSeconds: first.seconds,
      slowestAnswerMs: first.slowestAnswerMs,
      fleetDrainSeconds: rest.seconds,
      qrVerifyMicroseconds: qrCost(plans[0]!),
    };
  } finally {
    await world[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function enrolStation(world: World, folder: string) {
  const id = await world.addStation();
  const fetch = (async (input: string | URL | Request, init?: RequestInit) =>
    world.module.routes.request(String(input).replace("http://backend/api", ""), init)) as typeof globalThis.fetch;
  return enrol({ folder, url: "http://backend", token: await world.token(id), random, fetch });
}

/** On so many cores; on one, here. The first station's doors are opened by hand besides. */
async function liveAll(plans: readonly Plan[], knocks: number, workers: number): Promise<readonly Lived[]> {
  const work = plans.map((plan, i) => [plan, i === 0 ? knocks : 0] as const);
  const lived: Lived[] = [];
  if (workers === 1) for (const [plan, more] of work) lived.push(await live(plan, more));
  else
    await Promise.all(
      Array.from({ length: workers }, (_, w) => {
        const mine = work.filter((_, i) => i % workers === w);
        return new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL("./offline/worker.ts", import.meta.url), { workerData: mine });
          worker.on("message", (one: Lived) => {
            lived.push(one);
            if (lived.length % 10 === 0) process.stderr.write(`${lived.length} of ${plans.length} stations have lived\n`);
          });
          worker.once("error", reject);
          worker.once("exit", () => resolve());
        });
      }),
    );
  if (lived.length !== plans.length) throw new Error(`${lived.length} of ${plans.length} stations have lived`);
  return lived;
}

/** Connects the stations, some at a time, and waits until the backend has all that they wrote. Compares entry by entry. */
async function drainAll(world: World, plans: readonly Plan[], isAsked: boolean) {
  const begun = monotonic();
  const waiting = [...plans];
  const sums = { lost: 0, entries: 0, slowestAnswerMs: 0 };
  await Promise.all(
    Array.from({ length: together }, async () => {
      for (let plan = waiting.shift(); plan; plan = waiting.shift()) {
        const one = await drain(world, plan, isAsked);
        sums.lost += one.lost;
        sums.entries += one.entries;
        sums.slowestAnswerMs = Math.max(sums.slowestAnswerMs, one.slowestAnswerMs);
      }
    }),
  );
  return { ...sums, seconds: Math.round((monotonic() - begun) / 100) / 10 };
}

async function drain(world: World, { identity, folder }: Plan, isAsked: boolean) {
  const [near, far] = duplex();
  new Cu48Simulator(far, { boards: [0] });
  const station = createStation({
    identity,
    storeFile: path.join(folder, "station.sqlite"),
    board: cu48({ transport: near, boards: [0], replyTimeoutMs: 5_000, minIntervalMs: 0 }),
    firmware: "bench",
    wire: (bootId) =>
      mqttWire({
        url: identity.mqttUrl,
        station: identity.station,
        key: identity.key,
        certificate: () => identity.certificate,
        ca: identity.ca,
        will: { online: false, bootId },
        timers,
        random,
        log,
      }),
    // Three days have passed for it.
    now: () => new Date(systemNow().getTime() + 96 * 3_600_000),
    monotonic,
    newId,
    random,
    timers,
    log,
  });
  await station.start();
  const patientUntil = monotonic() + patienceMs;
  let slowestAnswerMs = 0;
  while (station.store.acknowledged < station.store.journal.lastSeq()) {
    if (monotonic() > patientUntil) throw new Error(`station ${identity.station} is not drained`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!isAsked || !station.link.isUp()) continue;
    const asked = monotonic();
    const answer = await station.link.ask({ codeHash: "c".repeat(64), grant: null, generation: null });
    slowestAnswerMs = Math.max(slowestAnswerMs, Math.round(answer === null ? Number.POSITIVE_INFINITY : monotonic() - asked));
  }
  const entries = station.store.journal.lastSeq();
  const { rows } = await sql<{ seq: number; body: string }>`select seq, body from devices.station_event
    where station = ${identity.station} and epoch = ${identity.epoch} order by seq`.execute(world.db);
  const kept = new Map(rows.map(({ seq, body }) => [seq, body]));
  let lost = 0;
  for (let from = 0; from < entries; from += 500)
    for (const [i, { body }] of station.store.journal.after(from, 500).entries()) if (kept.get(from + i + 1) !== body) lost++;
  await station.stop();
  return { lost: lost + Math.max(0, rows.length - entries), entries, slowestAnswerMs };
}

/** What reading and verifying a QR code takes, and how long one is (G-23). */
function qrCost({ identity, parcels }: Plan): number {
  const keys = Object.fromEntries(Object.entries(identity.signingKeys).map(([kid, text]) => [kid, publicKeyOf(text)]));
  const { pickup } = parcels[0]!;
  if (pickup.length >= 180) throw new Error(`a QR code of ${pickup.length} characters`);
  const rounds = 1_000;
  const begun = monotonic();
  for (let i = 0; i < rounds; i++) if (!readQr(pickup, keys)) throw new Error("a genuine QR code was not read");
  return Math.round(((monotonic() - begun) / rounds) * 1_000);
}
