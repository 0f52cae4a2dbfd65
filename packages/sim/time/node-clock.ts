import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Scheduler } from "./scheduler.ts";

/** A machine's clocks: the wall clock drifts, jumps and is put right; the monotonic one drifts and begins anew with each start. */
export interface NodeClock {
  readonly now: Now;
  /** Of this start of the machine. */
  started(): Monotonic;
  /** Steps the wall clock. Milliseconds; negative: back. */
  jump(ms: number): void;
  /** Parts per million; positive: fast. */
  drift(ppm: number): void;
  /** The wall clock is right again, as after NTP. */
  set(): void;
}

export function nodeClock(scheduler: Scheduler): NodeClock {
  let rate = 1;
  let offsetMs = 0;
  let since = scheduler.nowMs;
  let lived = 0;
  /** What the oscillator has counted. */
  const counted = (): number => lived + (scheduler.nowMs - since) * rate;
  const begun = scheduler.nowMs;
  const wall = (): number => begun + counted() + offsetMs;
  return {
    now: () => new Date(Math.floor(wall())),
    started() {
      const start = counted();
      return () => counted() - start;
    },
    jump(ms) {
      offsetMs += ms;
    },
    drift(ppm) {
      lived = counted();
      since = scheduler.nowMs;
      rate = 1 + ppm / 1_000_000;
    },
    set() {
      offsetMs += scheduler.nowMs - wall();
    },
  };
}

/** Lives until it is ended: what belongs to it does nothing any more afterwards, whatever it was about to do. */
export interface Life {
  readonly isOver: boolean;
  end(): void;
}
export function life(): Life {
  let isOver = false;
  return {
    get isOver() {
      return isOver;
    },
    end: () => {
      isOver = true;
    },
  };
}

/** Timers of one start of a machine. Where `shortIsRecurring`, waiting for at most so many milliseconds keeps nobody awake. */
export const timersOf = (scheduler: Scheduler, alive: Life, name: string, isIdle: (ms: number) => boolean = () => false): Timers => ({
  after: (ms, run) => scheduler.after(ms, `${name} timer`, () => alive.isOver || run(), isIdle(ms)),
  every(ms, run) {
    let cancel = (): void => {};
    const again = (): void => {
      cancel = scheduler.after(
        ms,
        `${name} every ${ms}`,
        () => {
          if (alive.isOver) return;
          again();
          run();
        },
        true,
      );
    };
    again();
    return () => cancel();
  },
});
