import type { Monotonic } from "@pigeonhole/kit/clock";

/** A token bucket: `burst` at once, `perSecond` on average. */
export function bucket(
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  monotonic: Monotonic,
): { take(): boolean } {
  let tokens = burst;
  let filledAt = monotonic();
  return {
    take() {
      const at = monotonic();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * perSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens--;
      return true;
    },
  };
}
