import assert from "node:assert/strict";
import { after, test } from "node:test";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { ParcelMoved, Recalled } from "@pigeonhole/parcels/events";
import { Inspected } from "@pigeonhole/reservations/events";
import fc from "fast-check";
import { couriersMigrations } from "../migrations.ts";
import { start } from "../testing.ts";
import { blue, kim, lee, north, pat, red, south, support } from "../testing-neighbours.ts";
import { retrievalMoves, retrievalStates } from "./contract.ts";
import { requireMove } from "./domain.ts";

const database = await testDatabase([couriersMigrations]);
after(() => database[Symbol.asyncDispose]());

type World = Awaited<ReturnType<typeof start>>;
type Parcel = ReturnType<World["parcel"]>;

const moved = (w: World, of: Parcel, from: "stored" | "expired", to: "expired" | "collected" | "returned") =>
  w.say(ParcelMoved, {
    parcel: of.id,
    reservation: null,
    station: of.station,
    compartment: of.compartment,
    owner: `shop:${systemNewId()}`,
    carrier: of.carrier,
    number: of.number,
    from,
    to,
    expiresAt: null,
  });
const expired = async (w: World, of: Parcel): Promise<string> => {
  await moved(w, of, "stored", "expired");
  return (await listed(w, of))[0]!.id;
};
/** Everything there ever was for a parcel, oldest first. */
const listed = async (w: World, of: Parcel) => {
  const answer = await w.retrievals(support).retrievals.$get({ query: { parcel: of.id } });
  assert.ok(answer.status === 200);
  return (await answer.json()).retrievals;
};
const stateOf = async (w: World, of: Parcel) => (await listed(w, of)).map(({ state }) => state);
let keys = 0;
const open = (w: World, id: string, { by = kim, key = `open-${++keys}` } = {}) =>
  w.retrievals(by).retrievals[":id"].open.$post({ param: { id }, header: { "idempotency-key": key } });
const say = (w: World, id: string, what: "taken-out" | "not-there", by = kim) =>
  w.retrievals(by).retrievals[":id"][what].$post({ param: { id } });
const leave = (w: World, id: string, reason: "no_room" | "no_time" = "no_room") =>
  w.retrievals(kim).retrievals[":id"].leave.$post({ param: { id }, json: { reason } });
const codeOf = async (answer: { readonly status: number; json(): Promise<unknown> }) => ((await answer.json()) as { code: string }).code;

/** Kim under way to the north with a parcel to drop off, and something there has expired. */
async function onTheWay(w: World) {
  const [toDrop, old] = [w.parcel("DROP-1"), w.parcel("OLD-1", { state: "stored" })];
  const route = await w.setOut([{ station: north, parcels: [toDrop.id] }]);
  return { route, toDrop, old, id: await expired(w, old) };
}

test("every move of the table is possible, every other one refused with wrong_state (A3.1)", () => {
  fc.assert(
    fc.property(fc.constantFrom(...retrievalStates), fc.constantFrom(...retrievalStates), (from, to) => {
      if (retrievalMoves[from].includes(to)) requireMove(from, to);
      else assert.throws(() => requireMove(from, to), { code: "wrong_state" });
    }),
  );
  for (const end of ["taken_out", "cancelled"] as const) assert.deepEqual(retrievalMoves[end], []);
});

test("A8.1, I-30: what has expired is a task once, of the carrier who brought it; a courier on the way there takes it along", async () => {
  await using w = await start(database);
  const lone = w.parcel("OLD-0", { station: south, state: "stored" });
  const first = await expired(w, lone);
  await moved(w, lone, "stored", "expired");
  await w.say(Recalled, { ...lone, parcel: lone.id, owner: "shop:1", reason: "recalled" });
  assert.deepEqual(
    (await listed(w, lone)).map(({ id, state, reason, carrier, route }) => [id, state, reason, carrier, route]),
    [[first, "open", "expired", "red", null]],
  );
  const { route, old, id } = await onTheWay(w);
  const mine = await w.as(kim).my.route.$get();
  assert.ok(mine.status === 200);
  const [stop] = (await mine.json()).stops;
  assert.deepEqual(
    stop!.retrievals.map((each) => [each.id, each.parcel, each.compartment, each.state, each.route]),
    [[id, old.id, old.compartment, "assigned", route.id]],
  );
  const facts = await w.facts("couriers.retrieval_moved");
  assert.deepEqual(
    facts.map(({ parcel, from, to }) => [parcel, from, to]),
    [
      [lone.id, null, "open"],
      [old.id, null, "open"],
      [old.id, "open", "assigned"],
    ],
  );
});

