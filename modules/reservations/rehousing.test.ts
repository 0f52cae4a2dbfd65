// A station is given up: what waits for a parcel there goes to stations near by (A10.3).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import type { Payload } from "@pigeonhole/kit/fact";
import type { Size } from "@pigeonhole/network/layout";
import { sql } from "kysely";
import { Ended, Moved } from "./events.ts";
import { reservationsMigrations } from "./migrations.ts";
import { startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
const day = 24 * 60 * 60_000;
type World = Awaited<ReturnType<typeof startWorld>>;

/** So many kilometres north of where the world puts its stations. Degrees. */
const north = (km: number) => ({ lat: 59.4363 + km / 111.2 });
const rehouse = (world: World): Promise<void> => world.jobs.find(({ name }) => name === "reservations.rehouse")!.run(null);
const giveUp = async (world: World, station: string, doors: readonly Size[], place = {}): Promise<void> => {
  await world.station(doors, { id: station, status: "decommissioned", connected: false, ...place });
};
const moves = async (world: World): Promise<Payload<typeof Moved>[]> =>
  (await world.facts(Moved.type)).map(({ payload }) => Moved.payload.parse(payload));
const ends = async (world: World) => (await world.facts(Ended.type)).map(({ payload }) => Ended.payload.parse(payload).reason);
const get = async (world: World, id: string) => {
  const answer = await world.as("shop").reservations[":id"].$get({ param: { id } });
  assert.ok(answer.status === 200);
  return answer.json();
};
const many = (count: number): Size[] => Array.from({ length: count }, () => "small" as const);

test("an order goes to the nearest station with room: same owner, parcel and deadline; its new compartment is nobody else's (A10.3)", async () => {
  await using world = await startWorld(database);
  const old = await world.station(["small"], north(0));
  const [far, near, full] = [
    await world.station(["small"], north(3)),
    await world.station(["small"], north(2)),
    await world.station(["small"], north(1)),
  ];
  await world.order(full);
  const order = await world.order(old);
  const before = await get(world, order.id);
  await giveUp(world, old, ["small"], north(0));
  await rehouse(world);
  assert.deepEqual(await get(world, order.id), { ...before, station: near, compartment: 1 });
  assert.deepEqual(await moves(world), [
    {
      reservation: order.id,
      parcel: order.parcel,
      deliverBy: before.expiresAt,
      why: "station_gone",
      from: { station: old, compartment: 1 },
      to: { station: near, compartment: 1, size: "small", name: "Viru", address: "Viru väljak 4", lat: north(2).lat, lon: 24.7552 },
      isReturn: false,
    },
  ]);
  assert.deepEqual(
    [await world.states(near), await world.states(far), await world.states(old)],
    [["reserved"], ["available"], ["available"]],
  );
  assert.equal((await world.hold(near)).status, 409);
  await world.report(near, { type: "parcel_deposited", compartment: 1, parcel: order.parcel, evidence: "depositor", actor: "courier:x" });
  assert.deepEqual(
    [await world.state(order.id), await world.contradictions()],
    ["fulfilled", []],
    "the courier puts it in there as planned",
  );
});

test("of the exact size first, then a larger one; what is too small for the parcel is none (A2.7)", async () => {
  await using world = await startWorld(database);
  const old = await world.station(["medium", "medium", "medium"]);
  const [small, mixed] = [await world.station(["small"], north(1)), await world.station(["large", "medium"], north(2))];
  const orders = [await world.order(old, "medium"), await world.order(old, "medium"), await world.order(old, "medium")];
  await giveUp(world, old, ["medium", "medium", "medium"]);
  await rehouse(world);
  assert.deepEqual(
    (await moves(world)).map(({ to }) => [to.station, to.size]),
    [
      [mixed, "medium"],
      [mixed, "large"],
    ],
  );
  assert.deepEqual(await Promise.all(orders.map(({ id }) => world.state(id))), ["confirmed", "confirmed", "station_gone"]);
  assert.deepEqual(await world.states(small), ["available"]);
});

test("what was given more room than it needs asks for what it needs; dimensions told with the order count", async () => {
  await using world = await startWorld(database);
  const old = await world.station(["large", "large"]);
  const next = await world.station(["small", "large"], north(1));
  const [little, flat] = [await world.order(old, "small"), await world.hold(old, { size: "small" })];
  assert.ok(flat.status === 201);
  const long = (await flat.json()).id;
  const confirmed = await world.as("shop").reservations[":id"].confirm.$post({
    param: { id: long },
    header: { "idempotency-key": randomUUID() },
    json: {
      recipient: { name: "Ann", email: "ann@example.org" },
      dimensions: { lengthMm: 400, widthMm: 300, heightMm: 250, weightGrams: 900 },
    },
  });
  assert.equal(confirmed.status, 200);
  await giveUp(world, old, ["large", "large"]);
  await rehouse(world);
  assert.deepEqual([(await get(world, little.id)).size, (await get(world, long)).size], ["small", "large"]);
  assert.deepEqual(await world.states(next), ["reserved", "reserved"]);
});

test("with no room within five kilometres it ends with its reason, as do holds and what is overdue; what is inside stays", async () => {
  await using world = await startWorld(database);
  const doors = many(4);
  const old = await world.station(doors);
  const far = await world.station(many(4), north(5.2));
  const away = await world.station(many(4), { ...north(1), connected: false });
  const inside = await world.order(old);
  await world.report(old, {
    type: "parcel_deposited",
    compartment: inside.compartment,
    parcel: inside.parcel,
    evidence: "depositor",
    actor: "courier:x",
  });
  const order = await world.order(old);
  const held = await world.hold(old);
  assert.ok(held.status === 201);
  await giveUp(world, old, doors);
  await rehouse(world);
  assert.deepEqual([await world.state(order.id), await world.state((await held.json()).id)], ["station_gone", "station_gone"]);
  assert.deepEqual([await ends(world), await moves(world)], [["station_gone", "station_gone"], []]);
  assert.deepEqual([await world.state(inside.id), (await world.states(old)).toSorted()[2]], ["fulfilled", "available"]);
  assert.deepEqual([await world.states(far), await world.states(away)], [Array(4).fill("available"), Array(4).fill("available")]);

  const second = await world.station(["small"], north(5.2));
  const overdue = await world.order(second);
  await giveUp(world, second, ["small"], north(5.2));
  world.pass(6 * day);
  await rehouse(world);
  assert.equal(await world.state(overdue.id), "station_gone", "its time is over: nobody waits for it at another place");
});

test("two stations given up at once share what is free; heard twice is done once", async () => {
  await using world = await startWorld(database);
  const [a, b] = [await world.station(["small", "small"]), await world.station(["small", "small"], north(0.5))];
  const orders = [await world.order(a), await world.order(b), await world.order(a), await world.order(b)];
  const next = await world.station(many(3), north(1));
  for (let times = 0; times < 2; times++) {
    await giveUp(world, a, ["small", "small"]);
    await giveUp(world, b, ["small", "small"], north(0.5));
    await Promise.all([rehouse(world), rehouse(world)]);
    await rehouse(world);
  }
  assert.deepEqual(
    (await Promise.all(orders.map(({ id }) => get(world, id)))).map(({ state, station }) => [state, station === next]),
    [
      ["confirmed", true],
      ["confirmed", true],
      ["confirmed", true],
      ["ended", false],
    ],
    "never to the other one that goes, and the oldest first",
  );
  assert.deepEqual([(await moves(world)).length, await ends(world)], [3, ["station_gone"]]);
});

test("64 orders, 30 free compartments, three processes at work and customers who come meanwhile: each compartment is one's (I-01)", async () => {
  await using world = await startWorld(database);
  const doors = many(64);
  const old = await world.station(doors);
  const orders = await Promise.all(doors.map(() => world.order(old)));
  const [near, next] = [await world.station(many(20), north(1)), await world.station(many(14), north(2))];
  for (let i = 0; i < 4; i++) assert.equal((await world.hold(next, { holdMinutes: 60 })).status, 201);
  await giveUp(world, old, doors);
  const stranded = async () => (await world.facts()).length;
  for (let before = -1; before !== (await stranded());) {
    before = await stranded();
    await Promise.all([rehouse(world), rehouse(world), rehouse(world)]);
  }
  const now = await Promise.all(orders.map(({ id }) => get(world, id)));
  const live = now.filter(({ state }) => state === "confirmed");
  assert.equal(live.length, 30);
  assert.equal(new Set(live.map(({ station, compartment }) => `${station} ${compartment}`)).size, 30);
  assert.deepEqual(
    [live.filter(({ station }) => station === near).length, live.filter(({ station }) => station === next).length],
    [20, 10],
  );
  assert.equal(now.filter(({ endReason }) => endReason === "station_gone").length, 34);
  const told = await moves(world);
  assert.equal(told.length, 30);
  assert.deepEqual(new Set(told.map(({ reservation }) => reservation)), new Set(live.map(({ id }) => id)));
  assert.deepEqual([await world.states(near), await world.states(next)], [Array(20).fill("reserved"), Array(14).fill("reserved")]);
  assert.deepEqual(await world.states(old), Array(64).fill("available"));
});

test("a failure between two leaves each whole: what was moved is moved, the others go at the next look", async () => {
  await using world = await startWorld(database);
  const old = await world.station(many(3));
  const orders = [await world.order(old), await world.order(old), await world.order(old)];
  const next = await world.station(many(3), north(1));
  await giveUp(world, old, many(3));
  // The second one breaks after its compartment was taken and before it is told.
  await sql`create function reservations.break() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`.execute(
    world.db,
  );
  await sql
    .raw(
      `create trigger break before update of station on reservations.reservation for each row when (old.id = '${orders[1]!.id}') execute function reservations.break()`,
    )
    .execute(world.db);
  await rehouse(world);
  const stations = async () => (await Promise.all(orders.map(({ id }) => get(world, id)))).map(({ station }) => station === next);
  assert.deepEqual(await stations(), [true, false, true]);
  assert.equal((await world.states(next)).filter((state) => state === "reserved").length, 2);
  await sql`drop trigger break on reservations.reservation`.execute(world.db);
  await rehouse(world);
  assert.deepEqual([await stations(), (await moves(world)).length], [[true, true, true], 3]);
});

test("a compartment whose hold has lapsed is room, and the lapsed hold ends as lapsed; cancelling a moved order frees its new place", async () => {
  await using world = await startWorld(database);
  const old = await world.station(["small"]);
  const next = await world.station(["small"], north(1));
  const order = await world.order(old);
  const held = await world.hold(next, { holdMinutes: 1 });
  assert.ok(held.status === 201);
  world.pass(60_000);
  await giveUp(world, old, ["small"]);
  await rehouse(world);
  assert.deepEqual([await world.state((await held.json()).id), (await get(world, order.id)).station], ["lapsed", next]);
  const cancelled = await world.as("shop").reservations[":id"].cancel.$post({ param: { id: order.id } });
  assert.ok(cancelled.status === 200 && (await cancelled.json()).endReason === "cancelled");
  assert.deepEqual([await world.states(next), await ends(world)], [["available"], ["lapsed", "cancelled"]]);
});

test("orders cancelled while they move end once, and no compartment stays taken at either place (I-01, I-09)", async () => {
  await using world = await startWorld(database);
  const doors = many(20);
  const old = await world.station(doors);
  const orders = await Promise.all(doors.map(() => world.order(old)));
  const next = await world.station(doors, north(1));
  await giveUp(world, old, doors);
  const cancelAll = orders.map(({ id }) => world.as("shop").reservations[":id"].cancel.$post({ param: { id } }));
  const [answers] = await Promise.all([Promise.all(cancelAll), rehouse(world), rehouse(world)]);
  await rehouse(world);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.deepEqual(new Set(await Promise.all(orders.map(({ id }) => world.state(id)))), new Set(["cancelled"]));
  assert.deepEqual([await world.states(old), await world.states(next)], [Array(20).fill("available"), Array(20).fill("available")]);
  assert.deepEqual(await ends(world), Array(20).fill("cancelled"));
});
