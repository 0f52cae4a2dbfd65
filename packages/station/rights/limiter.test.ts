import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { attempt, freeAtMs, giveBack, keypadLadder, type Bucket } from "./limiter.ts";

const hourMs = 3_600_000;

test("G-20: a million guesses in a month, with power cuts between them: 86 are compared, 3.8 hits in 100,000 months of a full cabinet", () => {
  let bucket: Bucket | undefined;
  const startMs = Date.parse("2026-01-01T00:00:00Z");
  const tries = 1_000_000;
  const monthMs = 30 * 24 * hourMs;
  let compared = 0;
  for (let n = 0; n < tries; n++) {
    const next = attempt(bucket, startMs + (monthMs * n) / tries);
    if (!next) continue;
    compared++;
    // What is on the disk is all that a power cut leaves, and it is written before anything is compared.
    bucket = JSON.parse(JSON.stringify(next)) as Bucket;
  }
  const liveCodes = 40;
  const space = 9e7;
  assert.ok((compared * liveCodes) / space <= 4e-5, `${compared} guesses in a month`);
  assert.ok(compared > 60, "the keypad is never locked for good (I-35)");
});

test("a vandal with a handful of wrong codes costs others an hour at most, and only who keeps at it for hours costs more", () => {
  let bucket: Bucket | undefined;
  let nowMs = Date.parse("2026-01-01T08:00:00Z");
  const begunMs = nowMs;
  for (let n = 0; n < 14; n++) {
    bucket = attempt(bucket, nowMs)!;
    const waitMs = freeAtMs(bucket, nowMs) - nowMs;
    assert.ok(waitMs <= hourMs, `attempt ${n}`);
    nowMs += Math.max(0, waitMs);
  }
  assert.ok(nowMs - begunMs > 6 * hourMs);
});

test("an attempt while waiting is not made; the waiting ends whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -2 * hourMs, max: 2 * hourMs }), { maxLength: 60 }), (steps) => {
      let bucket: Bucket | undefined;
      let nowMs = Date.parse("2026-01-01T00:00:00Z");
      for (const step of steps) {
        nowMs += step;
        const free = freeAtMs(bucket, nowMs);
        assert.ok(free - nowMs <= keypadLadder.stepsMs.at(-1)!);
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

test("I-35: a clock that is put back a year locks nobody out for a year", () => {
  let [bucket, nowMs]: [Bucket | undefined, number] = [undefined, Date.parse("2027-01-01T00:00:00Z")];
  for (let n = 0; n < 40; n++) {
    bucket = attempt(bucket, nowMs)!;
    nowMs = freeAtMs(bucket, nowMs);
  }
  const aYearAgo = nowMs - 365 * 24 * hourMs;
  assert.equal(freeAtMs(bucket, aYearAgo), aYearAgo + keypadLadder.stepsMs.at(-1)!);
});

test("a right code costs nothing and forgives nothing", () => {
  let bucket: Bucket | undefined;
  for (let n = 0; n < 4; n++) bucket = attempt(bucket, 1_000 + n)!;
  const failed = bucket!.failures;
  for (let n = 0; n < 20; n++) bucket = giveBack(attempt(bucket, 2_000 + n)!);
  assert.ok(Math.abs(bucket!.failures - failed) < 0.01);
  bucket = attempt(bucket, 3_000)!;
  assert.equal(bucket.freeAtMs, 3_000 + keypadLadder.stepsMs[0]!);
});
