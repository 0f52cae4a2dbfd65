import assert from "node:assert/strict";
import { test } from "node:test";
import { waitAfter } from "./clock.ts";
import { clockLeft, formats, grouped, remaining, walkingMinutes } from "./format.ts";

const now = new Date("2026-03-12T10:00:00Z");

test("what people compare by eye is in groups of four", () => {
  assert.equal(grouped("12345678"), "1234 5678");
  assert.equal(grouped("PH-2026 000417"), "PH20 2600 0417");
  assert.equal(grouped("123"), "123");
  assert.equal(grouped(""), "");
});

test("a countdown is half-open, never negative, never more than the whole", () => {
  const [from, until] = ["2026-03-12T10:00:00Z", "2026-03-12T10:10:00Z"];
  assert.deepEqual(remaining(from, until, now), { leftMs: 600_000, share: 1 });
  assert.deepEqual(remaining(from, until, new Date(until)), { leftMs: 0, share: 0 });
  assert.equal(remaining(from, until, new Date("2026-03-12T09:00:00Z")).share, 1);
  assert.equal(remaining(from, until, new Date("2026-03-13T09:00:00Z")).leftMs, 0);
  assert.equal(clockLeft(600_000), "10:00");
  assert.equal(clockLeft(64_001), "1:05");
  assert.equal(clockLeft(-5), "0:00");
});

test("times are in the station's zone: relative when near, absolute when it matters", () => {
  const tallinn = formats("en", "Europe/Tallinn");
  assert.equal(tallinn.time(now), "12:00");
  assert.equal(tallinn.moment("2026-03-12T12:05:00Z", now), "14:05");
  assert.match(tallinn.moment("2026-03-14T16:00:00Z", now), /^Sat,? 18:00$/);
  assert.match(tallinn.moment("2026-04-14T15:00:00Z", now), /^14 Apr,? 18:00$/);
  assert.equal(tallinn.moment("2028-03-11T15:00:00Z", now), "11 Mar 2028");
  assert.match(tallinn.relative("2026-03-12T10:25:00Z", now), /^in 25 min/);
  assert.equal(formats("de").relative("2026-03-12T09:00:00Z", now), "vor 1 Std.");
});

test("what is left of a deadline is never rounded up", () => {
  const en = formats("en");
  assert.equal(en.left("2026-03-14T09:59:00Z", now), "47 hrs");
  assert.equal(en.left("2026-03-14T10:00:00Z", now), "2 days");
  assert.equal(en.left("2026-03-12T11:59:59Z", now), "119 mins");
  assert.equal(en.left("2026-03-12T09:00:00Z", now), "0 mins");
});

test("distances and walks are said as people say them", () => {
  const en = formats("en");
  assert.equal(en.distance(347), "350 m");
  assert.equal(en.distance(3), "10 m");
  assert.equal(en.distance(1240), "1.2 km");
  assert.equal(formats("de").distance(1240), "1,2 km");
  assert.equal(walkingMinutes(10), 1);
  assert.equal(walkingMinutes(800), 13);
});

test("waiting is shown at 300 ms, explained at 2 s, given a way out at 10 s", () => {
  assert.deepEqual([0, 299, 300, 1_999, 2_000, 9_999, 10_000].map(waitAfter), [
    "brief",
    "brief",
    "shown",
    "shown",
    "explained",
    "explained",
    "stuck",
  ]);
});
