import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "@pigeonhole/devices/contract";
import { byCause, causeKinds, healthOf, occupancyOf, worstFirst } from "./health.ts";

const now = new Date("2026-03-01T12:00:00Z");
const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
const well: Device = {
  station: "s",
  enrolled: true,
  epoch: 1,
  connected: true,
  lastSeenAt: at(-0.2),
  desiredVersion: 4,
  reportedVersion: 4,
  lastEventSeq: 9,
  pendingEvents: 0,
  openDoors: [],
  temperatureC: 12,
  mains: true,
  batteryPercent: 100,
  firmware: "1",
  certificateExpiresAt: at(60 * 24 * 300),
  tamperedSince: null,
  wear: [],
  quarantine: null,
};
const active = { status: "active" } as const;
const health = (device: Partial<Device>, occupancy = { all: 30, free: 10, maintenance: 0 }) =>
  healthOf(active, { ...well, ...device }, occupancy, now);

test("a station in order has 100 and no cause; one without a device has no figure at all", () => {
  assert.deepEqual(health({}), { figure: 100, level: "good", causes: [] });
  assert.deepEqual(healthOf(active, undefined, undefined, now), { figure: undefined, level: "unknown", causes: [] });
  assert.equal(health({ enrolled: false }).figure, undefined);
});

test("every cause lowers the figure and is named", () => {
  const broken = healthOf(
    { status: "suspended" },
    {
      ...well,
      quarantine: "chain",
      connected: false,
      lastSeenAt: at(-47),
      temperatureC: 58,
      mains: false,
      batteryPercent: 20,
      certificateExpiresAt: at(60 * 24 * 5),
      pendingEvents: 140,
      openDoors: [1, 2, 3],
      wear: (["flapping", "slow_unlock", "slow_line"] as const).map((kind) => ({
        kind,
        compartment: 2,
        since: at(-60),
        amount: 5,
        usual: null,
      })),
    },
    { all: 10, free: 0, maintenance: 3 },
    now,
  );
  assert.deepEqual(
    broken.causes.map(({ kind }) => kind).toSorted(),
    causeKinds.filter((kind) => kind !== "behind" && kind !== "tamper").toSorted(),
  );
  assert.equal(health({ reportedVersion: 2 }).causes[0]?.kind, "behind");
  const tampered = healthOf({ status: "suspended" }, { ...well, tamperedSince: at(-3) }, undefined, now);
  assert.deepEqual(
    tampered.causes.map(({ kind, level, amount }) => [kind, level, amount]),
    [["tamper", "alarm", 3]],
    "A10.4: said as what it is, not as a suspension",
  );
  assert.equal(broken.figure, 0, "never below nothing");
  assert.equal(broken.level, "alarm");
  assert.ok(
    broken.causes.findIndex(({ level }) => level === "watch") > broken.causes.findLastIndex(({ level }) => level === "alarm"),
    "alarms come first",
  );
});

test("borders are half-open: five minutes away are an alarm, less is not; 55 degrees are, less are not", () => {
  assert.equal(health({ connected: false, lastSeenAt: at(-4.99) }).level, "watch");
  assert.equal(health({ connected: false, lastSeenAt: at(-5) }).level, "alarm");
  const putAside = healthOf({ status: "suspended" }, { ...well, connected: false, lastSeenAt: at(-600) }, undefined, now);
  assert.equal(putAside.level, "watch", "nobody waits before a station that an operator has taken out of use");
  assert.equal(health({ temperatureC: 54.9 }).level, "watch");
  assert.equal(health({ temperatureC: 55 }).level, "alarm");
  assert.equal(health({ openDoors: [3] }).level, "good", "one open door is a visit");
});

test("the worst comes first, the unknown last", () => {
  const all = [
    health({}),
    health({ connected: false, lastSeenAt: at(-50) }),
    healthOf(active, undefined, undefined, now),
    health({ mains: false, batteryPercent: 80 }),
  ];
  assert.deepEqual(
    all.toSorted(worstFirst).map(({ level }) => level),
    ["alarm", "watch", "good", "unknown"],
  );
});

test("stations are grouped by cause, alarms before the rest, the larger group first", () => {
  const groups = byCause([
    { station: "a", health: health({ mains: false, batteryPercent: 90 }) },
    { station: "b", health: health({ connected: false, lastSeenAt: at(-50) }) },
    { station: "c", health: health({ connected: false, lastSeenAt: at(-50), mains: false, batteryPercent: 90 }) },
    { station: "d", health: health({ pendingEvents: 200 }) },
  ]);
  assert.deepEqual(
    groups.map(({ kind, stations }) => [kind, stations.length]),
    [
      ["away", 2],
      ["battery", 2],
      ["unsent", 1],
    ],
  );
});

test("A14.4: what begins to fail is a reason to look, with the door that it is about", () => {
  const since = at(-60);
  const { level, causes } = health({
    wear: [
      { kind: "flapping", compartment: 14, since, amount: 6, usual: null },
      { kind: "slow_unlock", compartment: null, since, amount: 612.4, usual: 300 },
    ],
  });
  assert.deepEqual(
    [level, causes.map(({ kind, amount }) => [kind, amount])],
    [
      "watch",
      [
        ["flapping", 14],
        ["slow_unlock", 612],
      ],
    ],
  );
});

test("occupancy counts what is free and what is out of service", () => {
  assert.deepEqual(occupancyOf(["available", "reserved", "occupied", "maintenance", "available"].map((state) => ({ state }))), {
    all: 5,
    free: 2,
    maintenance: 1,
  });
});
