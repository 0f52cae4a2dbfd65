import assert from "node:assert/strict";
import { test } from "node:test";
import { hoursText, isAlwaysOpen } from "./hours.ts";

test("opening hours are read in the reader's language", () => {
  assert.equal(
    hoursText("Mo-Fr 08:00-20:00; Sa 10:00-16:00; PH off", "en-GB", "public holidays"),
    "Mon–Fri 08:00–20:00, Sat 10:00–16:00, public holidays off",
  );
  assert.equal(hoursText("Mo-Su 06:00-23:00", "de-DE", "Feiertage"), "Mo–So 06:00–23:00");
  assert.equal(hoursText("", "en-GB", "public holidays"), "");
});

test("a station without hours never closes", () => {
  assert.deepEqual([null, "24/7", "Mo-Su 00:00-24:00", "Mo-Fr 08:00-20:00"].map(isAlwaysOpen), [true, true, true, false]);
});
