import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Erased } from "@pigeonhole/privacy/events";
import { sql } from "kysely";
import type { Return } from "./contract.ts";
import {
  ann,
  bob,
  made,
  openDatabase,
  other,
  refused,
  shop,
  slow,
  startWorld,
  support,
  swift,
  toldOf,
  viewer,
  type World,
} from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

/** A return of Ann's whose code opens a compartment. */
async function ready(w: World, at: { readonly station?: string } = {}): Promise<Return> {
  await w.open();
  const begun = made(await w.start(await w.collected(), at));
  assert.equal(begun.state, "ready");
  return begun;
}
test("A7.1, A7.2: from her hands to the shop: a code, return-pending, a courier's task, and every step is told once and kept", async () => {
  await using w = await startWorld(database);
  const begun = await ready(w);
  const box = begun.compartment! - 1;
  assert.deepEqual([begun.kind, begun.carrier], ["return", "swift"]);
  assert.match(begun.number, /^\d{12}$/);
  assert.match(await w.code(begun.id), /^[1-8]\d{7}$/);
  assert.equal(await w.code(begun.id, bob), "not_found");
  assert.deepEqual((await w.states(w.north)).toSpliced(box, 1), ["available", "available", "available"]);
  assert.equal((await w.states(w.north))[box], "reserved");
  w.pass(5);
  await w.putIn(begun.id);
  const lies = await w.get(begun.id, shop);
  assert.deepEqual([lies.state, lies.droppedOffAt], ["dropped_off", w.now().toISOString()]);
  assert.ok(lies.timeline.at(-1)!.proof, "proven by the station's signed entry");
  assert.deepEqual((await w.states(w.north))[box], "return_pending", "A2.6: no room for deliveries");
  assert.equal(await w.code(begun.id), "over");
  await w.job("returns.steps");
  const [task, ...more] = await w.retrievals(begun.id);
  assert.deepEqual([task?.reason, task?.state, task?.carrier, task?.number, more], ["returned", "open", "swift", begun.number, []]);
  w.pass(20);
  await w.takeOut(begun.id);
  assert.equal((await w.retrievals(begun.id))[0]?.state, "taken_out");
  assert.equal((await w.states(w.north))[box], "available", "A7.2");
  const out = await w.get(begun.id, swift);
  assert.deepEqual([out.state, out.retrievedAt], ["retrieved", w.now().toISOString()]);
  assert.equal(refused(await w.act("received", begun.id, slow)), "not_found");
  assert.equal(made(await w.act("received", begun.id, shop)).state, "received");
  assert.deepEqual(await toldOf(w, begun.id), ["claiming", "ready", "dropped_off", "retrieved", "received"]);
  assert.deepEqual(
    (await w.get(begun.id)).timeline.map(({ state }) => state),
    ["claiming", "ready", "dropped_off", "retrieved", "received"],
  );
  assert.equal((await sql`select from parcels.early`.execute(w.db)).rows.length, 0, "parcels waits for nothing that is none");
});

test("a shop allows returns in general or one by one; nobody else's parcel, nothing twice, nothing too late", async () => {
  await using w = await startWorld(database);
  const parcel = await w.collected();
  const offer = async (id = parcel, by: object = ann) => {
    const answer = await w.said<{ isPossible: boolean; why?: string; authorisation?: string }>(
      w.allowing(by).parcels[":id"]["return-offer"].$get({ param: { id } }),
    );
    return typeof answer === "string" ? answer : (answer.why ?? answer);
  };
  assert.equal(await offer(), "not_allowed");
  assert.equal(refused(await w.start(parcel)), "not_returnable");
  await w.open({ days: 7, carrier: "slow" });
  assert.equal(await offer(parcel, bob), "not_found");
  assert.equal(refused(await w.start(parcel, { by: bob })), "not_found");
  const key = crypto.randomUUID();
  const begun = made(await w.start(parcel, { key }));
  assert.equal(begun.carrier, "slow", "whom the shop named");
  assert.equal(made(await w.start(parcel, { key })).id, begun.id, "the same key, the same return");
  assert.equal(await offer(), "under_way");
  assert.equal(refused(await w.start(parcel)), "return_under_way");
  w.pass(24 * 7);
  await w.job("reservations.lapse");
  assert.equal(await offer(), "too_late", "the window is half-open");
  const allowed = await w.said<{ id: string; orderId: string }>(
    w.allowing()["return-authorisations"].$post({ header: { "idempotency-key": "1" }, json: { parcel, days: 30 } }),
  );
  assert.ok(typeof allowed !== "string");
  assert.deepEqual([allowed.orderId, (await w.facts("returns.authorised")).length], ["o-1", 1]);
  assert.equal(
    refused(await w.said(w.allowing(other)["return-authorisations"].$post({ header: { "idempotency-key": "1" }, json: { parcel } }))),
    "not_found",
  );
  assert.equal(((await offer()) as { authorisation: string }).authorisation, allowed.id);
  const again = made(await w.start(parcel));
  assert.equal(again.authorisation, allowed.id);
  await w.act("cancel", again.id, shop);
  await w.said(w.allowing()["return-authorisations"][":id"].withdraw.$post({ param: { id: allowed.id } }));
  assert.equal(await offer(), "too_late");
});

