// Doors and boxes: what goes wrong with them, and how nobody is left standing before one (F6, F7, I-19, I-24).
import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;
const one = "12345678";
const collecting = () => testStation(["small", "small"], (t) => ({ grants: [grantOf(t, one)], walkUp: [1, 2] }));

test("F6: forgot something: the key on the screen opens the same door once more, within two minutes, and nothing is counted twice", async () => {
  await using world = await collecting();
  const { station, backend, time } = world;
  await assert.rejects(station.reopens.atScreen(), code("nothing_to_reopen"));
  await station.pickups.byCode(one);
  await assert.rejects(station.reopens.atScreen(), code("nothing_to_reopen"), "the door stands open");
  await world.close(1);
  assert.ok(station.screen.step.step === "done" && station.screen.step.reopenUntil !== null);
  assert.ok(!station.cabinet.isForWalkUps(1), "nobody else is given it meanwhile");
  await station.reopens.atScreen();
  await world.close(1);
  assert.ok(station.screen.step.step === "done" && station.screen.step.reopenUntil === null);
  await assert.rejects(station.reopens.atScreen(), code("nothing_to_reopen"), "once");
  await assert.rejects(station.pickups.byCode(one), code("code_used"));
  assert.deepEqual(world.fired(), [1, 1]);
  await backend.until(() => backend.types().filter((t) => t === "compartment_closed").length === 2, "both closings");
  assert.deepEqual(
    ["parcel_collected", "reopen_offered"].map((type) => backend.types().filter((t) => t === type).length),
    [1, 1],
  );
  const causes = backend.facts.flatMap((f) => (f.type === "compartment_opened" ? [f.cause.kind] : []));
  assert.deepEqual(causes, ["grant", "reopen"]);
  time.pass(120_000);
  assert.ok(station.cabinet.isForWalkUps(1));
});

test("F6: the same code, or the same QR code, opens once more; after two minutes it does not; a jammed door takes nothing away", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [grantOf(t, one), grantOf(t, "22345678", { compartment: 2 })],
  }));
  const { station, backend, time, simulator } = world;
  backend.disconnect();
  await station.pickups.byCode(one);
  await world.close(1);
  simulator.faults.jammed.add(1);
  await assert.rejects(world.inVain(station.pickups.byCode(one)), code("door_stuck"));
  simulator.faults.jammed.clear();
  await station.pickups.byQr(world.qr(world.desired.grants[0]!));
  await world.close(1);
  await assert.rejects(station.pickups.byCode(one), code("code_used"));
  await station.pickups.byCode("22345678");
  await world.close(2);
  time.pass(120_000);
  await assert.rejects(station.pickups.byCode("22345678"), code("code_used"), "half-open");
  assert.deepEqual(world.fired(), [1, 1, 1, 2]);
});

test("F6: the code opens once more also when the plan has forgotten it while the door still stood open", async () => {
  await using world = await collecting();
  const { station, backend, desired } = world;
  await station.pickups.byCode(one);
  backend.desire({ ...desired, version: 2, grants: [], deadCodes: [{ codeHash: desired.grants[0]!.codeHash!, reason: "used" }] });
  await backend.until(() => station.cabinet.desired?.version === 2, "the new plan");
  await world.close(1);
  await station.pickups.byCode(one);
  await world.close(1);
  await assert.rejects(station.pickups.byCode(one), code("code_used"));
  assert.deepEqual(world.fired(), [1, 1]);
});

test("a courier who comes in those two minutes ends them: nobody opens a door behind which another parcel lies", async () => {
  await using world = await collecting();
  const { station, backend, time } = world;
  await station.pickups.byCode(one);
  await world.close(1);
  assert.equal((await backend.send(time.now(), { compartment: 1 })).outcome, "opened");
  await world.close(1);
  station.deposits.answer(true);
  await assert.rejects(station.pickups.byCode(one), code("code_used"));
  assert.deepEqual(world.fired(), [1, 1]);
});

test("a deposit's question: the door opens again as often as the depositor needs", async () => {
  await using world = await collecting();
  const { station, backend, time } = world;
  await backend.send(time.now(), { compartment: 2 });
  for (let n = 0; n < 3; n++) {
    await world.close(2);
    assert.equal(station.screen.step.step, "ask_parcel_in");
    await station.reopens.atScreen();
    assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "deliver" });
  }
  await world.close(2);
  station.deposits.answer(true);
  await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");
  assert.equal(world.fired().length, 4);
});

test("the door will not shut: a word at the screen reports it at once, others go on, and the way back is there", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    walkUp: [1, 2],
    grants: [grantOf(t, one), grantOf(t, "22345678", { compartment: 2 })],
  }));
  const { station, backend } = world;
  await assert.rejects(station.mistakes.tell("will_not_close"), code("nothing_to_answer"));
  await station.pickups.byCode(one);
  await station.mistakes.tell("will_not_close");
  assert.partialDeepStrictEqual(station.screen.step, { step: "reported", reason: "will_not_close", purpose: "collect", compartment: 1 });
  await station.pickups.byCode("22345678");
  await world.close(2);
  await backend.until(() => backend.types().includes("door_left_open"), "the report");
  assert.deepEqual(
    backend.facts.filter((f) => f.type === "compartment_quarantined").map((f) => [f.compartment, f.reason]),
    [[1, "will_not_close"]],
  );
  await world.close(1);
  await backend.until(() => backend.types().filter((t) => t === "parcel_collected").length === 2, "shut at last, the pick-up is complete");
  assert.ok(!station.cabinet.isForWalkUps(1), "it takes nothing before somebody has looked");
});

