import { silentLog, type Log } from "@pigeonhole/kit/log";
import type { Fault } from "../faults/plan.ts";
import { databases, type Databases } from "./database.ts";
import { foundTown } from "./town.ts";
import { runWorld, type Ran } from "./world.ts";
import { smallTown, type Size, type Town } from "../town/town.ts";

/** A town, and a database of its own for each world that begins there. */
export interface Worlds extends AsyncDisposable {
  run(world: { seed: number; parcels: number; traceFile?: string | undefined; strikes?: (fault: Fault) => boolean }): Promise<Ran>;
}

export async function worlds(size: Size = smallTown, log: Log = silentLog): Promise<Worlds> {
  const db: Databases = await databases();
  const town: Town = await foundTown(await db.empty("town"), size, log);
  let count = 0;
  return {
    async run(world) {
      const name = `world_${++count}`;
      const url = await db.copy("town", name);
      try {
        return await runWorld({ ...world, town, url, log });
      } finally {
        await db.drop(name);
      }
    },
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}
