import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { WindowMoved } from "@pigeonhole/access/events";
import type { Actor } from "@pigeonhole/identity/contract";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import type { ParcelState } from "./contract.ts";
import { parcelsMigrations } from "./migrations.ts";
import { ann, blue, bob, books, courier, red, start, station, support, tools } from "./testing.ts";

const database = await testDatabase([parcelsMigrations]);
after(() => database[Symbol.asyncDispose]());
const states = (parcel: { timeline: { state: ParcelState }[] }): ParcelState[] => parcel.timeline.map((entry) => entry.state);

test("from order to collection: each move with its fact, its time and the proof of the station", async () => {
  await using w = await start(database);
  const parcel = await w.confirm();
  assert.match((await w.get(parcel)).number, /^\d{12}$/);
  w.pass(1);
  await w.shipped(parcel);
  w.pass(1);
  await w.report(parcel, "parcel_deposited");
  assert.equal((await w.get(parcel)).state, "delivered");
  await w.ready(parcel);
  const stored = await w.get(parcel);
  assert.deepEqual(
    [stored.state, stored.depositedAt, stored.expiresAt],
    ["stored", "2026-03-01T14:00:00.000Z", "2026-03-04T12:00:00.000Z"],
  );
  w.pass(1);
  await w.report(parcel, "parcel_collected");
  const over = await w.get(parcel);
  assert.deepEqual(
    over.timeline.map(({ state, at, actor, proof }) => [state, at.slice(11, 13), actor?.split(":")[0] ?? null, proof?.seq ?? null]),
    [
      ["reserved", "12", "customer", null],
      ["shipped", "13", "courier", null],
      ["delivered", "14", "courier", 1],
      ["stored", "14", null, null],
      ["collected", "15", null, 2],
    ],
  );
  assert.deepEqual(await w.moves(parcel), [
    "null → reserved",
    "reserved → shipped",
    "shipped → delivered",
    "delivered → stored",
    "stored → collected",
  ]);
  assert.equal(over.barcode, over.number, "without another label, the number");
  assert.ok(!JSON.stringify(over).includes("Lind") && !JSON.stringify(over).includes("example.org"));
});

test("every order of the same five facts ends the same, with the same time line, and parks none", async () => {
  await using w = await start(database);
  const permutations = <T>(all: readonly T[]): T[][] =>
    all.length === 0 ? [[]] : all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest]));
  const late = new Date("2026-03-01T13:00:00.000Z");
  for (const order of permutations(["confirmed", "shipped", "deposited", "ready", "collected"] as const).filter((_, i) => i % 7 === 0)) {
    const parcel = systemNewId();
    const tell = {
      confirmed: () => w.confirm({ parcel }),
      shipped: () => w.shipped(parcel),
      deposited: () => w.report(parcel, "parcel_deposited", late),
      ready: () => w.ready(parcel),
      collected: () => w.report(parcel, "parcel_collected", late),
    };
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
  await using w = await start(database);
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
  assert.deepEqual(
    [(await w.get(gone)).state, states(await w.get(gone))],
    ["stored", ["reserved", "shipped", "cancelled", "delivered", "stored"]],
  );
  const kept = await w.confirm();
  await w.ended(kept, "collected");
  assert.equal((await w.get(kept)).state, "reserved");
});

test("a station's word counts for its own parcels only", async () => {
  await using w = await start(database);
  const parcel = await w.confirm();
  await w.report(parcel, "parcel_deposited", undefined, systemNewId());
  await w.report(parcel, "parcel_collected", undefined, systemNewId());
  assert.deepEqual(states(await w.get(parcel)), ["reserved"]);
});

test("expiry: at the minute and not before, in batches, once; who collects late has collected", async () => {
  await using w = await start(database);
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
  assert.deepEqual(
    seen.map((parcel) => parcel.state),
    ["expired", "expired", "expired", "expired", "stored", "stored"],
  );
  assert.equal((await w.moves(ids[0]!)).filter((move) => move === "stored → expired").length, 1);
  await w.ready(ids[0]!, "2026-03-20T12:00:00.000Z", "reissued");
  assert.equal((await w.get(ids[0]!)).state, "expired");
  await w.report(ids[0]!, "parcel_collected");
  assert.equal((await w.get(ids[0]!)).state, "collected");
});

