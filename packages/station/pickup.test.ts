import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;

test("a code opens its door once; the compartment is free when the door has closed, not before", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, "12345678", { compartment: 2 })] }));
  const { station, backend } = world;
  const [grant] = world.desired.grants;
  backend.answer = () => ({ outcome: "granted", grant: grant! });
  await station.pickups.byCode("1234 5678");
  assert.deepEqual(world.fired(), [2]);
  assert.equal(backend.asked.length, 1);
  assert.ok(station.cabinet.locker.isOccupied("2"), "the door is open: the parcel may still be in");
  assert.deepEqual([station.screen.step.step, station.screen.step.step === "open" && station.screen.step.purpose], ["open", "collect"]);
  await assert.rejects(station.pickups.byCode("12345678"), code("code_used"));
  await world.close(2);
  assert.ok(!station.cabinet.locker.isOccupied("2"));
  await backend.until(() => backend.types().includes("parcel_collected"), "the event");
  assert.deepEqual(backend.types(), [
    "station_started",
    "compartment_opened",
    "code_refused",
    "compartment_closed",
    "parcel_collected",
    "reopen_offered",
  ]);
  assert.deepEqual(backend.facts.at(-2), {
    type: "parcel_collected",
    compartment: 2,
    parcel: grant!.parcel,
    deposit: null,
    grant: grant!.id,
  });
  world.time.pass(120_001);
  await assert.rejects(station.pickups.byCode("12345678"), code("code_used"));
  assert.deepEqual(world.fired(), [2]);
});

test("each dead code has its own answer, with and without a backend", async () => {
  await using world = await testStation(["small", "small", "small", "small"], (t) => ({
    grants: [
      grantOf(t, "10000001", { compartment: 1, state: "issued" }),
      grantOf(t, "10000002", { compartment: 2, expiresAt: "2026-02-28T00:00:00.000Z" }),
      grantOf(t, "10000003", { compartment: 3, notBefore: "2026-03-02T00:00:00.000Z" }),
    ],
    deadCodes: [
      { codeHash: t.hash("10000004"), reason: "used" },
      { codeHash: t.hash("10000005"), reason: "expired" },
      { codeHash: t.hash("10000006"), reason: "replaced" },
      { codeHash: t.hash("10000007"), reason: "revoked" },
    ],
  }));
  const { station, backend } = world;
  const expected = [
    ["10000001", "not_yet"],
    ["10000002", "code_expired"],
    ["10000003", "not_yet"],
    ["10000004", "code_used"],
    ["10000005", "code_expired"],
    ["10000006", "code_replaced"],
    ["10000007", "code_revoked"],
    ["10000008", "wrong_code"],
    ["1234567", "wrong_code"],
    ["１２３４５６７８", "wrong_code"],
    ["' or 1=1", "wrong_code"],
  ] as const;
  for (const isOnline of [true, false]) {
    if (!isOnline) backend.disconnect();
    for (const [typed, answer] of expected) {
      await assert.rejects(station.pickups.byCode(typed), code(answer), `${typed} online ${isOnline}`);
      station.store.change(() => station.store.limiters.put("keypad", { failures: 0, lastAtMs: 0, freeAtMs: 0 }));
    }
  }
  assert.deepEqual(world.fired(), []);
});

test("without a backend the station decides at once, and a silent backend costs 0.8 s", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [grantOf(t, "12345678", { compartment: 1 }), grantOf(t, "22345678", { compartment: 2 })],
  }));
  const { station, backend } = world;
  backend.disconnect();
  let before = performance.now();
  await station.pickups.byCode("12345678");
  assert.ok(performance.now() - before < 300, "no waiting for nobody");
  await world.close(1);
  backend.answer = () => null;
  backend.connect();
  before = performance.now();
  await station.pickups.byCode("22345678");
  const tookMs = performance.now() - before;
  assert.ok(tookMs >= 750 && tookMs < 2_000, `took ${tookMs} ms`);
  assert.deepEqual(
    backend.facts.filter((f) => f.type === "compartment_opened").map((f) => f.cause.kind === "grant" && f.cause.decided),
    ["station", "station"],
  );
});

test("the backend's no counts, its yes alone opens nothing, and its not-yet yields to what the station knows", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, "12345678", { compartment: 1 })] }));
  const { station, backend } = world;
  backend.answer = () => ({ outcome: "refused", reason: "revoked" });
  await assert.rejects(station.pickups.byCode("12345678"), code("code_revoked"));
  backend.answer = () => ({ outcome: "granted", grant: grantOf(world.test, "99999998", { compartment: 2 }) });
  await assert.rejects(station.pickups.byCode("55555555"), code("wrong_code"));
  assert.deepEqual(world.fired(), []);
  backend.answer = () => ({ outcome: "refused", reason: "not_yet" });
  await station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1]);
});

