/** Attempts against one keypad or one compartment. Milliseconds since 1970. */
export interface Bucket {
  readonly failures: number;
  readonly lastAtMs: number;
  readonly freeAtMs: number;
}

/** How long whoever fails has to wait. Milliseconds. */
export interface Ladder {
  /** Attempts that cost no waiting. */
  readonly free: number;
  /** Waiting after the last free attempt failed, after the next one, and so on; the last step repeats. Never permanent. */
  readonly stepsMs: readonly number[];
  /** One failure is forgiven for each so long a time. */
  readonly forgiveMs: number;
}
const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/**
 * The keypad. Somebody who mistypes waits seconds, a vandal costs others an hour at most during the first six hours; who goes on guessing for a
 * month makes 86 attempts, and hits one of 40 codes among 90 million with a chance of 0.000038 (G-20; docs/decisions/0011).
 */
export const keypadLadder: Ladder = {
  free: 5,
  stepsMs: [30 * second, 2 * minute, 10 * minute, hour, hour, hour, hour, hour, hour, 10 * hour],
  forgiveMs: 10 * hour,
};
/** Firing one lock in vain, and holding up one dead right: nobody guesses here, the coil and the log are spared. */
export const firingLadder: Ladder = { free: 5, stepsMs: [30 * second, 2 * minute, 10 * minute, hour], forgiveMs: hour };

const empty: Bucket = { failures: 0, lastAtMs: 0, freeAtMs: 0 };
/** When the next attempt may be made; in the past when it may be made now. A clock that went back never makes it longer than the longest step. */
export const freeAtMs = (bucket: Bucket | undefined, nowMs: number, { stepsMs }: Ladder = keypadLadder): number =>
  Math.min(bucket?.freeAtMs ?? 0, nowMs + stepsMs.at(-1)!);

/** An attempt, counted as if it failed: to be stored before anything is compared. Null when it comes too early and may not be made. */
export function attempt(bucket: Bucket = empty, nowMs: number, ladder: Ladder = keypadLadder): Bucket | null {
  if (freeAtMs(bucket, nowMs, ladder) > nowMs) return null;
  const forgiven = Math.max(0, nowMs - bucket.lastAtMs) / ladder.forgiveMs;
  const failures = Math.max(0, bucket.failures - forgiven) + 1;
  const over = Math.round(failures) - ladder.free;
  const waitMs = over < 0 ? 0 : ladder.stepsMs[Math.min(over, ladder.stepsMs.length - 1)]!;
  return { failures, lastAtMs: nowMs, freeAtMs: waitMs === 0 ? 0 : nowMs + waitMs };
}

/** The attempt was rightful: it is given back, and with it the waiting that it began. What failed before it stays. */
export const giveBack = (counted: Bucket): Bucket => ({ ...counted, failures: Math.max(0, counted.failures - 1), freeAtMs: 0 });
