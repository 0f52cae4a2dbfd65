import assert from "node:assert/strict";
import { test } from "node:test";
import { forgery } from "./forgery.ts";

test("G-30, a slice: forged, stale and repeated commands open nothing, the genuine ones among them do", async () => {
  const { seconds, ...figures } = (await forgery(["0.003"])) as Record<string, number>;
  assert.ok(seconds! > 0);
  assert.deepEqual(figures, { mutated: 3_000, replayed: 30, opened: 0, genuine: 3, genuineOpened: 3 });
});
