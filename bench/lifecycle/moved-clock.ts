import type { Timers } from "@pigeonhole/kit/timers";

/** How often it is looked whether a timer is due. Milliseconds. */
const lookMs = 10;

/** A clock that goes as usual and can be put on: what was to happen meanwhile happens once, right after. */
export function movedClock() {
  let aheadMs = 0;
  const monotonic = (): number => performance.now() + aheadMs;
  const pending = new Set<{ dueMs: number; readonly everyMs: number | null; readonly run: () => void }>();
  const look = (): void => {
    const at = monotonic();
    for (const entry of [...pending].filter(({ dueMs }) => dueMs <= at).toSorted((a, b) => a.dueMs - b.dueMs)) {
      if (!pending.has(entry)) continue;
      if (entry.everyMs === null) pending.delete(entry);
      else entry.dueMs = Math.max(entry.dueMs + entry.everyMs, at);
      entry.run();
    }
  };
  setInterval(look, lookMs).unref();
  const add = (ms: number, everyMs: number | null, run: () => void): (() => void) => {
    const entry = { dueMs: monotonic() + ms, everyMs, run };
    pending.add(entry);
    return () => void pending.delete(entry);
  };
  const timers: Timers = { after: (ms, run) => add(ms, null, run), every: (ms, run) => add(ms, ms, run) };
  return {
    now: (): Date => new Date(Date.now() + aheadMs),
    monotonic,
    timers,
    advance: (ms: number): void => {
      aheadMs += ms;
      look();
    },
  };
}
