import assert from "node:assert/strict";
import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { after, test } from "node:test";
import { createCa } from "@pigeonhole/devices/ca";
import { readRequest } from "@pigeonhole/devices/certificates";
import { makeKey } from "@pigeonhole/devices/testing";
import { Changed, read, remove } from "@pigeonhole/kit/histories/rows";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { seal } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import { verify } from "@pigeonhole/receipts/verify";
import { sql } from "kysely";
import { custodianText } from "./domain.ts";
import { custodyHistory } from "./history.ts";
import { now, startCustody } from "./testing.ts";

const ca = await createCa({ hosts: ["127.0.0.1"], now, random });
const world = await startCustody({
  certificate: ca.ca.certificate,
  certifyReceipts: (publicKey) => ca.certifyReceipts(publicKey, now()),
});
after(() => world[Symbol.asyncDispose]());

/** A station's key, certificate and log. */
async function makeStation() {
  const id: string = crypto.randomUUID();
  const { csr, key } = await makeKey();
  const { certificate } = await ca.issue(await readRequest(csr), id, now());
  const signing = createPrivateKey(key);
  let [seq, previous] = [0, "0".repeat(64)];
  return {
    id,
    certificate,
    /** The next entry of its log. */
    says(event: StationFact): Envelope {
      const envelope = seal(
        "event",
        StationEvent.parse({ v: 1, station: id, epoch: 1, seq: ++seq, previous, at: now().toISOString(), event }),
        { kid: "station", key: signing },
      );
      previous = createHash("sha256").update(envelope.body).digest("hex");
      return envelope;
    },
  };
}

const operator = { kind: "operator", id: crypto.randomUUID(), role: "viewer" } as const;
const courier = { kind: "courier", id: crypto.randomUUID(), tenant: crypto.randomUUID(), carrier: "swift" } as const;
const deposit = (parcel: string) => ({
  type: "parcel_deposited" as const,
  compartment: 3,
  parcel,
  evidence: "depositor" as const,
  actor: `courier:${courier.id}`,
});
const collected = (parcel: string) => ({
  type: "parcel_collected" as const,
  compartment: 3,
  parcel,
  deposit: null,
  grant: crypto.randomUUID(),
});
const fingerprint = (): string => new X509Certificate(ca.ca.certificate).fingerprint256;
const seen = async (parcel: string) => {
  const answer = await world.as(operator).parcels[":parcel"].custody.$get({ param: { parcel } });
  assert.ok(answer.status === 200, `answered ${answer.status}`);
  return answer.json();
};
const fileOf = async (parcel: string, actor: Parameters<typeof world.as>[0] = operator): Promise<string> => {
  const answer = await world.as(actor).parcels[":parcel"].receipts.$get({ param: { parcel } });
  assert.equal(answer.status, 200);
  return answer.text();
};
const way = async (parcel: string): Promise<string[]> => (await seen(parcel)).handOvers.map(({ to }) => custodianText(to));

test("F2: shop, carrier, station, customer: each hand-over leaves a receipt that anybody verifies with the authority's fingerprint alone", async () => {
  const [parcel, station] = [crypto.randomUUID(), await makeStation()];
  await world.moved(parcel);
  await world.moved(parcel, { from: "reserved", to: "shipped" });
  await world.attested(parcel, station.says(deposit(parcel)), station);
  assert.equal((await seen(parcel)).holder.kind, "station");
  await world.attested(parcel, station.says(collected(parcel)), station);
  const { holder, handOvers, isContradicted } = await seen(parcel);
  assert.deepEqual(
    handOvers.map(({ from, to, compartment, proof }) => [from?.kind ?? null, to.kind, compartment, proof?.seq ?? null]),
    [
      [null, "shop", null, null],
      ["shop", "carrier", null, null],
      ["carrier", "station", 3, 1],
      ["station", "customer", 3, 2],
    ],
  );
  assert.deepEqual([holder, isContradicted], [{ kind: "customer", id: null }, false]);
  const verified = await verify(await fileOf(parcel), fingerprint());
  assert.deepEqual([verified.isGood, verified.checks.filter(({ isOk }) => !isOk)], [true, []]);
  assert.equal(verified.receipts.length, 4);
  const before = world.certified();
  assert.equal(await fileOf(parcel), await fileOf(parcel), "the same bytes for everybody");
  assert.equal(world.certified(), before, "the certificate of the receipts' key is kept");
});