test("an order that came another way: its customer finds what its shop allows, and nobody else does", async () => {
  await using w = await startWorld(database);
  const recipient = { name: "Ann", email: "ann@example.org" };
  const allowed = await w.said<{ id: string }>(
    w.allowing()["return-authorisations"].$post({ header: { "idempotency-key": "1" }, json: { orderId: "by-post", recipient } }),
  );
  assert.ok(typeof allowed !== "string");
  const seen = async (by: object) => {
    const answer = await w.said<{ authorisations: { id: string; orderId: string }[] }>(
      w.allowing(by)["return-authorisations"].$get({ query: {} }),
    );
    return typeof answer === "string" ? answer : answer.authorisations.map(({ orderId }) => orderId);
  };
  assert.deepEqual([await seen(ann), await seen(bob), await seen(other)], [["by-post"], [], []]);
  const begin = (by: object) =>
    w.said(
      w.api(by).returns.$post({
        header: { "idempotency-key": crypto.randomUUID() },
        json: { authorisation: allowed.id, station: w.north, size: "small", reason: "other" },
      }),
    );
  assert.equal(refused(await begin(bob)), "not_found");
  const begun = made(await begin(ann));
  assert.deepEqual([begun.orderId, begun.parcel, begun.state], ["by-post", null, "ready"]);
});

test("A7.2: a return gets none of the last compartments: it would keep one from two deliveries", async () => {
  await using w = await startWorld(database);
  const full = await w.station("East", 59.4405, ["small", "medium"]);
  const places = async () => {
    const answer = await w.said<{ candidates: { name: string }[] }>(
      w.api()["return-places"].$get({ query: { lat: "59.4405", lon: "24.75", size: "medium" } }),
    );
    return typeof answer === "string" ? answer : answer.candidates.map(({ name }) => name);
  };
  assert.equal((await places()).includes("East"), false, "one that fits is not to spare");
  await w.open();
  const parcel = await w.collected();
  assert.equal(refused(await w.start(parcel, { station: full, size: "medium" })), "station_full");
  const begun = made(await w.start(parcel, { station: full }));
  assert.equal(begun.compartment, 1);
  assert.equal(refused(await w.start(await w.collected(), { station: full })), "station_full");
  assert.deepEqual(await w.states(full), ["reserved", "available"]);
});

test("called off by its customer, its shop or support, until it has been put in; what a station out of reach took in is a fact", async () => {
  await using w = await startWorld(database);
  const [one, two] = [await ready(w), made(await w.start(await w.collected()))];
  assert.equal(refused(await w.act("cancel", one.id, bob)), "not_found");
  assert.equal(refused(await w.act("cancel", one.id, viewer)), "not_allowed");
  const off = made(await w.act("cancel", one.id));
  assert.deepEqual([off.state, off.ending], ["cancelled", "by_customer"]);
  assert.equal(made(await w.act("cancel", two.id, support)).ending, "by_operator");
  assert.deepEqual(await w.states(w.north), ["available", "available", "available", "available"]);
  assert.equal(await w.code(one.id), "over");
  await w.putIn(one.id, { station: w.north, compartment: 1 });
  await w.job("returns.steps");
  assert.deepEqual([(await w.get(one.id)).state, (await w.states(w.north))[0]], ["dropped_off", "return_pending"]);
  assert.equal((await w.retrievals(one.id)).length, 1, "a courier comes for it all the same");
  assert.equal(refused(await w.act("cancel", one.id)), "wrong_state");
  await w.takeOut(one.id);
  assert.deepEqual([(await w.get(one.id)).state, (await w.states(w.north))[0]], ["retrieved", "available"]);
});

