// Several parcels of one recipient in one compartment (N5, A2.2, A6.2).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { AbilitiesSaid } from "@pigeonhole/devices/events";
import { publish } from "@pigeonhole/kit/outbox";
import { testDatabase } from "@pigeonhole/kit/testing";
import fc from "fast-check";
import { edgesOf, type Edges } from "../domain.ts";
import { reservationsMigrations } from "../migrations.ts";
import { startWorld } from "../testing.ts";
import { fitTogether } from "./domain.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof startWorld>>;

const book = { lengthMm: 200, widthMm: 150, heightMm: 40, weightGrams: 300 };
const box = { lengthMm: 340, widthMm: 290, heightMm: 170, weightGrams: 900 };

/** A station that says it can share, and orders at it. */
async function sharing(w: World, doors: Parameters<World["station"]>[0] = ["small", "small", "medium"]) {
  const station = await w.station(doors);
  await w.tell((tx) => publish(tx, w.now(), AbilitiesSaid, { station, can: ["share"] }));
  await w.settle();
  return station;
}
async function order(w: World, station: string, more: Parameters<World["confirm"]>[1] & { by?: string } = {}) {
  const by = more.by ?? "shop";
  const dimensions = more.dimensions ?? book;
  const held = await w.hold(station, { by, dimensions });
  assert.ok(held.status === 201, JSON.stringify(await held.clone().json()));
  const confirmed = await w.confirm((await held.json()).id, { together: true, dimensions, ...more, by });
  assert.ok(confirmed.status === 200, JSON.stringify(await confirmed.clone().json()));
  const claim = await confirmed.json();
  return { ...claim, parcel: claim.parcel!, by };
}
type Order = Awaited<ReturnType<typeof order>>;
const deposit = (w: World, { station, compartment, parcel }: Order) =>
  w.report(station, { type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "kiosk" }, parcel);
const collect = (w: World, { station, compartment, parcel }: Order) =>
  w.report(station, { type: "parcel_collected", compartment, parcel, deposit: null, grant: null }, parcel);
const cancel = (w: World, { id }: Order) => w.as("shop").reservations[":id"].cancel.$post({ param: { id } });
const nothing = { contradictions: [] as string[] };
const doubts = async (w: World) => ({ contradictions: await w.contradictions() });

test("two parcels fit when a wall parts them, whichever way each is turned; what is of unknown size never does", () => {
  const three = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }));
  const turns = ([a, b, c]: Edges): Edges[] => [
    [a, b, c],
    [a, c, b],
    [b, a, c],
    [b, c, a],
    [c, a, b],
    [c, b, a],
  ];
  fc.assert(
    fc.property(three, three, three, (one, two, inner) => {
      const [first, second, room] = [edgesOf(...one), edgesOf(...two), edgesOf(...inner)];
      const byHand = turns(first).some((p) =>
        turns(second).some((q) =>
          room.some((_, along) => room.every((edge, i) => (i === along ? p[i]! + q[i]! <= edge : p[i]! <= edge && q[i]! <= edge))),
        ),
      );
      assert.equal(fitTogether([first, second], room), byHand);
      assert.equal(fitTogether([first, [0, 0, 0]], room), false);
    }),
  );
  assert.ok(fitTogether([edgesOf(10, 10, 10), edgesOf(10, 10, 10), edgesOf(10, 10, 10)], edgesOf(10, 10, 30)));
  assert.ok(
    !fitTogether(
      Array.from({ length: 5 }, () => edgesOf(1, 1, 1)),
      edgesOf(10, 10, 10),
    ),
    "four at most",
  );
});

test("N5, I-01: a second parcel goes into the first one's compartment; its own is free; each claim ends by itself, and the last one frees the compartment", async () => {
  await using w = await startWorld(database);
  const station = await sharing(w);
  const first = await order(w, station);
  const second = await order(w, station);
  await w.settle();
  assert.equal(second.compartment, first.compartment);
  assert.equal(second.isTogether, true);
  const states = async () => (await w.doors(station)).map(({ state }) => state).toSorted();
  assert.deepEqual(await states(), ["available", "available", "reserved"]);
  const confirmed = (await w.facts("reservations.confirmed")).map(({ payload }) => payload["togetherWith"]);
  assert.deepEqual(confirmed, [null, first.parcel]);
  await deposit(w, second);
  await deposit(w, first);
  assert.deepEqual(await states(), ["available", "available", "occupied"]);
  const door = (await w.doors(station)).find(({ compartment }) => compartment === first.compartment)!;
  assert.deepEqual(door.parcels.toSorted(), [first.parcel, second.parcel].toSorted(), "a look at the station shows both");
  await collect(w, first);
  assert.deepEqual(await states(), ["available", "available", "occupied"], "the other is inside");
  assert.deepEqual([await w.state(first.id), await w.state(second.id)], ["collected", "fulfilled"]);
  await collect(w, second);
  assert.deepEqual(await states(), ["available", "available", "available"]);
  assert.deepEqual(await doubts(w), nothing);
});

