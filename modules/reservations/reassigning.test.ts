import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { PickupProblemTold } from "@pigeonhole/access/events";
import { pickupProblems } from "@pigeonhole/access/phone/contract";
import { publish } from "@pigeonhole/kit/outbox";
import { testDatabase } from "@pigeonhole/kit/testing";
import { reservationsMigrations } from "./migrations.ts";
import { startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof startWorld>>;
type Reason = "does_not_fit" | "not_empty" | "will_not_close" | "other";

const ask = async (w: World, parcel: string, from: { station: string; compartment: number }, reason: Reason, to: string | null = null) => {
  const answer = await w.as("module").internal.reservations.reassign.$post({ json: { parcel, from, reason, to } });
  assert.ok(answer.status === 200, JSON.stringify(await answer.clone().json()));
  return answer.json();
};
const states = async (w: World, station: string) =>
  Object.fromEntries((await w.doors(station)).map(({ compartment, state }) => [compartment, state]));
const tasks = async (w: World) => {
  const answer = await w.as("operator").inspections.$get({ query: {} });
  assert.ok(answer.status === 200);
  return (await answer.json()).inspections;
};

test("too small: the claim goes to the next larger compartment, the old one is free; asked again the answer is the same (A2.10, I-01)", async () => {
  await using w = await startWorld(database);
  const station = await w.station(["small", "small", "medium", "large"]);
  const order = await w.order(station);
  const from = { station, compartment: order.compartment };
  const moved = await ask(w, order.parcel!, from, "does_not_fit");
  assert.ok(moved.outcome === "moved" && moved.to.compartment === 3 && moved.to.size === "medium");
  assert.deepEqual(await ask(w, order.parcel!, from, "does_not_fit"), moved);
  const next = await ask(w, order.parcel!, { station, compartment: 3 }, "does_not_fit");
  assert.ok(next.outcome === "moved" && next.to.size === "large");
  assert.deepEqual(await states(w, station), { 1: "available", 2: "available", 3: "available", 4: "reserved" });
  const last = await ask(w, order.parcel!, { station, compartment: 4 }, "does_not_fit");
  assert.ok(last.outcome === "none", "there is nothing larger");
  assert.deepEqual(await tasks(w), []);
});

test("not empty: never offered again before somebody has looked, one task whether the courier, the station or both tell of it (F7)", async () => {
  await using w = await startWorld(database);
  const station = await w.station(["small", "small"]);
  const order = await w.order(station);
  const from = { station, compartment: order.compartment };
  const moved = await ask(w, order.parcel!, from, "not_empty");
  assert.ok(moved.outcome === "moved" && moved.to.compartment !== from.compartment);
  assert.equal((await states(w, station))[from.compartment], "quarantined");
  const report = {
    type: "compartment_quarantined",
    compartment: from.compartment,
    reason: "not_empty",
    parcel: null,
    deposit: null,
  } as const;
  await w.report(station, report);
  const open = await tasks(w);
  assert.deepEqual(
    open.map(({ compartment, reason, isBlocking }) => [compartment, reason, isBlocking]),
    [[from.compartment, "not_empty", true]],
  );
  assert.equal((await w.hold(station, { size: "small" })).status, 409, "full: nobody is given it");
  const answer = await w.as("support").inspections[":id"].resolve.$post({
    param: { id: open[0]!.id },
    json: { finding: "empty", note: "a glove" },
  });
  assert.equal(answer.status, 200);
  assert.equal((await states(w, station))[from.compartment], "available");
});

test("no room: stations near by are named and one of them takes it; without an answer the next free compartment here is given by itself", async () => {
  await using w = await startWorld(database);
  const [station, near] = [await w.station(["small"]), await w.station(["small"], { lat: 59.437, lon: 24.756, name: "Near" })];
  const order = await w.order(station);
  const from = { station, compartment: 1 };
  const none = await ask(w, order.parcel!, from, "will_not_close");
  assert.deepEqual(none.outcome === "none" && none.alternatives.map((one) => one.station), [near]);
  const diverted = await ask(w, order.parcel!, from, "will_not_close", near);
  assert.ok(diverted.outcome === "moved" && diverted.to.station === near);
  assert.equal((await states(w, station))[1], "quarantined");

  const home = await w.station(["small", "small"], { lat: 10, lon: 10 });
  const other = await w.order(home);
  const second = await w.order(home);
  const stuck = await ask(w, other.parcel!, { station: home, compartment: other.compartment }, "not_empty");
  assert.ok(stuck.outcome === "none");
  assert.equal((await w.as("shop").reservations[":id"].cancel.$post({ param: { id: second.id } })).status, 200);
  await w.jobs.find((job) => job.name === "reservations.resettle")!.run(null);
  const seen = await w.as("operator").reservations[":id"].$get({ param: { id: other.id } });
  assert.ok(seen.status === 200 && (await seen.json()).compartment === second.compartment);
});

test("64 couriers at once, 32 larger compartments: each has one claim, none has two (I-01)", async () => {
  await using w = await startWorld(database);
  const station = await w.station([
    ...Array.from({ length: 64 }, () => "small" as const),
    ...Array.from({ length: 32 }, () => "medium" as const),
  ]);
  const orders = [];
  for (let i = 0; i < 64; i++) orders.push(await w.order(station));
  const answers = await Promise.all(
    orders.map((order) => ask(w, order.parcel!, { station, compartment: order.compartment }, "does_not_fit")),
  );
  const given = answers.flatMap((answer) => (answer.outcome === "moved" ? [answer.to.compartment] : []));
  assert.equal(new Set(given).size, given.length);
  assert.ok(given.length <= 32 && given.every((compartment) => compartment > 64));
  await w.jobs.find((job) => job.name === "reservations.resettle")!.run(null);
  const reserved = (await w.doors(station)).filter(({ state, compartment }) => state === "reserved" && compartment > 64);
  assert.equal(reserved.length, 32, "whoever was passed by in the crowd gets what is left");
});

test("the station gave one of its own: the claim follows; the wrong parcel: it waits again in the same one (I-28)", async () => {
  await using w = await startWorld(database);
  const station = await w.station(["small", "medium"], { walkUp: [2] });
  const order = await w.order(station);
  const parcel = order.parcel!;
  await w.report(
    station,
    { type: "deposit_abandoned", compartment: 1, parcel, actor: "kiosk", reason: "does_not_fit", instead: 2 },
    parcel,
  );
  assert.deepEqual(await states(w, station), { 1: "available", 2: "reserved" });
  await w.report(station, { type: "parcel_deposited", compartment: 2, parcel, evidence: "depositor", actor: "kiosk" }, parcel);
  assert.deepEqual([await states(w, station), await tasks(w)], [{ 1: "available", 2: "occupied" }, []]);
  await w.report(station, { type: "deposit_abandoned", compartment: 2, parcel, actor: "courier:1", reason: "wrong_parcel" }, parcel);
  assert.equal((await states(w, station))[2], "reserved");
  const over = await ask(w, parcel, { station: randomUUID(), compartment: 9 }, "other");
  assert.ok(over.outcome === "moved" && over.to.compartment === 2);
});

test("told from a phone: the compartment is given to nobody before somebody has looked (F7)", async () => {
  await using w = await startWorld(database);
  const station = await w.station(["small"]);
  const order = await w.order(station);
  const parcel = order.parcel!;
  await w.report(station, { type: "parcel_deposited", compartment: 1, parcel, evidence: "depositor", actor: "kiosk" }, parcel);
  const said = { parcel, station, compartment: 1, reason: "not_mine", actor: "customer:1" } as const;
  await w.tell((tx) => publish(tx, w.now(), PickupProblemTold, said));
  await w.settle();
  assert.deepEqual(
    (await tasks(w)).map(({ reason, parcel: of }) => [reason, of]),
    [["not_theirs", parcel]],
  );
  await w.report(station, { type: "parcel_collected", compartment: 1, parcel, deposit: null, grant: null }, parcel);
  assert.deepEqual(await states(w, station), { 1: "quarantined" });
});

test("F7: each word that a customer's phone can say is somebody's task, with the reason it means; what lies inside stays theirs", async () => {
  await using w = await startWorld(database);
  const means = { empty: "found_empty", not_mine: "not_theirs", will_not_close: "will_not_close", will_not_open: "will_not_open" } as const;
  const station = await w.station(pickupProblems.map(() => "small"));
  const parcels: string[] = [];
  for (const reason of pickupProblems) {
    const { parcel, compartment } = await w.order(station);
    parcels.push(parcel!);
    await w.report(station, { type: "parcel_deposited", compartment, parcel: parcel!, evidence: "depositor", actor: "kiosk" }, parcel!);
    // Pressed twice, by somebody who waits.
    for (let times = 0; times < 2; times++)
      await w.tell((tx) => publish(tx, w.now(), PickupProblemTold, { parcel: parcel!, station, compartment, reason, actor: "customer:1" }));
  }
  await w.settle();
  assert.deepEqual(
    (await tasks(w)).map(({ reason, parcel, isBlocking }) => [parcel, reason, isBlocking]).toSorted(),
    pickupProblems.map((reason, n) => [parcels[n], means[reason], true]).toSorted(),
  );
  assert.ok(
    Object.values(await states(w, station)).every((state) => state === "occupied"),
    "nobody is given it, nobody loses it",
  );
});
