import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { Enrolled, Reported } from "@pigeonhole/devices/events";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { actorText, type Actor, type Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { consumeBatch, retryParked } from "@pigeonhole/kit/consume";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { testDatabase } from "@pigeonhole/kit/testing";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { codeHash } from "@pigeonhole/protocol/codes";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { readQr } from "@pigeonhole/protocol/qr";
import { Confirmed, Ended } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import pino from "pino";
import type { z } from "zod";
import type { AccessApi } from "./contract.ts";
import { access } from "./module.ts";
import { accessMigrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([accessMigrations]);
after(() => database[Symbol.asyncDispose]());

const key = generateKeyPairSync("ed25519");
const ann: Actor = { kind: "customer", id: randomUUID(), email: "ann@example.com" };
const bob: Actor = { kind: "customer", id: randomUUID(), email: "bob@example.com" };
const shop: Actor = { kind: "shop", tenant: randomUUID(), slug: "yarn", keyId: randomUUID(), scopes: ["parcels"] };
const support: Actor = { kind: "operator", id: randomUUID(), role: "support" };
const module = (name: string): Actor => ({ kind: "module", name });

/** One enrolled station, a clock that the test moves, neighbours that answer as told, and everything that was logged. */
async function start({ enrolled = true, devices = async (_body: Record<string, unknown>): Promise<Response> => Response.json({ error: "unset" }, { status: 500 }) } = {}) {
  const url = await database.fresh();
  const db = connect<Tables>(url);
  const station = randomUUID();
  const codeKey = randomBytes(32);
  const seal = createSeal([randomBytes(32)], systemRandom);
  const logged: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
  let time = new Date("2026-01-10T12:00:00Z");
  const now = (): Date => time;
  const sent: Record<string, unknown>[] = [];
  const recipients = new Map<string, { recipient: { name: string; email: string; phone: null; language: string } | null; owner: string }>();
  const who = (async (c, ...kinds) => {
    const header = c.req.header("x-actor");
    if (!header) throw new Refused("not_signed_in", "Sign in.");
    const actor = JSON.parse(header) as Actor;
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor;
  }) as Who;
  const built = access({
    db, who, now, newId: systemNewId, log, seal, random: systemRandom, signingKey: { kid: "k1", key: key.privateKey },
    parcels: client<ParcelApi>("http://parcels", { fetch: (input) => {
      const known = recipients.get(String(input).split("/").at(-2)!);
      return known ? Response.json({ ...known, station, number: "123456789012" }) : Response.json({ code: "not_found" }, { status: 404 });
    } }),
    devices: client<DeviceApi>("http://devices", { fetch: async (_input, init) => {
      const body = JSON.parse(String(init?.body)) as Record<string, unknown>;
      sent.push(body);
      return devices(body);
    } }),
  });
  const settle = async (): Promise<void> => {
    while ((await consumeBatch(db as never, built.consumers, now, log)) + (await retryParked(db as never, built.consumers, now, log)) > 0);
    assert.deepEqual((await sql`select * from kit.delivery`.execute(db)).rows, [], "no fact was left unapplied");
  };
  const happen = async <Type extends string, S extends z.ZodRawShape>(kind: Fact<Type, S>, payload: z.input<z.ZodObject<S>>): Promise<void> => {
    await db.transaction().execute((tx) => publish(tx, time, kind, payload));
    await settle();
  };
  let seq = 0;
  const report = (event: StationFact, at = time) => happen(Reported, { station, epoch: 1, seq: ++seq, at: at.toISOString(), parcel: "parcel" in event ? (event.parcel as string | null) : null, event });
  const enrol = (epoch: number, codes: Buffer) => happen(Enrolled, { station, epoch, sealedCodeKey: seal.seal(`code_key|${station}|${epoch}`, codes.toString("base64url")) });
  const confirm = async (compartment = 1, service: "standard" | "prime" | "business" = "standard", carrier: string | null = null) => {
    const parcel = randomUUID();
    const reservation = randomUUID();
    recipients.set(parcel, { recipient: { name: "Ann", email: "ann@example.com", phone: null, language: "en" }, owner: actorText(shop) });
    const deliverBy = new Date(time.getTime() + 5 * 86_400_000).toISOString();
    await happen(Confirmed, { reservation, station, compartment, size: "small", parcel, owner: actorText(shop), carrier, orderId: "o", barcode: null, dimensions: null, service, deliverBy, sealedRecipient: "x" });
    return { parcel, reservation };
  };
  const deposit = (parcel: string, compartment = 1) => report({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:1" });
  const as = (actor: Actor) => client<AccessApi>("http://access", { headers: { "x-actor": JSON.stringify(actor) }, fetch: (input, init) => built.routes.request(String(input), init) });
  const pickup = (actor: Actor, parcel: string) => as(actor).parcels[":parcel"].pickup.$get({ param: { parcel } });
  const reissue = (actor: Actor, parcel: string) => as(actor).parcels[":parcel"].pickup.reissue.$post({ param: { parcel } });
  const ask = (question: { code?: string; grant?: string; generation?: number; id?: string }) => as(module("devices")).internal.access.stations[":station"].decisions.$post({
    param: { station }, json: { id: question.id ?? randomUUID(), codeHash: question.code === undefined ? null : codeHash(codeKey, station, question.code), grant: question.grant ?? null, generation: question.generation ?? null, at: time.toISOString() },
  });
  const verdict = async (question: Parameters<typeof ask>[0]): Promise<string> => {
    const answer = await ask(question);
    if (answer.status !== 200) return String(answer.status);
    const body = await answer.json();
    return body.outcome === "granted" ? "granted" : body.reason;
  };
  const code = async (parcel: string) => { const answer = await pickup(ann, parcel); assert.ok(answer.status === 200); return answer.json(); };
  const command = (action: "open" | "attest_deposit" | "release", parcel: string, actor = "courier:7", caller = "couriers") =>
    as(module(caller)).internal.access.commands.$post({ json: { action, purpose: "dropoff", parcel, actor } });
  const known = async () => (await as(module("devices")).internal.access.stations[":station"].grants.$get({ param: { station } })).json() as Promise<{ grants: { id: string; kind: string; state: string; codeHash: string | null; expiresAt: string | null }[]; deadCodes: { codeHash: string; reason: string }[] }>;
  const facts = async (type: string) => (await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)).rows.map((row) => row.payload);
  const pass = (hours: number): void => { time = new Date(time.getTime() + hours * 3_600_000); };
  if (enrolled) await enrol(1, codeKey);
  return { db, url, station, codeKey, logged, sent, recipients, built, happen, report, enrol, confirm, deposit, as, pickup, reissue, ask, verdict, code, command, known, facts, pass, now, [Symbol.asyncDispose]: () => db.destroy() };
}
const opened = (command: unknown): Response => Response.json({ command, outcome: "opened", reason: null, at: "2026-01-10T12:00:00Z" });

test("from order to collection: issued, live by the deposit, used once, every change told to the station", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  const before = await w.known();
  assert.deepEqual(before.grants.map((g) => [g.kind, g.state]).toSorted(), [["dropoff", "active"], ["pickup", "issued"]]);
  assert.ok(before.grants.find((g) => g.kind === "pickup")!.codeHash, "the station has the verifier before the deposit");
  const early = await w.pickup(ann, parcel);
  assert.ok(early.status === 409 && (await early.json()).code === "not_ready", "no code before the deposit");
  w.pass(2);
  await w.deposit(parcel, 1);
  const shown = await w.code(parcel);
  assert.match(shown.code, /^[0-8]\d{7}$/);
  assert.equal(shown.expiresAt, "2026-01-13T14:00:00.000Z");
  assert.deepEqual(await w.facts("access.pickup_ready").then((f) => f.map((p) => [p["reason"], p["generation"], p["expiresAt"]])), [["deposited", 1, "2026-01-13T14:00:00.000Z"]]);
  assert.deepEqual((await w.known()).grants.map((g) => [g.kind, g.state, g.codeHash]), [["pickup", "active", codeHash(w.codeKey, w.station, shown.code)]], "the drop-off right is used up");
  const grant = (await w.known()).grants[0]!.id;
  assert.equal(await w.verdict({ code: shown.code }), "granted");
  assert.equal(await w.verdict({ code: shown.code }), "used");
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "code", decided: "backend" } });
  await w.report({ type: "parcel_collected", compartment: 1, parcel, deposit: null, grant });
  assert.deepEqual((await w.known()).grants, []);
  assert.deepEqual((await w.known()).deadCodes, [{ codeHash: codeHash(w.codeKey, w.station, shown.code), reason: "used" }]);
  const over = await w.pickup(ann, parcel);
  assert.ok(over.status === 410 && (await over.json()).code === "over");
  assert.equal((await w.facts("access.grants_changed")).length, 4, "enrolled, ordered, deposited, opened: the collection changes nothing for the station");
});

