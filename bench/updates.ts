// `npm run bench -- updates [n]` (G-12): n updates of a station, each with up to three power cuts at random bytes, a third of them of a release
// that does not work. A brick is a start that finds no whole, signed image to run.
import { AssertionError } from "node:assert";
import { chances, lengthOfUpdate, powerCutImages, updateWithCuts } from "@pigeonhole/station/update/testing-power-cuts";

export async function updates([count = "10000"]: readonly string[]): Promise<object> {
  const images = await powerCutImages();
  const length = await lengthOfUpdate(images);
  const since = performance.now();
  const figures = { updates: Number(count), cuts: 0, bricks: 0, rolledBack: 0 };
  for (let seed = 1; seed <= figures.updates; seed++) {
    const chance = chances(seed);
    const isGood = seed % 3 !== 0;
    const cutsAfter = Array.from({ length: 1 + (seed % 3) }, () => 1 + Math.floor(chance() * length));
    try {
      const { cuts, release } = await updateWithCuts(images, cutsAfter, isGood, chance);
      figures.cuts += cuts;
      if (release === 1) figures.rolledBack++;
    } catch (error) {
      if (!(error instanceof AssertionError)) throw error;
      console.log(`seed ${seed}: ${error.message}`);
      figures.bricks++;
    }
  }
  return { ...figures, seconds: Math.round((performance.now() - since) / 1_000) };
}
