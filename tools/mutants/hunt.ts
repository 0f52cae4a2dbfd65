import { stripTypeScriptTypes } from "node:module";
import { copyOf, type Copy } from "./copy.ts";
import { mutated, type Mutant } from "./mutant.ts";
import { byFile, runTests, type Said } from "./testing.ts";

/** A test file that has no fault to wait for ends sooner, on a busy machine too. Milliseconds. */
const firstPatienceMs = 300_000;
/** With a fault it may take so much longer than without; what has not ended by then is ended. That proves nothing: the machine may be busy. */
const patience = { times: 6, leastMs: 180_000 } as const;

/** What became of one fault. `broken`: nothing was proved, since the faulty file does not load, or its killers do not begin or never end. */
export interface Outcome {
  readonly mutant: Mutant;
  readonly kind: "killed" | "survived" | "broken";
  /** By which tests, or what was run in vain, or why it is broken. */
  readonly words: string;
  readonly ms: number;
}

interface Hunt {
  readonly mutants: readonly Mutant[];
  /** Checkouts of their own that are worked in at once. */
  readonly copies: number;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/**
 * Puts in one fault after the other and asks whether any killer notices; each killer is shown green without a fault before it is asked. Touches
 * nothing but copies of `root`.
 */
export async function hunt(root: string, { mutants, copies, environment, say }: Hunt): Promise<readonly Outcome[]> {
  const grounds = Array.from({ length: Math.max(1, Math.min(copies, mutants.length)) }, () => copyOf(root));
  const asked = byFile(mutants.flatMap(({ killers }) => killers));
  const proofs = new Map<string, Promise<Proof>>();
  /** What a test file says where nothing is wrong; it is run once for all faults, and a second time when the machine may have been too busy. */
  const prove = async (ground: Copy, file: string): Promise<Proof> => {
    const tests = asked.get(file)!;
    for (let tries = 1; ; tries++) {
      const said = await runTests(ground.root, file, tests, { environment, patienceMs: firstPatienceMs });
      const missing = tests.filter((test) => !said.passed.some((name) => name.includes(test)));
      say(`without a fault: ${file} (${said.passed.length} tests, ${seconds(said.ms)})`);
      const isGreen = missing.length === 0 && said.failed.length === 0;
      if (isGreen) return { patienceMs: Math.max(patience.leastMs, patience.times * said.ms) };
      if (tries === 2) return { notGreen: `${file} is not green without any fault, so that it proves nothing: ${reason(said, missing)}` };
    }
  };
  const proofOf = (ground: Copy, file: string): Promise<Proof> => {
    const proof = proofs.get(file) ?? prove(ground, file);
    proofs.set(file, proof);
    return proof;
  };
  try {
    let done = 0;
    return await shared(grounds, mutants, async (ground, mutant) => {
      const outcome = await put(ground, mutant, (file) => proofOf(ground, file), environment);
      say(`${++done}/${mutants.length} ${outcome.kind}: ${mutant.name} (${mutant.breaks}), ${seconds(outcome.ms)}: ${outcome.words}`);
      return outcome;
    });
  } finally {
    for (const ground of grounds) ground[Symbol.dispose]();
  }
}
/** How long a killer is waited for when there is a fault, from how long it took without; or why it proves nothing. */
type Proof = { readonly patienceMs: number } | { readonly notGreen: string };

async function put(
  ground: Copy,
  mutant: Mutant,
  proofOf: (file: string) => Promise<Proof>,
  environment: NodeJS.ProcessEnv,
): Promise<Outcome> {
  const killers: { file: string; tests: readonly string[]; patienceMs: number }[] = [];
  for (const [file, tests] of byFile(mutant.killers)) {
    const proof = await proofOf(file);
    if ("notGreen" in proof) return { mutant, kind: "broken", words: proof.notGreen, ms: 0 };
    killers.push({ file, tests, patienceMs: proof.patienceMs });
  }
  const began = performance.now();
  const outcome = (kind: Outcome["kind"], words: string): Outcome => ({ mutant, kind, words, ms: performance.now() - began });
  const whole = ground.read(mutant.file);
  const faulty = faultOf(mutant, whole);
  if (typeof faulty !== "string") return outcome("broken", faulty.broken);
  ground.write(mutant.file, faulty);
  try {
    for (const { file, tests, patienceMs } of killers) {
      const said = await runTests(ground.root, file, tests, { environment, patienceMs });
      const [failed] = said.failed;
      if (failed !== undefined) return outcome("killed", failed);
      if (said.isHung) return outcome("broken", `${file} does not end within ${seconds(patienceMs)}`);
      if (said.passed.length === 0) return outcome("broken", `${file} does not begin:\n${said.tail}`);
    }
    return outcome("survived", `${mutant.killers.map(([file, test]) => `${file} “${test}”`).join(", ")} noticed nothing`);
  } finally {
    ground.write(mutant.file, whole);
  }
}

/** The file with the fault in it, if it still can be read as a program. */
export function faultOf(mutant: Mutant, text: string): string | { readonly broken: string } {
  const made = mutated(text, mutant);
  if ("outOfDate" in made) return { broken: made.outOfDate };
  if (!mutant.file.endsWith(".ts")) return made.text;
  try {
    stripTypeScriptTypes(made.text);
    return made.text;
  } catch (error) {
    return { broken: `${mutant.name} makes of ${mutant.file} what is no program: ${String(error)}` };
  }
}

/** Works on all items, each ground on one at a time. Answers in the order of the items. */
async function shared<T, R>(grounds: readonly Copy[], items: readonly T[], work: (ground: Copy, item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  await Promise.all(
    grounds.map(async (ground) => {
      for (const [place, item] of waiting) results[place] = await work(ground, item);
    }),
  );
  return results;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const reason = ({ failed, isHung, tail }: Said, missing: readonly string[]): string =>
  isHung
    ? "never ends"
    : failed.length > 0
      ? `fails: ${failed.join("; ")}\n${tail}`
      : `has no test named ${missing.map((name) => `“${name}”`).join(", ")}\n${tail}`;