test("the windows are 3, 7 and 14 days by service", async () => {
  await using w = await start();
  for (const [i, [service, end]] of ([["standard", "13"], ["prime", "17"], ["business", "24"]] as const).entries()) {
    const { parcel } = await w.confirm(i + 1, service);
    await w.deposit(parcel, i + 1);
    assert.equal((await w.code(parcel)).expiresAt, `2026-01-${end}T12:00:00.000Z`);
  }
});

test("code and QR are for the recipient and for whoever ordered; strangers, shops, couriers and staff never see them", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code, qr, generation, expiresAt } = await w.code(parcel);
  assert.deepEqual(readQr(qr, { k1: key.publicKey }), { station: w.station, grant: (await w.known()).grants[0]!.id, generation, compartment: 1, expiresAt: new Date(expiresAt) });
  const stranger = await w.pickup(bob, parcel);
  assert.ok(stranger.status === 404 && (await stranger.json()).code === "not_found");
  assert.equal((await w.pickup(ann, randomUUID())).status, 404);
  w.recipients.set(parcel, { recipient: null, owner: actorText(bob) });
  assert.equal((await w.pickup(bob, parcel)).status, 200, "the ordering customer");
  assert.equal((await w.pickup(ann, parcel)).status, 404);
  for (const actor of [shop, support, { kind: "courier", id: randomUUID(), tenant: randomUUID(), carrier: "dx" }, module("couriers")] as Actor[]) {
    const answer = await w.pickup(actor, parcel);
    assert.equal(answer.status, 403, actor.kind);
    assert.ok(!JSON.stringify(await answer.json()).includes(code));
  }
  assert.equal((await w.pickup(module("notifications"), parcel)).status, 200, "the message to the recipient needs it");
  const answered = await w.built.routes.request(`/parcels/${parcel}/pickup`, { headers: { "x-actor": JSON.stringify(bob) } });
  assert.equal(answered.headers.get("cache-control"), "no-store");
});

