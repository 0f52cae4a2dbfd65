import { testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "@pigeonhole/server/modules";
import { drawOf } from "@pigeonhole/sim/time/draw";
import { startTown } from "@pigeonhole/world/sagas/town";
import { crashEverywhere } from "./crash.ts";
import { workflows } from "./workflows.ts";

interface Options {
  readonly seed: number;
  /** Pairs of moments per workflow, at most. */
  readonly pairs: number;
  /** Only workflows whose name contains this. */
  readonly only: string;
}

/** `npm run chaos -- --crash-points`: prints how often each workflow was crashed and how it ended. Answers how many violations there were. */
export async function crashPoints({ seed, pairs: pairsAtMost, only }: Options): Promise<number> {
  await using database = await testDatabase(allMigrations);
  await using town = await startTown(database);
  const since = performance.now();
  const wanted = Object.entries(workflows).filter(([name]) => name.includes(only));
  let [points, pairs, violations] = [0, 0, 0];
  for (const [name, saga] of wanted) {
    const crashed = await crashEverywhere(town, saga, drawOf(seed, name), pairsAtMost);
    [points, pairs, violations] = [points + crashed.points, pairs + crashed.pairs, violations + crashed.violations.length];
    console.error(`${name}: ${crashed.points} points, ${crashed.pairs} pairs, ${JSON.stringify(crashed.ends)}`);
    for (const violation of crashed.violations.slice(0, 20)) console.error(`  ${violation}`);
  }
  if (violations > 0) console.error(`again: npm run chaos -- --crash-points --seed ${seed} --pairs ${pairsAtMost} --only "${only}"`);
  const seconds = Number(((performance.now() - since) / 1_000).toFixed(1));
  console.log(JSON.stringify({ bench: "crash-points", workflows: wanted.length, points, pairs, violations, seconds }));
  return violations;
}
