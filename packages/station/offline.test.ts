// Days without a network, a log that fills up, clocks that lie, and people who try things at the keypad.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { maxEventsPerMessage } from "@pigeonhole/protocol/messages";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;
const dayMs = 86_400_000;

test("A9.5: the log fills up: noise is counted together, then deposits end with a sentence, pick-ups go on and not one of them is lost", async () => {
  const limit = 20;
  await using world = await testStation(
    ["small", "small", "small"],
    (t) => ({
      walkUp: [3],
      grants: [
        grantOf(t, "12345678", { compartment: 1 }),
        grantOf(t, "22345678", { compartment: 2 }),
        grantOf(t, null, { kind: "dropoff", compartment: 3 }),
      ],
    }),
    { eventLimit: limit },
  );
  const { station, backend, time } = world;
  await backend.until(() => station.store.acknowledged === station.store.journal.lastSeq(), "all to be told");
  backend.disconnect();
  const before = station.store.journal.lastSeq();
  for (let n = 0; n < 3 * limit; n++) {
    await assert.rejects(station.pickups.byQr("javascript:alert(1)"), code("wrong_code"));
    time.pass(4_000);
  }
  assert.equal(station.store.journal.room(), "tight");
  const tight = station.store.journal.lastSeq();
  assert.ok(tight - before <= limit / 2 + 1, `${tight - before} entries`);
  for (let n = 0; station.store.journal.room() !== "full" && n < limit; n++) {
    station.store.change(() => station.store.journal.append({ type: "compartment_cleared", compartment: 1, isEmpty: true }, time.now()));
  }
  await assert.rejects(station.deposits.bring("small"), code("no_deposits"));
  await assert.rejects(station.pickups.byQr(world.qr(world.desired.grants[2]!)), code("no_deposits"));
  await station.pickups.byCode("12345678");
  await world.close(1);
  backend.connect();
  assert.equal((await backend.send(time.now(), { compartment: 3 })).outcome === "opened", false, "a courier is told too, while it is full");
  await backend.until(() => station.store.acknowledged === station.store.journal.lastSeq(), "the log to drain");
  time.pass(61_000);
  const summary = await backend.until(() => backend.facts.find((f) => f.type === "noise_summarised"), "what was counted");
  const counted = summary.counts.filter(({ type }) => type === "code_refused").reduce((sum, { count }) => sum + count, 0);
  const written = backend.types().filter((t) => t === "code_refused").length;
  assert.equal(counted + written, 3 * limit, "each refusal is written or counted");
  assert.equal(backend.types().filter((t) => t === "parcel_collected").length, 1);
  assert.equal(station.store.journal.room(), "ample");
});

test("G-52: a log of days drains in order, one message under way at a time, and who asks meanwhile is answered between them", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend, time } = world;
  backend.disconnect();
  station.store.change(() => {
    for (let n = 0; n < 1_500; n++) station.store.journal.append({ type: "compartment_closed", compartment: 1 }, time.now());
  });
  backend.connect();
  const batches = backend.batches.length;
  let batchesBefore = Number.POSITIVE_INFINITY;
  const answer = backend.answer;
  backend.answer = (ask) => {
    batchesBefore = backend.batches.length - batches;
    return answer(ask);
  };
  await station.pickups.byCode("12345678");
  assert.ok(batchesBefore < 1_500 / maxEventsPerMessage, `${batchesBefore} messages before the question`);
  await backend.until(() => station.store.acknowledged >= 1_500, "the log to drain");
  assert.deepEqual(
    backend.events.map(({ seq }) => seq),
    backend.events.map((_, i) => i + 1),
  );
});

test("G-22: a clock a day off, ahead or behind, after a restart too: no known code is refused, none that surely ran out opens", async () => {
  for (const jumpMs of [dayMs, -dayMs]) {
    for (const isRestarted of [false, true]) {
      await using world = await testStation(["small", "small"], (t) => ({
        grants: [
          grantOf(t, "12345678", { compartment: 1, expiresAt: "2026-03-01T18:00:00.000Z" }),
          grantOf(t, "22345678", { compartment: 2, expiresAt: "2026-03-01T08:00:00.000Z" }),
        ],
      }));
      const { backend, time } = world;
      const told = `${jumpMs} ms, restarted ${isRestarted}`;
      backend.disconnect();
      time.jump(jumpMs);
      if (isRestarted) await world.restart();
      await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
      await assert.rejects(world.station.pickups.byCode("22345678"), code("code_expired"), told);
      await world.station.pickups.byCode("12345678");
      await world.close(1);
      assert.deepEqual(world.fired(), [1], told);
    }
  }
});

test("G-22: a token that names its own end is refused when that is likely; the same right's code still opens", async () => {
  await using world = await testStation(["small"], (t) => ({
    grants: [grantOf(t, "12345678", { expiresAt: "2026-03-01T18:00:00.000Z" })],
  }));
  const { backend, time } = world;
  backend.disconnect();
  time.jump(dayMs);
  await world.restart();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  await assert.rejects(world.station.pickups.byQr(world.qr(world.desired.grants[0]!)), code("code_expired"));
  await world.station.pickups.byCode("12345678");
});

