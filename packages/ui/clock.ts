import { useEffect, useState } from "react";
import { systemNow } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";

/** The present, moving on every `stepMs` milliseconds: for countdowns and "5 min ago". */
export function useNow(stepMs = 1000): Date {
  const [at, move] = useState(systemNow);
  useEffect(() => systemTimers.every(stepMs, () => move(systemNow())), [stepMs]);
  return at;
}

/** What a screen says about a wait: nothing yet, that it is waiting, why, and at last a way out. */
export type Wait = "brief" | "shown" | "explained" | "stuck";

const steps: readonly (readonly [afterMs: number, wait: Wait])[] = [
  [300, "shown"],
  [2_000, "explained"],
  [10_000, "stuck"],
];

/** Where a wait of `ms` milliseconds stands. Half-open: at exactly 300 ms it is shown. */
export const waitAfter = (ms: number): Wait => steps.findLast(([after]) => ms >= after)?.[1] ?? "brief";

export function useWait(isWaiting: boolean): Wait {
  const [wait, set] = useState<Wait>("brief");
  useEffect(() => {
    if (!isWaiting) return;
    const stops = steps.map(([after, next]) => systemTimers.after(after, () => set(next)));
    return () => {
      for (const stop of stops) stop();
      set("brief");
    };
  }, [isWaiting]);
  return wait;
}
