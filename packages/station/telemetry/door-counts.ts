import type { Monotonic } from "@pigeonhole/kit/clock";
import type { DoorNews } from "../doors/doors.ts";

/** What the doors did since the last look: openings, how long locks took, how often one failed (A14.4). */
export function doorCounts(monotonic: Monotonic) {
  let cycles = 0;
  let failures = 0;
  let slowestMs: number | null = null;
  let firedAt: number | undefined;
  return {
    /** A lock is about to be fired. */
    firing(): void {
      firedAt = monotonic();
    },
    follow(news: DoorNews): void {
      if (news.kind === "closed") cycles++;
      if (news.kind !== "settled") return;
      if (news.outcome.outcome !== "opened") failures++;
      else if (firedAt !== undefined) slowestMs = Math.max(slowestMs ?? 0, Math.round(monotonic() - firedAt));
      firedAt = undefined;
    },
    take(): { readonly doorCycles: number; readonly unlockMs: number | null; readonly unlockFailures: number } {
      const taken = { doorCycles: cycles, unlockMs: slowestMs, unlockFailures: failures };
      [cycles, failures, slowestMs] = [0, 0, null];
      return taken;
    },
  };
}
export type DoorCounts = ReturnType<typeof doorCounts>;