test("G-22: a clock that was a day ahead at a start poisons nothing: put right and started again, the station obeys", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  time.jump(dayMs);
  await world.restart();
  backend.connect();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  time.pass(61_000);
  time.jump(-dayMs);
  await world.restart();
  backend.connect();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  assert.equal((await backend.send(time.now(), {})).outcome, "opened");
});

test("G-22: put back by a day and started again: the door that a right opens is that right's, not somebody's crowbar", async () => {
  await using world = await testStation(["small"], (t) => ({
    grants: [grantOf(t, null, { kind: "dropoff" }), grantOf(t, null, { kind: "dropoff" })],
  }));
  const { backend, time } = world;
  const [first, second] = world.desired.grants;
  backend.disconnect();
  time.jump(dayMs);
  await world.restart();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  await world.station.pickups.byQr(world.qr(first!));
  await world.close(1);
  world.station.deposits.answer(false);
  time.jump(-dayMs);
  await world.restart();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  await world.station.pickups.byQr(world.qr(second!));
  await world.close(1);
  backend.connect();
  await backend.until(() => backend.types().filter((t) => t === "compartment_closed").length === 2, "both");
  const causes = backend.facts.flatMap((f) => (f.type === "compartment_opened" ? [f.cause.kind] : []));
  assert.deepEqual(causes, ["grant", "grant"]);
});

test("a deposit's right that has run out while the station was away opens nothing; what was put in before lies there, and its code works", async () => {
  await using world = await testStation(["small", "small"], (t) => {
    const pickup = grantOf(t, "12345678", { state: "issued", expiresAt: null });
    const until = "2026-03-01T10:00:00.000Z";
    return {
      grants: [
        pickup,
        grantOf(t, null, { kind: "dropoff", parcel: pickup.parcel, expiresAt: until }),
        grantOf(t, null, { kind: "dropoff", compartment: 2, expiresAt: until }),
      ],
    };
  });
  const { station, backend, time } = world;
  const [, inTime, late] = world.desired.grants;
  backend.disconnect();
  await station.pickups.byQr(world.qr(inTime!));
  await world.close(1);
  station.deposits.answer(true);
  time.pass(3 * 3_600_000);
  await assert.rejects(station.pickups.byQr(world.qr(late!)), code("code_expired"));
  await station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1, 1]);
});

test("I-34, I-35: a De Bruijn stream, two people who type at once, other digits and huge or strange scans open nothing and break nothing", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend } = world;
  backend.disconnect();
  const scans = [
    "x".repeat(3_000),
    "PH1.".padEnd(3_000, "A"),
    "PH1.\u0000\u001b[2J",
    "]Q3\u001d10",
    "javascript:alert(1)",
    "WIFI:S:a;;",
    "\u202e87654321",
    "PH1.////",
  ];
  for (const text of scans) await assert.rejects(station.pickups.byQr(text), code("wrong_code"), JSON.stringify(text.slice(0, 20)));
  // A stream in which the code stands, but not alone; full-width digits; a code with something behind it.
  for (const text of ["0123456789012345678", "１２３４５６７８", "12345678\u0000"])
    await assert.rejects(station.pickups.byCode(text), code("wrong_code"));
  const both = await Promise.allSettled([station.pickups.byCode("12345671"), station.pickups.byCode("12345678")]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ["rejected", "fulfilled"],
    "each is judged by what it typed",
  );
  assert.deepEqual(world.fired(), [1]);
});

test("I-35: a dead right that is held up again and again locks out nobody else, neither at the scanner nor at the keypad", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678"), grantOf(t, null, { kind: "dropoff" })] }));
  const { station, backend } = world;
  const [grant, dropOff] = world.desired.grants;
  backend.disconnect();
  for (let n = 0; n < 5; n++) await assert.rejects(station.pickups.byQr(world.qr(dropOff!)), code("out_of_service"));
  await assert.rejects(station.pickups.byQr(world.qr(dropOff!)), code("too_many_attempts"), "it is held up once too often");
  await station.pickups.byQr(world.qr(grant!));
  assert.deepEqual(world.fired(), [1]);
});

test("whatever is wrong with a code, its refusal costs the same: one attempt counted and one entry written", async () => {
  await using world = await testStation(["small"], (t) => ({
    grants: [grantOf(t, "10000002", { expiresAt: "2026-02-28T00:00:00.000Z" })],
    deadCodes: [{ codeHash: t.hash("10000004"), reason: "used" }],
  }));
  const { station, backend } = world;
  backend.disconnect();
  const costs: string[] = [];
  for (const [typed, answer] of [
    ["10000002", "code_expired"],
    ["10000004", "code_used"],
    ["10000009", "wrong_code"],
    ["x", "wrong_code"],
  ] as const) {
    const [failures, entries] = [station.store.limiters.get("keypad")?.failures ?? 0, station.store.journal.lastSeq()];
    await assert.rejects(station.pickups.byCode(typed), code(answer));
    costs.push(`${Math.round(station.store.limiters.get("keypad")!.failures - failures)} ${station.store.journal.lastSeq() - entries}`);
  }
  assert.deepEqual(new Set(costs), new Set(["1 1"]));
});
