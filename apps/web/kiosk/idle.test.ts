import assert from "node:assert/strict";
import { test } from "node:test";
import { passed, secondsLeft, type Idle, type IdleEvent } from "./idle.ts";

const run = (events: readonly IdleEvent[], from: Idle = { phase: "away" }): Idle => events.reduce(passed, from);
const shown = (atMs: number, mayLeave = true): IdleEvent => ({ kind: "shown", mayLeave, atMs });
const ticked = (atMs: number): IdleEvent => ({ kind: "ticked", atMs });

test("warns at 30 s, is over at 45 s, not a tick earlier", () => {
  assert.equal(run([shown(0), ticked(29_999)]).phase, "here");
  assert.equal(run([shown(0), ticked(30_000)]).phase, "warned");
  assert.equal(run([shown(0), ticked(44_999)]).phase, "warned");
  assert.equal(run([shown(0), ticked(45_000)]).phase, "over");
});

test("a touch begins anew, also after the warning", () => {
  const warned = run([shown(0), ticked(31_000)]);
  assert.equal(run([{ kind: "touched", atMs: 32_000 }, ticked(61_000)], warned).phase, "here");
  assert.equal(run([{ kind: "touched", atMs: 32_000 }, ticked(62_000)], warned).phase, "warned");
});

test("what must not be left stays, however long; what is over stays over until something else is shown", () => {
  assert.equal(run([shown(0, false), ticked(500_000)]).phase, "away");
  assert.equal(run([shown(0), ticked(45_000), { kind: "touched", atMs: 45_100 }]).phase, "over");
  assert.equal(run([shown(0), ticked(45_000), shown(45_200)]).phase, "here");
});

test("seconds left are whole and never negative", () => {
  assert.equal(secondsLeft(0, 30_000), 15);
  assert.equal(secondsLeft(0, 44_001), 1);
  assert.equal(secondsLeft(0, 90_000), 0);
});
