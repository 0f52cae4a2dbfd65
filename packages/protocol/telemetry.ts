import { z } from "zod";

const instant = z.iso.datetime();
const count = z.int().min(0).max(1_000_000);
const doors = z.array(z.int().min(1).max(999)).max(999);

/** How a station lives on the power that it has (A11.2): on mains; on battery; no new parcels; asleep; about to switch itself off. */
export const powerModes = ["mains", "battery", "saving", "standby", "ending"] as const;
export type PowerMode = (typeof powerModes)[number];

/**
 * How a station was at one moment (A9.2). Null: it has no sensor for that. Counts are of what happened since the sample before, so
 * that none of them ever overflows or starts anew.
 */
export const Sample = z.strictObject({
  at: instant,
  temperatureC: z.number().min(-60).max(120).nullable(),
  mains: z.boolean().nullable(),
  batteryPercent: z.number().min(0).max(100).nullable(),
  power: z.enum(powerModes),
  /** Of the radio. */
  signalDbm: z.number().min(-150).max(0).nullable(),
  /** Median of the messages that the broker confirmed since the sample before. Milliseconds. */
  roundTripMs: z.number().min(0).max(120_000).nullable(),
  lostMessages: count,
  reconnects: count,
  openDoors: doors,
  /** Doors whose board does not answer. */
  unknownDoors: doors,
  doorCycles: count,
  /** Longest from firing a lock to its door seen open. Milliseconds. */
  unlockMs: z.number().min(0).max(120_000).nullable(),
  unlockFailures: count,
  compartments: z.strictObject({ free: count, occupied: count, unsure: count, maintenance: count }),
  pendingEvents: count,
  firmware: z.string().max(80),
});
export type Sample = z.output<typeof Sample>;

/** So many samples travel together at most: what a station that was away has kept comes in several messages. */
export const maxSamples = 60;
/** Samples of a station, oldest first. `visit`: said at once because a parcel went in or came out. */
export const Telemetry = z.strictObject({
  v: z.literal(1),
  cause: z.enum(["regular", "visit", "kept"]),
  /** Samples that this station has thrown away since the message before because it could not keep more. */
  dropped: count,
  samples: z.array(Sample).min(1).max(maxSamples),
});
export type Telemetry = z.output<typeof Telemetry>;
