// What contradicts itself becomes a task, and its compartment is given to nobody until somebody has looked (F7, I-11, I-24).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import { Inspected } from "./events.ts";
import { reservationsMigrations } from "./migrations.ts";
import { startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof startWorld>>;

const deposit = (compartment: number, parcel: string) =>
  ({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:x" }) as const;
const quarantined = (compartment: number, reason: "forced" | "goods_inside", parcel: string | null = null) =>
  ({ type: "compartment_quarantined", compartment, reason, parcel, deposit: null }) as const;
const open = async (world: World, station: string) => {
  const answer = await world.as("operator").inspections.$get({ query: { station } });
  assert.ok(answer.status === 200);
  return (await answer.json()).inspections;
};
const resolve = (world: World, id: string, finding: "empty" | "as_recorded", by = "support") =>
  world.as(by).inspections[":id"].resolve.$post({ param: { id }, json: { finding, note: "looked inside" } });

test("a forced empty compartment is given to nobody until somebody has looked; the station is told up to which entry that counts", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  assert.deepEqual(await world.report(station, quarantined(1, "forced")), []);
  await world.report(station, quarantined(1, "goods_inside"));
  assert.deepEqual(await world.states(station), ["quarantined"]);
  assert.equal((await world.hold(station)).status, 409);
  const [first, second] = await open(world, station);
  assert.deepEqual([first!.reason, first!.isBlocking, second!.reason], ["forced", true, "goods_inside"]);
  assert.equal((await resolve(world, first!.id, "empty", "operator")).status, 403, "a viewer looks on");
  const answer = await resolve(world, first!.id, "empty");
  assert.ok(answer.status === 200);
  assert.partialDeepStrictEqual(await answer.json(), { finding: "empty", note: "looked inside" });
  assert.deepEqual([await open(world, station), await world.states(station)], [[], ["available"]], "one look settles all that was open");
  assert.equal((await resolve(world, second!.id, "empty")).status, 409);
  assert.equal((await resolve(world, randomUUID(), "empty")).status, 404);
  const [told] = (await world.facts(Inspected.type)).map(({ payload }) => Inspected.payload.parse(payload));
  assert.partialDeepStrictEqual(told, { station, compartment: 1, epoch: 1, seq: 2, isEmpty: true });
  assert.equal((await world.hold(station)).status, 201);
});

test("a compartment with a parcel in it stays occupied while it is in doubt, and goes to quarantine when it is emptied", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { id, parcel } = await world.order(station);
  await world.report(station, deposit(1, parcel), parcel);
  await world.report(station, quarantined(1, "forced", parcel), parcel);
  assert.deepEqual(await world.states(station), ["occupied"]);
  await world.report(station, { type: "parcel_collected", compartment: 1, parcel, deposit: null, grant: randomUUID() }, parcel);
  assert.deepEqual([await world.state(id), await world.states(station)], ["collected", ["quarantined"]]);
  assert.equal((await world.hold(station)).status, 409);
  await resolve(world, (await open(world, station))[0]!.id, "as_recorded");
  assert.deepEqual(await world.states(station), ["available"]);
});

test("what was recorded is not there: its reservation ends as missing and the compartment is free", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { id, parcel } = await world.order(station);
  await world.report(station, deposit(1, parcel), parcel);
  await world.report(station, quarantined(1, "forced", parcel), parcel);
  await resolve(world, (await open(world, station))[0]!.id, "empty");
  assert.deepEqual([await world.state(id), await world.states(station)], ["missing", ["available"]]);
});

test("a reserved compartment keeps its reservation; when that lapses nobody else is given it", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  await world.hold(station);
  await world.report(station, quarantined(1, "forced"));
  assert.deepEqual(await world.states(station), ["reserved"]);
  world.pass(16 * 60_000);
  assert.equal((await world.hold(station)).status, 409);
  await world.jobs[0]!.run(null);
  assert.deepEqual(await world.states(station), ["quarantined"]);
});

test("the station settles its own doubt: the inspection ends, and it is not told again", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  await world.report(station, quarantined(1, "goods_inside"));
  await world.report(station, { type: "compartment_cleared", compartment: 1, isEmpty: true });
  assert.deepEqual([await open(world, station), await world.states(station)], [[], ["available"]]);
  assert.deepEqual(await world.facts(Inspected.type), []);
});

test("two parcels in one box: the first is believed, the box takes nothing more, and one look settles it", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { parcel } = await world.order(station);
  await world.report(station, deposit(1, parcel), parcel);
  const other = randomUUID();
  await world.report(station, deposit(1, other), other);
  const reasons = (await open(world, station)).map(({ reason }) => reason);
  assert.ok(reasons.length > 0);
  assert.deepEqual(
    (await world.doors(station)).map((door) => [door.state, door.parcel]),
    [["occupied", parcel]],
  );
});

test("a return lies return-pending, no room for deliveries, until a courier has taken it (A7.1, A7.2)", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const parcel = randomUUID();
  const put = { type: "return_deposited", compartment: 1, parcel, grant: randomUUID(), evidence: "depositor", actor: "kiosk" } as const;
  await world.report(station, put, parcel);
  assert.deepEqual([await world.states(station), (await world.hold(station)).status], [["return_pending"], 409]);
  await world.report(station, { type: "parcel_retrieved", compartment: 1, parcel, grant: randomUUID(), actor: "kiosk" }, parcel);
  assert.deepEqual([await world.states(station), await world.contradictions()], [["available"], []]);
});

test("whoever was there may come back to it: the compartment is nobody else's for two minutes (F6)", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const until = () => new Date(world.now().getTime() + 120_000).toISOString();
  await world.report(station, { type: "reopen_offered", compartment: 1, until: until() });
  assert.equal((await world.hold(station)).status, 409);
  world.pass(120_000);
  assert.equal((await world.hold(station)).status, 201, "half-open, also while the job is late");
  await world.report(station, { type: "reopen_offered", compartment: 1, until: until() });
  assert.deepEqual(await world.states(station), ["reserved"], "a claim is not pushed aside");
});

test("a station that begins a new epoch states what it holds; what was believed otherwise is looked into", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small", "small"]);
  const [lost, kept] = [await world.order(station), await world.order(station)];
  for (const { parcel, compartment } of [lost, kept]) await world.report(station, deposit(compartment, parcel), parcel);
  const empty = [1, 2, 3].find((n) => n !== lost.compartment && n !== kept.compartment)!;
  const surprise = randomUUID();
  const content = (compartment: number, parcel: string) => ({ compartment, parcel, deposit: null, isReturn: false });
  const stated = { type: "contents_stated" as const, contents: [content(kept.compartment, kept.parcel), content(empty, surprise)] };
  await world.report(station, stated);
  const tasks = (await open(world, station)).map(({ compartment, reason, parcel }) => [compartment, reason, parcel]);
  assert.deepEqual(
    tasks.toSorted(),
    [
      [lost.compartment, "not_there", lost.parcel],
      [empty, "two_parcels", surprise],
    ].toSorted(),
  );
  assert.deepEqual((await world.doors(station)).find((door) => door.compartment === empty)!.state, "occupied");
});
