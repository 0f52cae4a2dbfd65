import assert from "node:assert/strict";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { createSeal } from "@pigeonhole/kit/seal";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import type { Actor, IdentityApi, Role, Scope } from "./contract.ts";
import { identityMigrations } from "./migrations.ts";
import { identity } from "./module.ts";
import { createOperator } from "./operators.ts";
import type { Tables } from "./tables.ts";
import { createWho } from "./who.ts";

const database = await testDatabase([identityMigrations]);
after(() => database[Symbol.asyncDispose]());
const moduleKey = "m".repeat(32);
const password = "correct horse battery";

/** Identity alone, a clock that the test moves, and a route `/who` that says who is asking. */
async function start() {
  const db = connect<Tables>(await database.fresh());
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  let time = new Date("2026-03-01T12:00:00Z");
  const now = (): Date => time;
  const who = createWho({ db, now, seal, moduleKey });
  const module = identity({ db, who, now, newId: systemNewId, log: silentLog, seal, random: systemRandom, secureCookies: false });
  const probe = router({}, silentLog).all("/who", async (c) =>
    c.json(await who(c, "customer", "courier", "operator", "shop", "carrier", "module")),
  );
  const api = (headers: Record<string, string> = {}) =>
    client<IdentityApi>("http://here", { headers, fetch: (url, init) => module.routes.request(url as string, init) });
  const codeSent = async (): Promise<{ email: string; code: string }> => {
    const { rows } = await sql<{
      payload: { request: string; sealed: string };
    }>`select payload from kit.outbox where type = 'identity.sign_in_code_requested' order by seq desc limit 1`.execute(db);
    const { request, sealed } = rows[0]!.payload;
    return JSON.parse(seal.open(`identity.sign_in_code|${request}`, sealed)) as { email: string; code: string };
  };
  const facts = async (type: string): Promise<Record<string, unknown>[]> =>
    (
      await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)
    ).rows.map((row) => row.payload);
  const operator = (role: Role, email = `${role}@example.org`) =>
    createOperator(db, { email, password, role }, { now, newId: systemNewId, seal, random: systemRandom });
  const ask = async (headers: Record<string, string>, method = "GET") => {
    const answer = await probe.request("http://here/who", { method, headers });
    return { status: answer.status, actor: (await answer.json()) as Actor & { code?: string } };
  };
  return {
    db,
    api,
    ask,
    module,
    codeSent,
    facts,
    operator,
    seal,
    pass: (seconds: number) => {
      time = new Date(time.getTime() + seconds * 1_000);
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
type World = Awaited<ReturnType<typeof start>>;

const cookieOf = (answer: { headers: Headers }): string => answer.headers.get("set-cookie")!.split(";")[0]!;

async function customer(world: World, email = "ann@example.org"): Promise<string> {
  assert.equal((await world.api()["sign-in-codes"].$post({ json: { email } })).status, 202);
  const answer = await world.api().sessions.$post({ json: { kind: "customer", email, code: (await world.codeSent()).code } });
  assert.equal(answer.status, 201);
  return cookieOf(answer);
}

async function admin(world: World) {
  await world.operator("admin");
  const answer = await world.api().sessions.$post({ json: { kind: "operator", email: "admin@example.org", password } });
  assert.equal(answer.status, 201);
  return world.api({ cookie: cookieOf(answer) });
}

async function key(operator: ReturnType<World["api"]>, kind: "shop" | "carrier", slug: string, scopes: Scope[]) {
  const made = await operator.tenants.$post({ json: { kind, slug, name: slug } });
  assert.ok(made.status === 201);
  const tenant = (await made.json()).id;
  const keyed = await operator.tenants[":id"].keys.$post({ param: { id: tenant }, json: { name: "first", scopes } });
  assert.ok(keyed.status === 201);
  const { id, secret } = await keyed.json();
  return { tenant, id, secret, bearer: { authorization: `Bearer ${secret}` } };
}

test("a customer signs in with the code that was mailed, once; the row is made then; sign-out kills the session", async () => {
  await using world = await start();
  await world.api()["sign-in-codes"].$post({ json: { email: " Ann@Example.org " } });
  const { email, code } = await world.codeSent();
  assert.equal(email, "ann@example.org");
  assert.match(code, /^\d{6}$/);
  assert.equal((await world.db.selectFrom("identity.customer").selectAll().execute()).length, 0);

  const first = await world.api().sessions.$post({ json: { kind: "customer", email, code } });
  assert.ok(first.status === 201);
  const session = await first.json();
  assert.deepEqual([session.kind, session.name, session.expiresAt], ["customer", email, "2026-03-31T12:00:00.000Z"]);
  assert.match(first.headers.get("set-cookie")!, /^ph_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  const cookie = cookieOf(first);
  assert.deepEqual((await world.ask({ cookie })).actor, { kind: "customer", id: session.id, email });

  const again = await world.api().sessions.$post({ json: { kind: "customer", email, code } });
  assert.ok(again.status === 422 && (await again.json()).code === "code_wrong", "a used code is nothing any more");
  const second = await customer(world, email);
  assert.equal(((await world.ask({ cookie: second })).actor as { id: string }).id, session.id, "the same customer");

  assert.equal((await world.api({ cookie }).sessions.current.$delete()).status, 204);
  assert.equal((await world.ask({ cookie })).status, 401);
  assert.equal((await world.ask({ cookie: second })).status, 200);
  assert.deepEqual(
    (await world.facts("identity.signed_in")).map((fact) => fact.subject),
    [`customer:${session.id}`, `customer:${session.id}`],
  );
});

test("no address, code or token stands in clear in any table", async () => {
  await using world = await start();
  const cookie = await customer(world, "very.private@example.org");
  await world.api().sessions.$post({ json: { kind: "customer", email: "very.private@example.org", code: "000000" } });
  const tables = ["identity.customer", "identity.session", "identity.sign_in_code", "identity.attempt", "kit.outbox"];
  for (const table of tables) {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.table(table)} t`.execute(world.db);
    const text = rows.map(({ row }) => row).join("\n");
    assert.ok(
      !text.includes("private@") && !text.includes(cookie.split("=")[1]!) && !text.includes((await world.codeSent()).code + '"'),
      table,
    );
  }
  const failures = await world.facts("identity.sign_in_failed");
  assert.equal(failures.length, 1);
  assert.match(String(failures[0]!.subject), /^customer:[0-9a-f]{32}$/);
});

test("a code has five tries, counted before comparing, also when all come at once from everywhere", async () => {
  await using world = await start();
  await world.api()["sign-in-codes"].$post({ json: { email: "ann@example.org" } });
  const { code } = await world.codeSent();
  const wrong = code === "123456" ? "654321" : "123456";
  const tries = await Promise.all(
    Array.from({ length: 32 }, (_, i) =>
      world
        .api({ "x-client-address": `10.0.0.${i}` })
        .sessions.$post({ json: { kind: "customer", email: "ann@example.org", code: wrong } }),
    ),
  );
  assert.equal(tries.filter((answer) => answer.status === 422).length, 5);
  assert.equal(tries.filter((answer) => answer.status === 410).length, 27);
  assert.equal(
    (await world.api().sessions.$post({ json: { kind: "customer", email: "ann@example.org", code } })).status,
    410,
    "even the right one, now",
  );
  await customer(world);
});

test("a stranger who uses up one code has to wait and cannot use up the next; their requests leave room for the rightful one", async () => {
  await using world = await start();
  const stranger = world.api({ "x-client-address": "10.6.6.6" });
  const guess = () => stranger.sessions.$post({ json: { kind: "customer", email: "ann@example.org", code: "000000" } });
  for (let i = 0; i < 12; i++) await stranger["sign-in-codes"].$post({ json: { email: "ann@example.org" } });
  assert.equal((await world.facts("identity.sign_in_code_requested")).length, 5);
  for (let i = 0; i < 5; i++) await guess();
  assert.equal((await guess()).status, 429);
  assert.equal((await world.api()["sign-in-codes"].$post({ json: { email: "ann@example.org" } })).status, 202);
  assert.equal((await guess()).status, 429);
  assert.equal(
    (await world.api().sessions.$post({ json: { kind: "customer", email: "ann@example.org", code: (await world.codeSent()).code } }))
      .status,
    201,
  );
});

test("one code opens one session, also when it is typed twice at the same moment", async () => {
  await using world = await start();
  await world.api()["sign-in-codes"].$post({ json: { email: "ann@example.org" } });
  const { code } = await world.codeSent();
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => world.api().sessions.$post({ json: { kind: "customer", email: "ann@example.org", code } })),
  );
  assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [201, 422, 422, 422]);
  assert.equal((await world.db.selectFrom("identity.customer").selectAll().execute()).length, 1);
});

test("a code ends after ten minutes, half-open; a newer one replaces it; an address without a code is answered like a wrong code", async () => {
  await using world = await start();
  const signIn = (email: string, code: string) => world.api().sessions.$post({ json: { kind: "customer", email, code } });
  await world.api()["sign-in-codes"].$post({ json: { email: "ann@example.org" } });
  const old = (await world.codeSent()).code;
  world.pass(600);
  assert.equal((await signIn("ann@example.org", old)).status, 410);
  await world.api()["sign-in-codes"].$post({ json: { email: "ann@example.org" } });
  const fresh = (await world.codeSent()).code;
  if (old !== fresh) assert.equal((await signIn("ann@example.org", old)).status, 422);
  world.pass(599);
  assert.equal((await signIn("ann@example.org", fresh)).status, 201);
  const nobody = await signIn("nobody@example.org", "123456");
  assert.ok(nobody.status === 422 && (await nobody.json()).code === "code_wrong");
});

test("codes per address are limited, parallel requests included, the same for known and unknown; others are not held up", async () => {
  await using world = await start();
  await customer(world, "known@example.org");
  world.pass(3_600);
  for (const email of ["known@example.org", "unknown@example.org"]) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.api()["sign-in-codes"].$post({ json: { email } })));
    assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [202, 202, 202, 202, 202, 429, 429, 429], email);
    assert.equal(answers.find((answer) => answer.status === 429)!.headers.get("retry-after"), "600");
  }
  assert.equal((await world.api()["sign-in-codes"].$post({ json: { email: "third@example.org" } })).status, 202);
  world.pass(600);
  assert.equal((await world.api()["sign-in-codes"].$post({ json: { email: "known@example.org" } })).status, 202);
});

test("wrong passwords make the account wait on that client, durably, never for good; another client gets in meanwhile", async () => {
  await using world = await start();
  await world.operator("viewer", "op@example.org");
  const signIn = (secret: string, from = "10.0.0.1") =>
    world.api({ "x-client-address": from }).sessions.$post({ json: { kind: "operator", email: "op@example.org", password: secret } });
  for (let i = 0; i < 5; i++) assert.equal((await signIn("wrong password")).status, 422);
  const blocked = await signIn(password);
  assert.equal(blocked.status, 429);
  assert.equal(blocked.headers.get("retry-after"), "30");
  assert.equal((await signIn(password, "10.0.0.2")).status, 201, "a stranger's guesses lock nobody out");
  world.pass(30);
  assert.equal((await signIn(password)).status, 201);
  assert.equal((await signIn("wrong password")).status, 422, "a right password forgives the wrong ones before it");
  const ghost = await world.api().sessions.$post({ json: { kind: "operator", email: "ghost@example.org", password } });
  assert.ok(ghost.status === 422 && (await ghost.json()).code === "credentials_wrong");
});

test("32 guesses at once from one client: five are compared", async () => {
  await using world = await start();
  await world.operator("viewer", "op@example.org");
  const answers = await Promise.all(
    Array.from({ length: 32 }, () =>
      world.api().sessions.$post({ json: { kind: "operator", email: "op@example.org", password: "wrong password" } }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.status === 422).length, 5);
  assert.equal(answers.filter((answer) => answer.status === 429).length, 27);
});

test("a carrier makes couriers of its own; equal names at two carriers are two people", async () => {
  await using world = await start();
  const operator = await admin(world);
  const red = await key(operator, "carrier", "red", ["couriers"]);
  const blue = await key(operator, "carrier", "blue", ["couriers"]);
  for (const [i, carrier] of [red, blue].entries()) {
    const made = await world.api(carrier.bearer).couriers.$post({ json: { username: "kim", name: "Kim", password: `${password} ${i}` } });
    assert.ok(made.status === 201 && (await made.json()).tenant === carrier.tenant);
  }
  const twice = await world.api(red.bearer).couriers.$post({ json: { username: "kim", name: "Kim", password } });
  assert.ok(twice.status === 409 && (await twice.json()).code === "already_exists");
  const list = await world.api(blue.bearer).couriers.$get();
  assert.ok(list.status === 200);
  assert.deepEqual(
    (await list.json()).couriers.map((courier) => courier.tenant),
    [blue.tenant],
  );

  const signIn = (carrier: string, secret: string) =>
    world.api().sessions.$post({ json: { kind: "courier", carrier, username: "kim", password: secret } });
  assert.equal((await signIn("red", `${password} 1`)).status, 422, "the other Kim's password");
  const answer = await signIn("blue", `${password} 1`);
  assert.ok(answer.status === 201);
  const cookie = cookieOf(answer);
  const { actor } = await world.ask({ cookie });
  assert.deepEqual(
    [actor.kind, (actor as { tenant: string }).tenant, (actor as { carrier: string }).carrier],
    ["courier", blue.tenant, "blue"],
  );
  world.pass(14 * 3_600 - 1);
  assert.equal((await world.ask({ cookie })).status, 200);
  world.pass(1);
  assert.equal((await world.ask({ cookie })).status, 401, "a shift lasts 14 hours");
  const internal = await world
    .api({ authorization: `Module ${moduleKey}:couriers` })
    .internal.couriers[":id"].$get({ param: { id: (actor as { id: string }).id } });
  assert.ok(internal.status === 200 && (await internal.json()).tenant === blue.tenant);
  assert.equal((await world.api(red.bearer).internal.couriers[":id"].$get({ param: { id: (actor as { id: string }).id } })).status, 403);
});

test("API keys: shown once, scoped, revocable, unforgeable", async () => {
  await using world = await start();
  const operator = await admin(world);
  const shop = await key(operator, "shop", "books", ["parcels"]);
  assert.match(shop.secret, /^phk_[0-9a-f]{16}_[\w-]{43}$/);
  assert.deepEqual((await world.ask(shop.bearer)).actor, {
    kind: "shop",
    tenant: shop.tenant,
    slug: "books",
    keyId: shop.id,
    scopes: ["parcels"],
  });
  const { rows } = await sql<{ row: string }>`select t::text as row from identity.api_key t`.execute(world.db);
  assert.ok(!rows[0]!.row.includes(shop.secret.slice(-43)));

  const flipped = shop.secret.slice(0, -1) + (shop.secret.endsWith("A") ? "B" : "A");
  const cookie = await customer(world);
  for (const authorization of [
    `Bearer ${flipped}`,
    `Bearer ${shop.secret}x`,
    "Bearer ",
    "Bearer",
    "",
    `Basic ${shop.secret}`,
    `Bearer phk_${"0".repeat(16)}_${"A".repeat(43)}`,
    "Bearer ' or 1=1 --",
  ]) {
    assert.equal((await world.ask({ authorization, cookie })).status, 401, `${authorization}: a wrong header is not made good by a cookie`);
  }
  assert.equal((await world.api(shop.bearer).couriers.$get()).status, 403, "no courier's employer");
  assert.equal((await world.api(shop.bearer).tenants.$get()).status, 403);
  assert.equal((await operator.keys[":id"].$delete({ param: { id: shop.id } })).status, 204);
  assert.equal((await operator.keys[":id"].$delete({ param: { id: shop.id } })).status, 204, "revoking twice changes nothing");
  assert.equal((await world.ask(shop.bearer)).status, 401);
  assert.equal((await operator.keys[":id"].$delete({ param: { id: systemNewId() } })).status, 404);
  assert.equal(
    (await operator.tenants[":id"].keys.$post({ param: { id: systemNewId() }, json: { name: "x", scopes: ["parcels"] } })).status,
    404,
  );
  const taken = await operator.tenants.$post({ json: { kind: "carrier", slug: "books", name: "Other" } });
  assert.equal(taken.status, 409);
});

test("only an administrator changes tenants and keys; a scope is asked for by name", async () => {
  await using world = await start();
  const operator = await admin(world);
  const carrier = await key(operator, "carrier", "red", ["routes"]);
  assert.equal((await world.api(carrier.bearer).couriers.$post({ json: { username: "kim", name: "Kim", password } })).status, 403);
  for (const role of ["viewer", "support"] as const) {
    await world.operator(role);
    const signed = await world.api().sessions.$post({ json: { kind: "operator", email: `${role}@example.org`, password } });
    const low = world.api({ cookie: cookieOf(signed) });
    assert.equal((await low.tenants.$get()).status, 200);
    assert.equal((await low.tenants.$post({ json: { kind: "shop", slug: "mine", name: "Mine" } })).status, 403);
    assert.equal(
      (await low.tenants[":id"].keys.$post({ param: { id: carrier.tenant }, json: { name: "x", scopes: ["parcels"] } })).status,
      403,
    );
    assert.equal((await low.keys[":id"].$delete({ param: { id: carrier.id } })).status, 403);
  }
  assert.equal((await world.api().tenants.$get()).status, 401);
  await assert.rejects(world.operator("admin"), /already an operator/);
});

test("modules know each other by the module key and nothing else", async () => {
  await using world = await start();
  assert.deepEqual((await world.ask({ authorization: `Module ${moduleKey}:parcels` })).actor, { kind: "module", name: "parcels" });
  for (const authorization of [
    `Module ${moduleKey}`,
    `Module ${moduleKey}:`,
    `Module :parcels`,
    `Module ${moduleKey.slice(1)}:parcels`,
    `Module ${moduleKey}x:parcels`,
    `Module ${moduleKey}:Par cels`,
  ]) {
    assert.equal((await world.ask({ authorization })).status, 401, authorization);
  }
});

test("a cookie changes something only from our own pages", async () => {
  await using world = await start();
  const cookie = await customer(world);
  const post = async (headers: Record<string, string>) => (await world.ask({ cookie, ...headers }, "POST")).status;
  assert.equal(await post({ "sec-fetch-site": "same-origin", origin: "http://here" }), 200);
  assert.equal(await post({ origin: "http://here" }), 200);
  assert.equal(await post({}), 200, "no browser, so nobody else's page");
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site", origin: "http://here" },
    { "sec-fetch-site": "none" },
    { origin: "http://there" },
    { origin: "http://here.there" },
    { origin: "null" },
  ]) {
    assert.equal(await post(headers as unknown as Record<string, string>), 403, JSON.stringify(headers));
  }
  assert.equal((await world.ask({ cookie, "sec-fetch-site": "cross-site" })).status, 200, "reading needs no such check");
  assert.equal((await world.api({ cookie, origin: "http://there" }).sessions.current.$delete()).status, 403);
  for (const forged of ["ph_session=", "ph_session=x", `ph_session=${"A".repeat(43)}`, "ph_session=%00", `other=${cookie}`])
    assert.equal((await world.ask({ cookie: forged })).status, 401, forged);
  world.pass(30 * 24 * 3_600);
  assert.equal((await world.ask({ cookie })).status, 401, "30 days, half-open");
});

test("the job forgets what is over and nothing else", async () => {
  await using world = await start();
  const old = await customer(world);
  world.pass(29 * 24 * 3_600);
  const young = await customer(world);
  world.pass(24 * 3_600);
  await world.module.jobs[0]!.run(null);
  assert.deepEqual([(await world.ask({ cookie: old })).status, (await world.ask({ cookie: young })).status], [401, 200]);
  assert.equal((await world.db.selectFrom("identity.session").selectAll().execute()).length, 1);
  assert.equal((await world.db.selectFrom("identity.sign_in_code").selectAll().execute()).length, 1);
});

test("nonsense is malformed, with a problem document and never a 500", async () => {
  await using world = await start();
  const bodies = [
    "",
    "{",
    "[]",
    "null",
    "{}",
    '{"kind":"root"}',
    '{"kind":"customer","email":"a@b.ee","code":"12345"}',
    '{"kind":"customer","email":"a@b.ee","code":"１２３４５６"}',
    '{"kind":"customer","email":"a@b.ee","code":123456}',
    '{"kind":"operator","email":"a@b.ee","password":"x","role":"admin"}',
    `{"kind":"operator","email":"a@b.ee","password":"${"x".repeat(300)}"}`,
    '{"kind":"courier","carrier":"../..","username":"kim","password":"x"}',
    '{"__proto__":{"kind":"customer"}}',
  ];
  for (const body of bodies) {
    const answer = await world.module.routes.request("/sessions", {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    assert.equal(answer.status, 400, body);
    assert.equal(answer.headers.get("content-type"), "application/problem+json");
  }
  const ghost = await world.module.routes.request("/sessions", {
    method: "POST",
    body: '{"kind":"operator","email":"a@b.ee","password":"a\\u0000b"}',
    headers: { "content-type": "application/json" },
  });
  assert.equal(ghost.status, 422);
});
