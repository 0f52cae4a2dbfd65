import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import fc from "fast-check";
import * as domain from "./domain.ts";
import { Layout, placeDoors, sizes, standardInnerMm } from "./layout.ts";
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

test("the standard cabinet is a rectangle: its columns are equally high, each door as wide as its column and hardly higher than its size asks for", () => {
  fc.assert(
    fc.property(doors, (count) => {
      const tops = new Set<number>();
      for (const { doors } of standardLayout(count).columns) {
        tops.add(doors.reduce((sum, { heightMm }) => sum + heightMm + 20, 0));
        assert.equal(new Set(doors.map(({ widthMm }) => widthMm)).size, 1);
        for (const { size, ...inner } of doors) {
          const usual = standardInnerMm[size];
          assert.ok(inner.widthMm >= usual.widthMm && inner.depthMm === usual.depthMm);
          assert.ok(
            inner.heightMm >= usual.heightMm && inner.heightMm <= usual.heightMm * (size === "oversized" ? 1 : 1.25),
            `${size} of ${count}`,
          );
          // A1.7: a cube of 19 inches fits none of them.
          assert.ok(Math.min(inner.widthMm, inner.heightMm, inner.depthMm) < 482, `${size} of ${count}`);
        }
      }
      assert.equal(tops.size, 1, `${count} doors: ${[...tops].join(", ")}`);
    }),
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
