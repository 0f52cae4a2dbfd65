import assert from "node:assert/strict";
import { test } from "node:test";
import { stations } from "./stations.ts";

test("G-51, a slice: stations at one broker, which is killed and started again: all are back, nothing is lost or doubled", async () => {
  const { connected, lost, doubled, opened } = (await stations(["24"])) as Record<string, number>;
  assert.deepEqual({ connected, lost, doubled, opened }, { connected: 24, lost: 0, doubled: 0, opened: 24 });
});
