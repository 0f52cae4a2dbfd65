import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { timeAnswerMs } from "@pigeonhole/protocol/time";
import { believedDriftMs, stationClock } from "./station-clock.ts";

const start = Date.parse("2026-03-01T08:00:00Z");
const day = 86_400_000;

/** A clock whose wall and monotonic hands the test moves. */
function hands(floor: number | null = null) {
  let wallMs = start;
  let monoMs = 5_000;
  const make = (from: number | null) =>
    stationClock({ now: () => new Date(wallMs), monotonic: () => monoMs, floor: from === null ? null : new Date(from) });
  return {
    clock: make(floor),
    make,
    pass: (ms: number, driftPpm = 0) => {
      monoMs += ms;
      wallMs += ms * (1 + driftPpm / 1e6);
    },
    jump: (ms: number) => {
      wallMs += ms;
    },
    wall: () => wallMs,
  };
}

test("a clock that is right is followed, and one that drifts slowly too", () => {
  const { clock, pass, wall } = hands();
  for (let minute = 0; minute < 60 * 24 * 60; minute += 60) {
    pass(3_600_000, 200);
    clock.tick();
  }
  assert.equal(clock.now().getTime(), Math.trunc(wall()));
});

test("a jump of the wall clock, forwards or back, is not believed, and a step back does not last", () => {
  for (const jumpMs of [day, -day, 365 * day, -365 * day, believedDriftMs + 1]) {
    const { clock, pass, jump } = hands();
    jump(jumpMs);
    assert.equal(clock.now().getTime(), start);
    assert.ok(clock.isDistrusted());
    pass(60_000);
    clock.tick();
    assert.equal(clock.now().getTime(), start + 60_000);
    jump(-jumpMs);
    assert.ok(!clock.isDistrusted());
  }
});

test("no battery in the clock: after a power cut time goes on from the floor, and the backend's signature puts it right", () => {
  const { make, jump, pass } = hands();
  jump(-20 * 365 * day);
  const clock = make(start);
  assert.equal(clock.now().getTime(), start);
  pass(1_000);
  assert.equal(clock.now().getTime(), start + 1_000);
  clock.signed(new Date(start + 3 * day));
  assert.equal(clock.now().getTime(), start + 3 * day);
  jump(20 * 365 * day + 3 * day - 1_000);
  assert.ok(!clock.isDistrusted(), "the network set the wall clock: believed, since it agrees with the backend");
});

test("a clock that was ahead at the start follows the answer of the backend, down to the floor; a late or foreign answer moves nothing", () => {
  const { clock, pass } = hands(start - 1_000);
  const ahead = hands(start - 1_000);
  ahead.jump(day);
  const wrong = ahead.make(start - 1_000);
  assert.equal(wrong.now().getTime(), start + day);
  wrong.asked("q1");
  assert.ok(!wrong.answered("q0", new Date(start)), "not the question");
  ahead.pass(timeAnswerMs + 1);
  assert.ok(!wrong.answered("q1", new Date(start)), "too late: it may have been held back");
  assert.equal(wrong.now().getTime(), start + day + timeAnswerMs + 1);
  wrong.asked("q2");
  ahead.pass(50);
  assert.ok(wrong.answered("q2", new Date(start + 11_000)));
  assert.ok(!wrong.answered("q2", new Date(start + 11_000)), "once");
  assert.equal(wrong.now().getTime(), start + 11_000);
  assert.ok(wrong.isDistrusted());
  ahead.pass(60_000);
  wrong.tick();
  assert.equal(wrong.now().getTime(), start + 71_000);
  assert.ok(wrong.least().getTime() <= wrong.now().getTime());
  // What was signed before stays the floor, whatever is answered.
  clock.asked("q3");
  pass(10);
  assert.ok(clock.answered("q3", new Date(start - day)));
  assert.ok(clock.now().getTime() >= start - 1_000);
});

test("time never falls, and never below what was signed or kept", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(100_000) }),
    fc.record({ kind: fc.constant("jump" as const), ms: fc.integer({ min: -day, max: day }) }),
    fc.record({ kind: fc.constant("signed" as const), ms: fc.integer({ min: -day, max: day }) }),
    fc.record({ kind: fc.constant("tick" as const), ms: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { clock, pass, jump } = hands(start - 1_000);
      let least = start - 1_000;
      for (const { kind, ms } of steps) {
        if (kind === "pass") pass(ms);
        if (kind === "jump") jump(ms);
        if (kind === "signed") {
          clock.signed(new Date(start + ms));
          least = Math.max(least, start + ms);
        }
        if (kind === "tick") least = Math.max(least, clock.tick().getTime());
        assert.ok(clock.now().getTime() >= least);
      }
    }),
  );
});
