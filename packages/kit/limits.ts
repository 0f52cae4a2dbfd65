import { RateLimiterMemory } from "rate-limiter-flexible";
import { Refused } from "./refused.ts";

interface Limit {
  /** Requests allowed per window. */
  readonly points: number;
  /** The window. Seconds. */
  readonly seconds: number;
  /** After more than `points`, nothing for so long. Seconds; default: until the window ends. */
  readonly blockSeconds?: number;
}

/** How far a client is from its limit. */
export interface Standing {
  readonly points: number;
  readonly seconds: number;
  readonly left: number;
  /** Until all of them are back. Seconds. */
  readonly resetSeconds: number;
}

/**
 * Counts requests per client and refuses the surplus with `too_many_requests` and when to come back. It protects this process, so the
 * count is this process's own; limits that guard a secret live in the database of their module instead.
 */
export function limiter({ points, seconds, blockSeconds = 0 }: Limit): (client: string) => Promise<Standing> {
  const counter = new RateLimiterMemory({ points, duration: seconds, blockDuration: blockSeconds });
  return async (client) => {
    try {
      const { remainingPoints, msBeforeNext } = await counter.consume(client);
      return { points, seconds, left: remainingPoints, resetSeconds: wholeSeconds(msBeforeNext) };
    } catch (error) {
      if (error instanceof Error) throw error;
      const retryAfterSeconds = Math.max(1, wholeSeconds((error as { msBeforeNext: number }).msBeforeNext));
      throw new Refused("too_many_requests", `Too many requests; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
    }
  };
}

const wholeSeconds = (ms: number): number => Math.ceil(ms / 1_000);

/** As answers say it: draft-ietf-httpapi-ratelimit-headers. */
export const limitHeaders = ({ points, seconds, left, resetSeconds }: Standing): Readonly<Record<string, string>> => ({
  "ratelimit-policy": `"client";q=${points};w=${seconds}`,
  ratelimit: `"client";r=${left};t=${resetSeconds}`,
});