test("N5, I-03: never with somebody else's, another shop's, another carrier's, of unknown size, where both do not fit, perishable, held for a payment, or without leave", async () => {
  await using w = await startWorld(database);
  const station = await sharing(
    w,
    Array.from({ length: 12 }, () => "small" as const),
  );
  const first = await order(w, station);
  const others = [
    await order(w, station, { by: "other" }),
    await order(w, station, { carrier: "else" }),
    await order(w, station, { recipient: { name: "Bob", email: "bob@example.org" } }),
    await order(w, station, { dimensions: box }),
    await order(w, station, { isPerishable: true }),
    await order(w, station, { cashOnDelivery: { amountMinor: 1250, currency: "EUR" } }),
    await order(w, station, { together: false }),
  ];
  const old = await w.station(["small", "small"]);
  others.push(await order(w, old), await order(w, old));
  for (const [i, other] of others.entries())
    assert.notDeepEqual([other.station, other.compartment, other.isTogether], [station, first.compartment, true], `order ${i}`);
  assert.ok(others.every(({ isTogether }) => isTogether === undefined));
  await assert.rejects(
    w.db
      .updateTable("reservations.reservation")
      .set({ together_with: first.id, compartment: first.compartment })
      .where("id", "=", others[2]!.id)
      .execute(),
    /somebody else's/,
    "the database is the judge",
  );
});

test("N5: called off, lapsed, taken elsewhere, found missing: the ones that stay keep their compartment, whoever it was booked on", async () => {
  await using w = await startWorld(database);
  const station = await sharing(w);
  const [first, second, third] = [await order(w, station, { deliverWithinDays: 1 }), await order(w, station), await order(w, station)];
  assert.equal((await cancel(w, second)).status, 200);
  assert.equal(await w.state(second.id), "cancelled");
  assert.equal((await w.doors(station))[first.compartment - 1]!.state, "reserved");
  w.pass(25 * 3_600_000);
  await w.jobs.find(({ name }) => name === "reservations.lapse")!.run(null);
  await w.settle();
  assert.deepEqual([await w.state(first.id), await w.state(third.id)], ["lapsed", "confirmed"]);
  const door = async () => (await w.doors(station))[first.compartment - 1]!;
  assert.partialDeepStrictEqual(await door(), { state: "reserved", reservation: third.id });
  // Nobody else is given it: also somebody who looks for what has lapsed.
  for (let n = 0; n < 2; n++) await w.hold(station, { size: "small" });
  assert.equal((await w.hold(station, { size: "small" })).status, 409);
  await deposit(w, third);
  await w.report(station, {
    type: "deposit_abandoned",
    compartment: third.compartment,
    parcel: third.parcel,
    actor: "c",
    reason: "wrong_parcel",
  });
  assert.partialDeepStrictEqual(await door(), { state: "reserved", reservation: third.id });
  assert.equal((await cancel(w, third)).status, 200);
  assert.equal((await door()).state, "available");
  assert.deepEqual(await doubts(w), nothing);
});

test("N5, A2.10: it does not fit beside the other: it gets a compartment of its own, nothing is in quarantine; the one that was there first may leave too", async () => {
  await using w = await startWorld(database);
  const station = await sharing(w, ["small", "small", "small", "small"]);
  const [first, second] = [await order(w, station), await order(w, station)];
  await deposit(w, first);
  const from = { station, compartment: first.compartment };
  const reassign = async (parcel: string) => {
    const answer = await w.as("module").internal.reservations.reassign.$post({ json: { parcel, from, reason: "not_empty", to: null } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const moved = await reassign(second.parcel);
  await w.settle();
  assert.ok(moved.outcome === "moved" && moved.to.compartment !== first.compartment && moved.to.size === "small");
  assert.deepEqual((await w.doors(station)).map(({ state }) => state).toSorted(), ["available", "available", "occupied", "reserved"]);
  assert.equal((await cancel(w, second)).status, 200);
  const [third, fourth] = [await order(w, station), await order(w, station)];
  assert.deepEqual([third.compartment, fourth.compartment], [first.compartment, first.compartment]);
  await w.parcelMoved(first.parcel, first.id, "expired");
  assert.equal((await w.doors(station))[first.compartment - 1]!.state, "return_pending");
  await deposit(w, third);
  await w.report(station, { type: "parcel_retrieved", compartment: first.compartment, parcel: first.parcel, grant: null, actor: "c" });
  assert.partialDeepStrictEqual((await w.doors(station))[first.compartment - 1], {
    state: "occupied",
    reservation: third.id,
    parcel: third.parcel,
  });
  await w.report(station, {
    type: "compartment_quarantined",
    compartment: first.compartment,
    reason: "nothing_inside",
    parcel: third.parcel,
    deposit: null,
  });
  const tasks = await w.as("operator").inspections.$get({ query: {} });
  assert.ok(tasks.status === 200);
  const [task] = (await tasks.json()).inspections;
  const resolved = await w
    .as("support")
    .inspections[":id"].resolve.$post({ param: { id: task!.id }, json: { finding: "empty", note: "nothing there" } });
  assert.equal(resolved.status, 200, JSON.stringify([task, await resolved.json()]));
  assert.deepEqual([await w.state(third.id), await w.state(fourth.id)], ["missing", "confirmed"]);
  assert.partialDeepStrictEqual((await w.doors(station))[first.compartment - 1], { state: "reserved", reservation: fourth.id });
  assert.deepEqual(await doubts(w), nothing);
});

test("N5: a station that begins anew states both, and nobody doubts it; a stranger beside them, somebody looks into", async () => {
  await using w = await startWorld(database);
  const station = await sharing(w);
  const [first, second] = [await order(w, station), await order(w, station)];
  await deposit(w, first);
  await deposit(w, second);
  const content = (parcel: string) => ({ compartment: first.compartment, parcel, deposit: null, isReturn: false });
  await w.report(station, { type: "contents_stated", contents: [content(second.parcel), content(first.parcel)] });
  assert.deepEqual(await doubts(w), nothing);
  await w.report(station, { type: "contents_stated", contents: [content(second.parcel), content(randomUUID())] });
  assert.equal((await doubts(w)).contradictions.length, 1);
});
