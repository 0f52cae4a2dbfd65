import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { StationState } from "./contract.ts";
import { decide, moved, planWaves, waveOf, type Count, type Situation } from "./domain.ts";

const now = new Date("2026-03-01T12:00:00Z");
const counts = (wave: number, states: Partial<Record<StationState, number>>, connected = true): Count[] =>
  Object.entries(states).map(([state, stations]) => ({ wave, state: state as StationState, connected, stations }));
const situation = (more: Partial<Situation>): Situation => ({
  wave: 0,
  waves: [140, 500, 1_000],
  soakMinutes: 30,
  settledAt: null,
  counts: [],
  openings: { before: { opened: 0, failed: 0 }, after: { opened: 0, failed: 0 } },
  ...more,
});

test("waves grow, end with everybody, and a small fleet risks few", () => {
  assert.deepEqual(planWaves(1_000), [140, 500, 1_000]);
  assert.deepEqual(planWaves(20), [3, 10, 20]);
  assert.deepEqual([planWaves(1), planWaves(2), planWaves(3)], [[1], [1, 2], [1, 2, 3]]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat(), (stations, seed) => {
      const waves = planWaves(stations);
      assert.equal(waves.at(-1), stations);
      assert.deepEqual(
        waves,
        waves.toSorted((a, b) => a - b),
      );
      assert.ok(waves[0]! <= 140);
      const wave = waveOf(waves, seed % stations);
      assert.ok(wave >= 0 && wave < waves.length);
    }),
  );
});

test("the first failure in the canary group stops; later a single one of many does not", () => {
  const first = decide(situation({ counts: counts(0, { confirmed: 100, failed: 1, offered: 39 }) }), now);
  assert.deepEqual(first, { kind: "stop", reason: "1 station of the canary group failed" });
  const later = situation({ wave: 1, counts: counts(1, { confirmed: 300, failed: 1, offered: 199 }) });
  assert.equal(decide(later, now).kind, "wait");
  assert.equal(decide({ ...later, counts: counts(1, { confirmed: 100, failed: 2, offered: 300 }) }, now).kind, "stop");
});

test("a wave opens when the one before has arrived and was watched; who is away holds up nobody, but somebody must have arrived", () => {
  const arrived = counts(0, { confirmed: 130, offered: 10 });
  assert.equal(decide(situation({ counts: counts(0, { confirmed: 60, ready: 80 }) }), now).kind, "wait");
  assert.equal(decide(situation({ counts: arrived }), now).kind, "settled");
  const soaking = situation({ counts: arrived, settledAt: new Date(now.getTime() - 29 * 60_000) });
  assert.equal(decide(soaking, now).kind, "wait");
  assert.deepEqual(decide({ ...soaking, settledAt: new Date(now.getTime() - 30 * 60_000) }, now), { kind: "open", wave: 1 });
  assert.equal(decide({ ...soaking, counts: counts(0, { confirmed: 20, switching: 120 }) }, now).kind, "unsettled");
  const away = [...counts(0, { offered: 139 }, false), ...counts(0, { confirmed: 1 })];
  assert.equal(decide(situation({ counts: away }), now).kind, "settled");
  assert.equal(decide(situation({ counts: counts(0, { offered: 140 }, false) }), now).kind, "wait");
  const last = situation({ wave: 2, counts: counts(2, { confirmed: 999 }), settledAt: new Date(0) });
  assert.equal(decide(last, now).kind, "done");
});

test("a rise of openings that fail stops, a usual rate does not", () => {
  const healthy = { counts: counts(0, { confirmed: 100, offered: 40 }) };
  const openings = (failedAfter: number, failedBefore = 10) => ({
    before: { opened: 1_000 - failedBefore, failed: failedBefore },
    after: { opened: 100 - failedAfter, failed: failedAfter },
  });
  assert.match((decide(situation({ ...healthy, openings: openings(6) }), now) as { reason: string }).reason, /6 of 100 openings failed/);
  assert.equal(decide(situation({ ...healthy, openings: openings(4) }), now).kind, "wait", "four may be chance");
  assert.equal(decide(situation({ ...healthy, openings: openings(6, 40) }), now).kind, "wait", "they failed as often before");
});

test("an end is an end: late words of the same attempt change nothing", () => {
  assert.equal(moved("failed", "ready"), undefined);
  assert.equal(moved("confirmed", "switching"), undefined);
  assert.equal(moved("offered", "switching"), "switching");
  assert.equal(moved("switching", "rolled_back"), "failed");
  assert.equal(moved("confirmed", "rolled_back"), "failed", "a confirmed image that crashed again and again went back");
});
