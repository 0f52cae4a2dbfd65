import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PickupReady } from "@pigeonhole/access/events";
import { RouteStarted } from "@pigeonhole/couriers/events";
import { Reported } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import * as reservation from "@pigeonhole/reservations/contract";
import { Confirmed, Ended } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import type { z } from "zod";
import type { ParcelApi, ParcelState } from "./contract.ts";
import { parcelsMigrations } from "./migrations.ts";
import { parcels } from "./module.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([parcelsMigrations]);
after(() => database[Symbol.asyncDispose]());

const station = systemNewId();
const courier = systemNewId();
const ann: Actor = { kind: "customer", id: systemNewId(), email: "ann@example.org" };
const bob: Actor = { kind: "customer", id: systemNewId(), email: "bob@example.org" };
const keyed = (kind: "shop" | "carrier", slug: string) => ({ kind, tenant: systemNewId(), slug, keyId: systemNewId(), scopes: ["parcels" as const] });
const [books, tools, red, blue] = [keyed("shop", "books"), keyed("shop", "tools"), keyed("carrier", "red"), keyed("carrier", "blue")];
const support: Actor = { kind: "operator", id: systemNewId(), role: "support" };
const neighbour: Actor = { kind: "module", name: "access" };

/** Reservations as far as parcels needs it: each key takes effect once; `fail` breaks the next call of a step. */
function fakeReservations(log: string[], now: () => Date) {
  const done = new Map<string, reservation.Reservation>();
  const fail: { step?: "hold" | "confirm" | "confirmed" | "full" | "expired" } = {};
  let compartment = 0;
  const never = (): never => assert.fail("parcels does not ask this");
  const breakAt = (step: string): void => {
    if (fail.step !== step) return;
    delete fail.step;
    throw step === "full" ? new Refused("station_full", "no free compartment", { alternatives: ["elsewhere"] }) : step === "expired" ? new Refused("hold_expired", "too late") : new Error("the line is dead");
  };
  const routes = reservation.mount(router(reservation.refusals, silentLog), {
    search: never, cancel: never, get: never, listAtStation: never, compartments: never,
    hold: (c) => {
      breakAt("hold");
      breakAt("full");
      const key = c.req.header("idempotency-key")!;
      const { orderId, size = "small" } = c.req.valid("json");
      log.push(`hold for ${c.req.header("on-behalf-of")}`);
      const held = done.get(key) ?? { id: systemNewId(), station: c.req.valid("param").station, compartment: ++compartment, size, state: "held" as const, endReason: null, expiresAt: now().toISOString(), orderId, parcel: null };
      done.set(key, held);
      return c.json(held, 201);
    },
    confirm: (c) => {
      breakAt("confirm");
      breakAt("expired");
      const key = c.req.header("idempotency-key")!;
      const held = [...done.values()].find(({ id }) => id === c.req.valid("param").id)!;
      const confirmed = done.get(key) ?? { ...held, state: "confirmed" as const, parcel: systemNewId() };
      if (!done.has(key)) log.push(`confirm for ${c.req.header("on-behalf-of")} by ${c.req.valid("json").carrier}`);
      done.set(key, confirmed);
      breakAt("confirmed");
      return c.json(confirmed, 200);
    },
  });
  return { fail, routes };
}