test("a fresh code kills the old one, typed or scanned; five a day for one parcel, counted in the database", async () => {
  await using w = await start();
  const { parcel } = await w.confirm(1, "prime");
  const tooEarly = await w.reissue(shop, parcel);
  assert.ok(tooEarly.status === 409 && (await tooEarly.json()).code === "not_ready");
  await w.deposit(parcel);
  const old = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  const answer = await w.reissue(ann, parcel);
  assert.ok(answer.status === 202);
  assert.deepEqual(await answer.json(), { generation: 2 }, "the answer holds no code");
  const fresh = await w.code(parcel);
  assert.notEqual(fresh.code, old.code);
  assert.equal(await w.verdict({ code: old.code }), "replaced");
  assert.equal(await w.verdict({ grant, generation: 1 }), "replaced");
  assert.deepEqual((await w.known()).deadCodes.map((d) => d.reason), ["replaced"]);
  assert.deepEqual((await w.facts("access.pickup_ready")).map((f) => [f["reason"], f["generation"]]), [["deposited", 1], ["reissued", 2]]);
  assert.equal((await w.reissue(bob, parcel)).status, 404);
  assert.equal((await w.reissue({ ...shop, tenant: randomUUID() } as Actor, parcel)).status, 404);
  assert.equal((await w.reissue({ ...support, role: "viewer" } as Actor, parcel)).status, 403);
  assert.equal((await w.reissue({ ...shop, scopes: [] } as Actor, parcel)).status, 403);
  for (const actor of [shop, support, ann]) assert.equal((await w.reissue(actor, parcel)).status, 202);
  const race = await Promise.all([w.reissue(shop, parcel), w.reissue(shop, parcel), w.reissue(shop, parcel)]);
  assert.deepEqual(race.map((a) => a.status).toSorted(), [202, 429, 429], "of three at once one is the fifth");
  w.pass(25);
  assert.equal((await w.reissue(shop, parcel)).status, 202);
  assert.equal(await w.verdict({ grant, generation: 7 }), "granted");
});

