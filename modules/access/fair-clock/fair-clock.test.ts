import assert from "node:assert/strict";
import { after, test } from "node:test";
import { OutageBegan, OutageEnded } from "@pigeonhole/devices/events";
import { StationMoved } from "@pigeonhole/network/events";
import { testDatabase } from "@pigeonhole/kit/testing";
import fc from "fast-check";
import { accessMigrations } from "../migrations.ts";
import { start } from "../testing.ts";
import { fairWindow, type Outage } from "./domain.ts";

const hourMs = 3_600_000;
const began = new Date("2026-01-10T12:00:00Z");
const at = (hours: number): Date => new Date(began.getTime() + hours * hourMs);
const outage = (from: number, to: number | null): Outage => ({ from: at(from), to: to === null ? null : at(to), cause: "away" });
const endOf = (...outages: Outage[]): number | "stopped" => {
  const { until, stoppedSince } = fairWindow(began, at(72), outages);
  return stoppedSince ? "stopped" : (until.getTime() - began.getTime()) / hourMs;
};

test("F6: the window is promised in hours during which the parcel could be reached", () => {
  assert.equal(endOf(), 72);
  assert.equal(endOf(outage(10, 16)), 78, "six hours away are six hours more");
  assert.equal(endOf(outage(-5, 2)), 74, "before the deposit nothing was lost");
  assert.equal(endOf(outage(-5, 0)), 72);
  assert.equal(endOf(outage(10, 16), outage(12, 14), outage(15, 20)), 82, "two causes at once are one time");
  assert.equal(endOf(outage(72, 80)), 72, "what begins at the end comes too late");
  assert.equal(endOf(outage(71, 80)), 81);
  assert.equal(endOf(outage(70, 74), outage(75, 76)), 77, "the given time can be lost again");
  assert.equal(endOf(outage(10, null)), "stopped");
  assert.equal(endOf(outage(100, null)), 72);
});

test("F6: of any outages, in any order and however often told: never shorter than promised, exactly what was lost, the same again", () => {
  const any = fc.array(
    fc.tuple(fc.integer({ min: -20, max: 120 }), fc.integer({ min: 0, max: 40 })).map(([from, hours]) => outage(from, from + hours)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(any, fc.integer(), (outages, seed) => {
      const window = fairWindow(began, at(72), outages);
      assert.ok(window.until >= at(72));
      const shuffled = [...outages, ...outages].toSorted((a, b) => ((a.from.getTime() ^ seed) >>> 3) - ((b.from.getTime() ^ seed) >>> 3));
      assert.deepEqual(fairWindow(began, at(72), shuffled), window);
      // Hour by hour: what of the window was reachable is what was promised.
      const isLost = (hour: number) => outages.some(({ from, to }) => from <= at(hour) && to! > at(hour));
      let reachable = 0;
      for (let hour = 0; at(hour) < window.until; hour++) if (!isLost(hour)) reachable++;
      assert.equal(reachable, 72);
      const paused = window.pauses.reduce((sum, { from, to }) => sum + (to!.getTime() - from.getTime()), 0);
      assert.equal(window.until.getTime() - at(72).getTime(), paused, "the pauses explain the new end");
    }),
  );
});

const server = await testDatabase([accessMigrations]);
after(() => server[Symbol.asyncDispose]());

test("F6: while nobody can get at the parcel its right does not end, at the station neither; afterwards it ends later, said once", async () => {
  await using world = await start(server);
  const [{ parcel }, other] = [await world.confirm(1), await world.confirm(2)];
  await world.deposit(parcel, 1);
  await world.deposit(other.parcel, 2);
  const { expiresAt } = await world.code(parcel);
  const { code } = await world.code(other.parcel);
  const grant = async () => (await world.known()).grants.find((each) => each.kind === "pickup" && each.parcel === parcel);
  world.pass(70);
  const from = world.now().toISOString();
  const away = { station: world.station, compartment: null, cause: "away", from } as const;
  await world.happen(OutageBegan, away);
  assert.equal((await grant())?.expiresAt, null, "the station's copy has no end meanwhile");
  world.pass(30);
  assert.equal(await world.verdict({ code }), "granted", "three days are over, the clock stands still");
  const to = world.now().toISOString();
  await world.happen(OutageEnded, { ...away, to });
  await world.happen(OutageEnded, { ...away, to });
  const later = new Date(Date.parse(expiresAt) + 30 * hourMs).toISOString();
  assert.deepEqual([(await grant())?.expiresAt, (await world.code(parcel)).expiresAt], [later, later]);
  const told = (await world.facts("access.window_moved")).filter((fact) => fact["parcel"] === parcel);
  assert.deepEqual(
    told.map(({ expiresAt: until, isStopped, pauses }) => [until, isStopped, pauses]),
    [
      [expiresAt, true, [{ from, to: null, cause: "away" }]],
      [later, false, [{ from, to, cause: "away" }]],
    ],
  );
  world.pass(1);
  assert.ok(await grant());
  world.pass(1);
  assert.equal(await grant(), undefined);
});

test("F6: a door that does not open stops the clock of its own parcel alone; a collected parcel has no clock", async () => {
  await using world = await start(server);
  const [one, two, done] = [await world.confirm(1), await world.confirm(2), await world.confirm(3)];
  await world.deposit(one.parcel, 1);
  await world.deposit(two.parcel, 2);
  await world.deposit(done.parcel, 3);
  await world.report({ type: "parcel_collected", compartment: 3, parcel: done.parcel, deposit: null, grant: null });
  await world.happen(OutageBegan, { station: world.station, compartment: 1, cause: "door", from: world.now().toISOString() });
  await world.happen(OutageBegan, { station: world.station, compartment: 3, cause: "door", from: world.now().toISOString() });
  const told = await world.facts("access.window_moved");
  assert.deepEqual(
    told.map(({ parcel }) => parcel),
    [one.parcel],
  );
});

test("A10.4: after an inspection every code of what waits there is a fresh one; the old one is dead, by code and by QR", async () => {
  await using world = await start(server);
  const { parcel } = await world.confirm();
  await world.deposit(parcel);
  const before = await world.code(parcel);
  const moved = { station: world.station, from: "suspended", to: "active", cause: null, reason: "Inspected", actor: "operator:1" } as const;
  await world.happen(StationMoved, { ...moved, inspection: null });
  assert.equal((await world.code(parcel)).code, before.code, "an ordinary suspension leaves codes alone");
  await world.happen(StationMoved, { ...moved, inspection: "Seal broken, nothing else." });
  const after = await world.code(parcel);
  assert.notEqual(after.code, before.code);
  assert.deepEqual([after.generation, after.expiresAt], [before.generation + 1, before.expiresAt]);
  assert.equal(await world.verdict({ code: before.code }), "replaced");
  assert.equal(await world.verdict({ code: after.code }), "granted");
});
