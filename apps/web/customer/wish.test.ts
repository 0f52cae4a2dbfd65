import assert from "node:assert/strict";
import { test } from "node:test";
import { isMeasured, parcelOf, pointOf, readWish } from "./wish.ts";

test("an address that anybody may have typed is read with care", () => {
  assert.deepEqual(readWish({ lat: "59.4", lon: 24.7, size: "medium", stepFree: "true", open: "no", place: "Tallinn", evil: "1" }), {
    lat: 59.4,
    lon: 24.7,
    size: "medium",
    stepFree: true,
    place: "Tallinn",
  });
  assert.deepEqual(readWish({ lat: "100", lon: "x", size: "huge", l: -1, w: "Infinity" }), {});
  assert.equal(pointOf({ lat: 1 }), undefined);
  assert.deepEqual(pointOf({ lat: 0, lon: 0 }), { lat: 0, lon: 0 });
});

test("a measured parcel goes in millimetres and grams, never smaller than it is; an unmeasured one goes by size", () => {
  assert.deepEqual(parcelOf({ l: 30.04, w: 20, h: 10, kg: 1.2345 }), {
    dimensions: { lengthMm: 301, widthMm: 200, heightMm: 100, weightGrams: 1235 },
  });
  assert.deepEqual(parcelOf({ size: "large" }), { size: "large" });
  assert.deepEqual(parcelOf({}), { size: "medium" });
  assert.equal(isMeasured({ l: 1, w: 1 }), false);
});