test("the door will not shut on a deposit: it counts as taken out again, and another compartment is given", async () => {
  await using world = await testStation(["small", "small"], () => ({ walkUp: [1, 2] }));
  const { station, backend } = world;
  await station.deposits.bring("small");
  await station.mistakes.tell("will_not_close");
  await world.close(2);
  station.deposits.answer(true);
  await backend.until(() => backend.types().includes("walk_up_deposited"), "the second try");
  assert.deepEqual(world.fired(), [1, 2]);
  assert.ok(backend.types().includes("walk_up_abandoned"));
});

test("a door that will not open for a deposit is not offered again: the next one is given another", async () => {
  await using world = await testStation(["small", "small"], () => ({ walkUp: [1, 2] }));
  const { station, simulator } = world;
  simulator.faults.jammed.add(1);
  await assert.rejects(world.inVain(station.deposits.bring("small")), code("door_stuck"));
  await station.deposits.bring("small");
  assert.deepEqual(world.fired(), [1, 2]);
});

test("forced: an empty compartment takes nothing until somebody has looked; the backend's word ends it, one about an earlier entry does not", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }));
  const { station, backend, desired } = world;
  world.simulator.forceOpen(1);
  const quarantined = await backend.until(() => backend.facts.find((f) => f.type === "compartment_quarantined"), "the quarantine");
  assert.deepEqual([quarantined.reason, quarantined.parcel], ["forced", null]);
  await world.close(1);
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
  assert.equal((await backend.send(world.time.now(), {})).reason, "out_of_service");
  const { seq } = backend.events.find((e) => e.event.type === "compartment_quarantined")!;
  const inspected = (at: number) => [{ compartment: 1, epoch: 1, seq: at, isEmpty: true }];
  backend.desire({ ...desired, version: 2, inspected: inspected(seq - 1) });
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
  backend.desire({ ...desired, version: 3, inspected: inspected(seq) });
  await backend.until(() => backend.types().includes("compartment_cleared"), "the word to arrive");
  await station.deposits.bring("small");
});

test("I-21: a door that opens soon after its lock was fired in vain was opened by that lock, one long after its lock was fired in vain by force", async () => {
  for (const [waitedMs, cause] of [
    [1_000, "grant"],
    [11_000, "forced"],
  ] as const) {
    await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
    const { station, backend, simulator, time } = world;
    backend.disconnect();
    simulator.faults.jammed.add(1);
    await assert.rejects(world.inVain(station.pickups.byCode("12345678")), code("door_stuck"));
    time.pass(waitedMs);
    simulator.forceOpen(1);
    backend.connect();
    const opened = await backend.until(() => backend.facts.find((f) => f.type === "compartment_opened"), "the door to be seen open");
    assert.equal(opened.cause.kind, cause);
  }
});

test("I-24: a door that opens by itself right after it was shut was not held by its lock", async () => {
  await using world = await collecting();
  const { station, backend, simulator } = world;
  await station.pickups.byCode(one);
  await world.close(1);
  simulator.forceOpen(1);
  const found = await backend.until(() => backend.facts.find((f) => f.type === "compartment_quarantined"), "the quarantine");
  assert.equal(found.reason, "lock_released");
});

test("F7: a sensor sees goods in an empty compartment, or nothing in a full one: quarantine, and the owner's code still opens", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, one)], walkUp: [2] }), { hasSensors: true });
  const { station, backend } = world;
  const doubts = () => backend.facts.flatMap((f) => (f.type === "compartment_quarantined" ? [[f.compartment, f.reason]] : []));
  await backend.until(() => doubts().length === 1, "the first doubt");
  assert.deepEqual(doubts(), [[1, "nothing_inside"]], "the parcel is not seen");
  world.goods.add(2);
  await backend.until(() => doubts().length === 2, "the second doubt");
  assert.deepEqual(doubts()[1], [2, "goods_inside"]);
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
  await station.pickups.byCode(one);
  assert.deepEqual(world.fired(), [1]);
});

test("A4.2: a sensor that sees the parcel is evidence: nobody is asked", async () => {
  await using world = await testStation(["small"], () => ({}), { hasSensors: true });
  const { station, backend, time } = world;
  const { parcel } = backend.command(time.now()).command;
  await backend.send(time.now(), { parcel });
  world.goods.add(1);
  await world.close(1);
  const deposit = await backend.until(() => backend.facts.find((f) => f.type === "parcel_deposited"), "the deposit");
  assert.equal(deposit.evidence, "sensor");
  assert.ok(station.screen.step.step === "done" && station.screen.step.isStored);
});

