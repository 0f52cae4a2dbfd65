import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { after, test } from "node:test";
import { seal } from "@pigeonhole/protocol/envelope";
import { StationEvent, type Acknowledge, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import { readReceipts, writeReceipts } from "@pigeonhole/protocol/receipts";
import { verifyEntries } from "@pigeonhole/receipts/entries";
import fc from "fast-check";
import type { Receipt } from "./contract.ts";
import { actors, startWorld } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());

const courier = { kind: "courier", id: crypto.randomUUID(), tenant: crypto.randomUUID(), carrier: "swift" } as const;
const deposit = (parcel: string = crypto.randomUUID()): StationFact => ({
  type: "parcel_deposited",
  compartment: 1,
  parcel,
  evidence: "depositor",
  actor: "kiosk",
});
const closed: StationFact = { type: "compartment_closed", compartment: 1 };
type Cabinet = Awaited<ReturnType<typeof world.connected>>;
const report = async (cab: Cabinet, events: readonly Envelope[]): Promise<number> => {
  await cab.say("events", { events });
  return (await cab.heard<Acknowledge>("acknowledge")).seq;
};
const carry = async (pages: string[]): Promise<Receipt[]> => {
  const answer = await world.as(courier).receipts.$post({ json: { pages } });
  assert.ok(answer.status === 200, `answered ${answer.status}`);
  return (await answer.json()).receipts;
};
const byPhone = async (...envelopes: Envelope[]) => (await carry(writeReceipts(envelopes))).map(({ outcome, reason }) => reason ?? outcome);
const told = async (station: string) => (await world.facts("devices.reported", station)).map(({ seq }) => seq as number);
const quarantined = async (station: string) => (await world.facts("devices.quarantined", station)).map(({ reason }) => reason as string);

test("F4, I-63: a deposit that a phone brings is told at once, and once, whatever the log brings later", async () => {
  const cab = await world.connected();
  const parcel = crypto.randomUUID();
  const log = [closed, deposit(parcel), closed].map((event) => cab.journal.next(event));
  const [receipt] = await carry(writeReceipts([log[1]!]));
  assert.deepEqual(receipt, { station: cab.id, epoch: 1, seq: 2, parcel, outcome: "accepted", reason: null });
  assert.deepEqual(await byPhone(log[1]!), ["known"], "once more by another phone");
  assert.deepEqual(await told(cab.id), [2], "the customer need not wait for the station");
  assert.equal(await report(cab, log), 3);
  assert.deepEqual(await told(cab.id), [2, 1, 3]);
  assert.deepEqual(await byPhone(log[1]!), ["known"], "after the log");
  assert.deepEqual(await told(cab.id), [2, 1, 3]);
  const attested = (await world.facts("devices.attested", parcel)) as { envelope: Envelope; certificate: string }[];
  assert.deepEqual(
    attested.map(({ envelope }) => envelope),
    [log[1]],
    "exactly the bytes that were signed",
  );
  assert.equal(new X509Certificate(attested[0]!.certificate).subject, `CN=${cab.id}`);
  assert.deepEqual(await quarantined(cab.id), []);
});

test("I-63: phones and log in any order and repetition lead to the same facts", async () => {
  const orders = fc.sample(
    fc.array(fc.oneof(fc.record({ phone: fc.nat(7) }), fc.record({ log: fc.nat(7), count: fc.integer({ min: 1, max: 8 }) })), {
      minLength: 12,
      maxLength: 12,
    }),
    { numRuns: 3, seed: 1 },
  );
  for (const order of orders) {
    const cab = await world.connected();
    const log: Envelope[] = Array.from({ length: 8 }, (_, i) => cab.journal.next(i % 2 ? deposit() : closed));
    for (const step of order)
      if ("phone" in step) await byPhone(log[step.phone]!);
      else await report(cab, log.slice(step.log, step.log + step.count));
    assert.equal(await report(cab, log), 8);
    assert.deepEqual(
      (await told(cab.id)).toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6, 7, 8],
    );
    assert.deepEqual(await quarantined(cab.id), []);
  }
});

test("two entries of one number, both signed by the station, are a contradiction: the second is kept aside, nothing is guessed", async () => {
  const twin = (cab: Cabinet, seq: number, event: StationFact): Envelope =>
    cab.journal.sign(
      StationEvent.parse({ v: 1, station: cab.id, epoch: 1, seq, previous: "0".repeat(64), at: "2026-01-01T13:00:00.000Z", event }),
    );
  const [first, second] = [await world.connected(), await world.connected()];
  // The phone was first: the log that says otherwise stops there.
  const entry = first.journal.next(deposit());
  assert.deepEqual(await byPhone(twin(first, 1, deposit())), ["accepted"]);
  assert.equal(await report(first, [entry]), 0);
  assert.deepEqual(await quarantined(first.id), ["entry 1 is another one than a phone has brought"]);
  assert.deepEqual(await byPhone(entry), ["contradiction"], "and so does another phone");
  // The log was first.
  const kept = second.journal.next(deposit());
  assert.equal(await report(second, [kept]), 1);
  assert.deepEqual(await byPhone(twin(second, 1, deposit())), ["contradiction"]);
  assert.deepEqual(await told(second.id), [1]);
  assert.deepEqual(await quarantined(second.id), ["entry 1 is another one than a phone has brought"]);
});

