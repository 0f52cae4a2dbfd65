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
type World = Awaited<ReturnType<typeof testStation>>;
const quarantined = (world: World) =>
  world.backend.facts.filter((fact) => fact.type === "compartment_quarantined").map((fact) => [fact.compartment, fact.reason]);

test("a walk-up that does not fit: told while the door stands open, the next larger one opens when it is shut; the first is free again (N3)", async () => {
  await using world = await testStation(["small", "medium"], () => ({ walkUp: [1, 2] }));
  const { station, backend } = world;
  await station.deposits.bring("small");
  await station.mistakes.tell("does_not_fit");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", compartment: 1, said: "does_not_fit" });
  await world.close(1);
  await backend.until(() => world.fired().length === 2, "another door");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "bring", compartment: 2, said: null });
  assert.ok(station.cabinet.isForWalkUps(1), "as good as it was");
  await world.close(2);
  station.deposits.answer(true);
  await backend.until(() => backend.types().includes("walk_up_deposited"), "the deposit");
  assert.deepEqual(world.fired(), [1, 2]);
  assert.ok(station.screen.step.step === "done" && station.screen.step.code !== undefined);
});

test("a box that is not empty is given to nobody, and another one of the size opens; with none left the depositor is told (F7, I-03)", async () => {
  await using world = await testStation(["small", "small"], () => ({ walkUp: [1, 2] }));
  const { station, backend } = world;
  await station.deposits.bring("small");
  await world.close(1);
  await station.mistakes.tell("not_empty");
  await world.close(2);
  await station.mistakes.tell("not_empty");
  assert.partialDeepStrictEqual(station.screen.step, { step: "reported", reason: "not_empty", compartment: 2 });
  await backend.until(() => quarantined(world).length === 2, "both to be reported");
  assert.deepEqual(quarantined(world), [
    [1, "not_empty"],
    [2, "not_empty"],
  ]);
  await assert.rejects(station.deposits.bring("small"), code("no_space"));
  assert.deepEqual(world.fired(), [1, 2]);
});

test("a courier's parcel without a network: the station gives one of its own, by the same right; its owner finds it there (I-64)", async () => {
  await using world = await testStation(["small", "large"], (t) => {
    const [parcel, soon] = [randomUUID(), { expiresAt: "2026-04-01T00:00:00.000Z" }];
    const pickup = grantOf(t, "12345678", { state: "issued", expiresAt: null, parcel });
    return { walkUp: [2], grants: [pickup, grantOf(t, null, { ...soon, kind: "dropoff", parcel })] };
  });
  const { station, backend } = world;
  const [pickup, dropoff] = world.desired.grants;
  await station.pickups.byQr(world.qr(dropoff!));
  await world.close(1);
  await station.mistakes.tell("does_not_fit");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "deliver", compartment: 2 });
  await world.close(2);
  station.deposits.answer(true);
  await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");
  assert.deepEqual(
    backend.facts.filter((fact) => fact.type === "deposit_abandoned" || fact.type === "parcel_deposited"),
    [
      { type: "deposit_abandoned", compartment: 1, parcel: pickup!.parcel, actor: "kiosk", reason: "does_not_fit", instead: 2 },
      { type: "parcel_deposited", compartment: 2, parcel: pickup!.parcel, evidence: "depositor", actor: "kiosk" },
    ],
  );
  await assert.rejects(station.pickups.byQr(world.qr(dropoff!)), code("code_used"));
  await station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1, 2, 2]);
});

test("nothing in it, or not theirs: from the word on it does not count as collected, while the door stands open and after it was shut (F7)", async () => {
  for (const when of ["open", "shut"] as const) {
    await using world = await testStation(["small"], (t) => ({ walkUp: [1], grants: [grantOf(t, "12345678")] }));
    const { station, backend, desired } = world;
    const { parcel, id } = desired.grants[0]!;
    await station.pickups.byCode("12345678");
    if (when === "shut") await world.close(1);
    await station.mistakes.tell(when === "shut" ? "empty" : "not_mine");
    assert.partialDeepStrictEqual(station.screen.step, { step: "reported", compartment: 1 });
    if (when === "open") await world.close(1);
    await backend.until(() => quarantined(world).length === 1, "the report");
    const reason = when === "shut" ? "empty" : "not_mine";
    assert.deepEqual(
      backend.facts.filter((fact) => fact.type === "pickup_disputed"),
      [{ type: "pickup_disputed", compartment: 1, parcel, deposit: null, grant: id, reason }],
    );
    assert.equal(backend.types().includes("parcel_collected"), when === "shut", "what was said before stands before");
    assert.ok(!station.cabinet.isForWalkUps(1), "nobody is given it");
    assert.equal(station.store.contents.of(1)?.state, "unsure");
    await assert.rejects(station.mistakes.tell("empty"), code("nothing_to_answer"), "told once");
    await world.restart();
    assert.ok(world.station.store.quarantine.has(1), "after a power cut too");
  }
});

test("the courier's app: what is wrong comes with the release; the wrong parcel takes the word back, and the same box opens again (I-28)", async () => {
  await using world = await testStation(["small", "small"], (t) => ({
    grants: [grantOf(t, "12345678", { state: "issued", expiresAt: null })],
  }));
  const { station, backend, time } = world;
  const { parcel } = world.desired.grants[0]!;
  const send = (more: object) => backend.send(time.now(), { parcel, actor: "courier:7", ...more });
  await send({});
  await world.close(1);
  await send({ action: "attest_deposit" });
  assert.equal((await send({ action: "release", reason: "not_empty" })).reason, "unexpected_state", "what is stored is stored");
  assert.equal((await send({ action: "release", reason: "wrong_parcel" })).outcome, "done");
  await assert.rejects(station.pickups.byCode("12345678"), code("not_yet"), "nobody collects what is not theirs");
  assert.equal((await send({})).outcome, "opened");
  assert.equal((await send({ action: "release", reason: "will_not_close" })).outcome, "done", "needs no shut door");
  assert.partialDeepStrictEqual(station.screen.step, { step: "reported", reason: "will_not_close" });
  await backend.until(() => quarantined(world).length === 1, "the quarantine");
  assert.deepEqual(
    backend.facts.flatMap((fact) => (fact.type === "deposit_abandoned" ? [fact.reason] : [])),
    ["wrong_parcel", "will_not_close"],
  );
  assert.equal((await send({})).reason, "door_open");
});

test("a door that stays shut for a right code: one tap brings somebody, the code stays good", async () => {
  await using world = await testStation(["small"], (t) => ({ grants: [grantOf(t, "12345678")] }));
  const { station, simulator } = world;
  await assert.rejects(station.mistakes.tell("will_not_open"), code("nothing_to_answer"));
  simulator.faults.jammed.add(1);
  await assert.rejects(world.inVain(station.pickups.byCode("12345678")), code("door_stuck"));
  await station.mistakes.tell("will_not_open");
  assert.partialDeepStrictEqual(station.screen.step, { step: "reported", reason: "will_not_open", purpose: "collect" });
  assert.ok(station.store.quarantine.has(1));
  simulator.faults.jammed.clear();
  await station.pickups.byCode("12345678");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "collect" });
});
