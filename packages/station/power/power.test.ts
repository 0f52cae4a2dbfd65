import assert from "node:assert/strict";
import { test } from "node:test";
import { powerModes, type PowerMode } from "@pigeonhole/protocol/telemetry";
import fc from "fast-check";
import { grantOf } from "../link/testing.ts";
import { testStation } from "../testing.ts";
import { begin, levels, patience, rows, step, type Power, type Supply } from "./power.ts";

const batteryMinutes = 45;
const supplyOf = (mains: boolean | null, more: Partial<Supply> = {}): Supply => ({
  mains,
  batteryPercent: null,
  isVisiting: false,
  ...more,
});
/** Lives through so many seconds of one supply; answers the modes in the order in which they came. */
function live(power: Power, supply: Supply, seconds: number, seen: PowerMode[] = []): Power {
  for (let second = 0; second < seconds; second++) {
    const next = step(power, supply, power.atMs + 1_000, batteryMinutes);
    if (next.mode !== power.mode) seen.push(next.mode);
    power = next;
  }
  return power;
}

test("A11.2: a loss of mains is lived through in order: everything goes on, then pick-ups alone, then standby, then an orderly end", () => {
  const seen: PowerMode[] = [];
  const at: Partial<Record<PowerMode, number>> = {};
  let power = begin(0);
  for (let minute = 0; minute < 60; minute++) {
    power = live(power, supplyOf(false), 60, seen);
    at[power.mode] ??= minute;
  }
  assert.deepEqual(seen, ["battery", "saving", "standby", "ending"]);
  assert.ok(at.standby! >= 30, "pick-ups go on for more than half an hour of the 45 minutes");
  power = live(power, supplyOf(true), patience.solid - 1, seen);
  assert.equal(power.mode, "ending");
  power = live(power, supplyOf(true), 2, seen);
  assert.equal(power.mode, "mains", "a long mains is trusted, whatever the gauge says");
});

test("A11.2: a visit under way is finished before standby, but not at any price", () => {
  const low = { ...begin(0, { mode: "saving", charge: 15 }), hasMains: false };
  assert.equal(live(low, supplyOf(false, { isVisiting: true }), 60).mode, "saving");
  assert.equal(live(low, supplyOf(false), 60).mode, "standby");
  assert.equal(live(low, supplyOf(false, { isVisiting: true, batteryPercent: levels.visit }), 1).mode, "standby");
});

test("flickering lights change nothing; a gauge is believed before the reckoning; a silent sensor says nothing", () => {
  const seen: PowerMode[] = [];
  let power = begin(0);
  for (let flicker = 0; flicker < 50; flicker++) {
    power = live(power, supplyOf(false), patience.lost, seen);
    power = live(power, supplyOf(true), 3, seen);
  }
  assert.deepEqual(seen, []);
  assert.equal(live(begin(0), supplyOf(false, { batteryPercent: 100 }), 3_600).mode, "battery");
  assert.equal(live(begin(0), supplyOf(null), 7_200).mode, "mains");
  assert.equal(live(live(begin(0), supplyOf(false), 10), supplyOf(null), 24 * 60).mode, "saving");
});

test("brown-out: a mains that comes and goes never wakes a tired station, and the log stays short", () => {
  for (const [on, off] of [
    [1, 1],
    [10, 10],
    [59, 30],
    [200, 300],
    [599, 599],
  ] as const) {
    const seen: PowerMode[] = [];
    let power = { ...begin(0, { mode: "standby", charge: 12 }), hasMains: false };
    for (let cycle = 0; cycle < 40; cycle++) {
      power = live(power, supplyOf(true), on, seen);
      power = live(power, supplyOf(false), off, seen);
    }
    assert.ok(seen.length === 0 || (seen.length === 1 && seen[0] === "ending"), `${on} s on, ${off} s off: ${seen.join()}`);
  }
});

test("of any supply: without mains only ever poorer, better only after a minute of mains, one row at a time", () => {
  const rank = (mode: PowerMode) => powerModes.indexOf(mode);
  const moment = fc.record({
    mains: fc.option(fc.boolean()),
    batteryPercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
    isVisiting: fc.boolean(),
    seconds: fc.integer({ min: 0, max: 400 }),
  });
  fc.assert(
    fc.property(fc.constantFrom(...powerModes), fc.array(moment, { maxLength: 60 }), (mode, moments) => {
      let power: Power = begin(0, { mode, charge: 50 });
      for (const { seconds, ...supply } of moments) {
        const next = step(power, supply, power.atMs + seconds * 1_000, batteryMinutes);
        if (rank(next.mode) > rank(power.mode)) assert.ok(!next.hasMains, "poorer only without mains");
        if (rank(next.mode) < rank(power.mode)) assert.ok(next.hasMains && next.atMs - next.sinceMs >= patience.back * 1_000);
        if (next.mode !== power.mode) assert.ok(rows.some((row) => row.in === power.mode && row.to === next.mode));
        assert.ok(next.charge >= 0 && next.charge <= 100);
        power = next;
      }
    }),
  );
});

test("A11.2, I-23: the station on its battery: what it does in each mode, what it says, over a restart; no lock is fired by any of it", async () => {
  await using world = await testStation(["small", "small", "small"], (own) => ({
    walkUp: [2],
    grants: [grantOf(own, "12345678"), grantOf(own, "87654321", { compartment: 3 })],
  }));
  const { backend, time, readings } = world;
  const says = async (mains: boolean, batteryPercent: number, mode: PowerMode) => {
    Object.assign(readings, { mains, batteryPercent });
    // Sensors answer in a turn of their own: each look is waited for.
    await backend.until(() => {
      time.pass(1_001);
      return world.station.power.mode === mode;
    }, mode);
  };
  const refusal = (attempt: Promise<void>) =>
    attempt.then(
      () => "served",
      (error: { code: string }) => error.code,
    );
  await says(false, 80, "battery");
  await world.station.deposits.bring("small");
  await world.close(2);
  world.station.deposits.answer(false);
  await says(false, 50, "saving");
  assert.equal(await refusal(world.station.deposits.bring("small")), "suspended");
  assert.equal((await backend.send(time.now(), { compartment: 2 })).reason, "suspended");
  assert.equal(await refusal(world.station.pickups.byCode("12345678")), "served");
  await world.close(1);
  world.station.screen.idle();
  assert.equal(backend.renewals, 0, "the line stays as it is while people are served");
  await says(false, 20, "standby");
  assert.equal(backend.renewals, 1);
  assert.equal(await refusal(world.station.pickups.byCode("87654321")), "suspended");
  const beat = await backend.until(() => backend.heartbeats.findLast((b) => b.everySeconds > 20), "a heartbeat of another pace");
  assert.equal(beat.everySeconds, 120);
  const fired = world.fired();
  await world.restart();
  backend.connect();
  assert.equal(world.station.power.mode, "standby", "a restart is no reason to trust the mains");
  assert.equal(await refusal(world.station.pickups.byCode("87654321")), "suspended");
  await says(true, 95, "mains");
  assert.deepEqual(world.fired(), fired);
  await backend.until(() => backend.types().includes("power_restored"), "the log to be told");
  assert.deepEqual(
    backend.types().filter((type) => /power|saving|standby|shutting/.test(type)),
    ["power_lost", "saving_entered", "standby_entered", "power_restored"],
  );
  assert.ok(backend.telemetry.some(({ samples }) => samples.some(({ power }) => power === "standby")));
});
