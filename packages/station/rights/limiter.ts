/** Attempts against one keypad or one compartment. Milliseconds since 1970. */
export interface Bucket {
  readonly failures: number;
  readonly lastAtMs: number;
  readonly freeAtMs: number;
}

/** Attempts that cost no waiting. */
export const freeAttempts = 5;
/** Waiting after the fifth failed attempt, the sixth, and so on; the last step repeats. Never permanent. Milliseconds. */
export const ladderMs = [30_000, 120_000, 600_000, 3_600_000] as const;
/** One failure is forgiven for each so long a time. Milliseconds. */
export const forgiveMs = 3_600_000;

const empty: Bucket = { failures: 0, lastAtMs: 0, freeAtMs: 0 };
const longestMs = ladderMs.at(-1)!;

/** When the next attempt may be made; in the past when it may be made now. A clock that went back never makes it longer than the longest step. */
export const freeAtMs = (bucket: Bucket | undefined, nowMs: number): number => Math.min(bucket?.freeAtMs ?? 0, nowMs + longestMs);

/** An attempt, counted as if it failed: to be stored before anything is compared. Null when it comes too early and may not be made. */
export function attempt(bucket: Bucket = empty, nowMs: number): Bucket | null {
  if (freeAtMs(bucket, nowMs) > nowMs) return null;
  const forgiven = Math.max(0, nowMs - bucket.lastAtMs) / forgiveMs;
  const failures = Math.max(0, bucket.failures - forgiven) + 1;
  const over = Math.round(failures) - freeAttempts;
  return { failures, lastAtMs: nowMs, freeAtMs: over < 0 ? 0 : nowMs + ladderMs[Math.min(over, ladderMs.length - 1)]! };
}

/** The attempt was rightful: it is given back, and with it the waiting that it began. What failed before it stays. */
export const giveBack = (counted: Bucket): Bucket => ({ ...counted, failures: Math.max(0, counted.failures - 1), freeAtMs: 0 });