async function start() {
  const db = connect<Tables>(await database.fresh());
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  let time = new Date("2026-03-01T12:00:00.000Z");
  const now = (): Date => time;
  const actors = new Map<string, Actor>();
  const who: Who = async (c, ...kinds) => {
    const actor = actors.get(c.req.header("authorization") ?? "");
    if (!actor) throw new Refused("not_signed_in", "Sign in first.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "no");
    return actor as never;
  };
  const calls: string[] = [];
  const fake = fakeReservations(calls, now);
  const reservations = client<reservation.ReservationApi>("http://r", { fetch: (url, init) => fake.routes.request(url as string, init) });
  const module = parcels({ db, who, now, newId: systemNewId, log: silentLog, seal, reservations });
  const as = (actor?: Actor) => {
    if (actor) actors.set(JSON.stringify(actor), actor);
    return client<ParcelApi>("http://p", { headers: actor ? { authorization: JSON.stringify(actor) } : {}, fetch: (url, init) => module.routes.request(url as string, init) });
  };
  const consume = async (): Promise<void> => assert.deepEqual(await drain(db as never, module.consumers, now), []);
  const say = async <T extends string, S extends z.ZodRawShape>(kind: Fact<T, S>, payload: z.input<z.ZodObject<S>>): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await consume();
  };
  const order = { orderId: "A-1", owner: `customer:${(ann as { id: string }).id}`, carrier: "red" as string | null, barcode: null as string | null, email: "ann@example.org" };
  /** The fact that an order was placed; the parcel's id. */
  const confirm = async ({ parcel = systemNewId(), ...wish }: Partial<typeof order> & { parcel?: string } = {}) => {
    const { email, ...rest } = { ...order, ...wish };
    const recipient = { name: "Ann Lind", email, phone: null, language: "en" };
    await say(Confirmed, { ...rest, reservation: systemNewId(), station, compartment: 14, size: "medium", parcel, dimensions: null, service: "standard", deliverBy: "2026-03-06T12:00:00.000Z", sealedRecipient: seal.seal(`recipient|${parcel}`, JSON.stringify(recipient)) });
    return parcel;
  };
  let seq = 0;
  const report = (parcel: string, type: "parcel_deposited" | "parcel_collected", at = time, from = station): Promise<void> =>
    say(Reported, {
      station: from, epoch: 1, seq: ++seq, at: at.toISOString(), parcel,
      event: type === "parcel_deposited" ? { type, compartment: 14, parcel, evidence: "depositor", actor: `courier:${courier}` } : { type, compartment: 14, parcel, deposit: null, grant: null },
    });
  const shipped = (parcel: string): Promise<void> => say(RouteStarted, { route: systemNewId(), courier, tenant: systemNewId(), parcels: [parcel] });
  const ready = (parcel: string, expiresAt = "2026-03-04T12:00:00.000Z", reason: "deposited" | "reissued" = "deposited"): Promise<void> =>
    say(PickupReady, { parcel, grant: systemNewId(), generation: 1, station, compartment: 14, expiresAt, reason });
  const ended = (parcel: string, reason: "cancelled" | "lapsed" | "collected"): Promise<void> => say(Ended, { reservation: systemNewId(), station, compartment: 14, parcel, reason });
  const get = async (parcel: string) => {
    const answer = await as(support).parcels[":id"].$get({ param: { id: parcel } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const moves = async (parcel: string): Promise<string[]> =>
    (await sql<{ payload: { from: string | null; to: string } }>`select payload from kit.outbox where type = 'parcels.moved' and aggregateid = ${parcel} order by seq`.execute(db)).rows.map(({ payload }) => `${payload.from} → ${payload.to}`);
  const pass = (hours: number): void => { time = new Date(time.getTime() + hours * 3_600_000); };
  return { db, as, module, confirm, report, shipped, ready, ended, get, moves, pass, calls, fail: fake.fail, consume, now, [Symbol.asyncDispose]: () => db.destroy() };
}
const states = (parcel: { timeline: { state: ParcelState }[] }): ParcelState[] => parcel.timeline.map((entry) => entry.state);

test("from order to collection: each move with its fact, its time and the proof of the station", async () => {
  await using w = await start();
  const parcel = await w.confirm();
  assert.match((await w.get(parcel)).number, /^\d{12}$/);
  w.pass(1);
  await w.shipped(parcel);
  w.pass(1);
  await w.report(parcel, "parcel_deposited");
  assert.equal((await w.get(parcel)).state, "delivered");
  await w.ready(parcel);
  const stored = await w.get(parcel);
  assert.deepEqual([stored.state, stored.depositedAt, stored.expiresAt], ["stored", "2026-03-01T14:00:00.000Z", "2026-03-04T12:00:00.000Z"]);
  w.pass(1);
  await w.report(parcel, "parcel_collected");
  const over = await w.get(parcel);
  assert.deepEqual(over.timeline.map(({ state, at, actor, proof }) => [state, at.slice(11, 13), actor?.split(":")[0] ?? null, proof?.seq ?? null]), [
    ["reserved", "12", "customer", null], ["shipped", "13", "courier", null], ["delivered", "14", "courier", 1], ["stored", "14", null, null], ["collected", "15", null, 2],
  ]);
  assert.deepEqual(await w.moves(parcel), ["null → reserved", "reserved → shipped", "shipped → delivered", "delivered → stored", "stored → collected"]);
  assert.equal(over.barcode, over.number, "without another label, the number");
  assert.ok(!JSON.stringify(over).includes("Lind") && !JSON.stringify(over).includes("example.org"));
});

test("every order of the same five facts ends the same, with the same time line, and parks none", async () => {
  await using w = await start();
  const permutations = <T>(all: readonly T[]): T[][] => (all.length === 0 ? [[]] : all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest])));
  const late = new Date("2026-03-01T13:00:00.000Z");
  for (const order of permutations(["confirmed", "shipped", "deposited", "ready", "collected"] as const).filter((_, i) => i % 7 === 0)) {
    const parcel = systemNewId();
    const tell = { confirmed: () => w.confirm({ parcel }), shipped: () => w.shipped(parcel), deposited: () => w.report(parcel, "parcel_deposited", late), ready: () => w.ready(parcel), collected: () => w.report(parcel, "parcel_collected", late) };
    for (const one of order) await tell[one]();
    const seen = await w.get(parcel);
    assert.equal(seen.state, "collected", order.join());
    const told = states(seen).filter((state) => state !== "stored" && state !== "shipped");
    assert.deepEqual(told, ["reserved", "delivered", "collected"], order.join());
    assert.ok(states(seen).includes("shipped"), order.join());
    assert.ok(seen.timeline.find((entry) => entry.state === "delivered")!.proof && seen.depositedAt && seen.collectedAt, order.join());
  }
});

