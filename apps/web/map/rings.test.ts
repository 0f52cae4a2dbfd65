import assert from "node:assert/strict";
import { test } from "node:test";
import { walkingMinutes } from "@pigeonhole/ui/format";
import { metresBetween } from "../places/search.ts";
import { walkingRing } from "./rings.ts";

test("every point of a walking ring is as many minutes away as it says, and the ring is closed", () => {
  for (const centre of [
    { lat: 59.437, lon: 24.7536 },
    { lat: 0, lon: 0 },
    { lat: -45, lon: 170 },
  ]) {
    const ring = walkingRing(centre, 10);
    assert.deepEqual(ring[0], ring.at(-1));
    for (const [lon, lat] of ring) assert.equal(walkingMinutes(metresBetween(centre, { lat, lon })), 10);
  }
});
