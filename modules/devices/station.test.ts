// The two sides of the protocol meet: the station's own code on a simulated board, enrolled with and connected to this module.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startStation } from "./testing-station.ts";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());

test("a station enrols, learns what it should know, obeys, reports, asks, and is gone when it is revoked", async () => {
  await using cabinet = await startStation(world);
  const { id, station, simulator, device, facts } = cabinet;
  await until("the station has its document", async () => (await device()).reportedVersion === 1);
  await until("its start is reported", async () => (await facts()).some(({ type }) => type === "station_started"));
  await until(
    "its doors are read",
    () => station.doors.views().length === 3 && station.doors.views().every(({ door }) => door === "closed"),
  );

  const parcel = crypto.randomUUID();
  const send = (action: "open" | "attest_deposit") =>
    world.as(actors.access).internal.devices[":station"].commands.$post({
      param: { station: id },
      json: { id: crypto.randomUUID(), action, compartment: 2, parcel, purpose: "dropoff", actor: "courier:1", expected: { parcel: null } },
    });
  const at = performance.now();
  const opened = await send("open");
  assert.ok(opened.status === 200);
  assert.equal((await opened.json()).outcome, "opened");
  assert.ok(performance.now() - at < 2_000);
  assert.deepEqual(simulator.fired.length, 1);
  await until("the open door is reported", async () => (await device()).openDoors.includes(2));
  simulator.closeDoor(2);
  await until("the closed door is reported", async () => (await facts()).some(({ type }) => type === "compartment_closed"));
  const attested = await send("attest_deposit");
  assert.ok(attested.status === 200);
  assert.equal((await attested.json()).outcome, "done");
  await until("the deposit is reported", async () =>
    (await facts()).some((fact) => fact.type === "parcel_deposited" && fact.parcel === parcel),
  );
  const refused = await send("open");
  assert.ok(refused.status === 200);
  assert.deepEqual(await refused.json().then(({ outcome, reason }) => [outcome, reason]), ["refused", "unexpected_state"]);

  const answer = await station.link.ask({ codeHash: "c".repeat(64), grant: null, generation: null });
  assert.equal(answer?.outcome, "refused");

  assert.equal(
    (await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: id }, json: { reason: "stolen" } })).status,
    200,
  );
  await until("its line is cut", () => !station.link.isUp());
  assert.deepEqual([await world.facts("devices.quarantined", id), (await world.facts("devices.connected", id)).length], [[], 1]);
});
