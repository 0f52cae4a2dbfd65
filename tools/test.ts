// `npm test`: everything that can be wrong, in the order in which a person would want to know it.
// `npm test -- PATTERN …` runs the test files whose path contains one of the patterns, and nothing else.
import { spawn } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startPostgres } from "@pigeonhole/kit/postgres";
import { freePort, testSettings } from "@pigeonhole/kit/testing";
import { missingPrograms, needs } from "./needs.ts";

const root = path.resolve(import.meta.dirname, "..");
const bin = path.join(root, "node_modules/.bin");
const started = performance.now();

/** The longest that a test file may take before it counts as hung. Minutes. */
const patience = { fast: 5, world: 15 };
/** Fast files at once: one more than there are cores, since tests also wait. Of the whole towns one: people wait before their screens. */
const concurrency = Math.min(os.availableParallelism() + 1, 8);

const patterns = process.argv.slice(2);
const all = globSync("{modules,packages,tools,apps,bench}/**/*.test.{ts,tsx}", {
  cwd: root,
  exclude: ["**/node_modules", "**/dist"],
}).toSorted();
const wanted = all.filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)));
if (wanted.length === 0) end(2, `no test file matches ${patterns.join(" ") || "anything"}: nothing was tested`);

const missing = missingPrograms();
const lacking = wanted
  .map((file) => ({ file, programs: needs(readFileSync(path.join(root, file), "utf8")).filter((p) => missing.includes(p)) }))
  .filter(({ programs }) => programs.length > 0);
const runnable = wanted.filter((file) => !lacking.some((l) => l.file === file));
const isLong = (file: string): boolean => file.includes(".world.test.");

const steps: [string, () => Promise<boolean>][] = [];
if (patterns.length === 0) {
  steps.push(["types (tsc)", () => run(path.join(bin, "tsc"), ["-p", root])]);
  steps.push(["lint (oxlint)", () => run(path.join(bin, "oxlint"), ["--quiet"])]);
  steps.push(["format (oxfmt --check)", () => run(path.join(bin, "oxfmt"), ["--check"])]);
}
const fast = runnable.filter((file) => !isLong(file));
const long = runnable.filter(isLong);
if (fast.length > 0) steps.push([`tests (${fast.length} files)`, () => test(fast, patience.fast, concurrency)]);
if (long.length > 0) steps.push([`the whole town (${long.length} files)`, () => test(long, patience.world, 1)]);

const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-test-"));
chmodSync(folder, 0o711); // where user namespaces are forbidden, the server is somebody else
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const postgres = await startPostgres({ data: path.join(folder, "pg"), port: await freePort(), settings: testSettings });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void postgres.stop().finally(() => process.exit(130)));

const failed: string[] = [];
for (const [name, step] of steps) {
  const since = performance.now();
  process.stdout.write(`\n── ${name}\n`);
  const ok = await step();
  process.stdout.write(`── ${name}: ${ok ? "ok" : "FAILED"}, ${seconds(since)}\n`);
  if (!ok) failed.push(name);
}
await postgres.stop();

if (lacking.length > 0) {
  process.stdout.write(`\nThese tests could not run, since programs are missing here:\n`);
  for (const { file, programs } of lacking) process.stdout.write(`  ${file} needs ${programs.join(", ")}\n`);
  process.stdout.write(`Install them with: apt-get install -y ${[...new Set(lacking.flatMap((l) => l.programs))].join(" ")}\n`);
}
end(failed.length > 0 ? 1 : 0, failed.length > 0 ? `failed: ${failed.join(", ")}` : "all is well");

function test(files: readonly string[], minutes: number, atOnce: number): Promise<boolean> {
  return run(process.execPath, [
    "--test",
    `--test-concurrency=${atOnce}`,
    `--test-timeout=${minutes * 60_000}`,
    "--test-reporter=spec",
    "--test-reporter-destination=stdout",
    `--test-reporter=${path.join(root, "tools/slowest.ts")}`,
    "--test-reporter-destination=stdout",
    ...files,
  ]);
}

function run(program: string, args: readonly string[]): Promise<boolean> {
  // What Node makes of our TypeScript is kept: every file's process would make it again.
  const cache = path.join(root, "node_modules/.cache/node");
  const env = { ...process.env, PIGEONHOLE_TEST_PG: postgres.url, NODE_ENV: "test", NODE_COMPILE_CACHE: cache };
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] });
    child.once("error", (error) => {
      process.stdout.write(`${program}: ${error.message}\n`);
      resolve(false);
    });
    child.once("exit", (code) => resolve(code === 0));
  });
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function end(code: number, words: string): never {
  process.stdout.write(`\nnpm test: ${words} (${seconds(started)})\n`);
  process.exit(code);
}
