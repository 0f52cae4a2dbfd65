import assert from "node:assert/strict";
import { test } from "node:test";
import { chances, lengthOfUpdate, powerCutImages, updateWithCuts } from "./testing-power-cuts.ts";

test(
  "G-12, I-45: a power cut at every step of an update: what ran before runs, or the new one, and the update ends",
  { timeout: 120_000 },
  async () => {
    const images = await powerCutImages();
    const length = await lengthOfUpdate(images);
    let cuts = 0;
    // A step of the disk costs 256 units: a cut into each of them, and between.
    for (let after = 1; after < length; after += 173) {
      const outcome = await updateWithCuts(images, [after], true, chances(after));
      cuts += outcome.cuts;
      assert.equal(outcome.release, 2);
    }
    assert.ok(cuts > 100, `${cuts} cuts hit`);
  },
);

test(
  "G-12: 300 updates with up to three cuts at random bytes, a third of them of a release that does not work: no brick",
  { timeout: 120_000 },
  async () => {
    const images = await powerCutImages();
    const length = await lengthOfUpdate(images);
    for (let seed = 1; seed <= 300; seed++) {
      const chance = chances(seed);
      const isGood = seed % 3 !== 0;
      const cuts = Array.from({ length: 1 + (seed % 3) }, () => 1 + Math.floor(chance() * length));
      const outcome = await updateWithCuts(images, cuts, isGood, chance);
      assert.equal(outcome.release, isGood ? 2 : 1, `seed ${seed}`);
    }
  },
);

test("the disk of these tests does forget: an update that syncs nothing is lost at a cut", async () => {
  const { SimulatedDisk } = await import("./testing-disk.ts");
  const disk = new SimulatedDisk();
  disk.makeFolder("/f");
  disk.syncFolder("/");
  disk.write("/f/kept", Buffer.from("old"));
  disk.sync("/f/kept");
  disk.syncFolder("/f");
  disk.write("/f/new", Buffer.from("new"));
  disk.rename("/f/new", "/f/kept");
  disk.powerCycle(() => 0);
  assert.equal(disk.read("/f/kept")?.toString(), "old");
  disk.write("/f/new", Buffer.from("new"));
  disk.rename("/f/new", "/f/kept");
  disk.powerCycle(() => 0.999);
  assert.notEqual(disk.read("/f/kept")?.toString(), "old", "the name is new, its bytes were never synced");
});
