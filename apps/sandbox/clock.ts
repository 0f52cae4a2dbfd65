import { systemMonotonic, systemNow, type Monotonic, type Now } from "@pigeonhole/kit/clock";
import { systemTimers, type Timers } from "@pigeonhole/kit/timers";

/** The time of one sandbox: it runs as the true one does, stands while the sandbox sleeps, and can be moved forward. */
export interface MovableClock {
  readonly now: Now;
  readonly monotonic: Monotonic;
  /** For what lives in the sandbox's time: a timer that falls due while the clock is moved rings at once. */
  readonly timers: Timers;
  /** For what must not work while the clock is being moved. */
  readonly patient: Timers;
  /** Ahead of the true time. Milliseconds; negative after a long sleep. */
  aheadMs(): number;
  move(ms: number): void;
  /** Nothing of `patient` rings while `run` runs. */
  held<T>(run: () => Promise<T>): Promise<T>;
}

/** `at`: what time it was in the sandbox when it fell asleep; a new one begins with the true time. */
export function movableClock(at: Date | undefined): MovableClock {
  let aheadMs = at === undefined ? 0 : at.getTime() - systemNow().getTime();
  let movedMs = 0;
  let isHeld = false;
  const pending = new Set<{ readonly dueMs: number; ring(): void }>();
  const monotonic: Monotonic = () => systemMonotonic() + movedMs;
  const after = (ms: number, run: () => void): (() => void) => {
    const entry = {
      dueMs: monotonic() + ms,
      ring: () => {
        cancel();
        pending.delete(entry);
        run();
      },
    };
    const cancel = systemTimers.after(ms, entry.ring);
    pending.add(entry);
    return () => {
      cancel();
      pending.delete(entry);
    };
  };
  return {
    now: () => new Date(systemNow().getTime() + aheadMs),
    monotonic,
    timers: {
      after,
      every: (ms, run) => {
        let cancel = after(ms, function again() {
          cancel = after(ms, again);
          run();
        });
        return () => cancel();
      },
    },
    patient: {
      after: systemTimers.after,
      every: (ms, run) => systemTimers.every(ms, () => void (isHeld || run())),
    },
    aheadMs: () => aheadMs,
    move(ms) {
      aheadMs += ms;
      movedMs += ms;
      for (const entry of pending) if (entry.dueMs <= monotonic()) entry.ring();
    },
    async held(run) {
      isHeld = true;
      try {
        return await run();
      } finally {
        isHeld = false;
      }
    },
  };
}
