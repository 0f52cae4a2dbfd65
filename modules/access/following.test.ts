import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { Enrolled, Reported } from "@pigeonhole/devices/events";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { GrantsChanged } from "./events.ts";
import { ann, neighbour, openDatabase, start } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("an order moves to another station: the old rights and code die there, new ones begin here, and the deposit makes the new code live (A10.3, I-14)", async () => {
  await using w = await start(database);
  const next = randomUUID();
  await w.happen(Enrolled, {
    station: next,
    epoch: 1,
    sealedCodeKey: w.seal.seal(`code_key|${next}|1`, randomBytes(32).toString("base64url")),
  });
  const grantsAt = async (station: string) => {
    const answer = await w.as(neighbour("devices")).internal.access.stations[":station"].grants.$get({ param: { station } });
    assert.ok(answer.status === 200);
    return (await answer.json()).grants;
  };
  const [order, inside] = [await w.confirm(1), await w.confirm(2)];
  await w.deposit(inside.parcel, 2);
  const old = await grantsAt(w.station);
  const told = (await w.facts(GrantsChanged.type)).length;
  const to = { station: next, compartment: 7, size: "small" as const, name: "South", address: null, lat: 59.4, lon: 24.7 };
  const moved = (of: typeof order, compartment: number) =>
    w.happen(Moved, { ...of, deliverBy: "2026-01-15T12:00:00.000Z", from: { station: w.station, compartment }, to });
  await moved(order, 1);
  await moved(inside, 2);

  const here = await grantsAt(next);
  assert.deepEqual(here.map(({ kind, state, compartment, parcel }) => [kind, state, compartment, parcel]).toSorted(), [
    ["dropoff", "active", 7, order.parcel],
    ["pickup", "issued", 7, order.parcel],
  ]);
  const [was, is] = [old, here].map((all) => all.find(({ kind, parcel }) => kind === "pickup" && parcel === order.parcel)!);
  assert.ok(is!.codeHash && is!.codeHash !== was!.codeHash && is!.id !== was!.id);
  assert.deepEqual(
    (await grantsAt(w.station)).map(({ parcel }) => parcel),
    [inside.parcel],
    "what lies in the old cabinet keeps its right there",
  );
  assert.deepEqual(
    (await w.facts(GrantsChanged.type)).slice(told).map(({ station }) => station),
    [w.station, next],
  );
  assert.equal((await w.pickup(ann, order.parcel)).status, 409, "no code before the parcel is in");

  await w.happen(Reported, {
    station: next,
    epoch: 1,
    seq: 1,
    at: "2026-01-10T12:00:00.000Z",
    parcel: order.parcel,
    event: { type: "parcel_deposited", compartment: 7, parcel: order.parcel, evidence: "depositor", actor: "courier:1" },
  });
  const shown = await w.code(order.parcel);
  assert.deepEqual([shown.station, shown.compartment], [next, 7]);
});

test("an order that ends with its station leaves no right behind, also after it had moved", async () => {
  await using w = await start(database);
  const [order, next] = [await w.confirm(1), randomUUID()];
  const to = { station: next, compartment: 7, size: "small" as const, name: "South", address: null, lat: 59.4, lon: 24.7 };
  await w.happen(Moved, { ...order, deliverBy: "2026-01-15T12:00:00.000Z", from: { station: w.station, compartment: 1 }, to });
  await w.happen(Ended, { ...order, station: next, compartment: 7, reason: "station_gone" });
  for (const station of [w.station, next]) {
    const answer = await w.as(neighbour("devices")).internal.access.stations[":station"].grants.$get({ param: { station } });
    assert.ok(answer.status === 200);
    assert.deepEqual((await answer.json()).grants, []);
  }
});