test("A7.2: one tap opens, the word after the door has shut takes it out; told again it is the same, and nobody else may (N4)", async () => {
  await using w = await start(database);
  const { route, old, id, toDrop } = await onTheWay(w);
  for (const by of [lee, pat]) assert.equal((await open(w, id, { by })).status, 404);
  const key = "same";
  const opened = await open(w, id, { key });
  assert.equal(opened.status, 200);
  assert.partialDeepStrictEqual(await opened.json(), { state: "opened", attempt: { outcome: "opened", doorClosed: false } });
  assert.equal((await open(w, id, { key })).status, 200);
  assert.deepEqual(
    w.commands.map(({ action, purpose, parcel, actor }) => [action, purpose, parcel, actor]),
    [["open", "collection", old.id, `courier:${kim.id}`]],
  );
  await w.opened(old, undefined, undefined, "collection");
  w.script.push({ outcome: "refused", reason: "door_open" });
  assert.equal(await codeOf(await say(w, id, "taken-out")), "door_open");
  await w.closed(old);
  assert.partialDeepStrictEqual((await listed(w, old))[0], { state: "opened", attempt: { doorClosed: true } });
  assert.partialDeepStrictEqual(await (await say(w, id, "taken-out")).json(), { state: "taken_out" });
  assert.equal((await say(w, id, "taken-out")).status, 200);
  assert.equal(w.commands.filter(({ action }) => action === "attest_retrieval").length, 2);
  await w.report({ type: "parcel_retrieved", compartment: old.compartment, parcel: old.id, grant: null, actor: `courier:${kim.id}` });
  assert.deepEqual(await stateOf(w, old), ["taken_out"]);
  assert.equal((await w.dropOf(route.id, toDrop)).state, "active", "the parcel is still to be dropped off");
});

test("a courier who vanishes between opening and word leaves a task with an owner; a word that comes late counts (I-11)", async () => {
  await using w = await start(database);
  const { old, id } = await onTheWay(w);
  await open(w, id);
  await w.opened(old, undefined, undefined, "collection");
  await w.closed(old);
  const { run } = w.module.jobs.find(({ name }) => name === "couriers.unanswered")!;
  w.pass(29);
  await run(undefined as never);
  assert.deepEqual(await stateOf(w, old), ["opened"]);
  w.pass(1);
  await run(undefined as never);
  assert.partialDeepStrictEqual((await listed(w, old))[0], { state: "open", route: null, problem: "no_word", carrier: "red" });
  assert.equal(await codeOf(await open(w, id)), "wrong_state");
  assert.partialDeepStrictEqual(await (await say(w, id, "taken-out")).json(), { state: "taken_out" });
});

test("the answer to an opening is lost: the log of the station says that the door is open", async () => {
  await using w = await start(database);
  const { old, id } = await onTheWay(w);
  w.script.push("silent");
  assert.partialDeepStrictEqual(await (await open(w, id)).json(), { attempt: { outcome: "unknown" } });
  await w.opened(old, systemNewId(), undefined, "collection");
  await w.closed(old);
  assert.partialDeepStrictEqual((await listed(w, old))[0], { state: "opened", attempt: { outcome: "opened", doorClosed: true } });
  w.script.push("station_unreachable");
  assert.equal((await say(w, id, "taken-out")).status, 503);
  assert.deepEqual(await stateOf(w, old), ["opened"], "nothing is taken out before the station has recorded it");
});

test("left inside it is the carrier's again, nothing there is looked into, and the finding decides", async () => {
  await using w = await start(database);
  const { route, toDrop, old, id } = await onTheWay(w);
  await open(w, id);
  assert.partialDeepStrictEqual(await (await leave(w, id)).json(), { state: "open", route: null, problem: "no_room" });
  assert.deepEqual(w.commands.at(-1)!.action, "release");
  const planned = await w.retrievals(red).routes[":id"].retrievals.$post({ param: { id: route.id }, json: { retrievals: [id] } });
  assert.equal(planned.status, 200);
  await open(w, id);
  assert.partialDeepStrictEqual(await (await say(w, id, "not-there")).json(), { state: "missing" });
  assert.deepEqual(w.commands.at(-1)!.action, "attest_missing");
  const found = (isEmpty: boolean) =>
    w.say(Inspected, { station: north, compartment: old.compartment, epoch: 1, seq: 9, isEmpty, actor: "operator:1", note: "looked" });
  await found(false);
  assert.partialDeepStrictEqual((await listed(w, old))[0], { state: "open", route: null });
  await w.retrievals(red).routes[":id"].retrievals.$post({ param: { id: route.id }, json: { station: north } });
  await open(w, id);
  await say(w, id, "not-there");
  await found(true);
  assert.deepEqual(await stateOf(w, old), ["cancelled"]);
  await w.report({ type: "parcel_deposited", compartment: toDrop.compartment, parcel: toDrop.id, evidence: "depositor", actor: "kiosk" });
  assert.equal((await w.dropOf(route.id, toDrop)).state, "done", "nothing is left to do");
});

