import assert from "node:assert/strict";
import { test } from "node:test";
import { offline } from "./offline.ts";

test(
  "G-21, G-52: three days without a network, a slice: every right opens once, and the backend gets every entry, once",
  { timeout: 120_000 },
  async () => {
    const figures = (await offline(["60", "7"])) as Record<string, number>;
    assert.deepEqual(
      ["valid", "served", "secondUse", "eventsLost", "quarantined"].map((name) => figures[name]),
      [60, 60, 0, 0, 0],
    );
    assert.ok(figures["events"]! > 60 * 6 && figures["eventsKept"]! >= figures["events"]!);
  },
);
