import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { afterQuiet, beforeQuiet, isQuiet, usualQuiet, type Quiet } from "../quiet.ts";
import { leastLeftMs, mayBeTold, plan, reminderKinds, type Reminder, type Told } from "./domain.ts";

const hourMs = 3_600_000;
const at = (text: string): Date => new Date(text);
const quietIn = (timeZone: string): Quiet => ({ timeZone, ...usualQuiet });
const planned = (began: string, expires: string, { now = began, zone = "Europe/Berlin", told = [] as Told[] } = {}) =>
  plan({ beganAt: at(began), expiresAt: at(expires), isStopped: false, pauses: [] }, at(now), quietIn(zone), told).map(
    ({ kind, dueAt }) => `${kind} ${dueAt.toISOString().slice(0, 16)}`,
  );

test("A5.2: three days: once more if unseen, two days and one day before, a last warning two hours before", () => {
  // A follow-up at eight in the morning would come five hours before the first reminder, which says the same.
  assert.deepEqual(planned("2026-01-10T12:00:00Z", "2026-01-13T12:00:00Z"), [
    "two_days_left 2026-01-11T12:00",
    "one_day_left 2026-01-12T12:00",
    "last_warning 2026-01-13T10:00",
  ]);
  assert.deepEqual(planned("2026-01-10T08:00:00Z", "2026-01-17T08:00:00Z"), [
    "follow_up 2026-01-10T16:00",
    "two_days_left 2026-01-15T08:00",
    "one_day_left 2026-01-16T08:00",
    "last_warning 2026-01-16T19:45",
  ]);
});

test("A5.2: never at night: reminders come in the morning after, the last warning on the evening before", () => {
  // The end is at three in the night in Berlin.
  assert.deepEqual(planned("2026-01-05T09:00:00Z", "2026-01-10T02:00:00Z"), [
    "follow_up 2026-01-05T17:00",
    "two_days_left 2026-01-08T07:00",
    "one_day_left 2026-01-09T07:00",
    "last_warning 2026-01-09T19:45",
  ]);
  // It is known only at ten in the evening that the end is at nine: eight o'clock is in time.
  assert.deepEqual(planned("2026-01-05T09:00:00Z", "2026-01-10T08:00:00Z", { now: "2026-01-09T21:00:00Z" }), [
    "last_warning 2026-01-10T07:00",
  ]);
  // The end is at six and the evening is over: only now would nothing else be in time.
  assert.deepEqual(planned("2026-01-05T09:00:00Z", "2026-01-10T05:00:00Z", { now: "2026-01-09T21:00:00Z" }), [
    "last_warning 2026-01-10T03:00",
  ]);
});

test("A5.2, I-67: over a change of the clocks, in both directions and in two zones, by the clock on the wall there", () => {
  // Berlin, 29 March 2026: after 02:00 comes 03:00. The end is at 21:30 there; 48 hours earlier the clock says 20:30, and it is still day.
  assert.deepEqual(planned("2026-03-25T09:00:00Z", "2026-03-30T19:30:00Z"), [
    "follow_up 2026-03-25T17:00",
    "two_days_left 2026-03-28T19:30",
    "one_day_left 2026-03-30T06:00",
    "last_warning 2026-03-30T17:30",
  ]);
  // Berlin, 25 October 2026: 03:00 comes twice. Quiet ends at eight of the new clock.
  assert.deepEqual(planned("2026-10-20T09:00:00Z", "2026-10-26T05:00:00Z"), [
    "follow_up 2026-10-20T17:00",
    "two_days_left 2026-10-24T06:00",
    "one_day_left 2026-10-25T07:00",
    "last_warning 2026-10-25T19:45",
  ]);
  // New York, 8 March and 1 November 2026.
  assert.deepEqual(planned("2026-03-04T15:00:00Z", "2026-03-09T08:00:00Z", { zone: "America/New_York" }), [
    "follow_up 2026-03-04T23:00",
    "two_days_left 2026-03-07T13:00",
    "one_day_left 2026-03-08T12:00",
    "last_warning 2026-03-09T00:45",
  ]);
  assert.deepEqual(planned("2026-10-27T15:00:00Z", "2026-11-02T08:00:00Z", { zone: "America/New_York" }), [
    "follow_up 2026-10-27T23:00",
    "two_days_left 2026-10-31T12:00",
    "one_day_left 2026-11-01T13:00",
    "last_warning 2026-11-02T01:45",
  ]);
});

test("F6: nothing while the clock stands; afterwards what is due from now on, and no kind twice within twelve hours", () => {
  const window = { beganAt: at("2026-01-10T08:00:00Z"), expiresAt: at("2026-01-17T08:00:00Z"), isStopped: true, pauses: [] };
  assert.deepEqual(plan(window, window.beganAt, quietIn("Europe/Berlin"), []), []);
  const told: Told[] = [{ kind: "two_days_left", at: at("2026-01-15T08:00:00Z") }];
  const moved = (hours: number) =>
    plan(
      { ...window, expiresAt: new Date(window.expiresAt.getTime() + hours * hourMs), isStopped: false },
      at("2026-01-15T09:00:00Z"),
      quietIn("Europe/Berlin"),
      told,
    )
      .map(({ kind }) => kind)
      .filter((kind) => kind === "two_days_left").length;
  assert.equal(moved(2), 0, "two hours later nobody wants it again");
  assert.equal(moved(48), 1, "two days later it is news");
});

