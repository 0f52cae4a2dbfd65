import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { compartmentMoves, compartmentStates, reservationMoves, reservationStates } from "./lifecycle.ts";
import { Confirmed, Ended, Held } from "./events.ts";
import { reservationsMigrations } from "./migrations.ts";
import { owners, startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
const minute = 60_000;

test("sixty-four customers want thirty compartments: thirty get one each, thirty-four are told that it is full", async () => {
  await using world = await startWorld(database);
  const station = await world.station(Array.from({ length: 30 }, () => "medium"));
  const answers = await Promise.all(Array.from({ length: 64 }, () => world.hold(station, { size: "medium" })));
  assert.deepEqual(Object.groupBy(answers, (answer) => answer.status)[201]?.length, 30);
  const full = answers.filter((answer) => answer.status === 409);
  assert.equal(full.length, 34, answers.map(({ status }) => status).join(" "));
  for (const answer of full) assert.equal(((await answer.json()) as { code: string }).code, "station_full");
  const rows = await world.db.selectFrom("reservations.reservation").select("compartment").execute();
  assert.equal(new Set(rows.map((row) => row.compartment)).size, 30);
  const facts = await world.facts();
  assert.equal(facts.length, 30, "no fact is invented");
  for (const { payload } of facts) Held.payload.parse(payload);
  assert.deepEqual(new Set(await world.states(station)), new Set(["reserved"]));
  assert.equal(
    (await sql<{ n: number }>`select count(*) as n from kit.idempotency`.execute(world.db)).rows[0]?.n,
    30,
    "a refusal keeps no key",
  );
});

test("one key is one effect, thirty-two times at once as well as later; another order under it is refused; another shop's key is another key", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small", "small"]);
  const key = "order-1";
  const answers = await Promise.all(Array.from({ length: 32 }, () => world.hold(station, { key })));
  const bodies = await Promise.all(
    [...answers, await world.hold(station, { key })].map((answer) => (assert.equal(answer.status, 201), answer.json())),
  );
  for (const body of bodies) assert.deepEqual(body, bodies[0]);
  assert.equal((await world.facts()).length, 1);
  const reused = await world.hold(station, { key, size: "large" });
  assert.equal(((await reused.json()) as { code: string }).code, "idempotency_key_reused");
  assert.equal(reused.status as number, 422);
  const theirs = await world.hold(station, { key, by: "other" });
  assert.ok(theirs.status === 201 && (await theirs.json()).id !== (bodies[0] as { id: string }).id);
});

test("thirty-two attempts with one key on the last compartment give one answer, never “full”", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const answers = await Promise.all(Array.from({ length: 32 }, () => world.hold(station, { key: "k" })));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([201]));
  assert.equal((await world.hold(station)).status, 409);
});

test("the exact size is taken before a larger one, and a larger one when the exact ones are gone (A2.7)", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["oversized", "large", "small", "medium"]);
  const sizes: unknown[] = [];
  for (let i = 0; i < 4; i++) sizes.push(((await (await world.hold(station)).json()) as { size: string }).size);
  assert.deepEqual(sizes, ["small", "medium", "large", "oversized"]);
  assert.equal((await world.hold(station)).status, 409);
});

test("a hold blocks until the very instant it expires; then its compartment serves the next, and its end is told once", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const first = await world.hold(station, { holdMinutes: 10 });
  assert.ok(first.status === 201);
  const { id } = await first.json();
  world.pass(10 * minute - 1);
  assert.equal((await world.hold(station)).status, 409);
  assert.equal(await world.state(id), "held");
  world.pass(1);
  assert.equal(await world.state(id), "lapsed", "also before anybody has recorded it");
  assert.deepEqual(await world.states(station), ["available"]);
  const late = await world.confirm(id);
  assert.ok(late.status === 410 && (await late.json()).code === "hold_expired");
  assert.equal((await world.hold(station)).status, 201);
  await world.jobs[0]!.run(null);
  const ended = await world.facts(Ended.type);
  assert.deepEqual(
    ended.map(({ payload }) => Ended.payload.parse(payload)),
    [{ reservation: id, station, compartment: 1, parcel: null, reason: "lapsed", isReturn: false }],
  );
  assert.equal((await world.confirm(id)).status, 410);
});

test("the job records what has lapsed, holds at once, confirmed ones after their window and only where the station is connected", async () => {
  await using world = await startWorld(database);
  const [here, away] = [await world.station(["small", "small"]), await world.station(["small"])];
  const [order, remote] = [await world.order(here), await world.order(away)];
  assert.equal((await world.hold(here)).status, 201);
  await world.station(["small"], { id: away, connected: false });
  world.pass(5 * 24 * 60 * minute - 1);
  await world.jobs[0]!.run(null);
  assert.deepEqual((await world.states(here)).toSorted(), ["available", "reserved"]);
  world.pass(1);
  assert.equal(await world.state(order.id), "lapsed");
  await world.jobs[0]!.run(null);
  assert.deepEqual(await world.states(here), ["available", "available"]);
  assert.equal(await world.state(remote.id), "confirmed", "a station that is away may have the parcel");
  await world.station(["small"], { id: away });
  await world.jobs[0]!.run(null);
  assert.equal(await world.state(remote.id), "lapsed");
  const ended = (await world.facts(Ended.type)).map(({ payload }) => Ended.payload.parse(payload));
  assert.equal(ended.length, 3);
  assert.ok(ended.some(({ parcel }) => parcel === order.parcel));
});