test("two people type the same code at once: one door opens, once", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const answers = await Promise.allSettled([world.station.pickups.byCode("12345678"), world.station.pickups.byCode("12345678")]);
  assert.deepEqual(answers.map((a) => a.status).toSorted(), ["fulfilled", "rejected"]);
  assert.deepEqual(world.fired(), [1]);
});

test("guessing: five free attempts, then 30 s, 2, 10, 60 min; it survives a restart, time set back, and never lasts for ever", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { time, backend } = world;
  backend.disconnect();
  const guess = (n: number): Promise<void> => world.station.pickups.byCode(String(50_000_000 + n));
  const waits: number[] = [];
  for (let n = 0; n < 9; n++) {
    await assert.rejects(guess(n), code("wrong_code"), `guess ${n}`);
    const freeAt = world.station.pickups.keypadFreeAt();
    const waitMs = freeAt === null ? 0 : freeAt.getTime() - time.now().getTime();
    waits.push(Math.round(waitMs / 1_000));
    if (waitMs > 0) {
      await assert.rejects(
        world.station.pickups.byCode("12345678"),
        (error) => error instanceof Refused && error.code === "too_many_attempts" && Number(error.details["retryAfterSeconds"]) <= 3_600,
      );
      await world.restart();
      await assert.rejects(world.station.pickups.byCode("12345678"), code("too_many_attempts"), "the limit survives a restart");
      time.pass(waitMs + 10);
    }
  }
  assert.deepEqual(
    waits.map((s) => Math.ceil(s / 10) * 10),
    [0, 0, 0, 0, 30, 120, 600, 3_600, 3_600],
  );
  assert.deepEqual(world.fired(), []);
  // Locked again, and the wall clock is set back by a year: the keypad comes back within the hour all the same.
  await assert.rejects(guess(10), code("wrong_code"));
  time.jump(-365 * 86_400_000);
  time.pass(3_600_001);
  await world.station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1]);
});

test("a locked keypad does not stop a scanned code; digits scanned count as typed", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend } = world;
  backend.disconnect();
  for (let n = 0; n < 5; n++) await assert.rejects(station.pickups.byCode(String(50_000_000 + n)), code("wrong_code"));
  await assert.rejects(station.pickups.byQr("12345678"), code("too_many_attempts"));
  await station.pickups.byQr(world.qr(world.desired.grants[0]!));
  assert.deepEqual(world.fired(), [1]);
});

test("scanned rights: another station's, older, forged, unknown, expired and used ones open nothing", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [
      grantOf(t, null, { compartment: 1, generation: 3 }),
      grantOf(t, null, { compartment: 2, expiresAt: "2026-02-01T00:00:00.000Z" }),
    ],
  }));
  const { station, backend, time } = world;
  const [grant, other] = world.desired.grants;
  backend.disconnect();
  const refused = async (text: string, reason: string): Promise<void> => {
    await assert.rejects(station.pickups.byQr(text), code(reason));
    time.pass(3_600_000);
  };
  await refused(world.qr(grant!, { station: randomUUID() }), "not_ours");
  await refused(world.qr(grant!, { generation: 2 }), "code_replaced");
  await refused(world.qr(grant!, { grant: randomUUID() }), "code_revoked");
  await refused(world.qr(other!, { expiresAt: new Date("2026-02-01T00:00:00Z") }), "code_expired");
  const good = world.qr(grant!);
  for (const at of [4, 20, 60, good.length - 3])
    await refused(good.slice(0, at) + (good[at] === "A" ? "B" : "A") + good.slice(at + 1), "wrong_code");
  await refused("https://example.com/", "wrong_code");
  assert.deepEqual(world.fired(), []);
  await station.pickups.byQr(good);
  await world.close(1);
  time.pass(120_001);
  await refused(good, "code_used");
  assert.deepEqual(world.fired(), [1]);
});

test("a jammed door: the code stays good, and the coil is not fired without end", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend, simulator } = world;
  backend.disconnect();
  simulator.faults.jammed.add(1);
  for (let n = 0; n < 5; n++) await assert.rejects(world.inVain(station.pickups.byCode("12345678")), code("door_stuck"));
  await assert.rejects(station.pickups.byCode("12345678"), code("too_many_attempts"));
  assert.equal(world.fired().length, 5);
  simulator.faults.jammed.clear();
  world.time.pass(31_000);
  await station.pickups.byCode("12345678");
  await world.close(1);
  assert.ok(!station.cabinet.locker.isOccupied("1"));
});

test("a board that falls silent while firing: unknown, fired once; when it speaks again the door counts as opened by that right", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend, simulator } = world;
  backend.disconnect();
  const answer = world.inVain(station.pickups.byCode("12345678"));
  simulator.faults.isSilent = true;
  await assert.rejects(answer, code("door_unknown"));
  assert.deepEqual(world.fired(), [1]);
  await assert.rejects(station.pickups.byCode("12345678"), code("code_used"));
  simulator.faults.isSilent = false;
  backend.connect();
  await backend.until(() => backend.types().includes("compartment_opened"), "the late news");
  const opened = backend.facts.find((f) => f.type === "compartment_opened")!;
  assert.equal(opened.cause.kind, "grant");
  await world.close(1);
  await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up to be complete");
  assert.deepEqual(world.fired(), [1]);
});

