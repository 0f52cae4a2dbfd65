import assert from "node:assert/strict";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { silentLog as log } from "@pigeonhole/kit/log";
import { testDatabase } from "@pigeonhole/kit/testing";
import type { Sample } from "@pigeonhole/protocol/telemetry";
import fc from "fast-check";
import { devicesMigrations } from "../migrations.ts";
import type { Metric, TelemetryApi } from "./contract.ts";
import { metrics, resolutions } from "./contract.ts";
import { rangeFault, resolutionFor, usualKeeping as keeping } from "./domain.ts";
import { points } from "./queries.ts";
import { telemetry } from "./telemetry.ts";
import type { TelemetryTables } from "./tables.ts";

const server = await testDatabase([devicesMigrations]);
const db = connect<TelemetryTables>(await server.fresh());
after(async () => {
  await db.destroy();
  await server[Symbol.asyncDispose]();
});
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
let clock = new Date("2026-03-02T12:00:00Z");
const now = () => clock;
const room = telemetry({
  db,
  now,
  log,
  keeping,
  who: (() => Promise.resolve({ kind: "operator" })) as never,
  isKnown: (station) => Promise.resolve(station !== unknown),
});
const unknown = crypto.randomUUID();
const api = client<TelemetryApi>("http://test", { fetch: (input, init) => room.routes.request(input as string, init) });
const run = (name: string) => room.jobs.find((job) => job.name === name)!.run(null);

const sampleOf = (at: Date | string, more: Partial<Record<keyof Sample, unknown>> = {}): Record<string, unknown> => ({
  at: at instanceof Date ? at.toISOString() : at,
  temperatureC: 20,
  mains: true,
  batteryPercent: 100,
  power: "mains",
  signalDbm: null,
  roundTripMs: 30,
  lostMessages: 0,
  reconnects: 0,
  openDoors: [],
  unknownDoors: [],
  doorCycles: 0,
  unlockMs: null,
  unlockFailures: 0,
  compartments: { free: 3, occupied: 0, unsure: 0, maintenance: 0 },
  pendingEvents: 0,
  firmware: "1",
  ...more,
});
const messageOf = (...samples: unknown[]) => ({ v: 1, cause: "regular", dropped: 0, samples });
async function curve(station: string, more: { metric?: Metric; from?: Date; to?: Date; resolution?: (typeof resolutions)[number] } = {}) {
  const {
    metric = "temperatureC",
    from = new Date(clock.getTime() - 60 * minuteMs),
    to = new Date(clock.getTime() + 60 * minuteMs),
  } = more;
  const answer = await api.stations[":station"].telemetry.$get({
    param: { station },
    query: { metric, from: from.toISOString(), to: to.toISOString(), resolution: more.resolution ?? "auto" },
  });
  assert.ok(answer.status === 200, `the curve answered ${answer.status}`);
  return answer.json();
}
const refusedOf = async (station: string) => {
  await run("devices.telemetry_summarise");
  const answer = await api.stations[":station"].telemetry.refused.$get({ param: { station } });
  assert.ok(answer.status === 200);
  return Object.fromEntries((await answer.json()).refused.map(({ reason, count }) => [reason, count]));
};

test("A9.2, A12.2: samples become a curve; the same message twice is the same curve; half-open range", async () => {
  const station = crypto.randomUUID();
  const at = (minute: number) => new Date(clock.getTime() - minute * minuteMs);
  const message = messageOf(
    sampleOf(at(3), { temperatureC: 18 }),
    sampleOf(at(2), { temperatureC: null }),
    sampleOf(at(1), { temperatureC: 21.5 }),
  );
  await room.take(station, message);
  await room.take(station, message);
  const { points: found, resolution, isTruncated } = await curve(station);
  assert.deepEqual([found.map(({ mean }) => mean), resolution, isTruncated], [[18, 21.5], "raw", false]);
  assert.deepEqual(
    (await curve(station, { metric: "mains" })).points.map(({ mean }) => mean),
    [1, 1, 1],
  );
  assert.deepEqual(
    (await curve(station, { from: at(3), to: at(1) })).points.map(({ mean }) => mean),
    [18],
  );
});

