import assert from "node:assert/strict";
import { test } from "node:test";
import { grantOf } from "../link/testing.ts";
import { testStation } from "../testing.ts";

type World = Awaited<ReturnType<typeof testStation>>;
const refusal = (attempt: Promise<void>): Promise<string> =>
  attempt.then(
    () => "served",
    (error: { code: string }) => error.code,
  );
const start = () => testStation(["small", "small"], (own) => ({ walkUp: [2], grants: [grantOf(own, "12345678")] }));
async function open(world: World): Promise<void> {
  world.readings.isTampered = true;
  await world.backend.until(() => {
    world.time.pass(1_001);
    return world.station.tamper.isHeld();
  }, "the alarm");
}
const seqOf = (world: World): number => world.backend.events.findLast(({ event }) => event.type === "tampered")!.seq;

test("A10.4: an opened enclosure disables the station at once, offline, over a power cut, whatever the backend's plan says", async () => {
  await using world = await start();
  const { backend } = world;
  backend.disconnect();
  await open(world);
  assert.equal(await refusal(world.station.pickups.byCode("12345678")), "suspended");
  assert.equal(await refusal(world.station.deposits.bring("small")), "suspended");
  await world.restart();
  assert.equal(await refusal(world.station.pickups.byCode("12345678")), "suspended");
  backend.connect();
  await backend.until(() => backend.types().includes("tampered"), "the alarm to be told");
  // A plan made before the alarm was heard says that all is well.
  backend.desire({ ...world.desired, version: 2 });
  assert.equal(await refusal(world.station.pickups.byCode("12345678")), "suspended");
  assert.equal((await backend.send(world.time.now(), { compartment: 2 })).reason, "suspended");
  assert.deepEqual(world.fired(), []);
});

test("A10.4: only an inspection that covers the newest alarm lets it serve again; an enclosure still open is the next one", async () => {
  await using world = await start();
  const { backend } = world;
  await open(world);
  await backend.until(() => backend.types().includes("tampered"), "the alarm to be told");
  const seq = seqOf(world);
  backend.desire({ ...world.desired, version: 2, inspectedUpTo: seq - 1 });
  assert.ok(world.station.tamper.isHeld());
  world.readings.isTampered = false;
  await backend.until(() => {
    world.time.pass(1_001);
    return world.station.senses.readings().isTampered === false;
  }, "the enclosure to be seen shut");
  backend.desire({ ...world.desired, version: 3, inspectedUpTo: seq });
  assert.ok(!world.station.tamper.isHeld());
  assert.equal(await refusal(world.station.pickups.byCode("12345678")), "served");
  await backend.until(() => backend.types().includes("tamper_cleared"), "the end of it to be told");
  await open(world);
  await backend.until(() => seqOf(world) > seq, "the second alarm");
  backend.desire({ ...world.desired, version: 4, inspectedUpTo: seqOf(world) });
  await backend.until(() => {
    world.time.pass(1_001);
    return world.station.tamper.isHeld();
  }, "the enclosure that still stands open");
});

test("A10.4: a forced door is an alarm; a switch that bounces, and doors that staff open by hand, are none", async () => {
  await using world = await start();
  const { backend, time, simulator } = world;
  const opened = (n: number) =>
    backend.until(() => backend.types().filter((type) => type === "compartment_opened").length === n, "the open door");
  simulator.forceOpen(2);
  await opened(1);
  await world.close(2);
  time.pass(1_001);
  assert.ok(!world.station.tamper.isHeld(), "shut again within a second");
  backend.desire({ ...world.desired, version: 2, service: { state: "suspended", reason: "preparation" } });
  simulator.forceOpen(2);
  await opened(2);
  time.pass(1_001);
  assert.ok(!world.station.tamper.isHeld(), "staff at work");
  await world.close(2);
  backend.desire({ ...world.desired, version: 3 });
  simulator.forceOpen(2);
  await opened(3);
  time.pass(1_001);
  assert.ok(world.station.tamper.isHeld());
  const alarm = await backend.until(() => backend.facts.find((fact) => fact.type === "tampered"), "the alarm");
  assert.deepEqual(alarm, { type: "tampered", source: "forced_door", compartment: 2 });
});

test("a sensor gone mad does not fill the log", async () => {
  await using world = await start();
  for (let n = 0; n < 40; n++) {
    world.readings.isTampered = n % 2 === 0;
    const before = world.station.senses.readings();
    await world.backend.until(() => {
      world.time.pass(1_001);
      return world.station.senses.readings() !== before;
    }, "the next look");
  }
  await world.backend.until(() => world.station.link.pending() === 0, "everything to be told");
  const told = world.backend.types().filter((type) => type === "tampered").length;
  assert.ok(told >= 1 && told <= 12, `${told} entries in well under two minutes`);
});
