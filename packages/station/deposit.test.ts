import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import type { Step } from "./kiosk/contract.ts";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";
import { waitingMs } from "./visits/untold.ts";

/** The code that the screen shows after a walk-up deposit. */
function shownBy(step: Step): { code: string; expiresAt: string } {
  assert.ok(step.step === "done" && step.code !== undefined && step.expiresAt !== undefined);
  return { code: step.code, expiresAt: step.expiresAt };
}
const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;

test("a courier's drop-off: the door opens by command, closes, the word is given at the kiosk, and the owner's code works", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678", { state: "issued", expiresAt: null })] }));
  const { station, backend, time } = world;
  const { parcel } = world.desired.grants[0]!;
  const opened = await backend.send(time.now(), { parcel });
  assert.equal(opened.outcome, "opened");
  await assert.rejects(station.pickups.byCode("12345678"), code("not_yet"));
  assert.throws(() => station.deposits.answer(true), code("nothing_to_answer"));
  await world.close(1);
  assert.deepEqual(station.screen.step.step, "ask_parcel_in");
  await assert.rejects(station.pickups.byCode("12345678"), code("not_yet"), "nobody has said that it is in");
  station.deposits.answer(true);
  await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");
  assert.deepEqual(backend.facts.at(-1), { type: "parcel_deposited", compartment: 1, parcel, evidence: "depositor", actor: "kiosk" });
  await station.pickups.byCode("12345678");
  await world.close(1);
  await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");
  assert.deepEqual(world.fired(), [1, 1]);
});

test("the courier's word through the app counts once; too early, for another parcel or after the kiosk's it changes nothing", async () => {
  await using world = await testStation(["small"]);
  const { station, backend, time } = world;
  const parcel = randomUUID();
  await backend.send(time.now(), { parcel });
  const attest = (more = {}) => backend.send(time.now(), { action: "attest_deposit", parcel, actor: "courier:7", ...more });
  assert.equal((await attest()).reason, "door_open");
  await world.close(1);
  assert.equal((await attest({ parcel: randomUUID() })).reason, "unexpected_state");
  assert.equal((await attest()).outcome, "done");
  assert.equal((await attest()).outcome, "done");
  await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");
  assert.deepEqual(
    backend.facts.filter((f) => f.type === "parcel_deposited"),
    [{ type: "parcel_deposited", compartment: 1, parcel, evidence: "depositor", actor: "courier:7" }],
  );
  assert.ok(station.screen.step.step === "done" && station.screen.step.isStored);
  assert.equal(
    (await backend.send(time.now(), { action: "release", parcel })).reason,
    "unexpected_state",
    "what is stored is not released by a word",
  );
});

test("nothing inside: the compartment is free again, by the kiosk or by the app", async () => {
  await using world = await testStation(["small"]);
  const { station, backend, time } = world;
  for (const by of ["kiosk", "app"]) {
    const parcel = randomUUID();
    assert.equal((await backend.send(time.now(), { parcel })).outcome, "opened");
    await world.close(1);
    if (by === "kiosk") station.deposits.answer(false);
    else assert.equal((await backend.send(time.now(), { action: "release", parcel })).outcome, "done");
    assert.ok(!station.cabinet.locker.isOccupied("1"), by);
  }
  await backend.until(() => backend.types().filter((t) => t === "deposit_abandoned").length === 2, "both");
});

