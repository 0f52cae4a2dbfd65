import assert from "node:assert/strict";
import { test } from "node:test";
import { awayBetween, lastDayOf } from "./away.ts";

test("I-67: days are whole days where the reader is, also those on which the clocks change", () => {
  for (const [first, last, days] of [
    ["2026-03-28", "2026-03-30", 3],
    ["2026-10-24", "2026-10-26", 3],
    ["2026-07-01", "2026-07-01", 1],
  ] as const) {
    const { from, to } = awayBetween(first, last);
    const [begin, end] = [new Date(from), new Date(to)];
    assert.deepEqual([begin.getHours(), begin.getMinutes(), end.getHours(), end.getMinutes()], [0, 0, 0, 0], first);
    assert.equal(Math.round((end.getTime() - begin.getTime()) / 86_400_000), days);
    assert.equal(new Date(lastDayOf(to)).getDate(), Number(last.slice(-2)));
  }
});
