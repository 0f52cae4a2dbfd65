// A claim goes on at another station because somebody asked for it (N6).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { client, problemOf } from "@pigeonhole/kit/client";
import { testDatabase } from "@pigeonhole/kit/testing";
import { Ended, Moved } from "../events.ts";
import { reservationsMigrations } from "../migrations.ts";
import { startWorld } from "../testing.ts";
import type { ElsewhereApi } from "./contract.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof startWorld>>;
const hour = 3_600_000;
const north = (km: number) => ({ lat: 59.4363 + km / 111.2 });

const api = (world: World, as = "module") =>
  client<ElsewhereApi>("http://test", { fetch: (url, init) => world.routes.request(url as string, init), headers: { "x-as": as } }).internal
    .reservations[":id"];
async function take(world: World, id: string, station: string, redirect: string = randomUUID()) {
  const keepUntil = new Date(world.now().getTime() + 72 * hour).toISOString();
  const answer = await api(world).elsewhere.$post({ param: { id }, json: { redirect, station, keepUntil } });
  return answer.status === 200 ? answer.json() : { how: (await problemOf(answer as never)).code, reservation: "" };
}
const giveUp = async (world: World, id: string, redirect: string) =>
  (await (await api(world)["elsewhere"]["give-up"].$post({ param: { id }, json: { redirect } })).json()) as { isMoved: boolean };