test("confirming expects a parcel, tells with a sealed recipient, and is the same twice", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const held = await world.hold(station);
  assert.ok(held.status === 201);
  const { id } = await held.json();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => world.confirm(id, { key: "k", barcode: "JJEE123456", service: "prime", deliverWithinDays: 2 })),
  );
  const bodies = await Promise.all(answers.map((answer) => (assert.equal(answer.status, 200), answer.json())));
  for (const body of bodies) assert.deepEqual(body, bodies[0]);
  const facts = (await world.facts(Confirmed.type)).map(({ payload }) => Confirmed.payload.parse(payload));
  assert.equal(facts.length, 1);
  const { parcel, owner, carrier, barcode, deliverBy, sealedRecipient } = facts[0]!;
  assert.deepEqual([owner, carrier, barcode, deliverBy], [owners.shop, "post", "JJEE123456", "2026-01-07T12:00:00.000Z"]);
  assert.deepEqual(JSON.parse(await world.personal.open(world.db, `recipient|${parcel}`, sealedRecipient)), {
    name: "Ann Tamm",
    email: "ann@example.org",
    phone: null,
    language: "en",
  });
  assert.equal(JSON.stringify(facts).includes("ann@"), false);
  assert.equal(facts[0]!.conditions, null);
  const other = await world.hold(await world.station(["small"]), { by: "customer" });
  assert.ok(other.status === 201);
  assert.equal(
    (await world.confirm((await other.json()).id, { by: "customer", ageCheck: 18 })).status,
    403,
    "N11: a shop asks for it, nobody else",
  );
  const again = await world.confirm(id);
  assert.ok(again.status === 409 && (await again.json()).code === "wrong_state");
  assert.deepEqual(
    (await world.doors(station)).map(({ state, parcel }) => [state, parcel]),
    [["reserved", parcel]],
  );
});

test("cancelling frees the compartment once, whether held or confirmed, and twice is the same", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const order = await world.order(station);
  const cancel = (by = "shop") => world.as(by).reservations[":id"].cancel.$post({ param: { id: order.id } });
  assert.deepEqual(
    (await Promise.all([cancel(), cancel(), cancel()])).map((answer) => answer.status),
    [200, 200, 200],
  );
  assert.equal((await world.facts(Ended.type)).length, 1);
  assert.deepEqual(await world.states(station), ["available"]);
  const next = await world.order(station);
  assert.equal((await cancel()).status, 200);
  assert.equal(await world.state(next.id), "confirmed", "the next customer's reservation is untouched");
});

test("another's reservation is not found, a key without the scope, a courier and nobody at all are told so", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small"]);
  const { id } = await world.order(station);
  for (const by of ["other", "customer"]) {
    assert.equal((await world.as(by).reservations[":id"].$get({ param: { id } })).status, 404, by);
    assert.equal((await world.as(by).reservations[":id"].cancel.$post({ param: { id } })).status, 404, by);
    assert.equal((await world.confirm(id, { by })).status, 404, by);
  }
  assert.equal((await world.as("operator").reservations[":id"].$get({ param: { id } })).status, 200);
  const refused = { unscoped: 403, courier: 403, operator: 403, nobody: 401 };
  for (const [by, status] of Object.entries(refused)) assert.equal((await world.hold(station, { by })).status as number, status, by);
  for (const by of ["shop", "customer", "courier"]) {
    assert.equal((await world.as(by).stations[":station"].compartments.$get({ param: { station } })).status as number, 403, by);
    assert.equal((await world.as(by).stations[":station"].reservations.$get({ param: { station } })).status as number, 403, by);
  }
  const mine = await world.as("module", { "on-behalf-of": owners.other }).stations[":station"].holds.$post({
    param: { station },
    header: { "idempotency-key": "m", "on-behalf-of": owners.other },
    json: { orderId: "o", size: "small" },
  });
  assert.ok(mine.status === 201);
  assert.equal((await world.as("other").reservations[":id"].$get({ param: { id: (await mine.json()).id } })).status, 200);
});