test("who sees which parcel: two customers, two shops, two carriers, staff; everything else is not found", async () => {
  await using w = await start(database);
  const toAnn = await w.confirm({ owner: `shop:${books.tenant}`, carrier: "red" });
  const annToBob = await w.confirm({ email: "bob@example.org", carrier: "blue" });
  const sees = async (actor: Actor): Promise<boolean[]> =>
    Promise.all([toAnn, annToBob].map(async (id) => (await w.as(actor).parcels[":id"].$get({ param: { id } })).status === 200));
  const table: [Actor, boolean[]][] = [
    [ann, [true, true]],
    [bob, [false, true]],
    [books, [true, false]],
    [tools, [false, false]],
    [red, [true, false]],
    [blue, [false, true]],
    [support, [true, true]],
    [{ ...ann, id: systemNewId(), email: "ann@example.com" } as Actor, [false, false]],
    [{ ...tools, slug: "red" }, [false, false]],
  ];
  for (const [actor, expected] of table) {
    assert.deepEqual(await sees(actor), expected, JSON.stringify(actor));
    const list = await w.as(actor).parcels.$get({ query: {} });
    assert.ok(list.status === 200);
    assert.deepEqual(
      (await list.json()).parcels.map(({ id }) => id).toSorted(),
      [toAnn, annToBob].filter((_, i) => expected[i]).toSorted(),
      JSON.stringify(actor),
    );
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
  await using w = await start(database);
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
  assert.deepEqual(
    [first, second, third].flatMap((part) => part.parcels.map(({ id }) => id)),
    ids.toReversed(),
  );
  assert.equal(third.next, null);
  const { number } = await w.get(ids[0]!);
  assert.deepEqual(
    (await page({ number }, support)).parcels.map(({ id }) => id),
    [ids[0]],
  );
  assert.equal((await page({ number }, bob)).parcels.length, 0);
  for (const query of [{ orderId: "A-3" }, { label: (await w.get(ids[3]!)).barcode.toLowerCase() }] as Record<string, string>[]) {
    assert.deepEqual(
      (await page(query, support)).parcels.map(({ id }) => id),
      [ids[3]],
    );
    assert.equal((await page(query, bob)).parcels.length, 0);
  }
  assert.equal((await page({ before: first.next! }, bob)).parcels.length, 0);
  assert.equal((await page({ station: systemNewId() }, support)).parcels.length, 0);
  assert.equal((await page({ state: "stored" })).parcels.length, 0);
});

test("I-68: support looks up by the whole address what is somebody's; who looked and why is a fact, whose it was is not", async () => {
  await using w = await start(database);
  const [first, second] = [await w.confirm({ email: "bob@example.org" }), await w.confirm({ email: "bob@example.org" })];
  await w.confirm({ email: "eve@example.org" });
  const lookUp = (actor: Actor, email: string, reason = "On the phone") =>
    w.as(actor)["parcel-look-ups"].$post({ json: { email, reason } });
  const answer = await lookUp(support, " Bob@Example.org ");
  assert.ok(answer.status === 200);
  assert.deepEqual(
    (await answer.json()).parcels.map(({ id }) => id),
    [second, first],
  );
  const nobody = await lookUp(support, "bo@example.org");
  assert.ok(nobody.status === 200 && (await nobody.json()).parcels.length === 0, "the whole address or nothing");
  assert.equal((await lookUp(support, "bob@example.org", "")).status, 400);
  for (const actor of [{ ...support, role: "viewer" } as Actor, ann, books, red])
    assert.equal((await lookUp(actor, "bob@example.org")).status, 403);
  const { rows } = await sql<{ payload: object }>`select payload from kit.outbox where type = 'parcels.looked_up' order by seq`.execute(
    w.db,
  );
  const actor = `operator:${(support as { id: string }).id}`;
  assert.deepEqual(
    rows.map(({ payload }) => payload),
    [2, 0].map((found) => ({ actor, reason: "On the phone", found })),
  );
});

test("F6: a window whose clock stands still does not end; the parcel says why and how much longer it waits", async () => {
  await using w = await start(database);
  const parcel = await w.confirm();
  await w.report(parcel, "parcel_deposited");
  const promised = new Date(w.now().getTime() + 3 * 86_400_000).toISOString();
  await w.ready(parcel, promised);
  const from = w.now().toISOString();
  const moved = (expiresAt: string, to: string | null) =>
    w.say(WindowMoved, { parcel, station, expiresAt, isStopped: to === null, pauses: [{ from, to, cause: "power" }] });
  await moved(promised, null);
  w.pass(80);
  await w.expire();
  assert.deepEqual([(await w.get(parcel)).state, (await w.get(parcel)).isStopped], ["stored", true]);
  const until = new Date(Date.parse(promised) + 80 * 3_600_000).toISOString();
  await moved(until, w.now().toISOString());
  await w.expire();
  const { state, expiresAt, pauses } = await w.get(parcel);
  assert.deepEqual([state, expiresAt, pauses], ["stored", until, [{ from, to: w.now().toISOString(), cause: "power" }]]);
  w.pass(72);
  await w.expire();
  assert.equal((await w.get(parcel)).state, "expired");
});
