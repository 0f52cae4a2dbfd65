/** A sign-in code: valid so long, half-open; and for so many tries. */
export const codeMinutes = 10;
export const triesPerCode = 5;

interface CodeLimit {
  readonly codes: number;
  readonly seconds: number;
}
/** Codes sent to one address at the request of one client at most, per window. Seconds. */
export const clientCodeLimits: readonly CodeLimit[] = [
  { codes: 5, seconds: 10 * 60 },
  { codes: 20, seconds: 24 * 3_600 },
];
/** And whoever asks. Wider, so that one stranger keeps nobody out; with `triesPerCode` it bounds guessing at 200 tries a day. */
export const addressCodeLimits: readonly CodeLimit[] = [
  { codes: 10, seconds: 10 * 60 },
  { codes: 40, seconds: 24 * 3_600 },
];
/** As far back as any of these looks. Seconds. */
export const codesRememberedSeconds = 24 * 3_600;

/** Requests for codes and sign-ins of one client, which may be a whole office behind one address. Seconds. */
export const clientLimit = { points: 300, seconds: 10 * 60 } as const;

/** How long a session lasts: hours. */
export const sessionHours = { customer: 30 * 24, courier: 14, operator: 12 } as const;

/** Tries that were not followed by another for so long are forgotten. Hours. */
export const triesForgottenHours = 24;

/** Pauses after wrong passwords: `free` tries at once, then each further try waits longer, the last pause for ever after. Never a lock-out for good. */
interface Pauses {
  readonly free: number;
  readonly seconds: readonly [number, ...number[]];
}

/** For one account from one client. */
export const clientPauses: Pauses = { free: 5, seconds: [30, 120, 600, 3_600] };
/** For one account from anywhere: wide enough that a stranger's guessing keeps nobody out, narrow enough that it leads nowhere. */
export const accountPauses: Pauses = { free: 100, seconds: [30] };

/** Seconds until the next try after `tries` of them. */
export function pauseAfter(pauses: Pauses, tries: number): number {
  const over = tries - pauses.free;
  if (over < 0) return 0;
  return pauses.seconds[Math.min(over, pauses.seconds.length - 1)] ?? 0;
}

/** When the limits allow another code, from the times of those already sent; undefined: now. */
export function nextCodeAt(limits: readonly CodeLimit[], sent: readonly Date[], now: Date): Date | undefined {
  const newestFirst = sent.toSorted((a, b) => b.getTime() - a.getTime());
  const waits = limits.flatMap(({ codes, seconds }) => {
    const blocking = newestFirst[codes - 1];
    const freeAt = blocking && new Date(blocking.getTime() + seconds * 1_000);
    return freeAt && freeAt > now ? [freeAt] : [];
  });
  return waits.toSorted((a, b) => b.getTime() - a.getTime())[0];
}

export const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1_000);