test("what no station of ours has signed, or no phone may bring, changes nothing and accuses nobody", async () => {
  const [cab, other] = [await world.connected(), await world.connected()];
  const stranger = generateKeyPairSync("ed25519").privateKey;
  const content = { v: 1, station: cab.id, epoch: 1, seq: 1, previous: "0".repeat(64), at: "2026-01-01T13:00:00.000Z", event: deposit() };
  const good = cab.journal.next(deposit());
  assert.deepEqual(await byPhone(seal("event", content, { kid: "station", key: stranger })), ["not_signed"]);
  assert.deepEqual(await byPhone(other.journal.sign(content)), ["not_signed"], "another station's hand");
  assert.deepEqual(await byPhone(cab.journal.sign({ ...content, epoch: 2 })), ["another_epoch"]);
  assert.deepEqual(await byPhone(cab.journal.sign({ ...content, seq: 2_000_000 })), ["too_far"]);
  assert.deepEqual(await byPhone(cab.journal.sign({ ...content, event: closed })), ["not_carried"]);
  assert.deepEqual(await byPhone(cab.journal.sign({ ...content, station: crypto.randomUUID() })), ["unknown_station"]);
  assert.deepEqual(await byPhone({ ...good, body: "[]" }, { ...good, body: "null" }), ["unknown_station", "unknown_station"]);
  assert.deepEqual(
    (await carry(["PHR1AAAA", "hello", writeReceipts([good])[0]!])).map(({ outcome, reason }) => reason ?? outcome),
    ["accepted", "unreadable", "unreadable"],
    "one bad page does not keep a good one back",
  );
  const { body } = good;
  for (let at = 0; at < body.length; at += 7) {
    const changed = body.slice(0, at) + (body[at] === "0" ? "1" : "0") + body.slice(at + 1);
    assert.match((await byPhone({ ...good, body: changed })).join(), /^(not_signed|unknown_station)$/);
  }
  assert.deepEqual(await told(cab.id), [1]);
  assert.deepEqual([await quarantined(cab.id), await quarantined(other.id)], [[], []]);
  const answer = await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } });
  assert.equal(answer.status, 200);
  assert.deepEqual(await byPhone(cab.journal.next(deposit())), ["revoked"]);
  assert.equal((await world.as(undefined).receipts.$post({ json: { pages: ["x"] } })).status, 401);
});

test("a receipt from a station's screen verifies with what is public, and a changed or foreign one does not", async () => {
  const [cab, other] = [await world.connected(), await world.connected()];
  const certificatesOf = async (station: string) => {
    const answer = await world.as(undefined).stations[":station"].certificates.$get({ param: { station } });
    return answer.status === 200 ? (await answer.json()).certificates : [];
  };
  const answer = await world.as(undefined).authority.$get();
  assert.ok(answer.status === 200);
  const { certificate: authority, fingerprint } = await answer.json();
  const entry = readReceipts(writeReceipts([cab.journal.next(deposit())])[0]!)!.entries[0]!;
  const check = async (signed: Envelope, station = cab.id, pin = fingerprint) => {
    const { checks, isGood } = await verifyEntries([signed], { certificates: await certificatesOf(station), authority }, pin);
    return isGood ? "good" : checks.find(({ isOk }) => isOk === false)?.check;
  };
  assert.equal(await check(entry), "good");
  assert.equal(await check(entry, other.id), "evidence", "another station's certificate");
  assert.equal(await check(entry, crypto.randomUUID()), "certificates");
  assert.equal(await check(entry, cab.id, "00".repeat(32)), "authority");
  assert.equal(await check({ ...entry, body: entry.body.replace('"compartment":1', '"compartment":2') }), "evidence");
  assert.equal(await check({ ...entry, body: "{}" }), "form");
});

test("the authority is public with its fingerprint, and certifies the key of receipts for custody alone", async () => {
  const answer = await world.as(undefined).authority.$get();
  assert.ok(answer.status === 200);
  const { certificate, fingerprint } = await answer.json();
  assert.equal(fingerprint, createHash("sha256").update(new X509Certificate(certificate).raw).digest("hex"));
  const publicKey = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" }).x!;
  const ask = (name: string) => world.as({ kind: "module", name }).internal.devices["receipt-certificates"].$post({ json: { publicKey } });
  assert.equal((await ask("couriers")).status, 403);
  const certified = await ask("custody");
  assert.ok(certified.status === 201);
  const made = new X509Certificate((await certified.json()).certificate);
  assert.ok(made.verify(new X509Certificate(certificate).publicKey) && made.subject === "CN=receipts");
  assert.equal(made.publicKey.export({ format: "jwk" }).x, publicKey);
});
