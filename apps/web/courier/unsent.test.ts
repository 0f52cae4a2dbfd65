import assert from "node:assert/strict";
import { test } from "node:test";
import { readUnsent, withoutUnsent, withUnsent } from "./unsent.ts";

test("each word is kept once, in order, and goes when it has been sent", () => {
  const all = ["a", "b", "a"].reduce((kept, scan) => withUnsent(kept, { scan, number: "1" }), readUnsent(null));
  assert.deepEqual(
    all.map(({ scan }) => scan),
    ["a", "b"],
  );
  assert.deepEqual(
    withoutUnsent(all, "a").map(({ scan }) => scan),
    ["b"],
  );
});

test("what is not ours is not read", () => {
  for (const text of ["{", "7", "null", '[{"scan":1}]', '"x"']) assert.deepEqual(readUnsent(text), [], text);
  assert.deepEqual(readUnsent('[{"scan":"s","number":"n"}]'), [{ scan: "s", number: "n" }]);
});
