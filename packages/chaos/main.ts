// `npm run chaos -- --runs N [--seed S]`: the real processes under faults and `kill -9`, and what they answered judged. Ctrl-C ends everything.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { told } from "@pigeonhole/kit/told";
import { faultKinds } from "./faults/plan.ts";
import { readHistory } from "./run/history.ts";
import { run } from "./run/run.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    /** So long faults strike in each run. */
    seconds: { type: "string", default: "25" },
    stations: { type: "string", default: "3" },
    shops: { type: "string", default: "4" },
    /** An empty database on a server that runs already, for one run; PostgreSQL is not killed then. */
    database: { type: "string" },
    /** Judges a history that a run has kept, and starts nothing. */
    check: { type: "string" },
    /** Crashes workflows at every moment and at pairs of moments, in one process (G-05). */
    "crash-points": { type: "boolean", default: false },
    /** Of each workflow so many pairs of moments, at most. */
    pairs: { type: "string", default: "200" },
    /** Only workflows whose name contains this. */
    only: { type: "string", default: "" },
    /** Keeps the folder of a run in which nothing was wrong, too. */
    keep: { type: "boolean", default: false },
  },
});

if (values.check !== undefined) {
  const kept = readHistory(values.check);
  const wrong = kept.judged();
  for (const each of wrong) console.error(each);
  console.log(JSON.stringify({ bench: "chaos-check", ...kept.counted(), violations: wrong.length }));
  process.exit(wrong.length > 0 ? 1 : 0);
}

if (values["crash-points"]) {
  const { crashPoints } = await import("./crash/main.ts");
  process.exit((await crashPoints({ seed: Number(values.seed), pairs: Number(values.pairs), only: values.only })) > 0 ? 1 : 0);
}

const [runs, firstSeed, seconds] = [values.runs, values.seed, values.seconds].map(Number) as [number, number, number];
const home = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-chaos-"));
chmodSync(home, 0o711); // where user namespaces are forbidden, the database is somebody else's
const ends: (() => Promise<void>)[] = [];
const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).toReversed()) await end().catch((error: unknown) => console.error(told(error, "an end")));
};
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    console.error("stopping");
    void endAll().finally(() => {
      rmSync(home, { recursive: true, force: true });
      process.exit(130);
    });
  });

const faults = new Map(faultKinds.map((kind) => [kind, 0]));
let [operations, unknown, objects, parcels, violations, longest] = [0, 0, 0, 0, 0, 0];
for (let n = 0; n < runs; n++) {
  const seed = firstSeed + n;
  const folder = path.join(home, `seed-${seed}`);
  mkdirSync(folder);
  chmodSync(folder, 0o711);
  const again = `npm run chaos -- --runs 1 --seed ${seed} --seconds ${values.seconds} --stations ${values.stations} --shops ${values.shops}`;
  const began = performance.now();
  let wrong: readonly string[];
  try {
    const ran = await run({
      seed,
      folder,
      stations: Number(values.stations),
      shops: Number(values.shops),
      chaosMs: seconds * 1_000,
      databaseUrl: values.database,
      started: (end) => ends.push(end),
    });
    for (const { kind } of ran.struck) faults.set(kind, faults.get(kind)! + 1);
    const counted = ran.history.counted();
    [operations, unknown, objects, parcels] = [
      operations + counted.operations,
      unknown + counted.unknown,
      objects + counted.objects,
      parcels + ran.parcels,
    ];
    longest = Math.max(longest, ran.recoverySeconds);
    wrong = ran.violations;
    if (wrong.length > 0 || values.keep) ran.history.write(path.join(folder, "history.jsonl"));
    console.error(
      `seed ${seed}: ${ran.struck.length} faults, ${counted.operations} operations (${counted.unknown} unknown), ${ran.parcels} parcels, whole again after ` +
        `${ran.recoverySeconds.toFixed(1)} s, ${wrong.length} violations, ${((performance.now() - began) / 1_000).toFixed(0)} s in all`,
    );
  } catch (error) {
    wrong = [`the run itself failed: ${told(error, "a process")}`];
    console.error(error);
  }
  violations += wrong.length;
  await endAll();
  for (const each of wrong) console.error(`seed ${seed}: ${each}`);
  if (wrong.length > 0) console.error(`history, story and logs: ${folder}\nagain: ${again}`);
  else if (!values.keep) rmSync(folder, { recursive: true, force: true });
}
if (violations === 0 && !values.keep) rmSync(home, { recursive: true, force: true });

console.error(`\nfaults by kind\n${[...faults].map(([kind, count]) => `  ${kind.padEnd(14)} ${String(count).padStart(6)}`).join("\n")}`);
console.error(
  `operations ${operations}, of ${unknown} of them nobody heard an answer; ${objects} objects, ${parcels} parcels; violations ${violations}`,
);
console.log(
  JSON.stringify({
    bench: "chaos",
    runs,
    faults: [...faults.values()].reduce((sum, count) => sum + count, 0),
    operations,
    unknown,
    violations,
    longestRecoverySeconds: Number(longest.toFixed(1)),
  }),
);
process.exit(violations > 0 ? 1 : 0);
