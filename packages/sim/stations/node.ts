import { cpSync, mkdirSync, rmSync, statSync, truncateSync, appendFileSync, existsSync } from "node:fs";
import path from "node:path";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Identity } from "@pigeonhole/station/provisioning/identity";
import { createStation, type Station } from "@pigeonhole/station/station";
import { idsOf, type Draw } from "../time/draw.ts";
import { life, nodeClock, timersOf, type Life } from "../time/node-clock.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { SimBroker } from "./broker.ts";
import type { SimCabinet } from "./cabinet.ts";

/** Nobody waits longer than this for the next look at the doors. Milliseconds. */
const lookMs = 200;
/** A sample of how the cabinet is tells nobody anything here: it is taken seldom. Milliseconds. */
const sampleMs = 900_000;
/** What a station does again and again, each time by a new timer: feels its sensors, takes a sample. Milliseconds. */
const againAndAgain = new Set([1_000, 60_000, sampleMs]);
const bootMs = { least: 3_000, most: 20_000 } as const;

interface Needs {
  readonly identity: Identity;
  readonly folder: string;
  readonly cabinet: SimCabinet;
  readonly scheduler: Scheduler;
  readonly broker: SimBroker;
  readonly draw: Draw;
  readonly log: Log;
  readonly trace: (what: string, detail?: unknown) => void;
}

/** The computer in a cabinet: the real station on a disk that keeps what was synced. It can lose power at any moment and start again. */
export function stationNode({ identity, folder, cabinet, scheduler, broker, draw, log, trace }: Needs) {
  const id = identity.station;
  const clock = nodeClock(scheduler);
  const newId = idsOf(() => scheduler.nowMs, draw.of("ids"));
  let station: Station | undefined;
  let isReady = false;
  let alive: Life = life();
  let starts = 0;
  let isClosed = false;
  /** The power fails at the so-manieth call into the world outside; 0: it does not. */
  let fuse = 0;
  const disk = (): string => path.join(folder, `${id}-${starts}`);
  const file = (): string => path.join(disk(), "station.sqlite");

  /** Every call of the station into the world outside goes through here: each is a moment at which the power may fail. */
  function touch(): void {
    if (fuse > 0 && --fuse === 0) crash("power cut in the middle");
  }

  async function start(): Promise<void> {
    const mine = life();
    alive = mine;
    const monotonic = clock.started();
    const looking: Timers = timersOf(scheduler, mine, id, (ms) => againAndAgain.has(ms) || (ms <= lookMs && cabinet.isQuiet()));
    const timers: Timers = {
      every: looking.every,
      // A look at doors at which nothing moves shows nothing: it is put off until something does.
      after(ms, run) {
        if (ms > lookMs || !cabinet.isQuiet()) return looking.after(ms, run);
        let isOff = false;
        let cancel = (): void => {};
        cabinet.park(() => {
          if (!isOff) cancel = looking.after(ms, run);
        });
        return () => {
          isOff = true;
          cancel();
        };
      },
    };
    const locks = cabinet.locks(mine);
    const touched =
      <A extends unknown[], R>(call: (...args: A) => R) =>
      (...args: A): R => {
        touch();
        return call(...args);
      };
    mkdirSync(disk(), { recursive: true });
    station = createStation({
      identity,
      storeFile: file(),
      board: { ...locks, open: touched(locks.open) },
      wire: (bootId) => {
        const line = broker.wire(id, mine, { online: false, bootId });
        return { ...line, publish: touched(line.publish) };
      },
      firmware: "sim",
      sampleSeconds: sampleMs / 1_000,
      now: touched(clock.now),
      monotonic,
      newId,
      random: draw.of("random").random,
      timers,
      log,
    });
    trace("station runs", id);
    await station.start();
    isReady = !mine.isOver;
  }

  /** Power is gone at this instant. What was synced is on the disk; the last frame may be torn; the rest never was. */
  function crash(why: string): void {
    if (alive.isOver) return;
    alive.end();
    isReady = false;
    fuse = 0;
    trace("station crashes", `${id} ${why}`);
    const [dead, before] = [station, disk()];
    starts++;
    cpSync(before, disk(), { recursive: true });
    tear(`${file()}-wal`);
    station = undefined;
    broker.gone(id);
    // What still runs of it runs into the void; its file is closed when it has come to rest.
    scheduler.after(1, "dead station's file", () => {
      dead?.store.close();
      rmSync(before, { recursive: true, force: true });
    });
    startLater();
  }

  /** It boots a while after the power is back. */
  function startLater(): void {
    scheduler.after(draw.between(bootMs.least, bootMs.most), "station boots", () => {
      if (alive.isOver && !isClosed) void start();
    });
  }

  /** A half-written frame at the end of the log, as after a real power cut: SQLite has to pass it over. */
  function tear(wal: string): void {
    if (!existsSync(wal) || !draw.chance(0.5)) return;
    const { size } = statSync(wal);
    const extra = draw.between(1, 4_000);
    appendFileSync(wal, draw.random.bytes(Math.min(extra, 64)));
    truncateSync(wal, size + extra);
  }

  return {
    id,
    cabinet,
    clock,
    get station(): Station | undefined {
      return alive.isOver ? undefined : station;
    },
    get life(): Life {
      return alive;
    },
    /** It has started, and has seen its doors. */
    isReady: (): boolean => isReady,
    start,
    crash,
    /** The power fails after so many more calls into the world outside. */
    lightFuse: (calls: number): void => {
      fuse = calls;
    },
    close(): void {
      isClosed = true;
      alive.end();
      station?.store.close();
      rmSync(disk(), { recursive: true, force: true });
    },
  };
}
export type StationNode = ReturnType<typeof stationNode>;
