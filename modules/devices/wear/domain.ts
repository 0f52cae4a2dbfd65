import type { Metric } from "../telemetry/contract.ts";
import type { WearKind } from "../events.ts";

const hourMs = 3_600_000;
/** An opening that nobody made and that is over so soon is a switch, not a person. A door that stands open longer was forced. Milliseconds. */
export const momentMs = 3_000;
/** So often in a day is more than a bump against the cabinet. */
export const flapsADay = 4;
/** What is recent, and what it is compared with. Milliseconds. */
export const spans = { recentMs: 24 * hourMs, usualMs: 7 * 24 * hourMs } as const;

/** What grows slowly before it fails: so many times the usual, and so much more in milliseconds, over so many samples of either time. */
export const slowing: readonly {
  readonly kind: Exclude<WearKind, "flapping">;
  readonly metric: Metric;
  readonly times: number;
  readonly byMs: number;
  readonly recent: number;
  readonly usual: number;
}[] = [
  { kind: "slow_unlock", metric: "unlockMs", times: 1.5, byMs: 150, recent: 5, usual: 20 },
  { kind: "slow_line", metric: "roundTripMs", times: 2, byMs: 200, recent: 60, usual: 300 },
];

/** A mean, and over how many samples. */
export interface Mean {
  readonly mean: number;
  readonly samples: number;
}
/** Whether a station has become slower than it was. A few slow ones, or a short past, prove nothing. */
export function isSlowing(recent: Mean, usual: Mean, limit: (typeof slowing)[number]): boolean {
  const isEnough = recent.samples >= limit.recent && usual.samples >= limit.usual;
  return isEnough && recent.mean >= usual.mean * limit.times && recent.mean - usual.mean >= limit.byMs;
}
