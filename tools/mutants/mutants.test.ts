// G-04: the tests are tested. `npm run mutants` hunts all faults; here the quickest few, and that every fault still has its place.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { faults } from "./faults.ts";
import { faultOf, hunt } from "./hunt.ts";
import { mutated } from "./mutant.ts";

const root = path.resolve(import.meta.dirname, "../..");
const textOf = (file: string): string => readFileSync(path.join(root, file), "utf8");

test("G-04: every fault has its place in the product, once, leaves a program behind, and names tests that there are", () => {
  assert.ok(faults.length >= 60, `${faults.length} faults`);
  assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length, "two faults have one name");
  for (const mutant of faults) {
    const made = faultOf(mutant, textOf(mutant.file));
    assert.ok(typeof made === "string", typeof made === "string" ? "" : made.broken);
    assert.notEqual(made, textOf(mutant.file), mutant.name);
    for (const [file] of mutant.killers) assert.ok(existsSync(path.join(root, file)), `${mutant.name} names ${file}, which is not there`);
  }
});

test("a fault that has lost its place, or has two, is told as out of date", () => {
  const fault = { ...faults[0]!, from: "a", to: "$&" };
  assert.deepEqual(mutated("cat", fault), { text: "c$&t" });
  for (const text of ["dog", "banana"]) assert.ok("outOfDate" in mutated(text, fault), text);
});

test("G-04: a slice: the quickest faults are noticed, and one that harms nothing is told as such", async () => {
  const wanted = ["no-signature-needed", "a-token-lives-at-its-end", "moves-nobody-listed"];
  const slice = faults.filter(({ name }) => wanted.includes(name));
  const unsigned = slice.find(({ name }) => name === "no-signature-needed")!;
  const harmless = { ...unsigned, name: "harmless", from: "/** What a signature covers. */", to: "/** A word about it. */" };
  const outcomes = await hunt(root, { mutants: [...slice, harmless], copies: 2, environment: {}, say: () => {} });
  assert.deepEqual(
    outcomes.map(({ mutant, kind }) => [mutant.name, kind]),
    [...slice.map(({ name }) => [name, "killed"]), ["harmless", "survived"]],
  );
});
