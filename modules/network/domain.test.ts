import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import fc from "fast-check";
import * as domain from "./domain.ts";
import { Layout, placeDoors, sizes } from "./layout.ts";
import { standardCounts, standardLayout, standardShares } from "./standard-layout.ts";

const doors = fc.integer({ min: 30, max: 150 });
const tallinn = { name: "Viru", lat: 59.4363, lon: 24.7552 };

test("the standard layout has the doors asked for, in the shares of A2.1, numbered without gaps, as a valid layout", () => {
  fc.assert(
    fc.property(doors, (count) => {
      const layout = Layout.parse(standardLayout(count));
      const all = layout.columns.flatMap((column) => column.doors);
      assert.deepEqual(
        all.map((door) => door.number),
        Array.from({ length: count }, (_, i) => i + 1),
      );
      const counts = standardCounts(count);
      for (const size of sizes) {
        assert.equal(all.filter((door) => door.size === size).length, counts[size]);
        assert.ok(Math.abs(counts[size] - (count * standardShares[size]) / 100) < 1, `${size}: ${counts[size]} of ${count}`);
      }
    }),
  );
});

test("no two doors of a cabinet overlap, none reaches above 2 m or below the floor height", () => {
  fc.assert(
    fc.property(doors, (count) => {
      const layout = standardLayout(count);
      const placed = placeDoors(layout);
      for (const [i, a] of placed.entries()) {
        assert.ok(a.bottomMm >= layout.floorMm && a.bottomMm + a.heightMm <= 2_000);
        for (const b of placed.slice(i + 1)) {
          const apart =
            a.xMm + a.widthMm <= b.xMm ||
            b.xMm + b.widthMm <= a.xMm ||
            a.bottomMm + a.heightMm <= b.bottomMm ||
            b.bottomMm + b.heightMm <= a.bottomMm;
          assert.ok(apart, `doors ${a.number} and ${b.number} of ${count} overlap`);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("a new station gets its time zone from its place and sixty doors unless it states others", () => {
  const station = domain.found("s", tallinn);
  assert.equal(station.timeZone, "Europe/Tallinn");
  assert.equal(domain.doorNumbers(station.layout).size, 60);
  assert.equal(domain.change(station, { lat: 54.6872, lon: 25.2797 }).timeZone, "Europe/Vilnius");
});

test("what is not said stays, and a compartment that is put into maintenance and back leaves the station as it was", () => {
  const station = domain.found("s", { ...tallinn, openingHours: "Mo-Fr 08:00-20:00", walkUp: [3, 1, 3] });
  assert.deepEqual(station.walkUp, [1, 3]);
  assert.deepEqual(domain.change(station, {}), station);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), (door) => {
      const out = domain.setCompartment(station, door, "maintenance");
      assert.deepEqual(out.maintenance, [door]);
      assert.deepEqual(domain.setCompartment(out, door, "in_service"), station);
    }),
  );
});

test("unreadable hours, doors that do not exist and impossible countries are refused", () => {
  const refusedWith = (code: string) => (error: unknown) => error instanceof Refused && error.code === code;
  for (const openingHours of ["whenever", "Mo-Fr 25:00-99:00", "PH off", "sunrise-sunset"])
    assert.throws(() => domain.found("s", { ...tallinn, openingHours }), refusedWith("opening_hours_invalid"), openingHours);
  assert.throws(() => domain.found("s", { ...tallinn, country: "1x" }), refusedWith("malformed"));
  assert.throws(() => domain.found("s", { ...tallinn, walkUp: [61] }), refusedWith("malformed"));
  assert.throws(() => domain.setCompartment(domain.found("s", tallinn), 61, "maintenance"), refusedWith("no_such_compartment"));
  assert.equal(domain.found("s", { ...tallinn, country: "ee", openingHours: "Mo-Fr 08:00-20:00; PH off" }).country, "EE");
});
