import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { attempt, freeAtMs, giveBack, ladderMs, type Bucket } from "./limiter.ts";

const hourMs = 3_600_000;

test("who guesses as fast as is allowed gets 24 attempts a day after the first ten", () => {
  let bucket: Bucket | undefined;
  let nowMs = Date.parse("2026-01-01T00:00:00Z");
  const endMs = nowMs + 30 * 24 * hourMs;
  let guesses = 0;
  while (nowMs < endMs) {
    const next = attempt(bucket, nowMs);
    if (next) {
      bucket = next;
      guesses++;
    } else nowMs = freeAtMs(bucket, nowMs);
  }
  // 40 live codes of 8 digits: 730 × 40 / 10^8 = 3 in 10,000 that a month of guessing opens anything.
  assert.ok(guesses <= 30 * 24 + 10, `${guesses} guesses in a month`);
});

test("an attempt while waiting is not made; the waiting ends within the hour whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2 * hourMs, max: 2 * hourMs }), { maxLength: 60 }), (steps) => {
      let bucket: Bucket | undefined;
      let nowMs = Date.parse("2026-01-01T00:00:00Z");
      for (const step of steps) {
        nowMs += step;
        const free = freeAtMs(bucket, nowMs);
        assert.ok(free - nowMs <= ladderMs.at(-1)!);
        const next = attempt(bucket, nowMs);
        assert.equal(next === null, free > nowMs);
        if (next) {
          assert.ok(next.failures >= 1);
          bucket = next;
        }
      }
    }),
  );
});

test("a right code costs nothing and forgives nothing", () => {
  let bucket: Bucket | undefined;
  for (let n = 0; n < 4; n++) bucket = attempt(bucket, 1_000 + n)!;
  const failed = bucket!.failures;
  for (let n = 0; n < 20; n++) bucket = giveBack(attempt(bucket, 2_000 + n)!);
  assert.ok(Math.abs(bucket!.failures - failed) < 0.01);
  bucket = attempt(bucket, 3_000)!;
  assert.equal(bucket.freeAtMs, 3_000 + ladderMs[0]);
});