test("a cancelled or lapsed reservation cancels the parcel unless it is inside; a deposit after it is a fact", async () => {
  await using w = await start();
  const inside = await w.confirm();
  await w.report(inside, "parcel_deposited");
  await w.ended(inside, "lapsed");
  assert.equal((await w.get(inside)).state, "delivered");
  const gone = await w.confirm();
  await w.shipped(gone);
  await w.ended(gone, "cancelled");
  assert.equal((await w.get(gone)).state, "cancelled");
  await w.shipped(gone);
  await w.ready(gone);
  assert.equal((await w.get(gone)).state, "cancelled", "plans do not revive it");
  await w.report(gone, "parcel_deposited");
  assert.deepEqual([(await w.get(gone)).state, states(await w.get(gone))], ["stored", ["reserved", "shipped", "cancelled", "delivered", "stored"]]);
  const kept = await w.confirm();
  await w.ended(kept, "collected");
  assert.equal((await w.get(kept)).state, "reserved");
});

test("a station's word counts for its own parcels only", async () => {
  await using w = await start();
  const parcel = await w.confirm();
  await w.report(parcel, "parcel_deposited", undefined, systemNewId());
  await w.report(parcel, "parcel_collected", undefined, systemNewId());
  assert.deepEqual(states(await w.get(parcel)), ["reserved"]);
});

test("expiry: at the minute and not before, in batches, once; who collects late has collected", async () => {
  await using w = await start();
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) {
    const parcel = await w.confirm({ orderId: `A-${i}` });
    await w.report(parcel, "parcel_deposited");
    await w.ready(parcel, i < 5 ? "2026-03-04T12:00:00.000Z" : "2026-03-08T12:00:00.000Z");
    ids.push(parcel);
  }
  await w.ready(ids[4]!, "2026-03-09T12:00:00.000Z", "reissued");
  w.pass(71.99);
  await w.module.jobs[0]!.run(null);
  assert.equal((await w.get(ids[0]!)).state, "stored");
  w.pass(0.01);
  await Promise.all([w.module.jobs[0]!.run(null), w.module.jobs[0]!.run(null)]);
  const seen = await Promise.all(ids.map(w.get));
  assert.deepEqual(seen.map((parcel) => parcel.state), ["expired", "expired", "expired", "expired", "stored", "stored"]);
  assert.equal((await w.moves(ids[0]!)).filter((move) => move === "stored → expired").length, 1);
  await w.ready(ids[0]!, "2026-03-20T12:00:00.000Z", "reissued");
  assert.equal((await w.get(ids[0]!)).state, "expired");
  await w.report(ids[0]!, "parcel_collected");
  assert.equal((await w.get(ids[0]!)).state, "collected");
});

