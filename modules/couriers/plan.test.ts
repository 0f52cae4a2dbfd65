import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { couriersMigrations } from "./migrations.ts";
import { start } from "./testing.ts";
import { blue, customer, kim, lee, north, pat, red, south, support } from "./testing-neighbours.ts";

const database = await testDatabase([couriersMigrations]);
after(() => database[Symbol.asyncDispose]());

test("a carrier makes a route of ids, labels and numbers; the courier sees it, starts it, and the parcels have set out", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2"), w.parcel("RED-3", { station: south })];
  const made = await w.route([
    { station: north, parcels: [a.id, "red 2"] },
    { station: south, parcels: [c.number] },
  ]);
  assert.deepEqual(
    made.stops.map((stop) => [stop.position, stop.name, stop.drops.map((drop) => drop.parcel)]),
    [
      [1, "North", [a.id, b.id]],
      [2, "South", [c.id]],
    ],
  );
  const mine = await w.as(kim).my.route.$get();
  assert.ok(mine.status === 200 && (await mine.json()).id === made.id);
  const started = await w.as(kim).routes[":id"].start.$post({ param: { id: made.id } });
  assert.ok(started.status === 200 && (await started.json()).state === "active");
  assert.deepEqual(
    (await w.facts("couriers.route_started")).map((fact) => [fact["route"], (fact["parcels"] as string[]).toSorted()]),
    [[made.id, [a.id, b.id, c.id].toSorted()]],
  );
  const again = await w.as(kim).routes[":id"].start.$post({ param: { id: made.id } });
  assert.ok(again.status === 409 && (await again.json()).code === "wrong_state");
  assert.equal((await w.facts("couriers.route_started")).length, 1);
});

test("the same key makes one route, also eight times at once; another body under it is refused", async () => {
  await using w = await start(database);
  w.parcel("RED-1");
  const wish = {
    header: { "idempotency-key": "k" },
    json: { name: "Round", day: "2026-03-01", courier: kim.id, stops: [{ station: north, parcels: ["RED-1"] }] },
  };
  const answers = await Promise.all(Array.from({ length: 8 }, () => w.as(red).routes.$post(wish)));
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id));
  assert.equal(new Set(ids).size, 1);
  assert.equal((await w.db.selectFrom("couriers.route").selectAll().execute()).length, 1);
  assert.equal((await w.as(red).routes.$post({ ...wish, json: { ...wish.json, name: "Other" } })).status as number, 422);
  assert.equal((await w.as(red).routes.$post({ ...wish, header: {} })).status, 400);
});

test("what is not this carrier's, not for that station, or no longer to be delivered is named and refused whole", async () => {
  await using w = await start(database);
  w.parcel("RED-1");
  w.parcel("RED-2", { station: south });
  w.parcel("RED-3", { state: "stored" });
  w.parcel("BLUE-1", { of: "blue" });
  const foreign = w.parcel("BLUE-2", { of: "blue" });
  const ask = (parcels: string[], station = north, courier = kim.id) =>
    w.as(red).routes.$post({
      header: { "idempotency-key": systemNewId() },
      json: { name: "Round", day: "2026-03-01", courier, stops: [{ station, parcels }] },
    });
  for (const text of ["RED-2", "RED-3", "BLUE-1", foreign.id, foreign.number, "nothing", systemNewId()]) {
    const answer = await ask(["RED-1", text]);
    assert.ok(answer.status === 422, text);
    const told = await answer.json();
    assert.deepEqual([told.code, told["parcels"]], ["unknown_parcel", [text]]);
  }
  assert.equal((await ask(["RED-1"], systemNewId())).status, 422, "no such station");
  for (const courier of [pat.id, systemNewId()]) {
    const answer = await ask(["RED-1"], north, courier);
    assert.ok(answer.status === 404 && (await answer.json()).code === "not_found", "another carrier's courier is none of ours");
  }
  assert.equal((await w.db.selectFrom("couriers.route").selectAll().execute()).length, 0);
  assert.equal((await ask(["RED-1"])).status, 201);
});

