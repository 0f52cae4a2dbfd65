import { spawn } from "node:child_process";
import path from "node:path";
import type { Killer } from "./mutant.ts";

/** What a test file said: the names of its tests, by outcome. */
export interface Said {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly isHung: boolean;
  readonly ms: number;
  /** The end of what it wrote, for whoever wonders. */
  readonly tail: string;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Runs tests of one file, those in whose names one of the texts is, in the checkout at `root`; with some faults nothing ever ends. */
export function runTests(
  root: string,
  file: string,
  tests: readonly string[],
  { environment, patienceMs }: { readonly environment: NodeJS.ProcessEnv; readonly patienceMs: number },
): Promise<Said> {
  const began = performance.now();
  const patterns = tests.map((text) => `--test-name-pattern=${literal(text)}`);
  const inherited: NodeJS.ProcessEnv = { ...process.env, ...environment, NODE_ENV: "test" };
  delete inherited["NODE_TEST_CONTEXT"];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--test", "--test-reporter=tap", ...patterns, path.join(root, file)], {
      cwd: root,
      // Node's runner does not run inside of itself: a test of this hunt is no reason not to hunt.
      env: inherited,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let [text, isHung] = ["", false];
    const patience = setTimeout(() => {
      isHung = true;
      // With everything that it has started.
      process.kill(-child.pid!, "SIGKILL");
    }, patienceMs);
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.once("close", () => {
      clearTimeout(patience);
      resolve({ ...outcomes(text, file), isHung, ms: performance.now() - began, tail: text.slice(-2_000) });
    });
  });
}

/** Reads TAP. A file that fails as a whole, since it cannot be loaded or its process ended, is there as a failed test under its own name. */
function outcomes(text: string, file: string): Pick<Said, "passed" | "failed"> {
  const lines = [...text.matchAll(/^\s*(not ok|ok) \d+ - (.*)$/gm)].map(([, outcome, name]) => ({
    isGood: outcome === "ok",
    name: name!.replaceAll("\\#", "#"),
  }));
  const own = lines.filter(({ name }) => !name.endsWith(file) && !/ # SKIP/.test(name));
  return {
    passed: own.filter(({ isGood }) => isGood).map(({ name }) => name),
    failed: own.filter(({ isGood }) => !isGood).map(({ name }) => name),
  };
}

/** The tests of each file that the killers name. */
export function byFile(killers: Iterable<Killer>): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, Set<string>>();
  for (const [file, test] of killers) files.set(file, (files.get(file) ?? new Set()).add(test));
  return new Map([...files].map(([file, tests]) => [file, [...tests]]));
}
