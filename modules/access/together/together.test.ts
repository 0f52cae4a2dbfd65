// Several parcels of one recipient in one compartment: one code, one deadline (N5, A6.2).
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import { Ended, Moved } from "@pigeonhole/reservations/events";
import { accessMigrations } from "../migrations.ts";
import { ann, opened, start as startWorld } from "../testing.ts";

const database = await testDatabase([accessMigrations]);
after(() => database[Symbol.asyncDispose]());
const start = async (devices?: Parameters<typeof startWorld>[1]) => startWorld(database, devices);
type World = Awaited<ReturnType<typeof start>>;
const pair = async (w: World, services: readonly ["standard" | "business", "standard" | "business"] = ["standard", "standard"]) => {
  const first = await w.confirm(1, services[0]);
  return [first, await w.confirm(1, services[1], null, undefined, first.parcel)] as const;
};
const besides = async (w: World) =>
  Object.fromEntries((await w.known()).grants.map(({ kind, parcel, beside }) => [`${kind} ${parcel}`, beside]));
const collectedBy = (w: World, grant: string, parcels: readonly [string, ...string[]]) => {
  const [parcel, ...beside] = parcels;
  return w.report({
    type: "compartment_opened",
    compartment: 1,
    cause: { kind: "grant", grant, parcel, by: "code", decided: "station", ...(beside.length > 0 && { beside }) },
  });
};
const taken = (w: World, grant: string, parcel: string) =>
  w.report({ type: "parcel_collected", compartment: 1, parcel, deposit: null, grant });

test("N5: one code for both, told with each; the station hears who may lie beside whom; one use uses both up, and no fresh code follows", async () => {
  await using w = await start();
  const [first, second] = await pair(w);
  assert.deepEqual(await besides(w), {
    [`pickup ${first.parcel}`]: [second.parcel],
    [`dropoff ${first.parcel}`]: [second.parcel],
    [`pickup ${second.parcel}`]: [first.parcel],
    [`dropoff ${second.parcel}`]: [first.parcel],
  });
  assert.equal((await w.known()).grants.filter(({ codeHash }) => codeHash !== null).length, 1);
  await w.deposit(first.parcel);
  assert.equal((await w.pickup(ann, second.parcel)).status, 409, "it is not in yet");
  await w.deposit(second.parcel);
  const [one, two] = [await w.code(first.parcel), await w.code(second.parcel)];
  assert.deepEqual([two.code, two.qr, two.together], [one.code, one.qr, [first.parcel]]);
  assert.equal(await w.verdict({ code: one.code }), "granted");
  const { grant } = (await w.facts("access.pickup_ready"))[0]! as { grant: string };
  await collectedBy(w, grant, [first.parcel, second.parcel]);
  await taken(w, grant, first.parcel);
  await taken(w, grant, second.parcel);
  assert.equal((await w.facts("access.pickup_ready")).length, 2, "each told once, nobody of a fresh code");
  assert.equal((await w.pickup(ann, second.parcel)).status, 410);
  assert.deepEqual(
    (await w.known()).grants.filter(({ kind }) => kind === "pickup"),
    [],
  );
});

test("N5: whoever is inside first has the code; a fresh one is the same for both; the later deadline counts for both, also after more time", async () => {
  await using w = await start();
  const [first, second] = await pair(w, ["standard", "business"]);
  await w.deposit(second.parcel);
  const before = await w.code(second.parcel);
  w.pass(1);
  await w.deposit(first.parcel);
  assert.equal((await w.code(first.parcel)).code, before.code);
  const ends = (await w.known()).grants.flatMap(({ kind, expiresAt }) => (kind === "pickup" ? expiresAt : []));
  assert.deepEqual(ends, [before.expiresAt, before.expiresAt], "14 days, not 3");
  assert.equal((await w.reissue(ann, first.parcel)).status, 202);
  const fresh = await w.code(first.parcel);
  assert.notEqual(fresh.code, before.code);
  assert.equal((await w.code(second.parcel)).code, fresh.code);
  assert.equal(await w.verdict({ code: before.code }), "replaced");
});

