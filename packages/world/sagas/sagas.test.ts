import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "@pigeonhole/server/modules";
import type { CancellationApi } from "@pigeonhole/parcels/cancelling/contract";
import { cancellationMoves, cancellationOwners, cancellationStates } from "@pigeonhole/parcels/cancelling/contract";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { must } from "../ask.ts";
import { breakEverywhere } from "./break.ts";
import { startTown, type Town } from "./town.ts";
import { sagas } from "./sagas.ts";

const database = await testDatabase(allMigrations);
let town: Town;
before(async () => {
  town = await startTown(database);
});
after(async () => {
  await town[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

for (const [name, { saga, ends, least, kinds }] of Object.entries(sagas))
  test(`A3.2, I-60, ${kinds === "all" ? "every transaction broken" : "the answer to every call between modules lost"}: ${name}`, async () => {
    const { reached, broken } = await breakEverywhere(town, saga, kinds);
    assert.deepEqual(Object.keys(reached).toSorted(), ends);
    assert.ok(broken.length >= least, `only ${broken.length} were broken: ${broken.join("; ")}`);
  });

test("A3.2: who ordered it calls it off, a carrier what it announced itself, nobody else; what is at its end stays so; every state ends or has an owner", async () => {
  const { shop, red, operator } = town.people;
  const station = await town.station("Whose", 3);
  const ask = (by: Record<string, string>, id: string) =>
    town.reach<CancellationApi>("parcels", by).parcels[":id"].cancel.$post({ param: { id }, json: { reason: "ordered twice" } });
  const { parcel } = await town.order(station);
  assert.equal((await ask(red, parcel)).status, 404, "its carrier only brings it");
  const announced = await must(
    "announce",
    town.reach<ParcelApi>("parcels", red).parcels.$post({
      header: { "idempotency-key": systemNewId() },
      json: { station, orderId: "o", barcode: "RED-77", size: "small", recipient: { name: "Ann", email: "ann@example.org" } },
    }),
  );
  assert.equal((await ask(shop, announced.parcel)).status, 404);
  const off = await must("cancel", ask(red, announced.parcel));
  assert.deepEqual([off.state, off.by, off.refundDue], ["called_off", "carrier", true]);
  assert.deepEqual(await must("again", ask(red, announced.parcel)), off, "asked again it answers the same");
  const inside = await town.inside(station);
  const box = (await town.parcelOf(inside.parcel)).compartment;
  await town.cabinets.collected(station, box, inside.parcel);
  await town.settle();
  assert.equal((await ask(operator, inside.parcel)).status, 409, "collected");
  const { cancellations } = await must("parked", town.reach<CancellationApi>("parcels", operator).cancellations.parked.$get());
  assert.deepEqual(cancellations, []);
  for (const state of cancellationStates)
    assert.ok(
      cancellationOwners[state] !== null || cancellationMoves[state].every((to) => to === "asked" || cancellationOwners[to] === null),
      state,
    );
});