test("N8: while the recipient is away nothing is said; what would fall into that time comes when they are back, or before they leave", () => {
  const away = { from: at("2026-01-11T00:00:00Z"), to: at("2026-01-25T00:00:00Z") };
  const said = (expires: string) =>
    plan(
      { beganAt: at("2026-01-10T08:00:00Z"), expiresAt: at(expires), isStopped: false, pauses: [away] },
      at("2026-01-10T08:00:00Z"),
      quietIn("Europe/Berlin"),
      [],
    ).map(({ kind, dueAt }) => `${kind} ${dueAt.toISOString().slice(0, 16)}`);
  assert.deepEqual(said("2026-01-27T08:00:00Z"), [
    "follow_up 2026-01-10T16:00",
    "two_days_left 2026-01-25T08:00",
    "one_day_left 2026-01-26T08:00",
    "last_warning 2026-01-26T19:45",
  ]);
  assert.deepEqual(said("2026-01-25T12:00:00Z"), [
    "follow_up 2026-01-10T16:00",
    "one_day_left 2026-01-25T07:00",
    "last_warning 2026-01-25T10:00",
  ]);
});

const zones = [
  "Europe/Berlin",
  "Europe/Tallinn",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Africa/Casablanca",
  "UTC",
  "Pacific/Apia",
];
const anyQuiet = fc
  .record({ timeZone: fc.constantFrom(...zones), from: fc.integer({ min: 0, max: 95 }), length: fc.integer({ min: 0, max: 64 }) })
  .map(({ timeZone, from, length }): Quiet => ({ timeZone, fromMinute: from * 15, toMinute: ((from + length) % 96) * 15 }));
const anyInstant = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2027, 0, 1) / 60_000 })
  .map((minute) => new Date(minute * 60_000));

test("quiet hours end and begin where the clock on the wall says so, whatever the zone does", () => {
  fc.assert(
    fc.property(anyInstant, anyQuiet, (instant, quiet) => {
      const [before, after] = [beforeQuiet(instant, quiet), afterQuiet(instant, quiet)];
      assert.ok(!isQuiet(before, quiet) && !isQuiet(after, quiet));
      assert.ok(before <= instant && instant <= after);
      if (!isQuiet(instant, quiet)) assert.deepEqual([before, after], [instant, instant]);
      // Every minute between is quiet: neither comes later, or earlier, than it has to.
      else
        for (let minute = instant.getTime(); minute < after.getTime(); minute += 15 * 60_000) assert.ok(isQuiet(new Date(minute), quiet));
    }),
    { numRuns: 300 },
  );
});

test("A5.2, F6: of any window, at any time, in any zone, with anything told before", () => {
  const any = fc.record({
    began: anyInstant,
    hours: fc.double({ min: 0.1, max: 400, noNaN: true }),
    passed: fc.double({ min: 0, max: 1.1, noNaN: true }),
    quiet: anyQuiet,
    isStopped: fc.boolean(),
    told: fc.array(fc.record({ kind: fc.constantFrom(...reminderKinds), share: fc.double({ min: 0, max: 1, noNaN: true }) }), {
      maxLength: 4,
    }),
  });
  fc.assert(
    fc.property(any, ({ began, hours, passed, quiet, isStopped, told: shares }) => {
      const expiresAt = new Date(began.getTime() + hours * hourMs);
      const now = new Date(began.getTime() + passed * hours * hourMs);
      const told = shares.map(({ kind, share }): Told => ({
        kind,
        at: new Date(began.getTime() + share * (now.getTime() - began.getTime())),
      }));
      const window = { beganAt: began, expiresAt, isStopped, pauses: [] };
      const reminders: readonly Reminder[] = plan(window, now, quiet, told);
      assert.deepEqual(plan(window, now, quiet, told), reminders, "the same again");
      if (isStopped || now >= expiresAt) return assert.deepEqual(reminders, []);
      const kinds = reminders.map(({ kind }) => kind);
      assert.equal(new Set(kinds).size, kinds.length, "each once");
      const instants = reminders.map(({ dueAt }) => dueAt.getTime());
      assert.deepEqual(
        instants,
        instants.toSorted((a, b) => a - b),
      );
      const latest = expiresAt.getTime() - leastLeftMs;
      for (const { kind, dueAt } of reminders) {
        assert.ok(dueAt >= now, `${kind} is not in the past`);
        assert.ok(dueAt.getTime() <= latest, `${kind} leaves time to come`);
        for (const earlier of told) if (earlier.kind === kind) assert.ok(dueAt.getTime() - earlier.at.getTime() >= 12 * hourMs);
        if (!isQuiet(dueAt, quiet)) continue;
        assert.equal(kind, "last_warning", "nobody is woken for anything else");
        assert.ok(beforeQuiet(dueAt, quiet) < now && afterQuiet(dueAt, quiet).getTime() > latest, "nothing else would have been in time");
      }
      // Whoever has time left is warned, unless they were half a day before: at most the longest night earlier than two hours before the end.
      const wasWarned = told.some(({ kind, at: then }) => kind === "last_warning" && expiresAt.getTime() - then.getTime() < 31 * hourMs);
      if (now.getTime() <= latest && !wasWarned) assert.ok(kinds.includes("last_warning"));
    }),
    { numRuns: 1_500 },
  );
});

test("what is late is told by day, if that is in time; at night only the last warning that would else be useless", () => {
  const quiet = quietIn("Europe/Tallinn");
  const night = at("2026-01-12T01:00:00Z");
  const till = (hours: number) => ({ expiresAt: new Date(night.getTime() + hours * hourMs) });
  assert.deepEqual(mayBeTold("one_day_left", till(20), night, quiet), at("2026-01-12T06:00:00Z"));
  assert.deepEqual(mayBeTold("last_warning", till(6), night, quiet), at("2026-01-12T06:00:00Z"));
  assert.equal(mayBeTold("one_day_left", till(2), night, quiet), null);
  assert.deepEqual(mayBeTold("last_warning", till(2), night, quiet), night);
  assert.equal(mayBeTold("last_warning", till(0), night, quiet), null);
});