test("a dead board puts its compartments out of service without using up a code", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend, simulator } = world;
  simulator.faults.isDead = true;
  await backend.until(() => station.doors.views()[0]!.door === "unknown", "the silence to be noticed");
  await assert.rejects(station.pickups.byCode("12345678"), code("out_of_service"));
  // The backend uses a right up by granting it: it is not asked about one whose door cannot be opened now (I-73).
  assert.deepEqual(backend.asked, []);
  simulator.faults.isDead = false;
  await backend.until(() => station.doors.views()[0]!.door === "closed", "the board to be back");
  await station.pickups.byCode("12345678");
});

test("one door at a time; a door left open is reported, then only warned of", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [grantOf(t, "12345678", { compartment: 1 }), grantOf(t, "22345678", { compartment: 2 })],
  }));
  const { station, backend, time } = world;
  await station.pickups.byCode("12345678");
  await assert.rejects(
    station.pickups.byCode("22345678"),
    (error) => error instanceof Refused && error.code === "door_open" && error.details["compartment"] === 1,
  );
  time.pass(60_001);
  await backend.until(() => backend.types().includes("door_left_open"), "the report");
  assert.deepEqual(station.doors.leftOpen(), [1]);
  assert.ok(station.screen.step.step === "open" && station.screen.step.isLeftOpen);
  await station.pickups.byCode("22345678");
  assert.deepEqual(world.fired(), [1, 2]);
  assert.equal(backend.types().filter((t) => t === "door_left_open").length, 1);
});

test("a door opened by force is an event without a right, and nothing inside changes by itself", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, backend } = world;
  world.simulator.forceOpen(1);
  const forced = await backend.until(() => backend.facts.find((f) => f.type === "compartment_opened"), "the event");
  assert.deepEqual(forced.cause, { kind: "forced" });
  await world.close(1);
  assert.ok(station.cabinet.locker.isOccupied("1"));
  assert.ok(!backend.types().includes("parcel_collected"));
});

test("I-73: stopped between the backend's yes and the station's own durable intent: the code opens after the restart, once", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { backend } = world;
  const [grant] = world.desired.grants;
  backend.answer = () => {
    // The power fails while the answer is on its way: nothing is written down any more.
    world.station.store.change = () => {
      throw new Error("the power has failed");
    };
    return { outcome: "granted", grant: grant! };
  };
  await assert.rejects(world.station.pickups.byCode("12345678"), /the power has failed/);
  await world.restart();
  assert.deepEqual(world.fired(), []);
  backend.answer = () => ({ outcome: "granted", grant: grant! });
  backend.connect();
  await world.station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1]);
  await world.close(1);
  world.time.pass(120_001);
  await assert.rejects(world.station.pickups.byCode("12345678"), code("code_used"), "whatever the backend says (I-14)");
  assert.deepEqual(world.fired(), [1]);
});

test("stopped between the intent and the lock: unknown, the code is used up, the parcel stays, and support can open", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { backend, time, simulator } = world;
  backend.disconnect();
  const lost = world.station.pickups.byCode("12345678");
  simulator.faults.isDead = true;
  await new Promise((resolve) => setTimeout(resolve, 20));
  await world.restart();
  await assert.rejects(lost, code("door_unknown"));
  backend.connect();
  const failed = await backend.until(() => backend.facts.find((f) => f.type === "open_failed"), "the outcome");
  assert.deepEqual([failed.outcome, failed.reason], ["unknown", "restarted"]);
  await assert.rejects(world.station.pickups.byCode("12345678"), code("code_used"));
  assert.ok(world.station.cabinet.locker.isOccupied("1"));
  assert.deepEqual(world.fired(), []);
  const { parcel } = world.desired.grants[0]!;
  assert.equal((await backend.send(time.now(), { purpose: "pickup", parcel, expected: { parcel } })).outcome, "opened");
  await world.close(1);
  await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");
  assert.equal(backend.types().filter((t) => t === "open_failed").length, 1);
});

test("restarted while a door stands open: the visit is shown again and ends when the door closes", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  await world.station.pickups.byCode("12345678");
  await world.restart();
  assert.partialDeepStrictEqual(world.station.screen.step, { step: "open", purpose: "collect", compartment: 1 });
  await world.close(1);
  assert.ok(!world.station.cabinet.locker.isOccupied("1"));
  assert.deepEqual(world.fired(), [1]);
  world.backend.connect();
  await world.backend.until(() => world.backend.types().includes("parcel_collected"), "the pick-up");
  assert.equal(world.backend.types().filter((t) => t === "compartment_opened").length, 1, "opened once, and not by force");
});