test("I-63: the same facts again, and facts before their parcel, lead to the same way; what does not follow is kept aside", async () => {
  const [parcel, station, other] = [crypto.randomUUID(), await makeStation(), await makeStation()];
  const [put, taken] = [station.says(deposit(parcel)), station.says(collected(parcel))];
  await world.attested(parcel, put, station);
  await world.moved(parcel);
  assert.deepEqual(await way(parcel), ["shop:0198f000-0000-7000-8000-000000000001", "carrier:swift", `station:${station.id}`]);
  await world.attested(parcel, put, station);
  await world.moved(parcel, { from: "reserved", to: "shipped" });
  await world.attested(parcel, other.says(deposit(parcel)), other);
  assert.equal((await seen(parcel)).isContradicted, true);
  assert.equal((await seen(parcel)).holder.id, station.id, "nobody gets custody by speaking last");
  await world.attested(parcel, taken, station);
  assert.equal((await way(parcel)).length, 4);
  assert.equal((await verify(await fileOf(parcel), fingerprint())).isGood, true);
});

test("I-05, I-06: the database itself refuses a second custodian, a gap, a fork, and any change of what was written", async () => {
  const [parcel, station] = [crypto.randomUUID(), await makeStation()];
  await world.moved(parcel);
  await world.attested(parcel, station.says(deposit(parcel)), station);
  const rows = await world.db.selectFrom("custody.hand_over").selectAll().where("parcel", "=", parcel).orderBy("number").execute();
  const last = rows.at(-1)!;
  const next = {
    ...last,
    number: last.number + 1,
    before: last.number,
    giver: last.taker,
    taker: "customer",
    evidence: null,
    previous: last.digest,
    digest: "ab".repeat(32),
  };
  const insert = (row: typeof next) => world.db.insertInto("custody.hand_over").values(row).execute();
  for (const [what, row] of [
    ["a fork", { ...next, number: last.number, before: last.number - 1 }],
    ["a gap", { ...next, number: last.number + 2, before: last.number + 1 }],
    ["a gap that lies about what was before it", { ...next, number: last.number + 2, before: last.number }],
    ["a giver who does not have it", { ...next, giver: "carrier:swift" }],
    ["another story before", { ...next, previous: "cd".repeat(32) }],
    ["a second beginning", { ...next, number: 1, before: null as never, giver: null as never, previous: "0".repeat(64) }],
    ["given to oneself", { ...next, taker: last.taker }],
    ["one proof for two hand-overs", { ...next, evidence: last.evidence as never }],
  ] as const)
    await assert.rejects(insert(row as typeof next), what);
  await assert.rejects(
    world.db.updateTable("custody.hand_over").set({ taker: "customer" }).where("parcel", "=", parcel).execute(),
    /append-only/,
  );
  await assert.rejects(world.db.deleteFrom("custody.hand_over").where("parcel", "=", parcel).execute(), /append-only/);
  await assert.rejects(sql`truncate custody.hand_over cascade`.execute(world.db), /append-only/);
  await assert.rejects(world.db.updateTable("custody.evidence").set({ body: "{}" }).execute(), /append-only/);
  await insert(next);
});

test("I-06: a chain leaves for the archive whole, as it was signed; its last digest stays, and what came meanwhile stops it (A12.4)", async () => {
  const [parcel, station] = [crypto.randomUUID(), await makeStation()];
  await world.moved(parcel);
  await world.attested(parcel, station.says(deposit(parcel)), station);
  const rows = await world.db.selectFrom("custody.hand_over").selectAll().where("parcel", "=", parcel).orderBy("number").execute();
  const inFile = await world.db.transaction().execute((tx) => read(tx, [custodyHistory], { cases: [parcel] }));
  const bodies = inFile.find(({ table }) => table === "custody.hand_over")!.rows.map((row) => (JSON.parse(row) as { body: string }).body);
  assert.deepEqual(bodies.toSorted(), rows.map(({ body }) => body).toSorted());
  const leave = (file: typeof inFile): Promise<number> =>
    world.db.transaction().execute((tx) => remove(tx, [custodyHistory], { cases: [parcel] }, file));
  const older = inFile.map(({ table, rows: some }) => ({ table, rows: table === "custody.hand_over" ? some.slice(0, -1) : some }));
  await assert.rejects(leave(older), Changed);
  assert.equal((await world.db.selectFrom("custody.hand_over").selectAll().where("parcel", "=", parcel).execute()).length, rows.length);
  assert.ok((await leave(inFile)) >= rows.length + 2);
  assert.deepEqual(await world.db.selectFrom("custody.hand_over").selectAll().where("parcel", "=", parcel).execute(), []);
  const { rows: noted } = await sql`select number, digest from custody.archived where parcel = ${parcel}`.execute(world.db);
  assert.deepEqual(noted, [{ number: rows.length, digest: rows.at(-1)!.digest }]);
  await assert.rejects(sql`delete from custody.archived`.execute(world.db), /append-only/);
});

