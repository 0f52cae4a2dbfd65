// `npm run sim -- --seed N --parcels P`: the real backend and the real stations through simulated lives, faults and time.
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { createLog, silentLog } from "@pigeonhole/kit/log";
import { faultKinds } from "./faults/plan.ts";
import { catalogue } from "./checks/catalogue.ts";
import { rareStates } from "./checks/rare-states.ts";
import { nothing, plus, summaryOf, told, type Summary } from "./run/summary.ts";
import { keptSeeds } from "./run/kept-seeds.ts";
import { shrink } from "./run/shrink.ts";
import { worlds } from "./run/worlds.ts";
import { smallTown, wideTown } from "./town/town.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    parcels: { type: "string", default: "100" },
    /** Lives of one world; each further world has the next seed. */
    world: { type: "string", default: "200" },
    processes: { type: "string" },
    /** Every line of the trace, into this file; for one world. */
    trace: { type: "string" },
    /** Only these faults of the plan strike, by number; none when empty. */
    faults: { type: "string" },
    /** A failing world is told, and its faults are not sorted out. */
    "no-shrink": { type: "boolean", default: false },
    /** Says of every promise by what it is looked at here, or why not, and ends. */
    promises: { type: "boolean", default: false },
    /** The worlds that once broke a promise, again. */
    kept: { type: "boolean", default: false },
    verbose: { type: "boolean", default: false },
  },
});
/** A run of so many lives reaches every rare state. */
const longRun = 5_000;
/** Lives of a world up to which its town is a small one. */
const fewLives = 50;
const [seed, parcels, perWorld] = [Number(values.seed), Number(values.parcels), Number(values.world)];
const seeds: readonly { readonly seed: number; readonly parcels: number }[] = values.kept
  ? keptSeeds()
  : Array.from({ length: Math.ceil(parcels / perWorld) }, (_, i) => ({
      seed: seed + i,
      parcels: Math.min(perWorld, parcels - i * perWorld),
    }));
const processes = Math.min(seeds.length, Number(values.processes ?? 2));
const began = performance.now();
if (values.promises) {
  for (const { id, by, why } of catalogue())
    console.log(by.length > 0 ? `${id}  ${by.join("\n      ")}` : `${id}  not here: ${why ?? "nobody has said why"}`);
  process.exit(0);
}

/** Lives these worlds one after the other, here. */
async function live(mine: typeof seeds): Promise<Summary> {
  await using all = await worlds(
    mine.some(({ parcels: lives }) => lives > fewLives) ? wideTown : smallTown,
    values.verbose ? createLog({ name: "sim", level: "warn" }) : silentLog,
  );
  const only = values.faults === undefined ? undefined : new Set(values.faults.split(",").filter(Boolean).map(Number));
  let summary = nothing();
  for (const world of mine) {
    const ran = await all.run({
      ...world,
      traceFile: values.trace,
      ...(only && { strikes: ({ number }: { number: number }) => only.has(number) }),
    });
    summary = plus(summary, summaryOf(world.seed, world.parcels, ran));
    const [first] = ran.tally.broken;
    if (!first) continue;
    console.error(`seed ${world.seed}: ${first.invariant} is broken: ${first.what}`);
    if (only || values["no-shrink"]) continue;
    const kept = await shrink(
      all,
      world.seed,
      world.parcels,
      first.invariant,
      ran.faults.map(({ number }) => number),
    );
    console.error(`shortest list of faults found: ${kept.map((n) => `${n} ${ran.faults[n]!.kind}`).join(", ") || "none"}`);
    console.error(
      `again: npm run sim -- --seed ${world.seed} --parcels ${world.parcels} --world ${world.parcels} --faults "${kept.join(",")}"`,
    );
  }
  return summary;
}

/** The worlds of one child process: it says its summary and ends. */
const inProcess = (mine: typeof seeds): Promise<Summary> =>
  new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, [...process.argv.slice(2), "--processes", "1"], {
      env: { ...process.env, PIGEONHOLE_SIM_SEEDS: JSON.stringify(mine) },
    });
    child.on("message", (summary) => resolve(summary as Summary));
    child.on("exit", (code) => reject(new Error(`a process of the simulator ended with ${code}`)));
  });

const given = process.env["PIGEONHOLE_SIM_SEEDS"];
if (given !== undefined) {
  const summary = await live(JSON.parse(given) as typeof seeds);
  process.send!(summary, () => process.exit(0));
} else {
  const parts =
    processes <= 1
      ? [await live(seeds)]
      : await Promise.all(Array.from({ length: processes }, (_, n) => inProcess(seeds.filter((_seed, i) => i % processes === n))));
  const summary = parts.reduce(plus);
  const seconds = (performance.now() - began) / 1_000;
  const { broken, counts, marks } = summary;
  console.error(told(summary));
  for (const { seed: at, invariant, what } of broken.slice(0, 20)) console.error(`seed ${at}: ${invariant}: ${what}`);
  if (seeds.length === 1) console.error(`trace ${Object.values(summary.hashes)[0]}, ${summary.statements} statements`);
  const strikes = Object.entries(counts).filter(([name]) => name.startsWith("fault: "));
  const rare = rareStates.filter((name) => (marks[name] ?? 0) > 0);
  // Every fault strikes a thousand times in 10^5 lives, in fewer lives in proportion; a run that is long enough to mean it reaches every rare state.
  const seldom = faultKinds.filter((kind) => (counts[`fault: ${kind}`] ?? 0) < Math.floor(summary.lives / 100));
  const missed = summary.lives >= longRun ? rareStates.filter((name) => !marks[name]) : [];
  if (seldom.length > 0) console.error(`faults that struck too seldom: ${seldom.join(", ")}`);
  if (missed.length > 0) console.error(`rare states that were never reached: ${missed.join("; ")}`);
  const entries = catalogue();
  const applied = entries.filter(({ by }) => by.length > 0);
  console.error(
    `${applied.length} of ${entries.length} promises are looked at here, by ${applied.flatMap(({ by }) => by).length} checks; why the others are not: --promises`,
  );
  if (broken.length === 0)
    console.error(
      `none broken in ${summary.lives} lives: less than ${(3 / summary.lives).toPrecision(1)} a life at 95 %, under these faults. Not simulated: transactions that race, TLS, MQTT's framing, a disk's own lies, firmware, screens.`,
    );
  console.log(
    JSON.stringify({
      bench: "sim",
      lives: summary.lives,
      events: summary.events,
      faults: strikes.reduce((total, [, count]) => total + count, 0),
      violations: broken.length,
      sometimes: rareStates.length,
      sometimesHit: rare.length,
      seconds: Number(seconds.toFixed(1)),
    }),
  );
  process.exitCode = broken.length + seldom.length + missed.length > 0 ? 1 : 0;
}
