import type { Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import { maxSamples, Sample, type PowerMode, type Telemetry } from "@pigeonhole/protocol/telemetry";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Quality } from "../link/quality.ts";
import type { Store } from "../store/store.ts";
import type { DoorCounts } from "./door-counts.ts";
import type { Readings } from "./sensors.ts";

/** Samples kept while the backend is away: a day of one a minute. In memory alone: curves are not worth the disk's life. */
const maxKept = 1_440;
/** What was kept is told in messages so far apart, after the events have been told: live traffic goes first. Milliseconds. */
const drainEveryMs = 1_000;

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly counts: DoorCounts;
  readonly quality: Quality;
  readonly readings: () => Readings;
  readonly power: () => PowerMode;
  readonly link: {
    isUp(): boolean;
    pending(): number;
    say(name: "telemetry", content: Telemetry): Promise<boolean>;
  };
  readonly firmware: string;
  /** A sample so often. Seconds. */
  readonly everySeconds: () => number;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
}

/** Says regularly, and after each visit, how the cabinet is (A9.2). Nothing waits for it. */
export function telemetry({
  store,
  cabinet,
  doors,
  counts,
  quality,
  readings,
  power,
  link,
  firmware,
  everySeconds,
  now,
  timers,
  log,
}: Needs) {
  let kept: Sample[] = [];
  let dropped = 0;
  let lastAtMs = 0;
  let isStopped = false;
  let cancelSample = (): void => {};
  let cancelDrain = (): void => {};

  function sample(): Sample {
    const sensed = readings();
    const contents = store.contents.counts();
    const known = cabinet.desired?.compartments ?? [];
    const maintenance = known.filter((c) => c.state === "maintenance").length;
    // Two samples of one moment would be one point of a curve.
    lastAtMs = Math.max(now().getTime(), lastAtMs + 1);
    return Sample.parse({
      at: new Date(lastAtMs).toISOString(),
      temperatureC: sensed.temperatureC,
      mains: sensed.mains,
      batteryPercent: sensed.batteryPercent,
      power: power(),
      signalDbm: sensed.signalDbm,
      ...quality.take(),
      openDoors: doors.openDoors(),
      unknownDoors: doors.views().flatMap(({ compartment, door }) => (door === "unknown" ? [compartment] : [])),
      ...counts.take(),
      compartments: {
        free: Math.max(0, known.length - contents.all - maintenance),
        occupied: contents.all - contents.unsure,
        unsure: contents.unsure,
        maintenance,
      },
      pendingEvents: link.pending(),
      firmware,
    });
  }

  const keep = (samples: readonly Sample[]): void => {
    // While the station is alone each sample is newer than all before it: days of them are not sorted anew every minute.
    const isNewer = kept.length === 0 || samples[0]!.at >= kept.at(-1)!.at;
    if (isNewer) kept.push(...samples);
    else kept = [...samples, ...kept].toSorted((a, b) => (a.at < b.at ? -1 : 1));
    dropped += Math.max(0, kept.length - maxKept);
    if (kept.length > maxKept) kept = kept.slice(-maxKept);
  };

  async function send(cause: Telemetry["cause"], samples: readonly Sample[]): Promise<boolean> {
    const told = dropped;
    const isSent = link.isUp() && (await link.say("telemetry", { v: 1, cause, dropped: told, samples: [...samples] }));
    if (isSent) dropped -= told;
    else keep(samples);
    return isSent;
  }

  /** One sample now. What cannot be told now is kept. */
  function take(cause: "regular" | "visit"): void {
    if (isStopped) return;
    void (async () => send(cause, [sample()]))().catch((error: unknown) => log.error({ err: error }, "a sample could not be taken"));
  }

  function drain(): void {
    cancelDrain();
    if (isStopped || kept.length === 0 || !link.isUp()) return;
    cancelDrain = timers.after(drainEveryMs, () => {
      if (link.pending() > 0) return drain();
      const [batch, rest] = [kept.slice(-maxSamples), kept.slice(0, -maxSamples)];
      kept = rest;
      // The newest first: whoever looks at the curves now sees now.
      void send("kept", batch).then((isSent) => isSent && drain());
    });
  }

  function again(): void {
    cancelSample();
    cancelSample = timers.after(everySeconds() * 1_000, () => {
      take("regular");
      again();
    });
  }
  return {
    start(): void {
      take("regular");
      again();
    },
    /** A parcel went in or came out. */
    visited: (): void => take("visit"),
    /** Something changed that should be seen at once; the next regular sample follows at the present pace. */
    now(): void {
      take("regular");
      if (!isStopped) again();
    },
    /** The line is up again: what was kept follows. */
    connected: drain,
    stop(): void {
      isStopped = true;
      cancelSample();
      cancelDrain();
    },
  };
}
export type StationTelemetry = ReturnType<typeof telemetry>;
