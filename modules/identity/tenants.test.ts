import assert from "node:assert/strict";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import { sql } from "kysely";
import type { NameApi } from "./names/contract.ts";
import { database, moduleKey, password, start, cookieOf, customer, admin, key } from "./testing.ts";

after(() => database[Symbol.asyncDispose]());

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

test("operators who may look read what actors are called: tenants, couriers, operators; customers never", async () => {
  await using world = await start();
  const operator = await admin(world);
  const red = await key(operator, "carrier", "red", ["couriers"]);
  const made = await world.api(red.bearer).couriers.$post({ json: { username: "kim", name: "Kim Lee", password } });
  assert.ok(made.status === 201);
  const { id } = await made.json();
  const cookies = await Promise.all(
    (["viewer", "support"] as const).map(async (role) => {
      await world.operator(role);
      return cookieOf(await world.api().sessions.$post({ json: { kind: "operator", email: `${role}@example.org`, password } }));
    }),
  );
  const [viewer, support] = cookies.map((cookie) =>
    client<NameApi>("http://here", { headers: { cookie }, fetch: (url, init) => world.module.routes.request(url as string, init) }),
  );
  const me = ((await world.ask({ cookie: cookies[1]! })).actor as { id: string }).id;
  const cookie = await customer(world, "ann@example.org");
  const ann = ((await world.ask({ cookie })).actor as { id: string }).id;
  const actors = [
    `courier:${id}`,
    `carrier:${red.tenant}`,
    `operator:${me}`,
    `customer:${ann}`,
    `courier:${systemNewId()}`,
    "courier:x'--",
  ];
  const told = await support!["actor-names"].$post({ json: { actors } });
  assert.ok(told.status === 200);
  assert.deepEqual((await told.json()).names, {
    [`courier:${id}`]: "Kim Lee (red)",
    [`carrier:${red.tenant}`]: "red",
    [`operator:${me}`]: "support@example.org",
  });
  assert.equal((await viewer!["actor-names"].$post({ json: { actors } })).status, 403);
  const found = await support!["courier-search"].$get({ query: { q: "KI" } });
  assert.ok(found.status === 200);
  assert.deepEqual((await found.json()).couriers, [{ id, username: "kim", name: "Kim Lee", carrier: "red", carrierName: "red" }]);
  const all = await support!["courier-search"].$get({ query: { q: "%" } });
  assert.deepEqual(all.status === 200 && (await all.json()).couriers, [], "a sign of patterns is a letter like others");
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
    (
      await operator.tenants[":id"].keys.$post({
        header: { "idempotency-key": systemNewId() },
        param: { id: systemNewId() },
        json: { name: "x", scopes: ["parcels"] },
      })
    ).status,
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
      (
        await low.tenants[":id"].keys.$post({
          header: { "idempotency-key": systemNewId() },
          param: { id: carrier.tenant },
          json: { name: "x", scopes: ["parcels"] },
        })
      ).status,
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
