import type { DeliveryState } from "./contract.ts";

const [second, minute, hour] = [1, 60, 3_600];
/** From one attempt to the next, as Standard Webhooks recommends: ten attempts within 75 hours and 35 minutes. Seconds. */
export const pausesSeconds = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour] as const;
/** What a receiver asks to wait is waited, but no longer than this. Seconds. */
const longestWaitSeconds = 24 * hour;

/** What came of one attempt. `status` is null when nobody answered. */
export interface Outcome {
  readonly status: number | null;
  readonly error: string | null;
  readonly retryAfterSeconds: number | null;
  readonly ms: number;
}

/** What follows: `nextAt` only while it waits; `isGone`: nothing more is to be sent to this endpoint. */
export interface Verdict {
  readonly state: DeliveryState;
  readonly nextAt: Date | null;
  readonly isGone: boolean;
}

/** After the `attempts`-th attempt, counted from 1. Only 2xx is a yes; a redirection is none. */
export function after({ status, retryAfterSeconds }: Outcome, attempts: number, at: Date): Verdict {
  if (status !== null && status >= 200 && status < 300) return { state: "delivered", nextAt: null, isGone: false };
  if (status === 410) return { state: "failed", nextAt: null, isGone: true };
  const pause = pausesSeconds[attempts - 1];
  if (pause === undefined) return { state: "failed", nextAt: null, isGone: false };
  const seconds = Math.max(pause, Math.min(retryAfterSeconds ?? 0, longestWaitSeconds));
  return { state: "waiting", nextAt: new Date(at.getTime() + seconds * 1_000), isGone: false };
}

/** `Retry-After` as seconds or as a date (RFC 9110 §10.2.3); null when it is neither. */
export function retryAfter(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const then = /^[A-Z][a-z]{2}, /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(then) ? null : Math.max(0, Math.ceil((then - now.getTime()) / 1_000));
}