test("N5: one is collected before the other comes, or goes elsewhere: the one that stays gets a code of its own, told when it is inside", async () => {
  await using w = await start();
  const [first, second] = await pair(w);
  await w.deposit(first.parcel);
  const { code } = await w.code(first.parcel);
  const { grant } = (await w.facts("access.pickup_ready"))[0]! as { grant: string };
  await collectedBy(w, grant, [first.parcel]);
  await taken(w, grant, first.parcel);
  await w.deposit(second.parcel);
  assert.notEqual((await w.code(second.parcel)).code, code);
  assert.deepEqual((await w.code(second.parcel)).together, []);

  const [third, fourth] = await pair(w);
  await w.deposit(third.parcel);
  await w.deposit(fourth.parcel);
  const shared = (await w.code(third.parcel)).code;
  const told = (await w.facts("access.pickup_ready")).length;
  const end = { reservation: third.reservation, station: w.station, compartment: 1, parcel: third.parcel };
  await w.happen(Ended, { ...end, reason: "missing" });
  assert.notEqual((await w.code(fourth.parcel)).code, shared);
  assert.deepEqual(
    (await w.facts("access.pickup_ready")).slice(told).map(({ parcel, reason }) => [parcel, reason]),
    [[fourth.parcel, "reissued"]],
  );

  const [fifth, sixth] = await pair(w);
  const to = { station: w.station, compartment: 2, size: "small" as const, name: "x", address: null, lat: 1, lon: 1 };
  const deliverBy = new Date(w.now().getTime() + 86_400_000).toISOString();
  const from = { station: w.station, compartment: 1 };
  await w.happen(Moved, { reservation: fifth.reservation, parcel: fifth.parcel, deliverBy, why: "unusable", from, to });
  await w.deposit(fifth.parcel, 2);
  await w.deposit(sixth.parcel, 1);
  assert.notEqual((await w.code(fifth.parcel)).code, (await w.code(sixth.parcel)).code);
  assert.deepEqual((await w.code(fifth.parcel)).together, []);
});

test("N5: both end at once, nobody is told of a code that is over; put in elsewhere it has its own; an enrolment gives a group one code", async () => {
  await using w = await start();
  const [first, second] = await pair(w);
  await w.deposit(first.parcel);
  await w.deposit(second.parcel, 2);
  assert.notEqual((await w.code(first.parcel)).code, (await w.code(second.parcel)).code);
  const [third, fourth] = await pair(w);
  await w.deposit(third.parcel);
  await w.deposit(fourth.parcel);
  w.pass(3 * 24 + 1);
  const told = (await w.facts("access.pickup_ready")).length;
  const end = { station: w.station, compartment: 1, reason: "returned" as const };
  await w.happen(Ended, { ...end, reservation: third.reservation, parcel: third.parcel });
  await w.happen(Ended, { ...end, reservation: fourth.reservation, parcel: fourth.parcel });
  assert.equal((await w.facts("access.pickup_ready")).length, told);
  const [fifth, sixth] = await pair(w);
  await w.enrol(2, Buffer.alloc(32, 5));
  await w.deposit(fifth.parcel);
  await w.deposit(sixth.parcel);
  assert.equal((await w.code(fifth.parcel)).code, (await w.code(sixth.parcel)).code);
});

test("N5: the courier is told that another parcel of the same person is inside; taken back, the first one's code stays", async () => {
  await using w = await start({ devices: async (body) => opened(body["id"]) });
  const [first, second] = await pair(w);
  await w.deposit(first.parcel);
  const answer = await w.command("open", second.parcel);
  assert.ok(answer.status === 200);
  assert.equal((await answer.json()).beside, 1);
  await w.deposit(second.parcel);
  const { code } = await w.code(first.parcel);
  await w.report({ type: "deposit_abandoned", compartment: 1, parcel: second.parcel, actor: "courier:7", reason: "wrong_parcel" });
  assert.equal((await w.code(first.parcel)).code, code);
  assert.deepEqual((await w.code(first.parcel)).together, [second.parcel]);
  await w.deposit(second.parcel);
  assert.equal((await w.code(second.parcel)).code, code);
});
