import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { silentLog, type Log } from "@pigeonhole/kit/log";
import { backendNode } from "../backend/node.ts";
import { looksAt } from "../backend/looks.ts";
import { OneSession } from "../backend/one-session.ts";
import { tally as createTally } from "../checks/tally.ts";
import { traceOf } from "../checks/trace.ts";
import { truth as createTruth } from "../checks/truth.ts";
import { courier } from "../people/couriers.ts";
import { live } from "../people/lives.ts";
import { staff } from "../people/staff.ts";
import { walkUp } from "../people/walk-ups.ts";
import { atTheLock } from "../checks/at-the-lock.ts";
import { looking } from "../checks/looking.ts";
import { planFaults, type Fault } from "../faults/plan.ts";
import { databaseTroubles, striking } from "../faults/striking.ts";
import { day, hour, minute, type World } from "../people/world.ts";
import { simBroker } from "../stations/broker.ts";
import { simCabinet } from "../stations/cabinet.ts";
import { stationNode, type StationNode } from "../stations/node.ts";
import { weather as createWeather } from "../stations/weather.ts";
import { drawOf } from "../time/draw.ts";
import { scheduler as createScheduler } from "../time/scheduler.ts";
import { stopLeaks } from "../time/leaks.ts";
import { configOf, type Town } from "../town/town.ts";
import { headerOf, tellFacts } from "./beside-the-trace.ts";

export interface Run {
  readonly seed: number;
  readonly parcels: number;
  readonly town: Town;
  /** A database that is a copy of the town's. */
  readonly url: string;
  readonly traceFile?: string | undefined;
  /** Whether this one of the planned faults strikes; all of them by default. */
  readonly strikes?: (fault: Fault) => boolean;
  readonly log?: Log;
  /** Measures what each kind of statement costs. */
  readonly isProfiled?: boolean;
}

/** To so many orders comes one who leaves something without any. */
const livesPerWalkUp = 8;
/** So often every promise is looked at, in chaos too. Milliseconds. */
const lookEveryMs = 3 * minute;
/** So far apart orders are placed on average, for each station that there is: more than one kiosk serves. Milliseconds. */
const orderEachMs = 60_000;

/** One world from its beginning to its end. */
export async function runWorld({ seed, parcels, town, url, traceFile, strikes = () => true, log = silentLog, isProfiled = false }: Run) {
  const draw = drawOf(seed);
  let note = (_what: string, _detail?: unknown): void => {};
  const scheduler = createScheduler(town.startMs, (what) => note("·", what));
  const trace = traceOf(() => scheduler.nowMs, traceFile);
  note = (what, detail) => trace.line(what, detail);
  trace.aside(town.startMs, "town", headerOf(seed, parcels, town));
  stopLeaks(scheduler);
  const tally = createTally();
  const weather = createWeather(scheduler, draw.of("weather"));
  const lock = atTheLock({ scheduler, tally });
  const broker = simBroker({ scheduler, draw: draw.of("broker"), weather, trace: note, sent: lock.sent });
  const session = await OneSession.open(scheduler, url);
  if (isProfiled) session.profile = new Map();
  const folder = mkdtempSync(path.join(process.platform === "linux" ? "/dev/shm" : os.tmpdir(), "pigeonhole-sim-"));
  const config = configOf(town.secrets, url);
  const database = databaseTroubles(scheduler, draw.of("database"), tally);
  const backend = backendNode({ config, session, scheduler, broker, draw: draw.of("backend"), log, trace: note, meddle: database.meddle });
  const nodeOf = (station: string): StationNode => nodes.find(({ id }) => id === station)!;
  const truth = createTruth({
    scheduler,
    tally,
    trace: note,
    inside: (station, n) => nodeOf(station).cabinet.inside(n),
    atTheLock: (station, n) => lock.fired(nodeOf(station), n),
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
    isHealed: () => isHealed,
    inTurn(station, visit) {
      const mine = (turns.get(station) ?? Promise.resolve()).then(visit);
      turns.set(
        station,
        mine.catch(() => undefined),
      );
      return mine;
    },
  };

  await using asking = looksAt(scheduler, url);
  const looks = looking({ looks: asking, scheduler, tally, truth, nodes });
  const orderEveryMs = orderEachMs / town.stations.length;
  const chaosMs = parcels * orderEveryMs + 10 * minute;
  const faults = planFaults(draw.of("faults"), parcels, town.startMs + 3 * minute, town.startMs + 3 * minute + chaosMs, {
    stations: town.stations.length,
    doors: town.stations[0]!.doors.length,
  }).filter(strikes);
  const trouble = striking(
    { scheduler, draw: draw.of("striking"), weather, broker, nodes, tally, trace: note, stolen: truth.stolen },
    database,
  );
  let isHealed = false;
  let eventsPerLife: readonly number[] = [];
  let failure: unknown;
  let isOver = false;
  const lookAgain = (): void => {
    scheduler.after(
      lookEveryMs,
      "promises are looked at",
      async () => {
        if (isOver) return;
        await looks.now();
        lookAgain();
      },
      true,
    );
  };
  const story = async (): Promise<void> => {
    await backend.start();
    for (const node of nodes) await node.start();
    await world.sleep(2 * minute);
    trouble.strike(faults);
    scheduler.at(town.startMs + 3 * minute + chaosMs, "healing", () => {
      isHealed = true;
      trouble.heal();
    });
    lookAgain();
    const couriers = town.couriers.map((_, i) => courier(world, i));
    const working = couriers.map((each) => each.work());
    let isDone = false;
    const people = staff(world, couriers);
    void people.work(() => isDone);
    const lives: Promise<void>[] = [];
    for (let i = 0; i < parcels; i++) {
      await world.sleep(draw.of(`order ${i}`).waiting(orderEveryMs));
      lives.push(live(world, i, couriers));
      if (i % livesPerWalkUp === livesPerWalkUp - 1) lives.push(walkUp(world, i));
    }
    await Promise.all(lives);
    isDone = true;
    // What is left to be taken out and looked at: a few more rounds, and the rest is overdue.
    for (let rounds = 0; rounds < 12 && (await people.round()) > 0; rounds++) await world.sleep(20 * minute);
    for (const each of couriers) each.goHome();
    await Promise.all(working);
    await world.sleep(10 * minute);
    await looks.atTheEnd();
    const told = await asking.ask<{ n: number }>("select count(*) as n from parcels.timeline group by parcel order by n", []);
    eventsPerLife = told.map(({ n }) => n);
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
  if (traceFile !== undefined) await tellFacts(asking.ask, trace);
  await session.close();
  rmSync(folder, { recursive: true, force: true });
  if (failure !== undefined) throw failure;
  if (!isOver) tally.violated("I-72", "people still wait when the world ends", scheduler.nowMs);
  for (const { atMs, ...broken } of tally.broken) trace.aside(atMs, "violated", broken);
  return {
    hash: trace.digest(),
    lines: trace.lines,
    events: scheduler.events,
    statements: session.statements,
    commits: session.commits,
    nested: session.nested,
    profile: session.profile,
    faults,
    eventsPerLife,
    virtualHours: (scheduler.nowMs - town.startMs) / hour,
    tally,
  };
}
export type Ran = Awaited<ReturnType<typeof runWorld>>;
