import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Actor } from "@pigeonhole/identity/contract";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { parcelsMigrations } from "./migrations.ts";
import { ann, blue, books, neighbour, red, start, station, support } from "./testing.ts";

const database = await testDatabase([parcelsMigrations]);
after(() => database[Symbol.asyncDispose]());

const wish = {
  station,
  orderId: "A-77",
  barcode: "RED 0001",
  recipient: { name: "Ann Lind", email: "ann@example.org" },
  size: "small" as const,
};

test("a carrier announces a parcel: held and confirmed in its name, there at once, the same answer for the same key", async () => {
  await using w = await start(database);
  const create = (key: string, json = wish, actor: Actor = red) => w.as(actor).parcels.$post({ header: { "idempotency-key": key }, json });
  const answers = await Promise.all(Array.from({ length: 8 }, () => create("k1")));
  const bodies = await Promise.all(answers.map((answer) => answer.json()));
  for (const [i, answer] of answers.entries()) {
    assert.equal(answer.status, 201);
    assert.deepEqual(bodies[i], bodies[0]);
  }
  const { parcel } = bodies[0] as { parcel: string };
  assert.deepEqual([...new Set(w.calls)], [`hold for carrier:${red.tenant}`, `confirm for carrier:${red.tenant} by red`]);
  const seen = await w.as(red).parcels[":id"].$get({ param: { id: parcel } });
  assert.ok(seen.status === 200);
  assert.deepEqual(
    [(await seen.json()).barcode, (await w.as(ann).parcels[":id"].$get({ param: { id: parcel } })).status],
    ["RED 0001", 200],
  );
  await w.confirm({ parcel, owner: `carrier:${red.tenant}`, barcode: "RED 0001" });
  assert.deepEqual(await w.moves(parcel), ["null → reserved"], "the fact that follows makes no second one");
  const other = await create("k1", { ...wish, orderId: "A-78" });
  assert.ok((other.status as number) === 422 && ((await other.json()) as unknown as { code: string }).code === "idempotency_key_reused");
  assert.equal((await w.as(red).parcels.$post({ header: {}, json: wish })).status, 400);
  assert.equal(
    (await create("k1", { ...wish, barcode: "BLUE 0001" }, blue)).status,
    201,
    "another carrier's key of the same name is another key",
  );
});

test("announcing is broken at every step and completed by the repetition: one hold, one confirmation, one parcel", async () => {
  for (const step of ["hold", "confirm", "confirmed"] as const) {
    await using w = await start(database);
    const create = () => w.as(red).parcels.$post({ header: { "idempotency-key": "k1" }, json: wish });
    w.fail.step = step;
    assert.equal((await create()).status as number, 500, step);
    const answer = await create();
    assert.ok(answer.status === 201, step);
    assert.equal(w.calls.filter((call) => call.startsWith("confirm")).length, 1, step);
    assert.equal((await w.get((await answer.json()).parcel)).state, "reserved");
  }
});

test("a hold that ran out is claimed anew; a full station is told with what else there is; a shop's parcel comes by the fact", async () => {
  await using w = await start(database);
  w.fail.step = "expired";
  assert.equal((await w.as(red).parcels.$post({ header: { "idempotency-key": "k1" }, json: wish })).status, 201);
  assert.equal(w.calls.filter((call) => call.startsWith("hold")).length, 2);
  w.fail.step = "full";
  const full = await w.as(red).parcels.$post({ header: { "idempotency-key": "k2" }, json: { ...wish, barcode: "RED 2" } });
  assert.ok(full.status === 409);
  const told = await full.json();
  assert.deepEqual([told.code, told["reason"], told["alternatives"]], ["not_accepted", "station_full", ["elsewhere"]]);
  assert.equal((await w.as(books).parcels.$post({ header: { "idempotency-key": "k1" }, json: wish })).status, 201);
  assert.ok(w.calls.includes(`confirm for shop:${books.tenant} by null`));
  assert.equal((await w.as(ann).parcels.$post({ header: { "idempotency-key": "k1" }, json: wish })).status, 403);
  assert.equal(
    (await w.as({ ...red, scopes: ["couriers"] }).parcels.$post({ header: { "idempotency-key": "k9" }, json: wish })).status,
    403,
  );
});