test("a right that was used up while the door stayed shut has a successor; one whose parcel was taken has none", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  assert.equal(await w.verdict({ code: first.code }), "granted");
  assert.equal((await w.pickup(ann, parcel)).status, 410);
  assert.equal((await w.reissue(support, parcel)).status, 202);
  const second = await w.code(parcel);
  assert.equal(second.expiresAt, first.expiresAt, "the window is not lengthened");
  assert.equal(await w.verdict({ code: first.code }), "used");
  assert.equal(await w.verdict({ code: second.code }), "granted");
  await w.report({ type: "parcel_collected", compartment: 1, parcel, deposit: null, grant: null });
  const late = await w.reissue(support, parcel);
  assert.ok(late.status === 410 && (await late.json()).code === "over");
});

test("offline: the station opened alone, so its word uses the right up, whichever code the backend holds by now", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const grant = (await w.known()).grants[0]!.id;
  await w.reissue(ann, parcel);
  const fresh = await w.code(parcel);
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "code", decided: "station" } });
  assert.equal(await w.verdict({ code: fresh.code }), "used");
});

test("every end is answered specifically, and forgotten after thirty days", async () => {
  await using w = await start();
  const ends = [
    { how: (p: { parcel: string; reservation: string }) => w.happen(ParcelMoved, { ...p, station: w.station, compartment: 1, owner: "x", carrier: null, number: "1", from: "stored", to: "expired", expiresAt: null }), reason: "expired" },
    { how: (p: { parcel: string; reservation: string }) => w.happen(ParcelMoved, { ...p, station: w.station, compartment: 1, owner: "x", carrier: null, number: "1", from: "expired", to: "returned", expiresAt: null }), reason: "revoked" },
    { how: (p: { parcel: string; reservation: string }) => w.happen(Ended, { ...p, station: w.station, compartment: 1, reason: "station_gone" }), reason: "revoked" },
  ];
  const codes: string[] = [];
  for (const { how, reason } of ends) {
    const order = await w.confirm();
    await w.deposit(order.parcel);
    const { code } = await w.code(order.parcel);
    codes.push(code);
    await how(order);
    assert.equal(await w.verdict({ code }), reason);
  }
  const untold = await w.confirm();
  await w.happen(Ended, { ...untold, station: w.station, compartment: 1, reason: "cancelled" });
  assert.equal((await w.known()).deadCodes.length, 3, "a code that nobody was told needs no memory");
  w.pass(30 * 24);
  await w.built.jobs.find((job) => job.name === "access.forget")!.run(null);
  assert.deepEqual(await Promise.all(codes.map((code) => w.verdict({ code }))), ["wrong", "wrong", "wrong"]);
});

test("an expired right opens nothing at the very instant, although no job has said so", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  w.pass(72);
  assert.equal(await w.verdict({ code }), "expired");
  assert.equal((await w.pickup(ann, parcel)).status, 410);
  assert.deepEqual((await w.known()).grants, []);
});

test("attempts are counted before anything is compared, in the database; rightful ones are given back; typed and scanned apart", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  // The comparison is made to fail: the attempt must be on record all the same.
  await sql`alter table access.code rename to code_away`.execute(w.db);
  assert.equal(await w.verdict({ code: "12345678" }), "500");
  await sql`alter table access.code_away rename to code`.execute(w.db);
  const spent = async () => (await sql<{ spent: number }>`select spent from access.attempt where path = 'code'`.execute(w.db)).rows[0]!.spent;
  assert.equal(await spent(), 1);
  const verdicts = await Promise.all(Array.from({ length: 30 }, (_, i) => w.verdict({ code: String(10_000_000 + i) })));
  assert.equal(verdicts.filter((v) => v === "wrong").length, 19);
  assert.equal(verdicts.filter((v) => v === "429").length, 11);
  assert.equal(await w.verdict({ code }), "429", "even the right code: the station decides alone now");
  assert.equal(await w.verdict({ grant, generation: 9 }), "wrong", "a scanned code is counted apart (I-35)");
  w.pass(1);
  assert.equal(await w.verdict({ code }), "granted", "an hour forgives one");
  assert.equal(Math.round(await spent()), 19, "and the rightful attempt was given back");
});