test("receipts are for those whose parcel it is: sender, recipient, carrier, the courier who brought it, operators; others find nothing (I-38)", async () => {
  const [parcel, station] = [crypto.randomUUID(), await makeStation()];
  const shop = { kind: "shop", tenant: crypto.randomUUID(), slug: "s", keyId: "k", scopes: ["parcels"] } as const;
  const carrier = { kind: "carrier", tenant: crypto.randomUUID(), slug: "swift", keyId: "k", scopes: ["parcels"] } as const;
  const recipient = { kind: "customer", id: crypto.randomUUID(), email: "a@example.org" } as const;
  await world.moved(parcel, { owner: `shop:${shop.tenant}` });
  world.recipients.set(parcel, recipient.email);
  const statusOf = async (actor: Parameters<typeof world.as>[0]) => [
    (await world.as(actor).parcels[":parcel"].custody.$get({ param: { parcel } })).status as number,
    (await world.as(actor).parcels[":parcel"].receipts.$get({ param: { parcel } })).status as number,
  ];
  assert.deepEqual(await statusOf(courier), [404, 404], "not yet in this courier's hands");
  await world.attested(parcel, station.says(deposit(parcel)), station);
  for (const actor of [shop, carrier, recipient, courier, operator]) assert.deepEqual(await statusOf(actor), [200, 200], actor.kind);
  for (const actor of [
    { ...shop, tenant: crypto.randomUUID() },
    { ...carrier, slug: "other" },
    { ...recipient, email: "b@example.org" },
    { ...courier, id: crypto.randomUUID() },
  ])
    assert.deepEqual(await statusOf(actor), [404, 404], actor.kind);
  assert.deepEqual(await statusOf(undefined), [401, 401]);
  const nobody = await world.as(operator).parcels[":parcel"].custody.$get({ param: { parcel: crypto.randomUUID() } });
  assert.equal(nobody.status, 404);
});

test("F13: shop and carrier take their hand-overs as EPCIS events, page by page, and nobody else's", async () => {
  const shop = { kind: "shop", tenant: crypto.randomUUID(), slug: "s", keyId: "k", scopes: ["parcels"] } as const;
  const foreign = { ...shop, tenant: crypto.randomUUID() };
  const [parcel, station] = [crypto.randomUUID(), await makeStation()];
  await world.moved(parcel, { owner: `shop:${shop.tenant}` });
  await world.attested(parcel, station.says(deposit(parcel)), station);
  await world.attested(parcel, station.says(collected(parcel)), station);
  const pageAt = async (actor: typeof shop | typeof foreign, query: Record<string, string>) => {
    const client = world.as(actor);
    const answer = await client["epcis-events"].$get({ query: { from: "2026-01-01T00:00:00Z", to: "2027-01-01T00:00:00Z", ...query } });
    assert.equal(answer.status, 200);
    const text = await answer.text();
    return {
      events: (JSON.parse(text) as { epcisBody: { eventList: { eventID: string }[] } }).epcisBody.eventList,
      next: answer.headers.get("link"),
    };
  };
  const whole = await pageAt(shop, {});
  assert.ok(whole.events.length >= 3 && whole.next === null);
  const ids: string[] = [];
  for (let query: Record<string, string> = { limit: "1" }; ;) {
    const { events, next } = await pageAt(shop, query);
    ids.push(...events.map(({ eventID }) => eventID));
    const after = /after=([0-9a-f]{64})/.exec(next ?? "")?.[1];
    if (after === undefined) break;
    query = { limit: "1", after };
  }
  assert.deepEqual(
    ids,
    whole.events.map(({ eventID }) => eventID),
  );
  assert.deepEqual((await pageAt(foreign, {})).events, []);
  const one = await world.as(shop).parcels[":parcel"].epcis.$get({ param: { parcel } });
  assert.equal(one.status, 200);
  assert.equal((await world.as(foreign).parcels[":parcel"].epcis.$get({ param: { parcel } })).status, 404);
});