test("a label stands for one parcel that a carrier has under way, and is free again afterwards", async () => {
  await using w = await start(database);
  const create = async (key: string, barcode: string, actor: Actor = red) =>
    w.as(actor).parcels.$post({ header: { "idempotency-key": key }, json: { ...wish, barcode } });
  const first = await create("k1", "RED-0001");
  assert.ok(first.status === 201);
  const taken = await create("k2", "red 0001");
  assert.ok(taken.status === 409 && (await taken.json()).code === "barcode_taken");
  assert.equal((await create("k3", "red 0001", blue)).status, 201, "another carrier's labels are its own");
  const byFact = await w.confirm({ barcode: "RED0001" });
  const seen = await w.get(byFact);
  assert.equal(seen.barcode, seen.number, "an order is not lost for a label that is taken");

  const label = (id: string, barcode: string, actor: Actor = red) =>
    w.as(actor).parcels[":id"].barcode.$put({ param: { id }, json: { barcode } });
  const clash = await label(byFact, "RED0001");
  assert.ok(clash.status === 409 && (await clash.json()).code === "barcode_taken");
  const right = await label(byFact, "RED 2");
  assert.ok(right.status === 200 && (await right.json()).barcode === "RED 2");
  assert.equal((await label(byFact, "RED 3", blue)).status, 404);
  const { parcel } = await first.json();
  await w.report(parcel, "parcel_deposited");
  const late = await label(parcel, "RED 9");
  assert.ok(late.status === 409 && (await late.json()).code === "wrong_state");
  await w.report(parcel, "parcel_collected");
  assert.equal((await create("k4", "RED-0001")).status, 201);
});

test("modules find by label, number and id, and ask whom to tell; nobody else may", async () => {
  await using w = await start(database);
  const parcel = await w.confirm({ barcode: "]C1AB-12" });
  const { number } = await w.get(parcel);
  const find = async (query: { barcode?: string; barcodes?: string[]; ids?: string; carrier?: string }) => {
    const answer = await w.as(neighbour).internal.parcels.$get({ query });
    assert.ok(answer.status === 200);
    return (await answer.json()).parcels.map(({ id }) => id);
  };
  for (const query of [
    { barcode: "ab 12" },
    { barcode: number },
    { barcode: `${number.slice(0, 4)} ${number.slice(4, 8)} ${number.slice(8)}` },
    { barcodes: ["zz99", "*AB12*"] },
    { ids: `${systemNewId()},${parcel}` },
    { barcode: "AB12", carrier: "red" },
  ]) {
    assert.deepEqual(await find(query), [parcel], JSON.stringify(query));
  }
  for (const query of [{}, { barcode: "AB13" }, { barcode: "AB12", carrier: "blue" }, { barcode: "%" }, { ids: "" }])
    assert.deepEqual(await find(query), [], JSON.stringify(query));
  assert.equal((await w.as(neighbour).internal.parcels.$get({ query: { ids: "x" } })).status, 400);
  const whom = await w.as(neighbour).internal.parcels[":id"].recipient.$get({ param: { id: parcel } });
  assert.ok(whom.status === 200);
  assert.deepEqual((await whom.json()).recipient, { name: "Ann Lind", email: "ann@example.org", phone: null, language: "en" });
  assert.equal((await w.as(neighbour).internal.parcels[":id"].recipient.$get({ param: { id: systemNewId() } })).status, 404);
  for (const actor of [ann, red, support]) {
    assert.equal((await w.as(actor).internal.parcels.$get({ query: {} })).status, 403);
    assert.equal((await w.as(actor).internal.parcels[":id"].recipient.$get({ param: { id: parcel } })).status, 403);
  }
  const { rows } = await sql<{ row: string }>`select t::text as row from parcels.parcel t`.execute(w.db);
  assert.ok(!rows[0]!.row.includes("Lind") && !rows[0]!.row.includes("example.org"), "sealed at rest");
});

test("nonsense is malformed", async () => {
  await using w = await start(database);
  const headers = { authorization: JSON.stringify(red), "content-type": "application/json", "idempotency-key": "k" };
  w.as(red);
  for (const body of [
    "{",
    "[]",
    "{}",
    JSON.stringify({ ...wish, state: "collected" }),
    JSON.stringify({ ...wish, station: "../1" }),
    JSON.stringify({ ...wish, recipient: { name: "x", email: "x" } }),
    JSON.stringify({ ...wish, size: "huge" }),
  ]) {
    assert.equal((await w.module.routes.request("/parcels", { method: "POST", body, headers })).status, 400, body);
  }
  for (const path of [
    "/parcels/1",
    "/parcels/..%2f..",
    "/parcels?limit=0",
    "/parcels?limit=1e9",
    "/parcels?number=１２３４５６７８９０１２",
    "/parcels?before=x",
  ]) {
    const answer = await w.module.routes.request(path, { headers: { authorization: JSON.stringify(red) } });
    assert.ok(answer.status === 400 || answer.status === 404, `${path}: ${answer.status}`);
  }
});