test("A12.2: summaries hold lowest, mean and highest, are the same however often they are made, and take in what comes late", async () => {
  const station = crypto.randomUUID();
  const start = new Date("2026-03-02T10:00:00Z");
  const at = (minute: number) => new Date(start.getTime() + minute * minuteMs);
  await room.take(
    station,
    messageOf(...[0, 1, 2, 5, 6].map((minute) => sampleOf(at(minute), { temperatureC: 10 + minute, doorCycles: 2 }))),
  );
  const five = () => curve(station, { from: start, to: clock, resolution: "5min" });
  await run("devices.telemetry_summarise");
  const first = await five();
  assert.deepEqual(
    first.points.map(({ at: when, low, mean, high, samples }) => [when, low, mean, high, samples]),
    [
      ["2026-03-02T10:00:00.000Z", 10, 11, 12, 3],
      ["2026-03-02T10:05:00.000Z", 15, 15.5, 16, 2],
    ],
  );
  clock = new Date(clock.getTime() + minuteMs);
  await run("devices.telemetry_summarise");
  assert.deepEqual(await five(), first);
  // A day later the station finds what it had kept.
  clock = new Date(clock.getTime() + dayMs);
  await room.take(station, { ...messageOf(sampleOf(at(3), { temperatureC: 40 })), cause: "kept" });
  clock = new Date(clock.getTime() + minuteMs);
  await run("devices.telemetry_summarise");
  assert.deepEqual(
    (await five()).points.map(({ high, samples }) => [high, samples]),
    [
      [40, 4],
      [16, 2],
    ],
  );
  const hour = await curve(station, { from: start, to: clock, resolution: "hour", metric: "doorCycles" });
  assert.deepEqual(
    hour.points.map(({ mean, samples }) => Math.round(mean * samples)),
    [10],
  );
});

test("A12.2: each resolution is kept as long as the policy says", async () => {
  const station = crypto.randomUUID();
  const began = clock;
  await room.take(station, messageOf(sampleOf(began)));
  clock = new Date(clock.getTime() + minuteMs);
  await run("devices.telemetry_summarise");
  const count = async (seconds: number | null) =>
    (await points(db, { station, metric: "temperatureC", from: new Date(0), to: clock }, seconds)).length;
  const kept: number[][] = [];
  for (const days of [keeping.rawDays, keeping.rawDays + 1, keeping.fiveMinuteDays + 1, keeping.hourDays + 1]) {
    clock = new Date(began.getTime() + days * dayMs);
    await run("devices.telemetry_forget");
    kept.push([await count(null), await count(300), await count(3_600)]);
  }
  assert.deepEqual(kept, [
    [1, 1, 1],
    [0, 1, 1],
    [0, 0, 1],
    [0, 0, 0],
  ]);
});

test("hostile samples: numbers as strings, NaN, impossible values, 1970, 2099, another form: dropped and counted, their neighbours kept", async () => {
  const station = crypto.randomUUID();
  const good = sampleOf(clock, { temperatureC: 7 });
  const bad = [
    sampleOf(clock, { temperatureC: "21" }),
    sampleOf(clock, { temperatureC: Number.NaN }),
    sampleOf(clock, { temperatureC: 1e308 }),
    sampleOf(clock, { temperatureC: -273 }),
    sampleOf(clock, { batteryPercent: 101 }),
    sampleOf(clock, { doorCycles: -1 }),
    sampleOf(clock, { doorCycles: 1.5 }),
    sampleOf(clock, { openDoors: [9_999] }),
    sampleOf(clock, { mains: "true" }),
    sampleOf(clock, { firmware: "x".repeat(81) }),
    sampleOf("yesterday"),
    { ...sampleOf(clock), status: "admin" },
    null,
    [],
    "sample",
  ];
  await room.take(station, messageOf(...bad, good));
  await room.take(station, messageOf(sampleOf("1970-01-01T00:00:00Z"), sampleOf("2099-01-01T00:00:00Z")));
  for (const whole of [
    null,
    7,
    "x",
    [],
    {},
    messageOf(),
    { ...messageOf(good), v: 2 },
    messageOf(...Array.from({ length: 61 }, () => good)),
  ])
    await room.take(station, whole);
  assert.deepEqual(
    (await curve(station)).points.map(({ mean }) => mean),
    [7],
  );
  assert.deepEqual(await refusedOf(station), { form: bad.length + 8, time: 2 });
});