test("two carriers, three couriers, routes and ids: a foreign one is not found by any verb", async () => {
  await using w = await start(database);
  const a = w.parcel("RED-1");
  const b = w.parcel("BLUE-1", { of: "blue" });
  const reds = await w.setOut([{ station: north, parcels: [a.id] }]);
  const blues = await w.setOut([{ station: north, parcels: [b.id] }], { by: blue, to: pat });
  const scan = await w.scanned(reds.id, "RED-1");
  await w.opened(a);
  await w.closed(a);
  for (const stranger of [lee, pat]) {
    const api = w.as(stranger);
    const param = { id: reds.id };
    const answers = await Promise.all([
      api.routes[":id"].$get({ param }),
      api.routes[":id"].start.$post({ param }),
      w.scan(reds.id, "RED-1", { by: stranger }),
      api.scans[":id"].$get({ param: { id: scan.id } }),
      api.scans[":id"].deposited.$post({ param: { id: scan.id } }),
      api.scans[":id"].abandon.$post({ param: { id: scan.id }, json: { reason: "other" } }),
    ]);
    for (const answer of answers) assert.ok(answer.status === 404 && ((await answer.json()) as { code: string }).code === "not_found");
  }
  const own = w.as(red);
  assert.equal((await own.routes[":id"].$get({ param: { id: blues.id } })).status, 404);
  assert.equal(
    (await own.routes[":id"].parcels.$post({ param: { id: blues.id }, json: { station: north, parcels: ["RED-1"] } })).status,
    404,
  );
  const list = await own.routes.$get({ query: {} });
  assert.ok(list.status === 200);
  assert.deepEqual(
    (await list.json()).routes.map((route) => route.id),
    [reds.id],
  );
  const none = await w.as(lee).my.route.$get();
  assert.ok(none.status === 404 && (await none.json()).code === "no_route");
  assert.equal((await w.dropOf(reds.id, a)).drop.state, "opened");
  for (const actor of [customer, { ...red, scopes: ["parcels" as const] }])
    assert.equal((await w.as(actor).routes.$get({ query: {} })).status, 403);
  assert.equal((await w.as(support).routes.$get({ query: {} })).status, 200);
  for (const actor of [customer, support, red]) assert.equal((await w.as(actor).my.route.$get()).status, 403);
  assert.equal((await w.as().my.route.$get()).status, 401);
  assert.equal((await w.as(support).routes[":id"].$get({ param: { id: reds.id } })).status, 200);
});

test("a route that is finished stays the courier's until another one of today is planned", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("RED-1"), w.parcel("RED-2")];
  await w.setOut([{ station: north, parcels: [a.id] }]);
  await w.report({ type: "parcel_deposited", compartment: a.compartment, parcel: a.id, evidence: "depositor", actor: `courier:${kim.id}` });
  const mine = async () => {
    const answer = await w.as(kim).my.route.$get();
    return answer.status === 200 ? await answer.json() : undefined;
  };
  assert.equal((await mine())?.state, "done");
  const second = await w.route([{ station: north, parcels: [b.id] }]);
  assert.equal((await mine())?.id, second.id);
});

test("today is the day at the first stop; the active route goes before it; one route at a time", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("RED-1"), w.parcel("RED-2")];
  const tomorrow = await w.route([{ station: north, parcels: [b.id] }], { day: "2026-03-02" });
  const today = await w.route([{ station: north, parcels: [a.id] }]);
  const mine = async () => {
    const answer = await w.as(kim).my.route.$get();
    return answer.status === 200 ? (await answer.json()).id : undefined;
  };
  assert.equal(await mine(), today.id);
  w.pass(13 * 60 + 59);
  assert.equal(await mine(), today.id, "23:59 in Tallinn");
  w.pass(1);
  assert.equal(await mine(), tomorrow.id, "midnight in Tallinn, 22:00 in Greenwich");
  assert.equal((await w.as(kim).routes[":id"].start.$post({ param: { id: today.id } })).status, 200);
  assert.equal(await mine(), today.id);
  const second = await w.as(kim).routes[":id"].start.$post({ param: { id: tomorrow.id } });
  assert.ok(second.status === 409 && (await second.json()).code === "wrong_state");
});

