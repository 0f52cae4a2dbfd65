// `npm run sim -- --seed N --parcels P`: the real backend and the real stations through simulated lives, faults and time.
import { parseArgs } from "node:util";
import { createLog, silentLog } from "@pigeonhole/kit/log";
import { databases } from "./run/database.ts";
import { foundTown } from "./run/town.ts";
import { runWorld } from "./run/world.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    parcels: { type: "string", default: "100" },
    trace: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const parcels = Number(values.parcels);
const t0 = performance.now();
await using db = await databases();
const url = await db.empty("town");
const t1 = performance.now();
const town = await foundTown(url);
const t2 = performance.now();
console.error(`database ${(t1 - t0).toFixed(0)} ms, town ${(t2 - t1).toFixed(0)} ms`);
const log = values.verbose ? createLog({ name: "sim", level: "warn", file: "/tmp/sim/sim.log" }) : silentLog;
const began = performance.now();
const ran = await runWorld({ seed, parcels, town, url: await db.copy("town", "world_1"), traceFile: values.trace, log });
const seconds = (performance.now() - began) / 1_000;
console.error(Object.fromEntries([...ran.tally.counts].toSorted()));
console.error(Object.fromEntries(ran.tally.notes));
console.error(ran.tally.broken.slice(0, 10));
const { tally: _, ...figures } = ran;
console.error(figures);
console.log(JSON.stringify({ bench: "sim", lives: parcels, events: ran.events, violations: ran.tally.broken.length, seconds }));