test("nobody comes: a reminder the day before, once; then it lapses, the compartment is free, and it can be begun again", async () => {
  await using w = await startWorld(database);
  const begun = await ready(w);
  w.pass(47);
  await w.job("returns.remind");
  assert.equal((await w.facts("returns.running_out")).length, 0);
  w.pass(1);
  await w.job("returns.remind");
  await w.job("returns.remind");
  assert.equal((await w.facts("returns.running_out")).length, 1);
  w.pass(24);
  await w.job("reservations.lapse");
  const over = await w.get(begun.id);
  assert.deepEqual([over.state, over.ending, (await w.states(w.north))[0]], ["lapsed", "not_dropped_off", "available"]);
  assert.equal(made(await w.start(begun.parcel!)).state, "ready");
});

test("A2.10: at the door it does not fit: another size of the same station, and the same code opens it; or the page says that there is none", async () => {
  await using w = await startWorld(database);
  const begun = await ready(w);
  const code = await w.code(begun.id);
  const first = begun.compartment!;
  const abandon = (compartment: number, reason: string) =>
    w.report(w.north, { type: "deposit_abandoned", compartment, parcel: begun.id, actor: "kiosk", reason });
  await abandon(first, "does_not_fit");
  await w.job("returns.steps");
  const larger = await w.get(begun.id);
  assert.deepEqual([larger.compartment, larger.size, larger.noOther, await w.code(begun.id)], [4, "medium", null, code]);
  assert.deepEqual(await w.states(w.north), ["available", "available", "available", "reserved"]);
  await abandon(4, "does_not_fit");
  await w.job("returns.steps");
  assert.equal((await w.get(begun.id)).noOther, "does_not_fit");
  // The station gives one of its own in the same visit: that is so, and the claim follows.
  await w.report(w.north, {
    type: "deposit_abandoned",
    compartment: 4,
    parcel: begun.id,
    actor: "kiosk",
    reason: "not_empty",
    instead: first,
  });
  await w.putIn(begun.id, { station: w.north, compartment: first });
  const lies = await w.get(begun.id);
  assert.deepEqual([lies.state, lies.compartment, lies.noOther], ["dropped_off", first, null]);
  assert.equal((await w.states(w.north))[first - 1], "return_pending");
});

test("a courier's word is heard: on a route, not there, found again", async () => {
  await using w = await startWorld(database);
  const begun = await ready(w);
  await w.putIn(begun.id);
  await w.job("returns.steps");
  const { RetrievalMoved } = await import("@pigeonhole/couriers/events");
  const [task] = await w.retrievals(begun.id);
  const { id: retrieval, parcel, number, station, compartment, reason } = task!;
  const about = {
    retrieval,
    parcel,
    number,
    reservation: null,
    owner: "x",
    station,
    compartment,
    reason,
    route: null,
    problem: null,
  } as const;
  const move = (from: "open" | "assigned" | "opened" | "missing", to: "open" | "assigned" | "opened" | "missing", carrier = "slow") =>
    w.happen(RetrievalMoved, { ...about, carrier, courier: null, byHand: false, from, to });
  await move("open", "assigned");
  const planned = await w.get(begun.id);
  assert.deepEqual([planned.carrier, planned.assignedAt], ["slow", w.now().toISOString()]);
  await move("opened", "missing");
  assert.equal((await w.get(begun.id)).state, "missing");
  await move("missing", "open");
  const found = await w.get(begun.id);
  assert.deepEqual([found.state, found.assignedAt], ["dropped_off", null]);
});

test("I-70: who is forgotten is told nothing any more, and what lies there still goes back", async () => {
  await using w = await startWorld(database);
  const begun = await ready(w);
  const { rows } = await sql<{ subject: string }>`select subject from returns.return where id = ${begun.id}`.execute(w.db);
  await w.happen(Erased, { erasure: crypto.randomUUID(), subject: rows[0]!.subject });
  await w.putIn(begun.id);
  const facts = (await w.facts("returns.moved")).filter(({ parcel }) => parcel === begun.id);
  assert.deepEqual([facts.at(-1)!["to"], facts.at(-1)!["sealedCustomer"]], ["dropped_off", null]);
});
