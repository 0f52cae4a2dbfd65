import { testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "@pigeonhole/server/modules";
import { breakEverywhere } from "@pigeonhole/world/sagas/break";
import { sagas as all } from "@pigeonhole/world/sagas/sagas";
import { startTown } from "@pigeonhole/world/sagas/town";

/** Every saga broken before and after each of its transactions too, not only at the calls between modules. Argument: a part of a saga's name. */
export async function sagas([part = ""]: readonly string[]): Promise<object> {
  await using database = await testDatabase(allMigrations);
  await using town = await startTown(database);
  const ends: Record<string, number> = {};
  let cuts = 0;
  const wanted = Object.entries(all).filter(([name]) => name.includes(part));
  for (const [name, { saga }] of wanted) {
    const broken = await breakEverywhere(town, saga, "all");
    cuts += broken.cuts;
    for (const [end, times] of Object.entries(broken.reached)) ends[end] = (ends[end] ?? 0) + times;
    process.stderr.write(`${name}: broken ${broken.cuts} times, ${JSON.stringify(broken.reached)}\n`);
  }
  return { sagas: wanted.length, cuts, ends };
}
