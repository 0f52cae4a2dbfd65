// Age check and cash on delivery (N11): the code alone does not open.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { AbilitiesSaid } from "@pigeonhole/devices/events";
import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { client, problemOf } from "@pigeonhole/kit/client";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { readCarried } from "@pigeonhole/protocol/carried";
import { Confirmed } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import { ConditionMoved } from "../events.ts";
import { accessInvariants } from "../invariants.ts";
import { ann, bob, key, neighbour, openDatabase, opened, phoneAs, proxiesAs, shop, start, support } from "../testing.ts";
import type { Attestation, Condition, ConditionApi } from "./contract.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;

const scoped = { ...shop, scopes: ["conditions"] } as Actor;
const other: Actor = { kind: "shop", tenant: randomUUID(), slug: "other", keyId: randomUUID(), scopes: ["parcels", "conditions"] };
const carrier: Actor = { kind: "carrier", tenant: randomUUID(), slug: "swift", keyId: randomUUID(), scopes: ["conditions"] };
const url = "https://yarn.example/orders/7";
const both = { ageCheck: 18, cashOnDelivery: { amountMinor: 1250, currency: "EUR" }, url } as const;
const proven = { kind: "age_check", minimumAge: 18, proxy: null, how: "eid" } as const;
const paid = { kind: "cash_on_delivery", amountMinor: 1250, currency: "EUR", how: "card" } as const;

const as = (w: World, actor: Actor) =>
  client<ConditionApi>("http://access", {
    headers: { "x-actor": JSON.stringify(actor) },
    fetch: (input, init) => w.built.routes.request(String(input), init),
  }).parcels[":parcel"];
async function attest(w: World, parcel: string, said: Attestation, by: Actor = scoped): Promise<string> {
  const answer = await as(w, by).attestations.$post({ param: { parcel }, json: said });
  return answer.status === 200 ? (await answer.json()).state : (await problemOf(answer as never)).code;
}
async function list(w: World, parcel: string, by: Actor = ann): Promise<readonly Condition[]> {
  const answer = await as(w, by).conditions.$get({ param: { parcel } });
  assert.ok(answer.status === 200, `${answer.status}`);
  return (await answer.json()).conditions;
}
/** A parcel whose order asks for both, in compartment 1, at a station that says what it can do. */
async function held(w: World, { conditions = both as typeof both | null, can = ["hold", "share"] } = {}) {
  await w.happen(AbilitiesSaid, { station: w.station, can });
  const parcel = randomUUID();
  const reservation = randomUUID();
  w.recipients.set(parcel, { recipient: { name: "Ann", email: "ann@example.com", phone: null, language: "en" }, owner: actorText(shop) });
  await w.happen(Confirmed, {
    reservation,
    station: w.station,
    compartment: 1,
    size: "small",
    parcel,
    owner: actorText(shop),
    carrier: "swift",
    orderId: "7",
    barcode: null,
    dimensions: null,
    service: "standard",
    deliverBy: new Date(w.now().getTime() + 5 * 86_400_000).toISOString(),
    sealedRecipient: "x",
    conditions,
  });
  return { parcel, reservation };
}
const moved = (w: World, parcel: string, from: "stored" | "reserved" | "expired", to: "collected" | "expired" | "returned" | "cancelled") =>
  w.happen(ParcelMoved, {
    parcel,
    reservation: null,
    station: w.station,
    compartment: 1,
    owner: actorText(shop),
    carrier: null,
    number: "1",
    from,
    to,
    expiresAt: null,
  });
const sent = async (w: World, kind = "pickup") =>
  (await w.known()).grants.find((grant) => grant.kind === kind) as { held?: string[] } | undefined;
/** What production looks for (I-75). */
async function isSound(w: World): Promise<void> {
  for (const { id, says, breaches } of accessInvariants) {
    const { rows } = await breaches({ now: w.now(), since: new Date(0) } as never).execute(w.db);
    assert.deepEqual(rows, [], `${id}: ${says}`);
  }
}
const standing = { position: { lat: 59.4371, lon: 24.7537, accuracyMetres: 20 } };
async function tap(w: World, parcel: string): Promise<string> {
  const answer = await phoneAs(w, ann).parcels[":parcel"].open.$post({ param: { parcel }, json: standing });
  return answer.status === 200 ? (await answer.json()).outcome : (await problemOf(answer as never)).code;
}