test("the same question gets the same answer, at once or later, and costs nothing more", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  const id = randomUUID();
  const answers = await Promise.all(Array.from({ length: 8 }, async () => JSON.stringify(await (await w.ask({ code, id })).json())));
  assert.equal(new Set(answers).size, 1);
  assert.ok(answers[0]!.includes('"granted"'));
  assert.deepEqual((await sql`select spent from access.attempt`.execute(w.db)).rows, [{ spent: 0 }], "repetitions and the rightful attempt were given back");
  w.pass(100);
  assert.equal(JSON.stringify(await (await w.ask({ code, id })).json()), answers[0]);
  assert.equal(await w.verdict({ code }), "used");
});

test("one right, thirty-two kiosk questions at once: one is granted", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { grant, generation } = { grant: (await w.known()).grants[0]!.id, generation: 1 };
  const verdicts = await Promise.all(Array.from({ length: 32 }, () => w.verdict({ grant, generation })));
  assert.equal(verdicts.filter((v) => v === "granted").length, 1);
  assert.equal(verdicts.filter((v) => v === "used").length, 31);
});

test("codes of one station differ from each other by more than a slip, and the database refuses twins", async () => {
  await using w = await start();
  for (let i = 1; i <= 40; i++) await w.confirm(i);
  const rows = await w.db.selectFrom("access.code").selectAll().execute();
  assert.equal(new Set(rows.map((r) => r.code_hash)).size, 40);
  await assert.rejects(w.db.updateTable("access.code").set({ code_hash: rows[0]!.code_hash }).where("grant", "=", rows[1]!.grant).execute(), /one_code/);
  const grant = await w.db.selectFrom("access.grant").selectAll().where("kind", "=", "pickup").executeTakeFirstOrThrow();
  await assert.rejects(w.db.insertInto("access.grant").values({ ...grant, id: randomUUID() }).execute(), /one_live_grant/);
  await assert.rejects(w.db.updateTable("access.grant").set({ state: "open" as never }).execute(), /grant_state_check/);
});

test("a station that enrols later, or again, gets its codes under the new key; an older epoch changes nothing", async () => {
  await using w = await start({ enrolled: false });
  const { parcel } = await w.confirm();
  assert.deepEqual((await w.known()).grants.map((g) => g.codeHash), [null, null]);
  await w.enrol(1, randomBytes(32));
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  assert.equal(await w.verdict({ code }), "wrong", "hashed under the first key");
  await w.reissue(ann, parcel);
  await w.enrol(2, w.codeKey);
  await w.enrol(1, randomBytes(32));
  assert.equal(await w.verdict({ code }), "replaced", "dead codes are hashed anew too");
  assert.equal(await w.verdict({ code: (await w.code(parcel)).code }), "granted");
});

test("a deposit that is heard of before its order waits for it", async () => {
  await using w = await start();
  const parcel = randomUUID();
  await w.deposit(parcel, 4);
  w.recipients.set(parcel, { recipient: null, owner: actorText(ann) });
  await w.happen(Confirmed, { reservation: randomUUID(), station: w.station, compartment: 4, size: "small", parcel, owner: actorText(ann), carrier: null, orderId: "o", barcode: null, dimensions: null, service: "standard", deliverBy: w.now().toISOString(), sealedRecipient: "x" });
  assert.equal((await w.code(parcel)).compartment, 4);
});

