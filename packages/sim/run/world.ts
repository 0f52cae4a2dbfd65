import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { silentLog, type Log } from "@pigeonhole/kit/log";
import { backendNode } from "../backend/node.ts";
import { OneSession } from "../backend/one-session.ts";
import { tally as createTally } from "../checks/tally.ts";
import { traceOf } from "../checks/trace.ts";
import { truth as createTruth } from "../checks/truth.ts";
import { courier } from "../people/couriers.ts";
import { live } from "../people/lives.ts";
import { day, hour, minute, type World } from "../people/world.ts";
import { simBroker } from "../stations/broker.ts";
import { simCabinet } from "../stations/cabinet.ts";
import { stationNode } from "../stations/node.ts";
import { weather as createWeather } from "../stations/weather.ts";
import { drawOf } from "../time/draw.ts";
import { scheduler as createScheduler } from "../time/scheduler.ts";
import { trackCrypto } from "../time/tracked-crypto.ts";
import { configOf, type Town } from "../town/town.ts";

export interface Run {
  readonly seed: number;
  readonly parcels: number;
  readonly town: Town;
  /** A database that is a copy of the town's. */
  readonly url: string;
  readonly traceFile?: string | undefined;
  readonly log?: Log;
}

/** So far apart orders are placed, on average. Milliseconds. */
const orderEveryMs = 12_000;

/** One world from its beginning to its end. */
export async function runWorld({ seed, parcels, town, url, traceFile, log = silentLog }: Run) {
  const draw = drawOf(seed);
  let note = (_what: string, _detail?: unknown): void => {};
  const scheduler = createScheduler(town.startMs, (what) => note("·", what));
  const trace = traceOf(() => scheduler.nowMs, traceFile);
  note = (what, detail) => trace.line(what, detail);
  trackCrypto(scheduler);
  const tally = createTally();
  const weather = createWeather(scheduler, draw.of("weather"));
  const broker = simBroker({ scheduler, draw: draw.of("broker"), weather, trace: note });
  const session = await OneSession.open(scheduler, url);
  const folder = mkdtempSync(path.join(process.platform === "linux" ? "/dev/shm" : os.tmpdir(), "pigeonhole-sim-"));
  const config = configOf(town.secrets, url);
  const backend = backendNode({ config, session, scheduler, broker, draw: draw.of("backend"), log, trace: note, meddle: () => undefined });
  const truth = createTruth({
    scheduler,
    tally,
    trace: note,
    inside: (station, n) => nodes.find(({ id }) => id === station)!.cabinet.inside(n),
  });
  const nodes = town.stations.map(({ identity, doors, hasSensors }) => {
    const own = draw.of(`station ${identity.station}`);
    const cabinet = simCabinet({
      station: identity.station,
      doors: doors.map(({ number }) => number),
      hasSensors,
      scheduler,
      draw: own.of("cabinet"),
      witness: truth.witness,
    });
    return stationNode({ identity, folder, cabinet, scheduler, broker, draw: own, log, trace: note });
  });
  const turns = new Map<string, Promise<unknown>>();
  const world: World = {
    town,
    scheduler,
    draw: draw.of("people"),
    backend,
    stations: nodes,
    truth,
    tally,
    trace: note,
    sleep: (ms) => new Promise((resolve) => void scheduler.after(ms, "somebody waits", resolve)),
    isHealed: () => true,
    inTurn(station, visit) {
      const mine = (turns.get(station) ?? Promise.resolve()).then(visit);
      turns.set(
        station,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };

  let failure: unknown;
  let isOver = false;
  const story = async (): Promise<void> => {
    await scheduler.outside(backend.start());
    for (const node of nodes) await node.start();
    await world.sleep(2 * minute);
    const couriers = town.couriers.map((_, i) => courier(world, i));
    let left = parcels;
    const working = couriers.map((each) => each.work(() => left === 0));
    const lives: Promise<void>[] = [];
    for (let i = 0; i < parcels; i++) {
      await world.sleep(draw.of(`order ${i}`).waiting(orderEveryMs));
      lives.push(live(world, i, couriers).finally(() => left--));
    }
    await Promise.all(lives);
    await Promise.all(working);
  };
  const endMs = town.startMs + 60 * day;
  story().then(
    () => {
      isOver = true;
    },
    (error: unknown) => {
      failure = error;
      isOver = true;
    },
  );
  await scheduler.run(() => isOver || scheduler.nowMs > endMs);
  for (const node of nodes) node.close();
  await session.close();
  rmSync(folder, { recursive: true, force: true });
  if (failure !== undefined) throw failure;
  if (!isOver) tally.violated("I-72", "people still wait when the world ends", scheduler.nowMs);
  void hour;
  return {
    hash: trace.digest(),
    lines: trace.lines,
    events: scheduler.events,
    statements: session.statements,
    commits: session.commits,
    nested: session.nested,
    virtualHours: (scheduler.nowMs - town.startMs) / hour,
    tally,
  };
}
export type Ran = Awaited<ReturnType<typeof runWorld>>;
