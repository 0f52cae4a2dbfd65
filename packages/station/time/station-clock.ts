import type { Monotonic, Now } from "@pigeonhole/kit/clock";

/** A wall clock that differs by more from what the monotonic clock expects is not believed. Milliseconds. */
export const believedDriftMs = 300_000;

/**
 * The station's time: the wall clock as long as it is plausible, never below the floor (I-66). The floor is the newest time that the backend
 * signed, or that this station lived through by its monotonic clock; a wall clock that jumps, forwards or back, moves neither.
 */
export interface StationClock {
  now(): Date;
  /** A time that the backend signed has passed: it can not be earlier now. */
  signed(at: Date): void;
  /** Follows a clock that drifts slowly; called every minute or so. Answers the floor, to be kept over a restart. */
  tick(): Date;
  /** Whether the wall clock is not believed at present. */
  isDistrusted(): boolean;
}

export function stationClock({
  now,
  monotonic,
  floor,
}: {
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly floor: Date | null;
}): StationClock {
  let floorMs = floor?.getTime() ?? 0;
  // What the wall clock should say at a monotonic moment.
  let anchor = { wallMs: Math.max(now().getTime(), floorMs), atMs: monotonic() };
  const expected = (): number => anchor.wallMs + (monotonic() - anchor.atMs);
  const isPlausible = (wallMs: number): boolean => Math.abs(wallMs - expected()) <= believedDriftMs;
  const nowMs = (): number => {
    const wallMs = now().getTime();
    return Math.max(isPlausible(wallMs) ? wallMs : expected(), floorMs);
  };
  return {
    now: () => new Date(nowMs()),
    signed(at) {
      floorMs = Math.max(floorMs, at.getTime());
      if (expected() < floorMs) anchor = { wallMs: floorMs, atMs: monotonic() };
    },
    tick() {
      const wallMs = now().getTime();
      // Lived through: what the monotonic clock counted since the last anchor, whatever the wall clock says.
      floorMs = Math.max(floorMs, Math.min(nowMs(), expected()));
      if (isPlausible(wallMs)) anchor = { wallMs: Math.max(wallMs, floorMs), atMs: monotonic() };
      return new Date(floorMs);
    },
    isDistrusted: () => !isPlausible(now().getTime()),
  };
}