test("an occupied compartment is not opened for a deposit, nor a box whose parcel is another than the backend believes", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { backend, time } = world;
  const { parcel } = world.desired.grants[0]!;
  const refused = async (more: object): Promise<void> =>
    assert.equal((await backend.send(time.now(), more)).reason, "unexpected_state", JSON.stringify(more));
  await refused({});
  await refused({ parcel });
  await refused({ expected: { parcel } });
  await refused({ purpose: "pickup", parcel: randomUUID(), expected: { parcel } });
  await refused({ purpose: "pickup", parcel, expected: { parcel: null } });
  await refused({ purpose: "collection", compartment: 2, parcel, expected: { parcel } });
  await refused({ purpose: "service", parcel: null, expected: { parcel: null } });
  assert.deepEqual(world.fired(), []);
  assert.equal((await backend.send(time.now(), { purpose: "collection", parcel, expected: { parcel } })).outcome, "opened");
  await world.close(1);
  assert.equal((await backend.send(time.now(), { action: "attest_retrieval", purpose: "collection", parcel })).outcome, "done");
  await backend.until(() => backend.types().includes("parcel_retrieved"), "the carrier to have it");
  await assert.rejects(world.station.pickups.byCode("12345678"), code("code_used"), "who comes after the carrier is told");
});

test("a walk-up by size: the code is shown after the parcel is in, begins with 9, and opens the door for seven days", async () => {
  await using world = await testStation(["small", "medium", "medium"], () => ({ walkUp: [1, 3] }));
  const { station, backend, time } = world;
  await assert.rejects(station.deposits.bring("large"), code("no_space"));
  await assert.rejects(station.deposits.bring("tiny"), code("invalid_size"));
  await station.deposits.bring("medium");
  assert.deepEqual(world.fired(), [3], "compartment 2 is not the station's to give away");
  await world.close(3);
  assert.partialDeepStrictEqual(station.screen.step, { step: "ask_parcel_in", purpose: "bring", compartment: 3 });
  station.deposits.answer(true);
  const { code: shown, expiresAt } = shownBy(station.screen.step);
  assert.match(shown, /^9\d{7}$/);
  const daysLeft = (new Date(expiresAt).getTime() - time.now().getTime()) / 86_400_000;
  assert.ok(daysLeft > 6.999 && daysLeft <= 7);
  await assert.rejects(station.deposits.bring("medium"), code("no_space"));
  await world.restart();
  backend.connect();
  await backend.until(() => world.station.doors.isClosed(3), "the doors to be read");
  await world.station.pickups.byCode(shown);
  assert.equal(backend.asked.length, 0, "the backend knows nothing of this code");
  await world.close(3);
  await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");
  const deposit = backend.facts.find((f) => f.type === "walk_up_deposited")!;
  const collected = backend.facts.find((f) => f.type === "parcel_collected");
  assert.deepEqual(collected, { type: "parcel_collected", compartment: 3, parcel: null, deposit: deposit.deposit, grant: null });
  await assert.rejects(world.station.deposits.bring("medium"), code("no_space"), "whoever was there may come back to it (F6)");
  time.pass(120_001);
  await assert.rejects(world.station.pickups.byCode(shown), code("code_used"));
  await world.station.deposits.bring("medium");
});

test("the power fails before the depositor has read the code: it is shown again, the same, until it was read or ten minutes are over", async () => {
  await using world = await testStation(["small", "small"], () => ({ walkUp: [1, 2] }));
  const bring = async (compartment: number): Promise<string> => {
    await world.station.deposits.bring("small");
    await world.close(compartment);
    world.station.deposits.answer(true);
    return shown()!;
  };
  const shown = (): string | undefined => (world.station.screen.step.step === "done" ? world.station.screen.step.code : undefined);
  const read = () => world.backend.until(() => world.station.doors.isClosed(1), "the doors to be read");

  const first = await bring(1);
  await world.restart();
  await world.restart();
  assert.equal(shown(), first, "however often the power fails");
  assert.doesNotMatch(
    (["station.sqlite", "station.sqlite-wal"] as const).map((file) => readFileSync(path.join(world.folder, file), "latin1")).join(""),
    new RegExp(first),
    "on the disk it is sealed",
  );
  world.station.screen.idle();
  await world.restart();
  assert.equal(shown(), undefined, "who has left has read it");
  await read();
  await world.station.pickups.byCode(first);
  await world.close(1);

  const second = await bring(2);
  world.time.pass(waitingMs);
  await world.restart();
  assert.equal(shown(), undefined, "whoever comes now is somebody else");
  await read();
  await world.station.pickups.byCode(second);
});

