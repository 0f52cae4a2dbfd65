import assert from "node:assert/strict";
import { test } from "node:test";
import type { Fault } from "../faults/plan.ts";
import { shrink } from "./shrink.ts";
import type { Worlds } from "./worlds.ts";

/** A world that breaks a promise exactly when all of these faults strike. */
function breakingBy(needed: readonly number[], all: number) {
  let lived = 0;
  const run = async ({ strikes }: { strikes?: (fault: Fault) => boolean }) => {
    lived++;
    const struck = Array.from({ length: all }, (_, number) => number).filter((number) => strikes!({ number } as Fault));
    const isBroken = needed.every((number) => struck.includes(number));
    return { tally: { broken: isBroken ? [{ invariant: "I-01", what: "x", atMs: 0 }] : [] } };
  };
  return { worlds: { run } as unknown as Pick<Worlds, "run">, lived: () => lived };
}
const faults = Array.from({ length: 60 }, (_, number) => number);

test("G-01: a failing world is shrunk to exactly the faults that matter, and no further", async () => {
  for (const needed of [[17], [3, 41], [0, 29, 59], [10, 11, 12, 13]]) {
    const { worlds } = breakingBy(needed, faults.length);
    assert.deepEqual(await shrink(worlds, 1, 1, "I-01", faults), needed);
  }
  assert.deepEqual(await shrink(breakingBy([], 60).worlds, 1, 1, "I-01", faults), [], "it breaks by itself");
});

test("shrinking ends after so many tries with a list that still breaks it", async () => {
  const { worlds, lived } = breakingBy([3, 41], faults.length);
  const kept = await shrink(worlds, 1, 1, "I-01", faults, 6);
  assert.equal(lived(), 6);
  assert.ok(kept.includes(3) && kept.includes(41) && kept.length < faults.length);
});