const deposit = (world: World, station: string, compartment: number, parcel: string) =>
  world.report(station, { type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:x" }, parcel);
const retrieve = (world: World, station: string, compartment: number, parcel: string) =>
  world.report(station, { type: "parcel_retrieved", compartment, parcel, grant: null, actor: "courier:x" }, parcel);

test("N6: before the deposit the claim moves at once: new compartment taken, old one free, told once; asked again it is the same", async () => {
  await using world = await startWorld(database);
  const [old, next, full] = [
    await world.station(["small"]),
    await world.station(["small"], north(1)),
    await world.station(["small"], north(2)),
  ];
  await world.order(full);
  const order = await world.order(old);
  const redirect = randomUUID();
  assert.equal((await take(world, order.id, full)).how, "station_full");
  assert.equal((await take(world, order.id, old)).how, "wrong_state", "it is there already");
  assert.equal((await take(world, order.id, randomUUID())).how, "no_such_station");
  const taken = await take(world, order.id, next, redirect);
  assert.deepEqual(taken, { how: "moved", reservation: order.id, station: next, compartment: 1, size: "small" });
  assert.deepEqual(await take(world, order.id, next, redirect), taken);
  assert.deepEqual([await world.states(old), await world.states(next)], [["available"], ["reserved"]]);
  const moved = (await world.facts(Moved.type)).map(({ payload }) => Moved.payload.parse(payload));
  assert.deepEqual(
    moved.map(({ why, from, to }) => [why, from.station, to.station]),
    [["redirected", old, next]],
  );
  assert.deepEqual(await giveUp(world, order.id, redirect), { isMoved: true }, "too late to take back");
  assert.equal(
    (await api(world, "shop").elsewhere.$post({ param: { id: order.id }, json: { redirect, station: old, keepUntil: order.expiresAt } }))
      .status,
    403,
  );
});

test("N6: a parcel that lies inside keeps its box; a compartment waits for it, becomes its own when a courier has taken it out, and the old one is free", async () => {
  await using world = await startWorld(database);
  const [old, next] = [await world.station(["small"]), await world.station(["small"], north(1))];
  const order = await world.order(old);
  await deposit(world, old, 1, order.parcel);
  const redirect = randomUUID();
  const taken = await take(world, order.id, next, redirect);
  assert.equal(taken.how, "claimed");
  assert.deepEqual(await take(world, order.id, next, redirect), taken, "asked again after a crash: the same compartment");
  assert.deepEqual([await world.states(old), await world.states(next)], [["occupied"], ["reserved"]]);
  assert.equal((await world.hold(next)).status, 409, "I-01: nobody else gets it");
  await retrieve(world, old, 1, order.parcel);
  assert.deepEqual([await world.states(old), await world.states(next)], [["available"], ["reserved"]]);
  assert.deepEqual([await world.state(order.id), await world.state(taken.reservation)], ["confirmed", "moved"]);
  const [moved] = (await world.facts(Moved.type)).map(({ payload }) => Moved.payload.parse(payload));
  assert.deepEqual([moved?.reservation, moved?.why, moved?.to.station], [order.id, "redirected", next]);
  assert.deepEqual(await world.facts(Ended.type), [], "I-09: nothing has ended for anybody");
  await deposit(world, next, 1, order.parcel);
  assert.deepEqual([await world.state(order.id), await world.states(next), await world.contradictions()], ["fulfilled", ["occupied"], []]);
});

test("given up, or not come for in time, the waiting compartment is free again and the parcel's own claim as it was", async () => {
  await using world = await startWorld(database);
  const [old, next] = [await world.station(["small"]), await world.station(["small"], north(1))];
  const order = await world.order(old);
  await deposit(world, old, 1, order.parcel);
  const redirect = randomUUID();
  await take(world, order.id, next, redirect);
  for (let twice = 0; twice < 2; twice++) assert.deepEqual(await giveUp(world, order.id, redirect), { isMoved: false });
  assert.deepEqual([await world.states(old), await world.states(next)], [["occupied"], ["available"]]);
  const again = await take(world, order.id, next);
  world.pass(73 * hour);
  await world.jobs.find(({ name }) => name === "reservations.lapse")!.run(null);
  assert.deepEqual([await world.state(again.reservation), await world.states(next)], ["lapsed", ["available"]]);
  await retrieve(world, old, 1, order.parcel);
  assert.deepEqual([await world.states(old), await world.states(next)], [["available"], ["available"]], "nothing waits: it goes back");
  assert.equal(await world.state(order.id), "returned");
});

test("N6: goods that perish are never diverted, by nobody's wish and not when their station is given up", async () => {
  await using world = await startWorld(database);
  const [old, next] = [await world.station(["small"]), await world.station(["small"], north(1))];
  const held = await world.hold(old);
  assert.ok(held.status === 201);
  const { id } = await held.json();
  await world.confirm(id, { isPerishable: true });
  assert.equal((await take(world, id, next)).how, "perishable");
  assert.deepEqual(await (await api(world).places.$get({ param: { id }, query: {} })).json(), { candidates: [] });
  await world.station(["small"], { id: old, status: "decommissioned", connected: false });
  await world.jobs.find(({ name }) => name === "reservations.rehouse")!.run(null);
  assert.deepEqual([await world.state(id), await world.states(next)], ["station_gone", ["available"]]);
});

test("places: stations near by with room for this parcel, without its own", async () => {
  await using world = await startWorld(database);
  const [old, near, small] = [
    await world.station(["large"]),
    await world.station(["large"], north(1)),
    await world.station(["small"], north(0.5)),
  ];
  const order = await world.order(old, "large");
  const answer = await api(world).places.$get({ param: { id: order.id }, query: {} });
  assert.ok(answer.status === 200);
  const found = (await answer.json()).candidates.map(({ station }) => station);
  assert.deepEqual([found.includes(near), found.includes(old), found.includes(small)], [true, false, false]);
});

test("a deposit at the station of the old plan is a fact: the claim is where the parcel lies, the compartment that waited is free (conflict table)", async () => {
  await using world = await startWorld(database);
  const [old, next] = [await world.station(["small"]), await world.station(["small"], north(1))];
  const order = await world.order(old);
  await take(world, order.id, next);
  await deposit(world, old, 1, order.parcel);
  assert.deepEqual(
    [await world.states(old), await world.states(next), await world.state(order.id)],
    [["occupied"], ["available"], "fulfilled"],
  );
  assert.equal((await world.contradictions()).length, 1, "operators hear of it");
  await world.report(
    old,
    { type: "parcel_collected", compartment: 1, parcel: order.parcel, deposit: null, grant: randomUUID() },
    order.parcel,
  );
  assert.deepEqual([await world.states(old), await world.state(order.id)], [["available"], "collected"]);
});