test("who sees which parcel: two customers, two shops, two carriers, staff; everything else is not found", async () => {
  await using w = await start();
  const toAnn = await w.confirm({ owner: `shop:${books.tenant}`, carrier: "red" });
  const annToBob = await w.confirm({ email: "bob@example.org", carrier: "blue" });
  const sees = async (actor: Actor): Promise<boolean[]> => Promise.all([toAnn, annToBob].map(async (id) => (await w.as(actor).parcels[":id"].$get({ param: { id } })).status === 200));
  const table: [Actor, boolean[]][] = [
    [ann, [true, true]], [bob, [false, true]], [books, [true, false]], [tools, [false, false]], [red, [true, false]], [blue, [false, true]], [support, [true, true]], [{ ...ann, id: systemNewId(), email: "ann@example.com" } as Actor, [false, false]],
    [{ ...tools, slug: "red" }, [false, false]],
  ];
  for (const [actor, expected] of table) {
    assert.deepEqual(await sees(actor), expected, JSON.stringify(actor));
    const list = await w.as(actor).parcels.$get({ query: {} });
    assert.ok(list.status === 200);
    assert.deepEqual((await list.json()).parcels.map(({ id }) => id).toSorted(), [toAnn, annToBob].filter((_, i) => expected[i]).toSorted(), JSON.stringify(actor));
  }
  const foreign = await w.as(bob).parcels[":id"].$get({ param: { id: toAnn } });
  const nothing = await w.as(bob).parcels[":id"].$get({ param: { id: systemNewId() } });
  assert.ok(foreign.status === 404 && nothing.status === 404);
  assert.equal(JSON.stringify(await foreign.json()), JSON.stringify(await nothing.json()), "nobody can tell a foreign parcel from none");
  assert.equal((await w.as().parcels[":id"].$get({ param: { id: toAnn } })).status, 401);
  assert.equal((await w.as({ ...red, scopes: ["routes"] }).parcels.$get({ query: {} })).status, 403);
  assert.equal((await w.as({ kind: "courier", id: courier, tenant: red.tenant, carrier: "red" }).parcels.$get({ query: {} })).status, 403);
});

