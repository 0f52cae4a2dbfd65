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

/**
 * Counts requests per client and refuses the surplus with `too_many_requests` and when to come back. It protects this process, so the
 * count is this process's own; limits that guard a secret live in the database of their module instead.
 */
export function limiter({ points, seconds, blockSeconds = 0 }: Limit): (client: string) => Promise<void> {
  const counter = new RateLimiterMemory({ points, duration: seconds, blockDuration: blockSeconds });
  return async (client) => {
    try {
      await counter.consume(client);
    } catch (error) {
      if (error instanceof Error) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil((error as { msBeforeNext: number }).msBeforeNext / 1_000));
      throw new Refused("too_many_requests", `Too many requests; try again in ${retryAfterSeconds} s.`, { retryAfterSeconds });
    }
  };
}
