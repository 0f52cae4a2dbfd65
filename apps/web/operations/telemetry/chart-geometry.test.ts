import assert from "node:assert/strict";
import { test } from "node:test";
import { box, frameOf, lineOf, nearest, runsOf, thinned, yOf } from "./chart-geometry.ts";

const start = Date.parse("2026-03-01T00:00:00Z");
const point = (minute: number, value: number) => ({
  at: new Date(start + minute * 60_000).toISOString(),
  low: value,
  mean: value,
  high: value,
  samples: 1,
});
const minutes = (...at: number[]) => at.map((minute) => point(minute, minute));

test("a time without samples is a gap, not a line across it", () => {
  assert.deepEqual(
    runsOf(minutes(0, 1, 2, 3, 30, 31)).map((run) => run.length),
    [4, 2],
  );
  assert.deepEqual(runsOf([]), []);
  assert.equal(runsOf(minutes(7)).length, 1);
});

test("every point lies inside the drawing, and a constant value is a line in it", () => {
  for (const points of [minutes(0, 10, 20), [point(0, 5), point(1, 5)], [point(0, -40)]]) {
    const frame = frameOf(points, start, start + 20 * 60_000);
    for (const each of points) assert.ok(yOf(frame, each.mean) >= 0 && yOf(frame, each.mean) <= box.height);
    assert.doesNotMatch(lineOf(frame, points), /NaN|Infinity/);
  }
});

test("pointing finds the nearest point; a table holds a few of many, and the last", () => {
  const points = minutes(0, 10, 20);
  const frame = frameOf(points, start, start + 20 * 60_000);
  assert.deepEqual([nearest(points, frame, 0.4)?.mean, nearest(points, frame, 1)?.mean, nearest([], frame, 0)], [10, 20, undefined]);
  const few = thinned(minutes(...Array.from({ length: 1_000 }, (_, i) => i)), 12);
  assert.ok(few.length <= 12);
  assert.equal(few.at(-1)!.mean, 999);
});