test("A6.6: a sensor still sees something after a pick-up: not collected, the person may look again, and then it is", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, one)] }), { hasSensors: true });
  const { station, backend } = world;
  world.goods.add(1);
  await station.pickups.byCode(one);
  await world.close(1);
  assert.partialDeepStrictEqual(station.screen.step, { step: "done", isStillInside: true });
  assert.ok(station.cabinet.locker.isOccupied("1"));
  await station.reopens.atScreen();
  world.goods.delete(1);
  await world.close(1);
  await backend.until(() => backend.types().includes("compartment_cleared"), "the doubt to explain itself");
  assert.ok(!station.cabinet.locker.isOccupied("1") && backend.types().includes("parcel_collected"));
});

test("A7.1, A7.2: a return goes in by code, is nobody's to pick up, and a courier's right takes it out, all with no network", async () => {
  await using world = await testStation(["small"], (t) => {
    const parcel = crypto.randomUUID();
    return { grants: [grantOf(t, "32345678", { kind: "return", parcel }), grantOf(t, null, { kind: "collection", parcel })] };
  });
  const { station, backend } = world;
  const [giveBack, collection] = world.desired.grants;
  backend.disconnect();
  await assert.rejects(station.pickups.byQr(world.qr(collection!)), code("not_yet"));
  await station.pickups.byCode("32345678");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "return" });
  await world.close(1);
  station.deposits.answer(false);
  await station.pickups.byCode("32345678");
  await world.close(1);
  station.deposits.answer(true);
  await assert.rejects(station.pickups.byCode("32345678"), code("code_used"));
  await world.restart();
  await backend.until(() => world.station.doors.isClosed(1), "the doors to be read");
  await world.station.pickups.byQr(world.qr(collection!));
  assert.partialDeepStrictEqual(world.station.screen.step, { step: "open", purpose: "retrieve" });
  await world.close(1);
  world.station.retrievals.answer("out");
  backend.connect();
  await backend.until(() => backend.types().includes("parcel_retrieved"), "the facts");
  const { parcel, id: grant } = giveBack!;
  assert.deepEqual(
    backend.facts.filter((f) => f.type === "return_deposited" || f.type === "parcel_retrieved"),
    [
      { type: "return_deposited", compartment: 1, parcel, grant, evidence: "depositor", actor: "kiosk" },
      { type: "parcel_retrieved", compartment: 1, parcel, grant: collection!.id, actor: "kiosk" },
    ],
  );
  assert.ok(!world.station.cabinet.locker.isOccupied("1"));
});

test("A8.1: a courier takes out a parcel whose time is over, while its owner's code is dead", async () => {
  await using world = await testStation(["small"], (t) => {
    const pickup = grantOf(t, one);
    return { grants: [pickup, grantOf(t, null, { kind: "collection", parcel: pickup.parcel, expiresAt: null })] };
  });
  const { station, backend, time } = world;
  time.pass(40 * 86_400_000);
  backend.disconnect();
  await assert.rejects(station.pickups.byCode(one), code("code_expired"));
  await station.pickups.byQr(world.qr(world.desired.grants[1]!, { expiresAt: new Date("2027-01-01T00:00:00Z") }));
  await world.close(1);
  station.retrievals.answer("out");
  backend.connect();
  await backend.until(() => backend.types().includes("parcel_retrieved"), "the fact");
});

test("A4.2 offline: a courier's QR code opens, the parcel is recorded, and the owner's code works, with no network at all", async () => {
  await using world = await testStation(["small"], (t) => {
    const pickup = grantOf(t, one, { state: "issued", expiresAt: null });
    return { grants: [pickup, grantOf(t, null, { kind: "dropoff", parcel: pickup.parcel })] };
  });
  const { station, backend } = world;
  const qr = world.qr(world.desired.grants[1]!);
  backend.disconnect();
  await station.pickups.byQr(qr);
  await world.close(1);
  station.deposits.answer(false);
  await station.pickups.byQr(qr);
  await world.close(1);
  await station.pickups.byQr(qr);
  await world.close(1);
  station.deposits.answer(true);
  await assert.rejects(station.pickups.byQr(qr), code("code_used"), "it lies inside");
  await station.pickups.byCode(one);
  await world.close(1);
  assert.deepEqual(world.fired(), [1, 1, 1, 1]);
});

test("I-24: a closed door whose bolt is not home takes nothing until somebody has looked; an open door's bolt says nothing, one flicker neither", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, one)], walkUp: [1, 2] }), { hasBolts: true });
  const { station, backend, loose } = world;
  loose.add(1);
  await station.pickups.byCode(one);
  loose.delete(1);
  await world.close(1);
  await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");
  assert.ok(!backend.types().includes("compartment_quarantined"), "while the door stood open its bolt was out");
  loose.add(2);
  await backend.until(() => backend.types().includes("compartment_quarantined"), "the quarantine");
  const found = backend.facts.find((fact) => fact.type === "compartment_quarantined");
  assert.deepEqual([found?.compartment, found?.reason], [2, "lock_released"]);
  assert.ok(!station.cabinet.isForWalkUps(2));
});
