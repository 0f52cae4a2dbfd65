import assert from "node:assert/strict";
import { test } from "node:test";
import { unbroken } from "./antimeridian.ts";

const widest = (ring: readonly GeoJSON.Position[]): number =>
  Math.max(...ring.map(([lon], i) => (i === 0 ? 0 : Math.abs(lon! - ring[i - 1]![0]!))));

test("a coast that crosses the antimeridian goes on beyond it, and comes back to where it began", () => {
  const chukotka = [
    [170, 60],
    [179, 65],
    [-175, 67],
    [-170, 66],
    [-179, 64],
    [178, 61],
    [170, 60],
  ];
  const ring = unbroken(chukotka);
  assert.deepEqual(ring.at(-1), ring[0]);
  assert.ok(widest(ring) < 20, "no line runs across the map");
  assert.deepEqual(ring[3], [190, 66]);
});

test("land around a pole is closed along the edge of the map; other rings are left as they are", () => {
  const antarctica = [
    [-170, -78],
    [-60, -70],
    [60, -68],
    [170, -72],
    [-170, -78],
  ];
  const ring = unbroken(antarctica);
  assert.deepEqual(ring.slice(-4), [
    [190, -78],
    [190, -85.06],
    [-170, -85.06],
    [-170, -78],
  ]);
  const island = [
    [1, 1],
    [2, 1],
    [2, 2],
    [1, 1],
  ];
  assert.deepEqual(unbroken(island), island);
});
