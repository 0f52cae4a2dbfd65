import type { Sample } from "@pigeonhole/protocol/telemetry";
import { maxDays, metrics, type Curve, type Metric } from "./contract.ts";

const dayMs = 24 * 3_600_000;

/** How long samples and their summaries are kept. Days. */
export interface Keeping {
  readonly rawDays: number;
  readonly fiveMinuteDays: number;
  readonly hourDays: number;
}
export const usualKeeping: Keeping = { rawDays: 7, fiveMinuteDays: 90, hourDays: 730 };

/** A station's clock may be ahead of ours by so much. Milliseconds. */
const aheadMs = 300_000;

/** Whether a sample of `at` is kept: not from the future, and its hour is still wholly there to be summarised again. */
export const isTimely = (at: Date, now: Date, keeping: Keeping): boolean =>
  at.getTime() <= now.getTime() + aheadMs && at.getTime() > now.getTime() - (keeping.rawDays - 1) * dayMs;

const values: Readonly<Record<Metric, (sample: Sample) => number | null>> = {
  temperatureC: (s) => s.temperatureC,
  batteryPercent: (s) => s.batteryPercent,
  mains: (s) => (s.mains === null ? null : Number(s.mains)),
  signalDbm: (s) => s.signalDbm,
  roundTripMs: (s) => s.roundTripMs,
  lostMessages: (s) => s.lostMessages,
  reconnects: (s) => s.reconnects,
  openDoors: (s) => s.openDoors.length,
  unknownDoors: (s) => s.unknownDoors.length,
  doorCycles: (s) => s.doorCycles,
  unlockMs: (s) => s.unlockMs,
  unlockFailures: (s) => s.unlockFailures,
  occupied: (s) => s.compartments.occupied + s.compartments.unsure,
  maintenance: (s) => s.compartments.maintenance,
  pendingEvents: (s) => s.pendingEvents,
};
/** A sample as it is stored. */
export const valuesOf = (sample: Sample): (number | null)[] => metrics.map((metric) => values[metric](sample));

/** Up to so long a time is drawn from single samples, and from five minutes. Milliseconds. */
const finest = { rawMs: 3 * 3_600_000, fiveMinutesMs: 8 * dayMs } as const;

/** The resolution in which a time is answered when nobody asks for a certain one: as fine as is still kept, and as draws well. */
export function resolutionFor(from: Date, to: Date, now: Date, keeping: Keeping): Curve["resolution"] {
  const longMs = to.getTime() - from.getTime();
  const ageMs = now.getTime() - from.getTime();
  if (longMs <= finest.rawMs && ageMs <= keeping.rawDays * dayMs) return "raw";
  return longMs <= finest.fiveMinutesMs && ageMs <= keeping.fiveMinuteDays * dayMs ? "5min" : "hour";
}

/** In a sentence why a time cannot be asked for; undefined when it can. */
export function rangeFault(from: Date, to: Date): string | undefined {
  if (from.getTime() < 0) return "There was no station before 1970.";
  if (from >= to) return "`from` has to be before `to`.";
  return to.getTime() - from.getTime() > maxDays * dayMs ? `At most ${maxDays} days at once.` : undefined;
}