test("lists come in pages, newest first, by station, number and state; a forged cursor shows nothing foreign", async () => {
  await using w = await start();
  const ids = [];
  for (let i = 0; i < 5; i++) ids.push(await w.confirm({ orderId: `A-${i}` }));
  const page = async (query: Record<string, string>, actor: Actor = ann) => {
    const answer = await w.as(actor).parcels.$get({ query });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const first = await page({ limit: "2" });
  const second = await page({ limit: "2", before: first.next! });
  const third = await page({ limit: "2", before: second.next! });
  assert.deepEqual([first, second, third].flatMap((part) => part.parcels.map(({ id }) => id)), ids.toReversed());
  assert.equal(third.next, null);
  const { number } = await w.get(ids[0]!);
  assert.deepEqual((await page({ number }, support)).parcels.map(({ id }) => id), [ids[0]]);
  assert.equal((await page({ number }, bob)).parcels.length, 0);
  assert.equal((await page({ before: first.next! }, bob)).parcels.length, 0);
  assert.equal((await page({ station: systemNewId() }, support)).parcels.length, 0);
  assert.equal((await page({ state: "stored" })).parcels.length, 0);
});

const wish = { station, orderId: "A-77", barcode: "RED 0001", recipient: { name: "Ann Lind", email: "ann@example.org" }, size: "small" as const };

test("a carrier announces a parcel: held and confirmed in its name, there at once, the same answer for the same key", async () => {
  await using w = await start();
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
  assert.deepEqual([(await seen.json()).barcode, (await w.as(ann).parcels[":id"].$get({ param: { id: parcel } })).status], ["RED 0001", 200]);
  await w.confirm({ parcel, owner: `carrier:${red.tenant}`, barcode: "RED 0001" });
  assert.deepEqual(await w.moves(parcel), ["null → reserved"], "the fact that follows makes no second one");
  const other = await create("k1", { ...wish, orderId: "A-78" });
  assert.ok(other.status as number === 422 && ((await other.json()) as unknown as { code: string }).code === "idempotency_key_reused");
  assert.equal((await w.as(red).parcels.$post({ header: {}, json: wish })).status, 400);
  assert.equal((await create("k1", { ...wish, barcode: "BLUE 0001" }, blue)).status, 201, "another carrier's key of the same name is another key");
});

test("announcing is broken at every step and completed by the repetition: one hold, one confirmation, one parcel", async () => {
  for (const step of ["hold", "confirm", "confirmed"] as const) {
    await using w = await start();
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
  await using w = await start();
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
  assert.equal((await w.as({ ...red, scopes: ["couriers"] }).parcels.$post({ header: { "idempotency-key": "k9" }, json: wish })).status, 403);
});

test("a label stands for one parcel that a carrier has under way, and is free again afterwards", async () => {
  await using w = await start();
  const create = async (key: string, barcode: string, actor: Actor = red) => w.as(actor).parcels.$post({ header: { "idempotency-key": key }, json: { ...wish, barcode } });
  const first = await create("k1", "RED-0001");
  assert.ok(first.status === 201);
  const taken = await create("k2", "red 0001");
  assert.ok(taken.status === 409 && (await taken.json()).code === "barcode_taken");
  assert.equal((await create("k3", "red 0001", blue)).status, 201, "another carrier's labels are its own");
  const byFact = await w.confirm({ barcode: "RED0001" });
  const seen = await w.get(byFact);
  assert.equal(seen.barcode, seen.number, "an order is not lost for a label that is taken");

  const label = (id: string, barcode: string, actor: Actor = red) => w.as(actor).parcels[":id"].barcode.$put({ param: { id }, json: { barcode } });
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
  await using w = await start();
  const parcel = await w.confirm({ barcode: "]C1AB-12" });
  const { number } = await w.get(parcel);
  const find = async (query: { barcode?: string; barcodes?: string[]; ids?: string; carrier?: string }) => {
    const answer = await w.as(neighbour).internal.parcels.$get({ query });
    assert.ok(answer.status === 200);
    return (await answer.json()).parcels.map(({ id }) => id);
  };
  for (const query of [{ barcode: "ab 12" }, { barcode: number }, { barcode: `${number.slice(0, 4)} ${number.slice(4, 8)} ${number.slice(8)}` }, { barcodes: ["zz99", "*AB12*"] }, { ids: `${systemNewId()},${parcel}` }, { barcode: "AB12", carrier: "red" }]) {
    assert.deepEqual(await find(query), [parcel], JSON.stringify(query));
  }
  for (const query of [{}, { barcode: "AB13" }, { barcode: "AB12", carrier: "blue" }, { barcode: "%" }, { ids: "" }]) assert.deepEqual(await find(query), [], JSON.stringify(query));
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
  await using w = await start();
  const headers = { authorization: JSON.stringify(red), "content-type": "application/json", "idempotency-key": "k" };
  w.as(red);
  for (const body of ["{", "[]", "{}", JSON.stringify({ ...wish, state: "collected" }), JSON.stringify({ ...wish, station: "../1" }), JSON.stringify({ ...wish, recipient: { name: "x", email: "x" } }), JSON.stringify({ ...wish, size: "huge" })]) {
    assert.equal((await w.module.routes.request("/parcels", { method: "POST", body, headers })).status, 400, body);
  }
  for (const path of ["/parcels/1", "/parcels/..%2f..", "/parcels?limit=0", "/parcels?limit=1e9", "/parcels?number=１２３４５６７８９０１２", "/parcels?before=x"]) {
    const answer = await w.module.routes.request(path, { headers: { authorization: JSON.stringify(red) } });
    assert.ok(answer.status === 400 || answer.status === 404, `${path}: ${answer.status}`);
  }
});
