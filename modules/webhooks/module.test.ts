import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { WindowMoved } from "@pigeonhole/access/events";
import { type Actor, type Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { systemTimers } from "@pigeonhole/kit/timers";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { sql } from "kysely";
import { Webhook } from "standardwebhooks";
import type { z } from "zod";
import type { EventType, WebhookApi } from "./contract.ts";
import { webhooksMigrations } from "./migrations.ts";
import { webhooks } from "./module.ts";
import { isGenuine } from "./signature.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([webhooksMigrations]);
after(() => database[Symbol.asyncDispose]());

const [shopA, shopB, carrierRed] = [
  { kind: "shop", tenant: systemNewId(), slug: "a" },
  { kind: "shop", tenant: systemNewId(), slug: "b" },
  { kind: "carrier", tenant: systemNewId(), slug: "red" },
].map((tenant) => ({ ...tenant, keyId: "k", scopes: ["webhooks"] })) as unknown as [Actor, Actor, Actor];
const ownerOf = (actor: Actor): string => `${actor.kind}:${(actor as { tenant: string }).tenant}`;

interface Heard {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
type Reply = { readonly status: number; readonly headers?: Record<string, string> } | "hang up";

/** A shop's own server: keeps what it hears, answers as it is told. */
async function receiver() {
  const heard: Heard[] = [];
  let reply: Reply = { status: 204 };
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heard.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() });
      if (reply === "hang up") request.socket.destroy();
      else response.writeHead(reply.status, reply.headers).end("x");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
    heard,
    answer: (next: Reply): void => void (reply = next),
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function start({ allowsPrivate = true } = {}) {
  const db = connect<Tables>(await database.fresh());
  let time = new Date();
  const now = (): Date => time;
  const who = (async (c, ...kinds) => {
    const actor = JSON.parse(c.req.header("x-who") ?? "null") as Actor | null;
    if (!actor) throw new Refused("not_signed_in", "Sign in.");
    if (!(kinds as string[]).includes(actor.kind)) throw new Refused("not_allowed", "No.");
    return actor;
  }) as Who;
  const module = webhooks({
    db,
    who,
    now,
    newId: systemNewId,
    log: silentLog,
    seal: createSeal([systemRandom.bytes(32)], systemRandom),
    random: systemRandom,
    monotonic: systemMonotonic,
    timers: systemTimers,
    key: generateKeyPairSync("ed25519").privateKey,
    allowsPrivate,
  });
  const as = (actor: Actor) =>
    client<WebhookApi>("http://w", {
      headers: { "x-who": JSON.stringify(actor) },
      fetch: (url, init) => module.routes.request(url as string, init),
    });
  const create = async (actor: Actor, url: string, types: EventType[] = ["parcel.stored", "parcel.collected"]) => {
    const answer = await as(actor).webhooks.$post({ header: { "idempotency-key": crypto.randomUUID() }, json: { url, types } });
    assert.ok(answer.status === 201, JSON.stringify(await answer.clone().json()));
    return answer.json();
  };
  const happen = async <Type extends string, S extends z.ZodRawShape>(kind: Fact<Type, S>, payload: z.input<z.ZodObject<S>>) => {
    await db.transaction().execute((tx) => publish(tx, now(), kind, payload));
    assert.deepEqual(await drain(db as never, module.consumers, now), []);
  };
  const moved = (parcel: string, to: "stored" | "collected" | "reserved", owner = ownerOf(shopA), carrier: string | null = "red") =>
    happen(ParcelMoved, {
      parcel,
      reservation: null,
      station: systemNewId(),
      compartment: 14,
      owner,
      carrier,
      number: "100000000007",
      from: null,
      to,
      expiresAt: null,
    });
  const deliveries = async (actor: Actor, id: string) => {
    const answer = await as(actor).webhooks[":id"].deliveries.$get({ param: { id }, query: {} });
    assert.ok(answer.status === 200);
    return (await answer.json()).deliveries;
  };
  const deliver = (): Promise<void> => module.jobs.find(({ name }) => name === "webhooks.deliver")!.run(null);
  return {
    db,
    as,
    module,
    create,
    happen,
    moved,
    deliveries,
    deliver,
    now,
    pass: (seconds: number): void => void (time = new Date(time.getTime() + seconds * 1_000)),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("A15.2: a shop and the carrier hear of a parcel's states, signed so that the reference library and the public key take it; nobody else hears", async () => {
  await using w = await start();
  await using a = await receiver();
  await using b = await receiver();
  await using red = await receiver();
  const ends = [
    await w.create(shopA, a.url),
    await w.create(shopB, b.url),
    await w.create(carrierRed, red.url, ["parcel.stored", "parcel.window_moved"]),
  ];
  const parcel = systemNewId();
  await w.moved(parcel, "reserved");
  await w.moved(parcel, "stored");
  await w.happen(WindowMoved, { parcel, station: systemNewId(), expiresAt: "2026-04-01T10:00:00.000Z", isStopped: true, pauses: [] });
  await w.deliver();
  assert.deepEqual([a.heard.length, b.heard.length, red.heard.length], [1, 0, 2]);
  const [{ headers, body }] = a.heard as [Heard];
  const event = new Webhook(ends[0]!.secret).verify(body, headers) as { type: string; timestamp: string; data: Record<string, unknown> };
  assert.deepEqual(
    [event.type, event.data["parcel"], event.data["state"], event.data["compartment"]],
    ["parcel.stored", parcel, "stored", 14],
  );
  assert.equal(event.timestamp, w.now().toISOString());
  const key = await w.as(shopA)["webhook-key"].$get();
  assert.ok(key.status === 200);
  const signed = { id: headers["webhook-id"]!, timestamp: Number(headers["webhook-timestamp"]), body };
  assert.ok(isGenuine(signed, headers["webhook-signature"]!, (await key.json()).publicKey, w.now()));
  assert.deepEqual(red.heard.map((each) => (JSON.parse(each.body) as { type: string }).type).toSorted(), [
    "parcel.stored",
    "parcel.window_moved",
  ]);
  const [delivered] = await w.deliveries(shopA, ends[0]!.id);
  assert.deepEqual([delivered!.state, delivered!.attempts, delivered!.last?.status], ["delivered", 1, 204]);
  await w.deliver();
  assert.equal(a.heard.length, 1, "once");
});

test("a receiver that is away for a day loses nothing; who is gone hears nothing more; what failed can be sent again", async () => {
  await using w = await start();
  await using a = await receiver();
  const end = await w.create(shopA, a.url);
  a.answer("hang up");
  const parcels = Array.from({ length: 7 }, () => systemNewId());
  for (const parcel of parcels) await w.moved(parcel, "stored");
  const dayEnd = new Date(w.now().getTime() + 86_400_000);
  while (w.now() < dayEnd) {
    await w.deliver();
    w.pass(900);
  }
  const waiting = await w.deliveries(shopA, end.id);
  assert.ok(waiting.every(({ state, last }) => state === "waiting" && last?.error === "the connection was cut off"));
  const tries = a.heard.length;
  assert.ok(tries >= 7 * 5 && tries <= 7 * 10, `${tries} attempts`);
  a.answer({ status: 200 });
  w.pass(86_400);
  await w.deliver();
  const told = a.heard.slice(tries).map(({ body }) => (JSON.parse(body) as { data: { parcel: string } }).data.parcel);
  assert.deepEqual(told.toSorted(), parcels.toSorted(), "each once");
  assert.equal(new Set(a.heard.map(({ headers }) => headers["webhook-id"])).size, 7, "the same id at every attempt");

  a.answer({ status: 500 });
  await w.moved(parcels[0]!, "collected");
  for (let i = 0; i < 12; i++) {
    await w.deliver();
    w.pass(86_400);
  }
  const failed = (await w.deliveries(shopA, end.id)).filter(({ state }) => state === "failed");
  assert.deepEqual(
    failed.map(({ type, attempts }) => [type, attempts]),
    [["parcel.collected", 10]],
  );
  a.answer({ status: 200 });
  const again = await w
    .as(shopA)
    .webhooks[":id"].replay.$post({ param: { id: end.id }, json: { from: failed[0]!.occurredAt, state: "failed" } });
  assert.ok(again.status === 202 && (await again.json()).replayed === 1);
  await w.deliver();
  assert.equal(a.heard.at(-1)!.headers["webhook-id"], `msg_${failed[0]!.event}`);

  a.answer({ status: 410 });
  await w.moved(parcels[1]!, "collected");
  await w.deliver();
  const state = async () => {
    const answer = await w.as(shopA).webhooks[":id"].$get({ param: { id: end.id } });
    return answer.status === 200 ? (await answer.json()).state : answer.status;
  };
  assert.equal(await state(), "gone");
  const before = a.heard.length;
  await w.moved(parcels[2]!, "collected");
  await w.deliver();
  assert.equal(a.heard.length, before, "nothing is sent to who is gone");
});

test("a new secret signs beside the former one for a day; the secret is in no table in clear", async () => {
  await using w = await start();
  await using a = await receiver();
  const { id, secret: former } = await w.create(shopA, a.url);
  const rotated = await w.as(shopA).webhooks[":id"].secret.$post({ param: { id } });
  assert.ok(rotated.status === 201);
  const { secret } = await rotated.json();
  const heardWith = async (): Promise<readonly boolean[]> => {
    await w.as(shopA).webhooks[":id"].test.$post({ param: { id } });
    await w.deliver();
    const { headers, body } = a.heard.at(-1)!;
    const signed = { id: headers["webhook-id"]!, timestamp: Number(headers["webhook-timestamp"]), body };
    return [secret, former].map((each) => isGenuine(signed, headers["webhook-signature"]!, each, w.now()));
  };
  assert.deepEqual(await heardWith(), [true, true]);
  w.pass(86_400);
  assert.deepEqual(await heardWith(), [true, false]);
  const { rows } = await sql<{
    text: string;
  }>`select to_jsonb(e)::text || (select coalesce(string_agg(payload::text, ''), '') from kit.outbox) as text
    from webhooks.endpoint e`.execute(w.db);
  for (const each of [secret, former]) assert.ok(!rows[0]!.text.includes(each.slice(6, 30)));
});

test("I-38: another tenant's endpoint does not exist, and what is asked wrongly is refused with a sentence", async () => {
  await using w = await start();
  await using a = await receiver();
  const { id } = await w.create(shopA, a.url);
  const [own, other] = [w.as(shopA).webhooks[":id"], w.as(shopB).webhooks[":id"]];
  const param = { id };
  const answers = [
    await other.$get({ param }),
    await other.$patch({ param, json: { state: "paused" } }),
    await other.$delete({ param }),
    await other.secret.$post({ param }),
    await other.test.$post({ param }),
    await other.deliveries.$get({ param, query: {} }),
    await other.replay.$post({ param, json: { from: "2026-01-01T00:00:00Z" } }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status as number),
    answers.map(() => 404),
  );
  const paused = await own.$patch({ param, json: { state: "paused" } });
  assert.ok(paused.status === 200 && (await paused.json()).state === "paused");
  await w.moved(systemNewId(), "stored");
  await w.deliver();
  assert.equal(a.heard.length, 0);
  assert.equal((await own.$patch({ param, json: { state: "active" } })).status, 200);
  await w.deliver();
  assert.equal(a.heard.length, 1, "what happened while it was paused comes afterwards");
  assert.equal((await own.$delete({ param })).status, 204);
  assert.equal((await own.$get({ param })).status, 404);
  const without = { ...shopA, scopes: ["parcels"] } as Actor;
  assert.equal((await w.as(without).webhooks.$get()).status, 403);
  const twice = { header: { "idempotency-key": "once" }, json: { url: a.url, types: ["parcel.stored" as const] } };
  const same = await Promise.all([1, 2, 3].map(async () => (await w.as(shopB).webhooks.$post(twice)).json()));
  assert.deepEqual([same[1], same[2]], [same[0], same[0]], "A2.4: asked again, the same endpoint with the same secret");
  const { secret: shown } = same[0] as { secret: string };
  const kept = await sql<{ answer: unknown }>`select answer from kit.idempotency where key = 'once'`.execute(w.db);
  assert.ok(shown.startsWith("whsec_") && !JSON.stringify(kept.rows).includes(shown), "G-40: kept for that, but not in clear");
  for (let i = 0; i < 19; i++) await w.create(shopB, a.url);
  const tooMany = await w
    .as(shopB)
    .webhooks.$post({ header: { "idempotency-key": crypto.randomUUID() }, json: { url: a.url, types: ["parcel.stored"] } });
  assert.equal(tooMany.status, 409);
});

test("SSRF: an address inside is refused when it is given, and not connected to when a name leads there later", async () => {
  await using w = await start({ allowsPrivate: false });
  await using a = await receiver();
  for (const url of [a.url, "https://127.0.0.1/x", "https://169.254.169.254/", "https://localhost/x"]) {
    const answer = await w
      .as(shopA)
      .webhooks.$post({ header: { "idempotency-key": crypto.randomUUID() }, json: { url, types: ["parcel.stored"] } });
    assert.ok(answer.status === 422 && (await answer.json()).code === "url_refused", url);
  }
  const { id } = await w.create(shopA, "https://hooks.shop.eu/x");
  // As if the name had come to mean this machine.
  for (const url of [a.url.replace("127.0.0.1", "localhost"), a.url, a.url.replace("127.0.0.1", "[::ffff:127.0.0.1]")]) {
    await w.db.updateTable("webhooks.endpoint").set({ url }).where("id", "=", id).execute();
    await w.as(shopA).webhooks[":id"].test.$post({ param: { id } });
    await w.deliver();
    const [newest] = await w.deliveries(shopA, id);
    assert.equal(newest!.last?.error, "the address is not of the public Internet", url);
  }
  assert.equal(a.heard.length, 0);
});