test("A8.1: a station that is told so gives the box of an expired walk-up away; its code stays dead", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }), { freesExpired: true });
  const { station, time } = world;
  await station.deposits.bring("small");
  await world.close(1);
  station.deposits.answer(true);
  const shown = shownBy(station.screen.step).code;
  time.pass(6 * 86_400_000);
  assert.ok(station.cabinet.locker.isOccupied("1"), "not before its time is over");
  time.pass(1.01 * 86_400_000);
  await world.backend.until(() => world.backend.types().includes("walk_up_abandoned"), "the word of it");
  assert.ok(!station.cabinet.locker.isOccupied("1"));
  await assert.rejects(
    station.pickups.byCode(shown),
    (error: { code?: string }) => error.code === "code_used" || error.code === "code_expired",
  );
  await station.deposits.bring("small");
});

test("I-11: a sensor still sees something in the box of an expired walk-up: it is given to nobody before somebody has looked", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }), { freesExpired: true, hasSensors: true });
  const { station, time, backend } = world;
  await station.deposits.bring("small");
  world.goods.add(1);
  await world.close(1);
  await backend.until(() => backend.types().includes("walk_up_deposited"), "the sensor's word");
  time.pass(7.01 * 86_400_000);
  await backend.until(() => backend.types().includes("walk_up_abandoned"), "the end of its time");
  const doubted = await backend.until(() => backend.facts.find((f) => f.type === "compartment_quarantined"), "the doubt");
  assert.deepEqual([doubted.compartment, doubted.reason], [1, "goods_inside"]);
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
});

test("a walk-up's code dies after seven days, and its compartment is not given away with the parcel in it", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }));
  const { station, time } = world;
  await station.deposits.bring("small");
  await world.close(1);
  station.deposits.answer(true);
  const shown = shownBy(station.screen.step).code;
  // A station that hears no time from anybody is sure of the end a thousandth later (G-22, docs/conflicts.md).
  time.pass(7 * 86_400_000 * 1.0011);
  await assert.rejects(station.pickups.byCode(shown), code("code_expired"));
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
});

test("a walk-up says nothing inside: free again; says nothing at all: kept shut until staff has looked", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }));
  const { station, backend, time } = world;
  await station.deposits.bring("small");
  await world.close(1);
  station.deposits.answer(false);
  await station.deposits.bring("small");
  await world.close(1);
  time.pass(45_001);
  assert.equal(station.screen.step.step, "idle");
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
  await backend.until(() => backend.types().filter((t) => t === "walk_up_abandoned").length === 2, "both events");
  assert.equal((await backend.send(time.now(), { purpose: "service", parcel: null })).outcome, "opened");
  await world.close(1);
  assert.equal((await backend.send(time.now(), { action: "release", purpose: "service", parcel: null })).outcome, "done");
  await station.deposits.bring("small");
});

test("the station stops between the door and the word: the question is asked again, and a walk-up gets another code", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }));
  await world.station.deposits.bring("small");
  await world.close(1);
  await world.restart();
  assert.equal(world.station.screen.step.step, "ask_parcel_in");
  world.station.deposits.answer(true);
  const shown = shownBy(world.station.screen.step).code;
  await world.station.pickups.byCode(shown);
  assert.deepEqual(world.fired(), [1, 1]);
});

test("a jammed door gives a walk-up's compartment back", async () => {
  await using world = await testStation(["small"], () => ({ walkUp: [1] }));
  world.simulator.faults.jammed.add(1);
  await assert.rejects(world.inVain(world.station.deposits.bring("small")), code("door_stuck"));
  assert.equal(world.station.cabinet.locker.countFree("small"), 1);
});
