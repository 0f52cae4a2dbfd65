import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import { timeAnswerMs } from "@pigeonhole/protocol/time";

/** A wall clock that differs by more from what the monotonic clock expects is not believed. Milliseconds. */
export const believedDriftMs = 300_000;

/** What the station surely lived through since it last heard the backend's time: its oscillator may run fast by so much and no more. */
const surely = 0.999;

/**
 * The station's time, twice. `now`: the wall clock as long as it is plausible, else what the monotonic clock counted on from the last sure
 * moment; for stamps, and for tokens that name their own end. `least`: what has surely been reached: the newest time that the backend signed,
 * and what the station has lived through since. It is the floor (I-66): nothing goes below it, and it is kept over a restart. A wall clock
 * that jumps while the station runs moves neither; one that is wrong at a start moves only `now`, never what is kept, and only until the backend
 * has answered what time it is: then `now` follows the answer, down to the floor if need be.
 */
export interface StationClock {
  now(): Date;
  /** What time it is at least. */
  least(): Date;
  /** A time that the backend signed has passed: it can not be earlier now. It may be much later: signed words can be held back. */
  signed(at: Date): void;
  /** A question that nobody can have answered before is on its way. */
  asked(challenge: string): void;
  /** The authority has answered it. False when this is not the last question, or the answer comes too late: it may have been held back. */
  answered(challenge: string, at: Date): boolean;
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
  let sure = { ms: floor?.getTime() ?? 0, atMs: monotonic() };
  const leastMs = (): number => sure.ms + (monotonic() - sure.atMs) * surely;
  // What the wall clock should say at a monotonic moment.
  let anchor = { wallMs: Math.max(now().getTime(), sure.ms), atMs: monotonic() };
  const expected = (): number => anchor.wallMs + (monotonic() - anchor.atMs);
  const isPlausible = (wallMs: number): boolean => Math.abs(wallMs - expected()) <= believedDriftMs;
  const nowMs = (): number => {
    const wallMs = now().getTime();
    return Math.max(isPlausible(wallMs) ? wallMs : expected(), leastMs());
  };
  let question: { readonly challenge: string; readonly atMs: number } | undefined;
  const raise = (ms: number): void => {
    if (ms > leastMs()) sure = { ms, atMs: monotonic() };
  };
  return {
    now: () => new Date(nowMs()),
    least: () => new Date(leastMs()),
    signed(at) {
      raise(at.getTime());
      if (expected() < leastMs()) anchor = { wallMs: leastMs(), atMs: monotonic() };
    },
    asked(challenge) {
      question = { challenge, atMs: monotonic() };
    },
    answered(challenge, at) {
      const isFresh = question?.challenge === challenge && monotonic() - question.atMs <= timeAnswerMs;
      if (!isFresh) return false;
      question = undefined;
      raise(at.getTime());
      anchor = { wallMs: Math.max(at.getTime(), leastMs()), atMs: monotonic() };
      return true;
    },
    tick() {
      const wallMs = now().getTime();
      if (isPlausible(wallMs)) anchor = { wallMs: Math.max(wallMs, leastMs()), atMs: monotonic() };
      return new Date(leastMs());
    },
    isDistrusted: () => !isPlausible(now().getTime()),
  };
}
