import assert from "node:assert/strict";
import { test } from "node:test";
import {
  anyScan,
  burstGapMs,
  heed,
  maxScanLength,
  noBareDigits,
  nothingRead,
  scanGapMs,
  settle,
  type Heard,
  type IsScan,
  type Reading,
} from "./scanner.ts";

/** Types keys with a gap, waits, and answers all that was heard and which keys the page must not see. */
function type(keys: readonly string[], gapMs: number, isScan: IsScan = noBareDigits) {
  let reading: Reading = nothingRead;
  const heard: Heard[] = [];
  const taken: boolean[] = [];
  let at = 1_000;
  for (const key of keys) {
    at += gapMs;
    const heeded = heed(reading, key, at, isScan);
    reading = heeded.reading;
    heard.push(...heeded.heard);
    taken.push(heeded.isTaken);
  }
  heard.push(...settle(reading, at + scanGapMs + 1, isScan).heard);
  return { heard, taken };
}
const right = `PH1.${"aZ09-_".repeat(23)}`;

test("a scanner's burst is one text, with and without Enter, and none of its keys reach the page", () => {
  for (const end of [["Enter"], ["Tab"], []]) {
    const { heard, taken } = type([...right, ...end], 4);
    assert.deepEqual(heard, [{ kind: "scan", text: right }]);
    assert.ok(taken.every(Boolean));
  }
});

test("a hand's digits stay single keys, and its Enter reaches the page", () => {
  const { heard, taken } = type([..."1234", "Enter"], 140);
  assert.deepEqual(
    heard.map((each) => each.kind === "keys" && each.keys),
    ["1", "2", "3", "4"],
  );
  assert.equal(taken.at(-1), false);
});

test("bare digits are typing at a kiosk, however fast, and a label in a courier's hand", () => {
  assert.deepEqual(type([..."12345678"], 3).heard, [{ kind: "keys", keys: "12345678" }]);
  assert.deepEqual(type([..."123456789012", "Enter"], 3, anyScan).heard, [{ kind: "scan", text: "123456789012" }]);
});

test("control characters and combinations inside a reading are dropped, and do not act on the page", () => {
  const { heard, taken } = type(["P", "H", "Escape", "F5", "1", "Shift", "\u0002", "x", "日", "Enter"], 5);
  assert.deepEqual(heard, [{ kind: "scan", text: "PH1x" }]);
  assert.ok(taken.every(Boolean));
});

test("a reading that is too long is swallowed whole, in bounded room", () => {
  const { heard, taken } = type([..."x".repeat(3 * maxScanLength), "Enter"], 1);
  assert.deepEqual(heard, [{ kind: "too_long" }]);
  assert.ok(taken.every(Boolean));
});

test("a busy machine does not cut a scan in two, and a hand's keys are not taken for one", () => {
  let reading = nothingRead;
  const heard: Heard[] = [];
  for (const [at, key] of [
    [0, "P"],
    [4, "H"],
    [8, "1"],
    [12, "."],
    [12 + scanGapMs, "a"],
    [16 + scanGapMs, "Enter"],
  ] as const) {
    const heeded = heed(reading, key, at, noBareDigits);
    reading = heeded.reading;
    heard.push(...heeded.heard);
  }
  assert.deepEqual(heard, [{ kind: "scan", text: "PH1.a" }]);
  assert.deepEqual(
    type([..."abc"], burstGapMs + 1).heard.map(({ kind }) => kind),
    ["keys", "keys", "keys"],
  );
});

test("two readings one after the other stay two", () => {
  let reading = nothingRead;
  const heard: Heard[] = [];
  for (const [at, key] of [
    [0, "P"],
    [5, "H"],
    [10, "1"],
    [15, "a"],
    [400, "P"],
    [405, "H"],
    [410, "1"],
    [415, "b"],
    [420, "Enter"],
  ] as const) {
    const heeded = heed(reading, key, at, noBareDigits);
    reading = heeded.reading;
    heard.push(...heeded.heard);
  }
  assert.deepEqual(heard, [
    { kind: "scan", text: "PH1a" },
    { kind: "scan", text: "PH1b" },
  ]);
});

test("keys that are no characters are left to the page when nothing is being read", () => {
  for (const key of ["Enter", "Escape", "ArrowLeft", "Backspace", " "]) assert.equal(type([key], 100).taken[0], false, key);
});
