import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { countTry, forgetTries } from "./queries/attempts.ts";
import { database, password, start, cookieOf, customer } from "./testing.ts";

after(() => database[Symbol.asyncDispose]());

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
  const me = await world.api({ cookie }).sessions.current.$get();
  assert.ok(me.status === 200);
  assert.equal((await world.api().sessions.current.$get()).status, 204, "nobody is signed in");
  assert.equal(failures[0]!.subject, `customer:${(await me.json()).id}`, "the account's number, which means nothing once it is erased");
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

test("tries that are counted while a right one forgets them are answered, not broken", async () => {
  await using world = await start();
  const pauses = { free: 1_000_000, seconds: [1] } as const;
  await Promise.all(
    Array.from({ length: 400 }, (_, i) =>
      i % 2 === 0 ? countTry(world.db, "somebody", pauses, new Date("2026-03-01")) : forgetTries(world.db, "somebody"),
    ),
  );
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
  const { rows } = await sql<{ most: number }>`select max(tries) as most from identity.attempt`.execute(world.db);
  assert.equal(rows[0]!.most, 7, "what was tried from anywhere stays counted for the account, whoever knows its password");
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
