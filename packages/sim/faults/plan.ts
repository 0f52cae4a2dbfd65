import type { Draw } from "../time/draw.ts";

/** Everything that can go wrong by itself; what people do wrong is in their ways (people/). */
export const faultKinds = [
  "loss",
  "duplication",
  "reordering",
  "slowness",
  "garbled",
  "misdirected",
  "cut",
  "half_up",
  "half_down",
  "flapping",
  "broker_restart",
  "broker_restart_keeping",
  "backend_line",
  "backend_crash_before",
  "backend_crash_after",
  "serialization",
  "deadlock",
  "disconnected",
  "disk_full",
  "station_power_cut",
  "station_crash_in_the_middle",
  "clock_forward",
  "clock_back",
  "clock_drift",
  "door_sticks",
  "door_bounces",
  "door_lies",
  "door_late",
  "sensor_lies",
  "boards_silent",
  "crowbar",
  "theft",
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** One fault as it is planned: what, when, to whom, for how long. Its number names it in a shorter list. */
export interface Fault {
  readonly number: number;
  readonly kind: FaultKind;
  readonly atMs: number;
  /** Which station, and which of its doors, by their place in the lists. */
  readonly station: number;
  readonly door: number;
  readonly ms: number;
  /** What else it needs: statements or calls until it strikes, milliseconds of a clock. */
  readonly value: number;
}

const minute = 60_000;
/** How long each lasts, and its value: from and upto. */
const measures: Readonly<Record<FaultKind, { readonly ms: readonly [number, number]; readonly value?: readonly [number, number] }>> = {
  loss: { ms: [minute, 10 * minute] },
  duplication: { ms: [minute, 10 * minute] },
  reordering: { ms: [minute, 10 * minute] },
  slowness: { ms: [minute, 10 * minute] },
  garbled: { ms: [minute, 10 * minute] },
  misdirected: { ms: [minute, 10 * minute] },
  cut: { ms: [5_000, 20 * minute] },
  half_up: { ms: [5_000, 5 * minute] },
  half_down: { ms: [5_000, 5 * minute] },
  flapping: { ms: [2_000, 40_000], value: [3, 8] },
  broker_restart: { ms: [500, 30_000] },
  broker_restart_keeping: { ms: [500, 30_000] },
  backend_line: { ms: [500, 30_000] },
  backend_crash_before: { ms: [0, 0], value: [1, 400] },
  backend_crash_after: { ms: [0, 0], value: [1, 400] },
  serialization: { ms: [10_000, minute], value: [10, 10] },
  deadlock: { ms: [10_000, minute], value: [10, 10] },
  disconnected: { ms: [2_000, 10_000], value: [20, 20] },
  disk_full: { ms: [10_000, minute], value: [10, 10] },
  station_power_cut: { ms: [0, 0] },
  station_crash_in_the_middle: { ms: [0, 0], value: [1, 120] },
  clock_forward: { ms: [0, 0], value: [1_000, 86_400_000] },
  clock_back: { ms: [0, 0], value: [1_000, 86_400_000] },
  clock_drift: { ms: [30 * minute, 120 * minute], value: [-200, 200] },
  door_sticks: { ms: [minute, 20 * minute] },
  door_bounces: { ms: [minute, 5 * minute] },
  door_lies: { ms: [1_000, 20_000] },
  door_late: { ms: [minute, 20 * minute], value: [200, 2_500] },
  sensor_lies: { ms: [500, 20_000] },
  boards_silent: { ms: [500, minute] },
  crowbar: { ms: [0, 0] },
  theft: { ms: [0, 0] },
};

/** How often each kind strikes among a hundred lives: 10 in 10^5 lives would be 1,000 times one in a hundred. */
const perHundredLives = 1.6;

/** The faults of a world, in their order. */
export function planFaults(draw: Draw, lives: number, fromMs: number, uptoMs: number, of: { stations: number; doors: number }): Fault[] {
  const faults = faultKinds.flatMap((kind) => {
    const own = draw.of(kind);
    const count = Math.floor((lives / 100) * perHundredLives + own.next());
    return Array.from({ length: count }, () => {
      const { ms, value = [0, 0] } = measures[kind];
      return {
        kind,
        atMs: fromMs + own.next() * (uptoMs - fromMs),
        station: own.between(0, of.stations - 1),
        door: own.between(0, of.doors - 1),
        ms: own.between(ms[0], ms[1]),
        value: own.between(value[0], value[1]),
      };
    });
  });
  return faults.toSorted((a, b) => a.atMs - b.atMs).map((fault, number) => ({ number, ...fault }));
}

/** A fault in words. */
export const faultText = ({ number, kind, atMs, station, door, ms, value }: Fault, beganMs: number): string =>
  `#${number} ${kind} at ${((atMs - beganMs) / 1_000).toFixed(0)} s, station ${station}, door ${door}, for ${(ms / 1_000).toFixed(1)} s, ${value}`;