test("facts in any order: taken out or collected before anybody had asked ends what comes after", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("A", { state: "stored" }), w.parcel("B", { state: "stored" })];
  await w.report({ type: "parcel_retrieved", compartment: a.compartment, parcel: a.id, grant: null, actor: "kiosk" });
  await moved(w, a, "stored", "expired");
  await moved(w, a, "expired", "returned");
  await moved(w, b, "stored", "expired");
  await moved(w, b, "expired", "collected");
  assert.deepEqual([await stateOf(w, a), await stateOf(w, b)], [["taken_out"], ["cancelled"]]);
});

test("setting out takes along what waits at the stops; a route only for taking out ends when all is out; carriers see their own (I-38)", async () => {
  await using w = await start(database);
  const [a, b] = [w.parcel("A", { state: "stored" }), w.parcel("B", { state: "stored", of: "blue" })];
  const [ours, theirs] = [await expired(w, a), await expired(w, b)];
  const route = await w.setOut([{ station: north, parcels: [] }]);
  const rights = await w.as(kim).my.route.rights.$get();
  assert.ok(rights.status === 200);
  assert.deepEqual(
    (await rights.json()).rights.map(({ kind, parcel }) => [kind, parcel]),
    [["collection", a.id]],
  );
  for (const [carrier, id] of [
    [red, ours],
    [blue, theirs],
  ] as const) {
    const answer = await w.retrievals(carrier).retrievals.$get({ query: {} });
    assert.ok(answer.status === 200);
    assert.deepEqual(
      (await answer.json()).retrievals.map((each) => each.id),
      [id],
    );
  }
  const foreign = await w.retrievals(red).routes[":id"].retrievals.$post({ param: { id: route.id }, json: { retrievals: [theirs] } });
  assert.equal(foreign.status, 404);
  await open(w, ours);
  await say(w, ours, "taken-out");
  const whole = await (await w.as(support).routes[":id"].$get({ param: { id: route.id } })).json();
  assert.equal("state" in whole && whole.state, "done");
});

test("a station that is given up says nothing: there it is the courier's word alone, and said so", async () => {
  await using w = await start(database);
  const { old, id } = await onTheWay(w);
  await w.say(Recalled, { ...old, parcel: old.id, owner: "shop:1", reason: "decommissioned" });
  w.script.push({ outcome: "refused", reason: "revoked" });
  await open(w, id);
  const sent = w.commands.length;
  assert.equal(await codeOf(await say(w, id, "taken-out", lee)), "not_found");
  assert.partialDeepStrictEqual(await (await say(w, id, "taken-out")).json(), { state: "taken_out" });
  assert.equal(w.commands.length, sent);
  assert.partialDeepStrictEqual((await w.facts("couriers.retrieval_moved")).at(-1), { to: "taken_out", byHand: true, courier: kim.id });
});

test("an operator hands a task to another carrier", async () => {
  await using w = await start(database);
  const old = w.parcel("OLD", { state: "stored" });
  const id = await expired(w, old);
  await w.route([{ station: south, parcels: [w.parcel("X", { station: south, of: "blue" }).id] }], { by: blue, to: pat });
  const hand = (carrier: string) => w.retrievals(support).retrievals[":id"].carrier.$put({ param: { id }, json: { carrier } });
  assert.equal(await codeOf(await hand("nobody")), "no_such_carrier");
  for (const odd of ["", "\u0000", "a\u0000b", "\ud800"]) assert.equal(await codeOf(await hand(odd)), "malformed", JSON.stringify(odd));
  assert.partialDeepStrictEqual(await (await hand("blue")).json(), { carrier: "blue", state: "open" });
});
