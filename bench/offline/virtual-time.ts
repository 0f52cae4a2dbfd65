import { setImmediate as turn } from "node:timers/promises";
import type { Timers } from "@pigeonhole/kit/timers";

/** Time that passes when it is told to: three days in the seconds that the work in them takes. */
export function virtualTime(start: Date) {
  let ms = 0;
  let jumpedMs = 0;
  const pending = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  function after(delayMs: number, run: () => void): () => void {
    const entry = { dueMs: ms + delayMs, run };
    pending.add(entry);
    return () => pending.delete(entry);
  }
  const timers: Timers = {
    after,
    every(everyMs, run) {
      let cancel = after(everyMs, function again() {
        cancel = after(everyMs, again);
        run();
      });
      return () => cancel();
    },
  };
  /** Time passes; what is due meanwhile happens once. */
  function pass(delta: number): void {
    ms += delta;
    for (const entry of Array.from(pending)) {
      if (entry.dueMs > ms || !pending.delete(entry)) continue;
      entry.run();
    }
  }
  return {
    timers,
    monotonic: (): number => ms,
    now: (): Date => new Date(start.getTime() + ms + jumpedMs),
    pass,
    /** Somebody sets the wall clock; no time passes. */
    jump: (delta: number): void => {
      jumpedMs += delta;
    },
    /** In small steps until it is so. */
    async until(isSo: () => boolean, what: string): Promise<void> {
      for (let step = 0; step < 5_000; step++) {
        if (isSo()) return;
        pass(20);
        await turn();
      }
      throw new Error(`it never came to be that ${what}`);
    },
  };
}
