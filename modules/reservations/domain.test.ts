import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { sizes } from "@pigeonhole/network/layout";
import fc from "fast-check";
import { cellOf, cellsAround, metresBetween } from "./cells.ts";
import { compartmentMoves, compartmentStates, endReasons, reservationStates } from "./lifecycle.ts";
import * as domain from "./domain.ts";
import { isOpen } from "./opening.ts";

const edge = fc.integer({ min: 1, max: 900 });
const three = fc.tuple(edge, edge, edge);
const now = new Date("2026-01-01T12:00:00Z");
const claim = fc
  .record({
    state: fc.constantFrom(...reservationStates),
    endReason: fc.constantFrom(...endReasons),
    isConnected: fc.boolean(),
    msLeft: fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -1e9, max: 1e9 })),
    hasParcel: fc.boolean(),
  })
  .map(({ state, endReason, msLeft, isConnected, hasParcel }) => ({
    isConnected,
    msLeft,
    claim: {
      id: "r",
      station: "s",
      compartment: 1,
      size: "small",
      state,
      endReason: state === "ended" ? endReason : null,
      owner: "shop:x",
      orderId: "o",
      parcel: state === "confirmed" || state === "fulfilled" || (state === "ended" && hasParcel) ? "p" : null,
      expiresAt: new Date(now.getTime() + msLeft),
      isPerishable: false,
      isReturn: false,
      togetherWith: null,
    } satisfies domain.Claim as domain.Claim,
  }));

test("a parcel fits exactly when one of its six orientations does", () => {
  fc.assert(
    fc.property(three, three, (parcel, box) => {
      const orientations = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
      ] as const;
      const byTrying = orientations.some((order) => order.every((from, to) => parcel[from]! <= box[to]!));
      assert.equal(domain.fits(domain.edgesOf(...parcel), domain.edgesOf(...box)), byTrying);
    }),
  );
});

test("up to 19 inches and under 35 pounds geometry decides; beyond, only oversized compartments serve (A1.7)", () => {
  const rank = (lengthMm: number, weightGrams: number) =>
    domain.needOf({ dimensions: { lengthMm, widthMm: 10, heightMm: 10, weightGrams } }).rank;
  assert.deepEqual([rank(482, 15_875), rank(483, 1), rank(10, 15_876)], [0, 3, 3]);
  const cube = domain.needOf({ dimensions: { lengthMm: 482, widthMm: 482, heightMm: 482, weightGrams: 1 } });
  assert.equal(domain.fitsStandard(cube), false, "a 19 in cube fits no standard compartment");
  assert.throws(
    () => domain.needOf({}),
    (error: unknown) => error instanceof Refused && error.code === "malformed",
  );
  for (const [i, size] of sizes.entries()) assert.deepEqual(domain.needOf({ size }), { rank: i, edges: [0, 0, 0] });
});

test("a claim blocks until its very last millisecond, and not at the instant it expires", () => {
  fc.assert(
    fc.property(claim, ({ claim, msLeft, isConnected }) => {
      const waits = claim.state === "held" || (claim.state === "confirmed" && isConnected);
      const seen = domain.asOf(claim, now, isConnected);
      assert.equal(seen.state === "ended", claim.state === "ended" || (waits && msLeft <= 0));
      if (claim.state === "ended") assert.deepEqual(seen, claim);
    }),
  );
});

test("exactly a live hold is confirmed; a lapsed one is refused as expired, anything else as a wrong state", () => {
  fc.assert(
    fc.property(claim, ({ claim, msLeft }) => {
      try {
        const confirmed = domain.confirm(claim, "p", now, new Date(now.getTime() + 1));
        assert.equal(confirmed.state, "confirmed");
        assert.ok(claim.state === "held" && msLeft > 0);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const isLapsed = (claim.state === "held" && msLeft <= 0) || (claim.endReason === "lapsed" && claim.parcel === null);
        assert.equal(error.code, isLapsed ? "hold_expired" : "wrong_state");
        assert.ok(claim.state !== "held" || msLeft <= 0);
      }
    }),
  );
});

test("exactly what waits for a parcel is cancelled, and cancelling twice is the same as once", () => {
  fc.assert(
    fc.property(claim, ({ claim }) => {
      const may = claim.state === "held" || claim.state === "confirmed" || claim.endReason === "cancelled";
      if (!may)
        return void assert.throws(
          () => domain.cancel(claim),
          (error: unknown) => error instanceof Refused && error.code === "wrong_state",
        );
      const once = domain.cancel(claim);
      assert.equal(once.endReason, "cancelled");
      assert.deepEqual(domain.cancel(once), once);
    }),
  );
});

test("a station's word leads to every state by legal moves alone, and never from available to occupied at once", () => {
  for (const from of compartmentStates)
    for (const to of compartmentStates) {
      const way = [from, ...domain.movesTo(from, to)];
      assert.equal(way.at(-1), to);
      for (const [i, state] of way.slice(1).entries()) assert.ok(compartmentMoves[way[i]!].includes(state), way.join(" → "));
    }
  assert.deepEqual(domain.movesTo("available", "occupied"), ["reserved", "occupied"]);
});

test("the cells around a place hold every place within the radius, at the poles and across the antimeridian too", () => {
  const lat = fc.oneof(fc.double({ min: -90, max: 90, noNaN: true }), fc.constantFrom(-90, 90, 89.97, -89.99, 0));
  const lon = fc.oneof(fc.double({ min: -180, max: 180, noNaN: true }), fc.constantFrom(-180, 180, 179.99, -179.99, 0));
  const offset = fc.double({ min: -2, max: 2, noNaN: true });
  fc.assert(
    fc.property(lat, lon, offset, offset, fc.constantFrom(100, 5_000, 100_000), (lat, lon, dLat, dLon, metres) => {
      const other = {
        lat: Math.max(-90, Math.min(90, lat + dLat * (metres / 100_000))),
        lon: ((lon + dLon * (metres / 100_000) * (Math.abs(lat) > 80 ? 90 : 1) + 540) % 360) - 180,
      };
      if (metresBetween({ lat, lon }, other) > metres) return;
      const cell = cellOf(other.lat, other.lon);
      assert.ok(cellsAround(lat, lon, metres).some(({ low, high }) => low <= cell && cell <= high));
    }),
    { numRuns: 2_000 },
  );
  assert.ok(cellsAround(59.4, 24.7, 5_000).reduce((sum, { low, high }) => sum + high - low + 1, 0) <= 20, "few others");
});

test("opening hours are those of the station's own clock, with its country's holidays", () => {
  const station = { openingHours: "Mo-Fr 08:00-20:00; PH off", timeZone: "Europe/Tallinn", country: "EE", lat: 59.4, lon: 24.7 };
  const open = (instant: string) => isOpen(station, new Date(instant));
  assert.deepEqual(
    [open("2026-01-05T05:59:59Z"), open("2026-01-05T06:00:00Z"), open("2026-01-05T17:59:59Z"), open("2026-01-05T18:00:00Z")],
    [false, true, true, false],
    "two hours before UTC in winter",
  );
  assert.deepEqual([open("2026-07-06T04:59:59Z"), open("2026-07-06T05:00:00Z")], [false, true], "three in summer");
  assert.equal(open("2026-02-24T10:00:00Z"), false, "the Republic's birthday");
  assert.equal(isOpen({ ...station, openingHours: null }, now), true);
});
