import type { Random } from "@pigeonhole/kit/random";

/** Waiting before the first further try, and the longest. A thousand stations are all back within 30 s of a broker's restart (G-51). Milliseconds. */
export const firstMs = 500;
export const longestMs = 20_000;

/** Exponential with full jitter: anything up to 0.5 s, 1 s, 2 s, … 20 s, so that a network that comes back is not met by everybody at once. */
export const backoffMs = (failures: number, random: Random): number =>
  50 + random.below(Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10)));