test("N11: the code is held until age and payment are attested, each once, by whoever is trusted with it; then it opens, at the kiosk and by phone", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await held(w);
  await w.deposit(parcel);
  const { code, missing, carried } = await w.code(parcel);
  assert.deepEqual(
    missing.map(({ kind, state, url: page }) => [kind, state, page]),
    [
      ["age_check", "open", url],
      ["cash_on_delivery", "open", url],
    ],
  );
  assert.deepEqual((await sent(w))?.held, ["age_check", "cash_on_delivery"], "the station knows it, also without a network");
  const read = (text: string | null) => readCarried(text ?? "", w.station, { k1: key.publicKey });
  assert.partialDeepStrictEqual(read(carried), { grant: { held: ["age_check", "cash_on_delivery"] } });
  assert.deepEqual([await w.verdict({ code }), await tap(w, parcel)], ["held", "condition_open"]);
  assert.equal(w.sent.length, 0, "nothing of this reached the station");

  const mine = (said: Attestation, by?: Actor) => attest(w, parcel, said, by);
  assert.deepEqual(
    [
      await mine(proven, shop),
      await mine(proven, other),
      await mine(proven, ann),
      await mine(proven, { ...support, role: "viewer" } as Actor),
    ],
    ["not_allowed", "not_found", "not_allowed", "not_allowed"],
    "a key without the scope, another shop, the customer, a viewer",
  );
  assert.equal(await mine(proven, support), "malformed", "an operator says why");
  assert.deepEqual(
    [
      await mine({ ...proven, minimumAge: 16 }),
      await mine({ ...paid, amountMinor: 1249 }),
      await mine({ ...paid, currency: "USD" }),
      await mine({ ...proven, proxy: randomUUID() }),
    ],
    ["other_amount", "other_amount", "other_amount", "not_asked"],
    "I-53: what is attested is what was asked for",
  );
  assert.equal(await mine(paid, carrier), "met", "the carrier who takes the money");
  assert.deepEqual([(await sent(w))?.held, await w.verdict({ code })], [["age_check"], "held"]);
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => mine({ ...proven, reason: "By video" }, support))), ["met", "met", "met"]);
  assert.equal(await mine({ ...proven, how: "identity_provider" }), "met", "said again it is answered the same");
  assert.deepEqual(
    (await list(w, parcel, scoped)).map(({ kind, by, how }) => [kind, by, how]),
    [
      ["age_check", actorText(support), "eid"],
      ["cash_on_delivery", actorText(carrier), "card"],
    ],
    "the first word counts; who and how is kept, and nothing else",
  );
  const facts = (await w.facts(ConditionMoved.type)).filter(({ to }) => to === "met");
  assert.deepEqual(
    facts.map(({ kind, held: left, reason, isInside }) => [kind, left, reason, isInside]),
    [
      ["cash_on_delivery", ["age_check"], null, true],
      ["age_check", [], "By video", true],
    ],
  );
  assert.equal((await sent(w))?.held, undefined);
  assert.deepEqual((await w.code(parcel)).missing, []);
  await isSound(w);
  assert.equal(await tap(w, parcel), "opened");
  assert.equal(await w.verdict({ code }), "granted");
  for (const by of [other, bob]) assert.equal((await as(w, by).conditions.$get({ param: { parcel } })).status, 404, "I-38");
});

test("N11, I-37: an order to open by phone is not signed while something is missing, whoever wrote it down", async () => {
  await using w = await start(database);
  const { parcel } = await held(w);
  await w.deposit(parcel);
  const grant = (await w.known()).grants.find(({ kind }) => kind === "pickup")!;
  const command = randomUUID();
  await sql`insert into access.command (id, station, compartment, action, purpose, parcel, actor, given_at, "grant")
    values (${command}, ${w.station}, 1, 'open', 'pickup', ${parcel}, 'customer:7', ${w.now()}, ${grant.id})`.execute(w.db);
  const order = { command, station: w.station, epoch: 1, seq: 1 };
  const sign = () => w.as(neighbour("devices")).internal.access.signatures.$post({ json: order });
  assert.equal((await sign()).status, 403);
  assert.deepEqual([await attest(w, parcel, proven), await attest(w, parcel, paid)], ["met", "met"]);
  assert.equal((await sign()).status, 200);
});