test("parcels are added to a route under way and have set out; a planned or an old route gives its parcels to a new one, an active one of today does not", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2", { station: south }), w.parcel("RED-3")];
  const first = await w.setOut([{ station: north, parcels: [a.id] }]);
  const add = (route: string, station: string, parcels: string[]) =>
    w.as(red).routes[":id"].parcels.$post({ param: { id: route }, json: { station, parcels } });
  const added = await add(first.id, south, ["RED-2"]);
  assert.ok(added.status === 200);
  assert.deepEqual(
    (await added.json()).stops.map((stop) => [stop.position, stop.station, stop.drops.length]),
    [
      [1, north, 1],
      [2, south, 1],
    ],
  );
  assert.equal((await add(first.id, south, ["RED-2"])).status, 200, "twice is once");
  assert.deepEqual(
    (await w.facts("couriers.route_started")).map((fact) => fact["parcels"]),
    [[a.id], [b.id]],
  );

  const busy = await w.as(red).routes.$post({
    header: { "idempotency-key": "x" },
    json: { name: "Other", day: "2026-03-01", courier: lee.id, stops: [{ station: north, parcels: [a.id] }] },
  });
  assert.ok(busy.status === 422 && (await busy.json()).code === "unknown_parcel");
  const planned = await w.route([{ station: north, parcels: [c.id] }], { to: lee });
  const taken = await w.route([{ station: north, parcels: [c.id] }], { day: "2026-03-02" });
  assert.equal((await w.dropOf(planned.id, c)).drop.state, "skipped");
  assert.equal((await w.dropOf(taken.id, c)).drop.state, "open");
  await w.route(
    [
      { station: north, parcels: [a.id] },
      { station: south, parcels: [b.id] },
    ],
    { day: "2026-03-02", to: lee },
  );
  assert.equal((await w.dropOf(first.id, a)).state, "done", "nothing is left of yesterday's");
  const late = await add(first.id, north, ["RED-1"]);
  assert.ok(late.status === 409 && (await late.json()).code === "wrong_state");
});

test("a cancelled parcel leaves the route, one that was brought otherwise counts, a changed compartment is followed", async () => {
  await using w = await start(database);
  const [a, b, c] = [w.parcel("RED-1"), w.parcel("RED-2"), w.parcel("RED-3")];
  const { id } = await w.setOut([{ station: north, parcels: [a.id, b.id, c.id] }]);
  const moved = (of: typeof a, to: "cancelled" | "delivered" | "shipped", compartment = of.compartment) =>
    w.say(ParcelMoved, {
      parcel: of.id,
      reservation: null,
      station: north,
      compartment,
      owner: "shop:x",
      carrier: "red",
      number: of.number,
      from: "reserved",
      to,
      expiresAt: null,
    });
  await moved(a, "cancelled");
  await moved(b, "shipped", 77);
  assert.equal((await w.dropOf(id, a)).drop.state, "skipped");
  assert.equal((await w.dropOf(id, b)).drop.compartment, 77);
  await moved(b, "delivered", 77);
  assert.equal((await w.dropOf(id, b)).drop.state, "deposited");
  assert.equal((await w.dropOf(id, b)).state, "active");
  await moved(c, "cancelled");
  assert.equal((await w.dropOf(id, c)).state, "done");
});

test("nonsense is malformed", async () => {
  await using w = await start(database);
  w.as(red);
  w.as(kim);
  const post = async (path: string, body: string, actor: unknown) =>
    (
      await w.module.routes.request(path, {
        method: "POST",
        body,
        headers: { authorization: JSON.stringify(actor), "content-type": "application/json", "idempotency-key": "k" },
      })
    ).status;
  const good = { name: "Round", day: "2026-03-01", courier: kim.id, stops: [{ station: north, parcels: ["RED-1"] }] };
  for (const body of [
    "",
    "{",
    "null",
    "{}",
    { ...good, day: "2026-02-30" },
    { ...good, stops: [] },
    { ...good, state: "done" },
    { ...good, courier: "kim" },
    { ...good, stops: [{ station: "../1", parcels: ["RED-1"] }] },
  ]) {
    assert.equal(await post("/routes", typeof body === "string" ? body : JSON.stringify(body), red), 400, JSON.stringify(body));
  }
  const many = Array.from({ length: 200 }, () => ({ station: north, parcels: Array.from({ length: 20 }, () => systemNewId()) }));
  assert.equal(await post("/routes", JSON.stringify({ ...good, stops: many }), red), 400, "too many parcels");
  for (const body of [
    "{}",
    JSON.stringify({ station: north, barcode: "abc" }),
    JSON.stringify({ station: north, barcode: "x".repeat(300) }),
    JSON.stringify({ station: north, barcode: 1234 }),
  ]) {
    assert.equal(await post(`/routes/${systemNewId()}/scans`, body, kim), 400, body);
  }
  assert.equal(await post("/routes/1/start", "", kim), 400);
});
