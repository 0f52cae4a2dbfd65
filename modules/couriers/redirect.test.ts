import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { Moved } from "@pigeonhole/reservations/events";
import { couriersMigrations } from "./migrations.ts";
import { start } from "./testing.ts";
import { kim, north, south } from "./testing-neighbours.ts";

const database = await testDatabase([couriersMigrations]);
after(() => database[Symbol.asyncDispose]());
const west = systemNewId();
const placeOf = (station: string) => ({ station, address: "2 Street", lat: 59.5, lon: 24.8, size: "large" as const });

test("a drop goes to the new station: at a stop the route makes anyway, or at a new one in the old one's place; the courier on the road sees it (A10.3)", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2"), w.parcel("RED-3", { station: south })];
  const made = await w.setOut([
    { station: north, parcels: [a.id, b.id] },
    { station: south, parcels: [c.id] },
  ]);
  const move = (of: typeof a, station: string, compartment: number) =>
    w.say(Moved, {
      reservation: systemNewId(),
      parcel: of.id,
      deliverBy: "2026-03-06T12:00:00.000Z",
      from: { station: of.station, compartment: of.compartment },
      to: { ...placeOf(station), compartment, name: station === west ? "West" : "South" },
    });
  const stops = async () => {
    const answer = await w.as(kim).my.route.$get();
    assert.ok(answer.status === 200);
    return (await answer.json()).stops.map((stop) => [stop.name, stop.drops.map((drop) => [drop.parcel, drop.compartment, drop.size])]);
  };
  const before = (await w.facts("couriers.route_changed")).length;
  await move(a, south, 8);
  assert.deepEqual(await stops(), [
    ["North", [[b.id, b.compartment, "medium"]]],
    [
      "South",
      [
        [c.id, c.compartment, "medium"],
        [a.id, 8, "large"],
      ],
    ],
  ]);
  await move(b, west, 4);
  assert.deepEqual(
    (await stops()).map(([name]) => name),
    ["West", "South"],
    "nothing is left to do at the old stop",
  );
  assert.deepEqual((await w.facts("couriers.route_changed")).length, before + 2);
  w.known.set(b.id, { ...b, station: west, compartment: 4 });
  const scanned = await w.scanned(made.id, "RED-2", { station: west });
  assert.deepEqual([scanned.outcome, scanned.compartment], ["opened", 4]);
});

test("a parcel whose door has just been opened stays with its station, one on no route concerns nobody", async () => {
  await using w = await start(database);
  const [a, lone] = [w.parcel("RED-1"), w.parcel("RED-2")];
  const made = await w.setOut([{ station: north, parcels: [a.id] }]);
  await w.scanned(made.id, "RED-1");
  for (const { id } of [a, lone])
    await w.say(Moved, {
      reservation: systemNewId(),
      parcel: id,
      deliverBy: "2026-03-06T12:00:00.000Z",
      from: { station: north, compartment: 1 },
      to: { ...placeOf(west), name: "West", compartment: 4 },
    });
  const { drop } = await w.dropOf(made.id, a);
  assert.deepEqual([drop.state, drop.compartment], ["opened", a.compartment]);
});