test("nonsense is malformed, each with a problem document, and nothing happens", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const post = (body: string, headers: Record<string, string> = {}, path = `/stations/${station}/holds`) =>
    world.routes.request(path, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-as": "shop", "idempotency-key": randomUUID(), ...headers },
    });
  const good = '{"orderId":"o","size":"small"}';
  const bodies = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"orderId":"o"}',
    '{"orderId":"o","size":"huge"}',
    '{"orderId":"","size":"small"}',
    '{"orderId":"a\\u0000b","size":"small"}',
    '{"orderId":"\\ud800","size":"small"}',
    '{"orderId":"o","size":"small","holdMinutes":0}',
    '{"orderId":"o","size":"small","holdMinutes":61}',
    '{"orderId":"o","size":"small","holdMinutes":1e309}',
    '{"orderId":"o","size":"small","state":"confirmed"}',
    '{"orderId":"o","size":"small","owner":"shop:x"}',
    '{"orderId":"o","dimensions":{"lengthMm":-1,"widthMm":1,"heightMm":1,"weightGrams":1}}',
    '{"orderId":"o","dimensions":{"lengthMm":1.5,"widthMm":1,"heightMm":1,"weightGrams":1}}',
    '{"orderId":"o","dimensions":{"lengthMm":9007199254740993,"widthMm":1,"heightMm":1,"weightGrams":1}}',
    `${"[".repeat(10_000)}${"]".repeat(10_000)}`,
  ];
  for (const body of bodies) {
    const answer = await post(body);
    assert.equal(answer.status, 400, body.slice(0, 80));
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  assert.equal((await post(good, { "idempotency-key": "" })).status, 400);
  assert.equal((await post(good, { "idempotency-key": "k".repeat(256) })).status, 400);
  assert.equal((await post(good, { "content-type": "text/plain" })).status, 415);
  assert.equal((await post(`{"orderId":"${"x".repeat(1_100_000)}"}`, { "content-length": "1100020" })).status, 413);
  for (const path of ["/stations/7/holds", "/stations/%00/holds"]) assert.equal((await post(good, {}, path)).status, 400, path);
  assert.equal((await post(good, {}, `/stations/${randomUUID()}/holds`)).status, 404);
  assert.equal((await post("{}", {}, `/reservations/${randomUUID()}/confirm`)).status, 400);
  assert.equal((await world.hold(station.toUpperCase())).status, 201, "upper case is the same id");
  assert.equal((await world.facts()).length, 1);
});

test("the database itself refuses a double claim, an illegal move, and the revival of what has ended", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { id } = await world.order(station);
  const refusedBy = (constraint: string) => (error: unknown) => (error as { constraint?: string }).constraint === constraint;
  const copy = sql`insert into reservations.reservation select ${randomUUID()}, station, compartment, size, 'held', null, owner, order_id, null, expires_at, held_at, null from reservations.reservation where id = ${id}`;
  await assert.rejects(copy.execute(world.db), refusedBy("one_live_claim"));
  for (const from of compartmentStates)
    for (const to of compartmentStates.filter((state) => state !== from)) {
      const attempt = world.db.transaction().execute(async (tx) => {
        const until = (state: string) => (state === "reserved" ? world.now() : null);
        await sql`alter table reservations.compartment disable trigger legal_move`.execute(tx);
        await sql`update reservations.compartment set reservation = null, parcel = null, state = ${from}, until = ${until(from)}`.execute(
          tx,
        );
        await sql`alter table reservations.compartment enable trigger legal_move`.execute(tx);
        await sql`update reservations.compartment set state = ${to}, until = ${until(to)}`.execute(tx);
        throw new Error("allowed");
      });
      await assert.rejects(
        attempt,
        (error: unknown) => (compartmentMoves[from].includes(to) ? (error as Error).message === "allowed" : refusedBy("legal_move")(error)),
        `${from} → ${to}`,
      );
    }
  for (const from of reservationStates.filter((state) => state !== "ended"))
    for (const to of reservationStates.filter((state) => state !== from)) {
      const attempt = world.db.transaction().execute(async (tx) => {
        const set = (state: string) => sql`update reservations.reservation set state = ${state}, parcel = coalesce(parcel, ${randomUUID()}),
          end_reason = ${state === "ended" ? "lapsed" : null}, ended_at = ${state === "ended" ? world.now() : null} where id = ${id}`;
        await sql`alter table reservations.reservation disable trigger legal_move, drop constraint confirmed_has_parcel`.execute(tx);
        await set(from).execute(tx);
        await sql`alter table reservations.reservation enable trigger legal_move`.execute(tx);
        await set(to).execute(tx);
        throw new Error("allowed");
      });
      await assert.rejects(
        attempt,
        (error: unknown) => (reservationMoves[from].includes(to) ? (error as Error).message === "allowed" : refusedBy("legal_move")(error)),
        `${from} → ${to}`,
      );
    }
  await world.as("shop").reservations[":id"].cancel.$post({ param: { id } });
  await assert.rejects(
    sql`update reservations.reservation set state = 'confirmed', end_reason = null, ended_at = null where id = ${id}`.execute(world.db),
    refusedBy("ends_once"),
  );
});
