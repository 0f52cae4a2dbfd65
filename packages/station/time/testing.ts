import type { Timers } from "@pigeonhole/kit/timers";

/** Timers on a clock that the test moves ahead; left alone, it runs like the real one. */
export function testTime(start = new Date("2026-03-01T08:00:00Z")) {
  let aheadMs = 0;
  let jumpedMs = 0;
  const base = performance.now();
  const pending = new Set<{ dueMs: number; run: () => void; timer: ReturnType<typeof setTimeout> }>();
  const monotonic = (): number => performance.now() + aheadMs;
  function after(ms: number, run: () => void): () => void {
    const entry = {
      dueMs: monotonic() + ms,
      run: () => {
        pending.delete(entry);
        run();
      },
      timer: setTimeout(() => entry.run(), ms),
    };
    pending.add(entry);
    return () => {
      clearTimeout(entry.timer);
      pending.delete(entry);
    };
  }
  const timers: Timers = {
    after,
    every(ms, run) {
      let cancel = after(ms, function again() {
        cancel = after(ms, again);
        run();
      });
      return () => cancel();
    },
  };
  return {
    timers,
    monotonic,
    now: (): Date => new Date(start.getTime() + monotonic() - base + jumpedMs),
    /** Time passes. */
    pass(ms: number): void {
      aheadMs += ms;
      for (const entry of pending) {
        if (entry.dueMs > monotonic()) continue;
        clearTimeout(entry.timer);
        entry.run();
      }
    },
    /** Somebody sets the wall clock; no time passes. */
    jump(ms: number): void {
      jumpedMs += ms;
    },
  };
}