test("a command is given only for a delivery that is expected, with what must be in the box, and recorded with its outcome", async () => {
  await using w = await start({ devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  const answer = await w.command("open", parcel);
  assert.ok(answer.status === 200);
  assert.equal((await answer.json()).outcome, "opened");
  assert.deepEqual(w.sent.map(({ id: _, ...rest }) => rest), [{ action: "open", compartment: 5, parcel, purpose: "dropoff", actor: "courier:7", expected: { parcel: null } }]);
  assert.deepEqual((await w.facts("access.command_given")).map((f) => [f["action"], f["outcome"], f["actor"], f["compartment"]]), [["open", "opened", "courier:7", 5]]);
  assert.equal((await w.command("open", randomUUID())).status, 404);
  assert.equal((await w.command("open", parcel, "courier:7", "parcels")).status, 403);
  assert.equal((await w.command("open", parcel, "customer:7")).status, 403);
  await w.deposit(parcel, 5);
  const again = await w.command("open", parcel);
  assert.ok(again.status === 403 && (await again.json()).code === "no_right");
  const attest = await w.command("attest_deposit", parcel);
  assert.ok(attest.status === 200 && (await attest.json()).outcome === "done", "the word given again is believed");
  const late = await w.confirm(6);
  w.pass(5 * 24);
  assert.equal((await w.command("open", late.parcel)).status, 403, "half-open: at the deadline nothing is delivered");
  assert.equal(w.sent.length, 1, "nothing of all this reached the station");
});

test("a station out of reach, an outcome that nobody knows, and a crash between sending and recording all end in the trail", async () => {
  let answer = async (_id: unknown): Promise<Response> => Response.json({ code: "unreachable" }, { status: 503 });
  await using w = await start({ devices: (body) => answer(body["id"]) });
  const { parcel } = await w.confirm();
  const away = await w.command("open", parcel);
  assert.ok(away.status === 503 && (await away.json()).code === "station_unreachable");
  answer = async (id) => Response.json({ command: id, outcome: "unknown", reason: null, at: "2026-01-10T12:00:00Z" });
  const unknown = await w.command("open", parcel);
  assert.ok(unknown.status === 200 && (await unknown.json()).outcome === "unknown");
  answer = async () => { throw new Error("connection reset"); };
  const reset = await w.command("open", parcel);
  assert.ok(reset.status === 200 && (await reset.json()).outcome === "unknown");
  await w.db.insertInto("access.command").values({ id: randomUUID(), station: w.station, compartment: 1, action: "open", purpose: "dropoff", parcel, actor: "courier:7", given_at: w.now(), outcome: null, reason: null }).execute();
  w.pass(1);
  await w.built.jobs.find((job) => job.name === "access.settle")!.run(null);
  await w.built.jobs.find((job) => job.name === "access.settle")!.run(null);
  assert.deepEqual((await w.facts("access.command_given")).map((f) => f["outcome"]), ["unreachable", "unknown", "unknown", "unknown"]);
});

test("nonsense is malformed, nobody is not signed in, and no code, hash or QR is in the logs or in a fact", async () => {
  await using w = await start();
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  await w.reissue(support, parcel);
  const second = await w.code(parcel);
  assert.equal((await w.built.routes.request(`/parcels/${parcel}/pickup`)).status, 401);
  for (const path of ["/parcels/1/pickup", "/parcels/%00/pickup", "/internal/access/stations/x/grants"]) {
    assert.equal((await w.built.routes.request(path, { headers: { "x-actor": JSON.stringify(ann) } })).status, 400, path);
  }
  for (const body of ["{", "{}", '{"id":"1","codeHash":"zz","grant":null,"generation":null,"at":"x"}']) {
    const answer = await w.built.routes.request(`/internal/access/stations/${w.station}/decisions`, { method: "POST", body, headers: { "content-type": "application/json", "x-actor": JSON.stringify(module("devices")) } });
    assert.equal(answer.status, 400, body);
  }
  await sql`alter table access.code rename to code_away`.execute(w.db);
  await w.pickup(ann, parcel);
  await w.verdict({ code: second.code });
  await sql`alter table access.code_away rename to code`.execute(w.db);
  assert.ok(w.logged.length >= 2, "the failures were logged");
  const outbox = JSON.stringify((await sql`select payload from kit.outbox`.execute(w.db)).rows);
  for (const secret of [first.code, second.code, first.qr, second.qr, "ann@example.com", codeHash(w.codeKey, w.station, second.code)]) {
    assert.ok(!w.logged.join("").includes(secret));
    assert.ok(!outbox.includes(secret));
  }
  const atRest = JSON.stringify((await sql`select * from access.code`.execute(w.db)).rows);
  assert.ok(!atRest.includes(second.code) && !atRest.includes(first.code));
});
