import assert from "node:assert/strict";
import { test } from "node:test";
import { readUnsent, withoutUnsent, withUnsent, type Unsent } from "./unsent.ts";

const word = (scan: string, at = "2026-01-01T00:00:00.000Z"): Unsent => ({ id: scan, at, kind: "deposited", scan, number: "1" });
const page: Unsent = { id: "PHR1A", at: "2026-01-01T00:00:01.000Z", kind: "receipts", page: "PHR1A" };

test("each word is kept once, in order, and goes when it has been sent", () => {
  const all = [word("a"), word("b"), word("a"), page, page].reduce(withUnsent, readUnsent([]));
  assert.deepEqual(
    all.map(({ id }) => id),
    ["a", "b", "PHR1A"],
  );
  assert.deepEqual(
    withoutUnsent(all, "a").map(({ id }) => id),
    ["b", "PHR1A"],
  );
});

test("what is not ours is not read; what is, oldest first", () => {
  assert.deepEqual(readUnsent([null, 7, "x", {}, { id: "a", at: "b", kind: "deposited" }, { id: 1, kind: "receipts", page: "p" }]), []);
  assert.deepEqual(
    readUnsent([page, word("s")]).map(({ id }) => id),
    ["s", "PHR1A"],
  );
});