test("N11: a station that cannot hold a right back is not sent it, by line or by phone, before nothing holds it", async () => {
  await using w = await start(database);
  const { parcel } = await held(w, { can: ["share"] });
  await w.deposit(parcel);
  const { code, carried } = await w.code(parcel);
  assert.deepEqual([await sent(w), carried, await w.verdict({ code })], [undefined, null, "not_yet"], "told in words that it knows");
  assert.deepEqual([await attest(w, parcel, proven), await attest(w, parcel, paid)], ["met", "met"]);
  assert.equal((await sent(w))?.held, undefined);
  assert.ok((await w.code(parcel)).carried);
  await w.happen(AbilitiesSaid, { station: w.station, can: ["hold"] });
  assert.equal(await w.verdict({ code }), "granted");
});

test("N11, N7: paid once, but an age is asked of each who collects; what the owner has proven opens nothing for their proxy", async () => {
  await using w = await start(database);
  const { parcel } = await held(w);
  const name = async () => {
    const answer = await proxiesAs(w, ann).parcels[":parcel"].proxies.$post({ param: { parcel }, json: { name: "Ben" } });
    assert.ok(answer.status === 201);
    return answer.json();
  };
  const page = async (token: string) => {
    const answer = await proxiesAs(w).collect.$post({ json: { token } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const ben = await name();
  assert.deepEqual([await attest(w, parcel, proven), await attest(w, parcel, paid)], ["met", "met"]);
  const cleo = await name();
  await w.deposit(parcel);
  for (const { id, token } of [ben, cleo]) {
    const { missing, code } = await page(token!);
    assert.deepEqual(
      missing.map(({ kind, url: at }) => [kind, at]),
      [["age_check", `${url}?proxy=${id}`]],
    );
    assert.equal(await w.verdict({ code: code! }), "held");
  }
  assert.equal(await attest(w, parcel, { ...proven, proxy: cleo.id }), "met");
  await isSound(w);
  assert.equal(await w.verdict({ code: (await page(ben.token!)).code! }), "held");
  assert.equal((await proxiesAs(w, ann).proxies[":proxy"].revoke.$post({ param: { proxy: ben.id } })).status, 200);
  assert.equal(await attest(w, parcel, { ...proven, proxy: ben.id }), "over", "nothing is asked of who may not collect");
  assert.equal(await w.verdict({ code: (await page(cleo.token!)).code! }), "granted");
});

test("N11, I-27: expired, sent back or called off, nothing stays open and nothing can be attested; a fresh code and a late deposit are held as before", async () => {
  await using w = await start(database);
  const states = async (parcel: string) => (await list(w, parcel)).map(({ state }) => state);
  const { parcel: kept } = await held(w);
  await w.deposit(kept);
  assert.equal(await attest(w, kept, paid), "met");
  assert.equal((await w.reissue(ann, kept)).status, 202);
  assert.equal(await w.verdict({ code: (await w.code(kept)).code }), "held", "a fresh code is held as the old one was");
  await moved(w, kept, "stored", "expired");
  assert.deepEqual(await states(kept), ["over", "met"]);
  assert.equal(await attest(w, kept, proven), "over");
  await moved(w, kept, "expired", "returned");
  await isSound(w);

  const { parcel: late, reservation } = await held(w);
  await moved(w, late, "reserved", "cancelled");
  assert.deepEqual([await states(late), reservation.length], [["over", "over"], 36]);
  await w.deposit(late);
  assert.deepEqual(await states(late), ["open", "open"], "it lies there after all");
  assert.equal(await w.verdict({ code: (await w.code(late)).code }), "held");
  const { parcel: free } = await held(w, { conditions: null });
  assert.deepEqual(await states(free), []);
  await isSound(w);
});
