import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, test } from "node:test";
import { catalogue } from "./checks/catalogue.ts";
import { keptSeeds } from "./run/kept-seeds.ts";
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

test("a world that nobody has seen before keeps every promise (G-01)", async (t) => {
  const seed = randomInt(1_000_000, 2 ** 31);
  t.diagnostic(`again: npm run sim -- --seed ${seed} --parcels 3 --world 3`);
  assert.deepEqual(brokenIn(await all.run({ seed, parcels: 3 })), [], `npm run sim -- --seed ${seed} --parcels 3 --world 3`);
});

/** Larger ones are lived by `npm run sim -- --kept`. */
const quick = 5;
for (const { seed, parcels, found } of keptSeeds().filter((kept) => kept.parcels <= quick))
  test(`seed ${seed}, lived again: ${found}`, async () => {
    assert.deepEqual(brokenIn(await all.run({ seed, parcels })), []);
  });

test("of every promise it is said by what it is looked at, or why it is not (G-03)", () => {
  const entries = catalogue();
  assert.deepEqual(
    entries.filter(({ by, why }) => by.length === 0 && why === undefined).map(({ id }) => id),
    [],
  );
  assert.ok(entries.filter(({ by }) => by.length > 0).length >= 40, "most of them are");
});
