// G-13: a fleet of 1,000 stations in three time zones and the rules of rollouts, minute by minute of simulated time.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { StationState } from "./contract.ts";
import { canary, decide, planWaves, silentMinutes, waveOf, type Count } from "./domain.ts";

const fleet = 1_000;
const quiet = { from: 1, until: 5 } as const;
/** Loading takes so long, and changing over. Minutes. */
const takes = { loading: 6, changing: 3 } as const;
/** Nobody is served in so many of a hundred minutes of the night. */
const idleShare = 0.9;

function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Lets a release go out at 18:00 UTC and looks for so many hours. `breaks`: the share of stations on which it does not start. */
function rollOut(seed: number, breaks: number, hours = 24) {
  const chance = chances(seed);
  const waves = planWaves(fleet);
  const stations = Array.from({ length: fleet }, (_, place) => ({
    wave: waveOf(waves, place),
    zone: Math.floor(chance() * 3),
    state: "waiting" as StationState,
    since: 0,
    isBroken: chance() < breaks,
    isDumb: chance() < 0.2,
  }));
  const start = Date.UTC(2026, 2, 1, 18);
  let wave = 0;
  let settledAt: Date | null = null;
  let ended: { kind: "stop" | "done"; minute: number } | undefined;
  for (let minute = 0; minute < hours * 60; minute++) {
    const now = new Date(start + minute * 60_000);
    for (const station of stations) {
      if (station.wave <= wave && station.state === "waiting" && !ended) Object.assign(station, { state: "offered", since: minute });
      const hour = (now.getUTCHours() + station.zone) % 24;
      if (station.state === "offered" && minute - station.since >= takes.loading) Object.assign(station, { state: "ready", since: minute });
      else if (station.state === "ready" && ended?.kind !== "stop" && hour >= quiet.from && hour < quiet.until && chance() < idleShare)
        Object.assign(station, { state: "switching", since: minute });
      else if (station.state === "switching" && minute - station.since >= takes.changing) {
        // Some of the broken ones go back and say so, the others are never heard of again.
        const state = !station.isBroken ? "confirmed" : !station.isDumb || minute - station.since >= silentMinutes ? "failed" : "switching";
        if (state !== "switching") Object.assign(station, { state, since: minute });
      }
    }
    if (ended) continue;
    const tally = new Map<string, Count>();
    for (const { wave: own, state } of stations) {
      const key = `${own}${state}`;
      tally.set(key, { wave: own, state, connected: true, stations: (tally.get(key)?.stations ?? 0) + 1 });
    }
    const openings = { before: { opened: 0, failed: 0 }, after: { opened: 0, failed: 0 } };
    const next = decide({ wave, waves, soakMinutes: 30, settledAt, counts: [...tally.values()], openings }, now);
    if (next.kind === "settled") settledAt = now;
    else if (next.kind === "unsettled") settledAt = null;
    else if (next.kind === "open") [wave, settledAt] = [next.wave, null];
    else if (next.kind === "stop" || next.kind === "done") ended = { kind: next.kind, minute };
  }
  const count = (...states: StationState[]): number => stations.filter(({ state }) => states.includes(state)).length;
  return { ended, reached: count("switching", "confirmed", "failed"), confirmed: count("confirmed"), failed: count("failed") };
}

test("G-13: a build that does not start on 5 % of stations stops itself within the canary group", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { ended, reached } = rollOut(seed, 0.05);
    assert.equal(ended?.kind, "stop", `seed ${seed}`);
    assert.ok(reached <= canary.most, `seed ${seed}: it reached ${reached}`);
  }
});

test("G-13: a good build reaches 95 % of 1,000 stations within 24 hours, at night in each zone", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const { ended, confirmed, failed } = rollOut(seed, 0);
    assert.ok(confirmed >= 0.95 * fleet, `seed ${seed}: ${confirmed}`);
    assert.deepEqual([ended?.kind, failed], ["done", 0]);
  }
});

test("a build that fails on one station in a thousand is not held up by chance beyond the canary group", () => {
  const outcomes = Array.from({ length: 10 }, (_, i) => rollOut(100 + i, 0.001));
  assert.ok(outcomes.filter(({ confirmed }) => confirmed > 900).length >= 7);
});
