import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { worlds, type Worlds } from "./run/worlds.ts";

let all: Worlds;
before(async () => {
  all = await worlds();
});
after(() => all[Symbol.asyncDispose]());

/** What was broken, as somebody would like to read it in a report. */
const brokenIn = (ran: Awaited<ReturnType<Worlds["run"]>>): readonly string[] =>
  ran.tally.broken.map(({ invariant, what }) => `${invariant}: ${what}`);

test("the same seed gives the same run, line by line, with everything that goes wrong in it, and no promise is broken (G-01, G-02)", async () => {
  const [first, second] = [await all.run({ seed: 7, parcels: 3 }), await all.run({ seed: 7, parcels: 3 })];
  assert.deepEqual(brokenIn(first), []);
  assert.ok(first.lines > 1_000, "much happens in a world");
  assert.equal(first.hash, second.hash);
});