test("A10.6: a station that floods is heard at its pace, and costs its neighbour nothing", async () => {
  const [station, neighbour] = [crypto.randomUUID(), crypto.randomUUID()];
  let told = 0;
  for (let i = 0; i < 50; i++)
    await room.take(station, messageOf(...Array.from({ length: 60 }, () => sampleOf(new Date(clock.getTime() - ++told)))));
  await room.take(neighbour, messageOf(sampleOf(clock)));
  assert.deepEqual(await refusedOf(station), { flood: 1_000 });
  assert.equal((await curve(neighbour)).points.length, 1);
  assert.deepEqual(await refusedOf(neighbour), {});
});

test("an answer is bounded and says so; a time that makes no sense is refused in words", async () => {
  const station = crypto.randomUUID();
  const fault = async (from: string, to: string) => {
    const answer = await api.stations[":station"].telemetry.$get({ param: { station }, query: { metric: "mains", from, to } });
    return answer.status;
  };
  assert.deepEqual(
    [
      await fault("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
      await fault("1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z"),
      await fault("0000-01-01T00:00:00Z", "0000-02-01T00:00:00Z"),
      await fault("9999-12-01T00:00:00Z", "9999-12-31T00:00:00Z"),
      await fault("now", "then"),
    ],
    [422, 422, 422, 200, 400],
  );
  const missing = await api.stations[":station"].telemetry.$get({
    param: { station: unknown },
    query: { metric: "mains", from: "2026-01-01T00:00:00Z", to: "2026-01-02T00:00:00Z" },
  });
  assert.equal(missing.status, 404);
  const flood = Array.from({ length: 2_000 }, (_, i) => sampleOf(new Date(clock.getTime() - i * 1_000), { temperatureC: i % 50 }));
  for (let i = 0; i < flood.length; i += 50) await room.take(station, messageOf(...flood.slice(i, i + 50)));
  clock = new Date(clock.getTime() + 2_000_000);
  for (let i = 0; i < 1_000; i += 50)
    await room.take(
      station,
      messageOf(...flood.slice(i, i + 50).map((s) => ({ ...s, at: new Date(Date.parse(String(s.at)) + 1_500_000).toISOString() }))),
    );
  const answer = await curve(station, { from: new Date(clock.getTime() - 2 * 3_600_000), resolution: "raw" });
  assert.deepEqual([answer.points.length, answer.isTruncated], [2_500, true]);
});

test("every metric can be asked for in every resolution", async () => {
  const station = crypto.randomUUID();
  await room.take(station, messageOf(sampleOf(clock, { signalDbm: -70, unlockMs: 300 })));
  clock = new Date(clock.getTime() + minuteMs);
  await run("devices.telemetry_summarise");
  for (const metric of metrics)
    for (const resolution of resolutions)
      assert.equal((await curve(station, { metric, resolution })).points.length, 1, `${metric} ${resolution}`);
});

test("the resolution of a time is one that is still kept, and never more points than an answer holds", () => {
  const instant = fc.integer({ min: 0, max: 800 * 24 * 60 }).map((minutes) => new Date(clock.getTime() - minutes * minuteMs));
  fc.assert(
    fc.property(instant, instant, (from, to) => {
      if (rangeFault(from, to)) return;
      const resolution = resolutionFor(from, to, clock, keeping);
      const age = (clock.getTime() - from.getTime()) / dayMs;
      assert.ok(resolution !== "raw" || age <= keeping.rawDays);
      assert.ok(resolution !== "5min" || (age <= keeping.fiveMinuteDays && (to.getTime() - from.getTime()) / 300_000 <= 2_500));
    }),
  );
});
