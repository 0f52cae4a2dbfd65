import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import type { NetworkApi } from "./contract.ts";
import { StationChanged, StationMoved } from "./events.ts";
import { networkMigrations } from "./migrations.ts";
import { network } from "./module.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([networkMigrations]);
after(() => database[Symbol.asyncDispose]());

/** The header names the role of an operator, or nobody. */
const who = (async (c, ...kinds) => {
  const role = c.req.header("x-role");
  if (!role) throw new Refused("not_signed_in", "Sign in.");
  const actor = (
    role === "customer"
      ? { kind: "customer", id: systemNewId(), email: "a@example.org" }
      : role === "module"
        ? { kind: "module", name: "telemetry" }
        : { kind: "operator", id: systemNewId(), role }
  ) as Actor;
  if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
  return actor as never;
}) as Who;

async function start() {
  const db = connect<Tables>(await database.fresh());
  const { routes } = network({ db, who, now: () => new Date("2026-01-01T12:00:00Z"), newId: systemNewId, log: silentLog });
  const as = (role?: string) =>
    client<NetworkApi>("http://test", {
      fetch: (url, init) => routes.request(url as string, init),
      headers: role ? { "x-role": role } : {},
    });
  const facts = async () =>
    (
      await sql<{ payload: unknown }>`select payload from kit.outbox where type = 'network.station_changed' order by seq`.execute(db)
    ).rows.map((row) => StationChanged.payload.parse(row.payload));
  const moves = async () =>
    (
      await sql<{ payload: unknown }>`select payload from kit.outbox where type = 'network.station_moved' order by seq`.execute(db)
    ).rows.map((row) => StationMoved.payload.parse(row.payload));
  return {
    db,
    routes,
    moves,
    module: as("module"),
    admin: as("admin"),
    anybody: as(),
    as,
    facts,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
const viru = {
  name: "Viru",
  lat: 59.4363,
  lon: 24.7552,
  country: "ee",
  openingHours: "Mo-Fr 08:00-20:00; PH off",
  status: "active",
  waiver: "no cabinet in this test",
} as const;

test("an administrator makes and changes a station; everybody sees it; each change is one fact with the whole of it", async () => {
  await using world = await start();
  const made = await world.admin.stations.$post({ json: viru });
  assert.ok(made.status === 201);
  const station = await made.json();
  assert.equal(station.country, "EE");
  const param = { station: station.id };
  const got = await world.anybody.stations[":station"].$get({ param });
  assert.ok(got.status === 200);
  assert.deepEqual(await got.json(), station);
  const changed = await world.admin.stations[":station"].$patch({ param, json: { name: "Viru Keskus", walkUp: [2] } });
  assert.ok(changed.status === 200 && (await changed.json()).name === "Viru Keskus");
  assert.equal((await world.admin.stations[":station"].$patch({ param, json: { name: "Viru Keskus" } })).status, 200);
  const facts = await world.facts();
  assert.deepEqual(
    facts.map((fact) => fact.name),
    ["Viru", "Viru Keskus"],
    "saying the same again is no fact",
  );
  assert.deepEqual(facts[1]?.walkUp, [2]);
});

test("a compartment goes out of service and back, each once", async () => {
  await using world = await start();
  const made = await world.admin.stations.$post({ json: viru });
  assert.ok(made.status === 201);
  const { id } = await made.json();
  const set = (compartment: string, state: "in_service" | "maintenance") =>
    world.admin.stations[":station"].compartments[":compartment"].state.$put({
      param: { station: id, compartment },
      json: { state, reason: "hinge" },
    });
  for (const state of ["maintenance", "maintenance", "in_service", "in_service"] as const) {
    const answer = await set("7", state);
    assert.ok(answer.status === 200);
    assert.deepEqual((await answer.json()).maintenance, state === "maintenance" ? [7] : []);
  }
  assert.deepEqual(
    (await world.facts()).map((fact) => fact.maintenance),
    [[], [7], []],
  );
  const reasons = await sql<{
    reason: string;
  }>`select payload->>'reason' as reason from kit.outbox where type = 'network.compartment_set'`.execute(world.db);
  assert.deepEqual(reasons.rows, [{ reason: "hinge" }, { reason: "hinge" }]);
  assert.equal((await set("61", "maintenance")).status, 404);
});

test("a rectangle shows what lies in it, also across the antimeridian, and says when there is more", async () => {
  await using world = await start();
  for (const [name, lat, lon] of [
    ["Suva", -18.1, 178.4],
    ["Apia", -13.8, -171.8],
    ["Viru", 59.4, 24.7],
    ["100%", 59.5, 24.8],
  ] as const)
    assert.equal((await world.admin.stations.$post({ json: { name, lat, lon } })).status, 201);
  const names = async (query: Record<string, string>) => {
    const answer = await world.anybody.stations.$get({ query });
    assert.ok(answer.status === 200);
    const { stations, truncated } = await answer.json();
    return [...stations.map((station) => station.name), ...(truncated ? ["…"] : [])];
  };
  assert.deepEqual(await names({ west: "20", east: "30", south: "50", north: "60" }), ["Viru", "100%"]);
  assert.deepEqual(await names({ west: "170", east: "-170", south: "-20", north: "0" }), ["Suva", "Apia"]);
  assert.deepEqual(await names({ limit: "1" }), ["Suva", "…"]);
  assert.deepEqual(await names({ q: "100%" }), ["100%"]);
  assert.deepEqual(await names({ q: "vIr" }), ["Viru"]);
});

test("only administrators change; nonsense is malformed, hours that cannot be read and stations that do not exist are named", async () => {
  await using world = await start();
  assert.equal((await world.anybody.stations.$post({ json: viru })).status, 401);
  for (const role of ["viewer", "support", "customer"])
    assert.equal((await world.as(role).stations.$post({ json: viru })).status, 403, role);
  const hours = await world.admin.stations.$post({ json: { ...viru, openingHours: "sometimes" } });
  assert.ok(hours.status === 422 && (await hours.json()).code === "opening_hours_invalid");
  assert.equal((await world.admin.stations[":station"].$patch({ param: { station: systemNewId() }, json: {} })).status, 404);
  assert.equal((await world.anybody.stations[":station"].$get({ param: { station: systemNewId() } })).status, 404);
  const send = (body: string) =>
    world.routes.request("/stations", { method: "POST", body, headers: { "content-type": "application/json", "x-role": "admin" } });
  const bad = [
    "{",
    "[]",
    '{"name":"x"}',
    '{"name":"x","lat":91,"lon":0}',
    '{"name":"x","lat":1e309,"lon":0}',
    '{"name":"x\\u0000y","lat":1,"lon":1}',
    '{"name":"x","lat":1,"lon":1,"role":"admin"}',
    '{"name":"x","lat":1,"lon":1,"walkUp":[99]}',
  ];
  for (const body of bad) assert.equal((await send(body)).status, 400, body);
  for (const path of ["/stations?west=nan", "/stations?q=%00", "/stations/7", "/stations/..%2f"])
    assert.equal((await world.routes.request(path)).status, 400, path);
  assert.deepEqual(await world.facts(), []);
});

test("A11.4: a station's life by its route: only administrators, only moves of the table, each with a reason in the trail", async () => {
  await using world = await start();
  const made = await world.admin.stations.$post({ json: viru });
  assert.ok(made.status === 201);
  const { id: station, status, suspendedFor } = await made.json();
  assert.deepEqual([status, suspendedFor], ["active", null]);
  const param = { station };
  const move = async (to: string, more: object = {}, api = world.admin) => {
    const answer = await api.stations[":station"].moves.$post({ param, json: { to: to as "active", reason: "because", ...more } });
    const body = (await answer.json()) as { code?: string; status?: string; suspendedFor?: string | null };
    return body.code ?? `${body.status} ${body.suspendedFor ?? ""}`.trim();
  };
  assert.equal(await move("suspended", {}, world.as("support")), "not_allowed");
  assert.equal(await move("acceptance"), "move_not_possible");
  assert.equal(await move("suspended"), "suspended operator");
  assert.equal(await move("active"), "active");
  const tampered = await world.module.internal.network.stations[":station"].suspension.$post({
    param,
    json: { cause: "tamper", reason: "the door switch of the service door" },
  });
  assert.ok(tampered.status === 200 && (await tampered.json()).suspendedFor === "tamper");
  assert.equal(await move("active"), "inspection_needed");
  assert.equal(await move("active", { inspection: "lock changed, all doors tried" }), "active");
  assert.equal(await move("decommissioned"), "decommissioned");
  for (const to of ["provisioning", "acceptance", "active", "suspended"]) assert.equal(await move(to), "move_not_possible");
  const trail = (await world.moves()).map(({ from, to, cause, inspection }) => [from, to, cause, inspection]);
  assert.deepEqual(trail, [
    ["active", "suspended", "operator", null],
    ["suspended", "active", null, null],
    ["active", "suspended", "tamper", null],
    ["suspended", "active", null, "lock changed, all doors tried"],
    ["active", "decommissioned", null, null],
  ]);
});
