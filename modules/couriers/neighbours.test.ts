// The real identity, reservations and parcels behind the couriers: what the fakes of the other tests promise, these keep.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Connected, Reported } from "@pigeonhole/devices/events";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { identityMigrations } from "@pigeonhole/identity/migrations";
import { identity } from "@pigeonhole/identity/module";
import { createOperator } from "@pigeonhole/identity/operators";
import { createWho } from "@pigeonhole/identity/who";
import { client, type Client } from "@pigeonhole/kit/client";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { systemRandom } from "@pigeonhole/kit/random";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { createSeal } from "@pigeonhole/kit/seal";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { StationChanged } from "@pigeonhole/network/events";
import { standardInnerMm } from "@pigeonhole/network/layout";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { parcelsMigrations } from "@pigeonhole/parcels/migrations";
import { parcels } from "@pigeonhole/parcels/module";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { ElsewhereApi } from "@pigeonhole/reservations/elsewhere/contract";
import { reservationsMigrations } from "@pigeonhole/reservations/migrations";
import { reservations } from "@pigeonhole/reservations/module";
import type { Hono } from "hono";
import type { CourierApi } from "./contract.ts";
import { couriersMigrations } from "./migrations.ts";
import { couriers } from "./module.ts";
import { neighbours, north } from "./testing-neighbours.ts";

const database = await testDatabase([identityMigrations, reservationsMigrations, parcelsMigrations, couriersMigrations]);
after(() => database[Symbol.asyncDispose]());

test("a carrier with a key announces a parcel, plans a route, and its courier brings it, through the real modules", async () => {
  await using stack = new AsyncDisposableStack();
  const db = connect<unknown>(await database.fresh());
  stack.defer(() => db.destroy());
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  const time = new Date("2026-03-01T08:00:00.000Z");
  const now = (): Date => time;
  const { personal } = testPersonal(viewAs(db), now, seal);
  const moduleKey = "k".repeat(32);
  const who = createWho({ db: viewAs(db), now, personal, moduleKey });
  const common = <T>() => ({ db: viewAs<T>(db), who, now, newId: systemNewId, log: silentLog });
  // oxlint-disable-next-line no-explicit-any
  const reach = <Api extends Hono<any, any, any>>(
    routes: { request: (url: string, init?: RequestInit) => Response | Promise<Response> },
    headers: Record<string, string>,
  ): Client<Api> => client<Api>("http://here", { headers, fetch: (url, init) => routes.request(url as string, init) });
  const asModule = { authorization: `Module ${moduleKey}:couriers` };
  const fake = neighbours(new Map());

  const people = identity({ ...common(), seal, personal, random: systemRandom, secureCookies: false });
  const claims = reservations({ ...common(), personal, defaultCarrier: null });
  const goods = parcels({
    ...common(),
    seal,
    personal,
    reservations: reach<ReservationApi>(claims.routes, { authorization: `Module ${moduleKey}:parcels` }),
    elsewhere: reach<ElsewhereApi>(claims.routes, { authorization: `Module ${moduleKey}:parcels` }),
  });
  const rounds = couriers({
    ...common(),
    identity: reach<IdentityApi>(people.routes, asModule),
    parcels: reach<ParcelApi>(goods.routes, asModule),
    access: fake.clients.access,
    network: fake.clients.network,
    reservations: reach<ReservationApi>(claims.routes, asModule),
  });
  const settle = async (): Promise<void> => {
    for (const { consumers } of [claims, goods, rounds, claims, goods]) assert.deepEqual(await drain(db as never, consumers, now), []);
  };

  const doors = [1, 2].map((number) => ({ number, size: "small" as const, ...standardInnerMm.small }));
  await db.transaction().execute(async (tx) => {
    await publish(tx, time, StationChanged, {
      station: north,
      name: "North",
      address: null,
      lat: 59.4,
      lon: 24.7,
      country: "EE",
      timeZone: "Europe/Tallinn",
      openingHours: null,
      stepFree: true,
      status: "active",
      supportPhone: null,
      layout: { floorMm: 100, columns: [{ doors }] },
      walkUp: [],
      maintenance: [],
    });
    await publish(tx, time, Connected, { station: north });
  });
  await settle();

  const password = "correct horse battery";
  await createOperator(
    viewAs(db),
    { email: "op@example.org", password, role: "admin" },
    { now, newId: systemNewId, seal, random: systemRandom },
  );
  const cookie = async (json: Parameters<Client<IdentityApi>["sessions"]["$post"]>[0]["json"]) => {
    const answer = await reach<IdentityApi>(people.routes, {}).sessions.$post({ json });
    assert.equal(answer.status, 201);
    return { cookie: answer.headers.get("set-cookie")!.split(";")[0]! };
  };
  const operator = reach<IdentityApi>(people.routes, await cookie({ kind: "operator", email: "op@example.org", password }));
  const tenant = (await (await operator.tenants.$post({ json: { kind: "carrier", slug: "red", name: "Red" } })).json()) as { id: string };
  const { secret } = (await (
    await operator.tenants[":id"].keys.$post({
      header: { "idempotency-key": systemNewId() },
      param: { id: tenant.id },
      json: { name: "first", scopes: ["parcels", "routes", "couriers"] },
    })
  ).json()) as { secret: string };
  const bearer = { authorization: `Bearer ${secret}` };
  const kim = await reach<IdentityApi>(people.routes, bearer).couriers.$post({ json: { username: "kim", name: "Kim", password } });
  assert.ok(kim.status === 201);

  const announce = (key: string, barcode: string) =>
    reach<ParcelApi>(goods.routes, bearer).parcels.$post({
      header: { "idempotency-key": key },
      json: { station: north, orderId: "A-1", barcode, size: "small", recipient: { name: "Ann", email: "ann@example.org" } },
    });
  const made = await announce("k1", "RED-1");
  assert.ok(made.status === 201, JSON.stringify(await made.clone().json()));
  const parcel = await made.json();
  assert.deepEqual(await (await announce("k1", "RED-1")).json(), parcel);
  assert.equal((await announce("k2", "RED-2")).status, 201);
  const full = await announce("k3", "RED-3");
  assert.ok(full.status === 409 && (await full.json())["reason"] === "station_full", "two doors, two parcels: nothing was held twice");

  const planned = await reach<CourierApi>(rounds.routes, bearer).routes.$post({
    header: { "idempotency-key": "r1" },
    json: { name: "Round", day: "2026-03-01", courier: (await kim.json()).id, stops: [{ station: north, parcels: ["red 1"] }] },
  });
  assert.ok(planned.status === 201, JSON.stringify(await planned.clone().json()));
  const route = await planned.json();
  const courier = reach<CourierApi>(rounds.routes, await cookie({ kind: "courier", carrier: "red", username: "kim", password }));
  assert.equal((await courier.routes[":id"].start.$post({ param: { id: route.id } })).status, 200);
  await settle();
  const seen = async () => {
    const answer = await reach<ParcelApi>(goods.routes, bearer).parcels[":id"].$get({ param: { id: parcel.parcel } });
    assert.ok(answer.status === 200);
    return (await answer.json()).state;
  };
  assert.equal(await seen(), "shipped");
  const scan = await courier.routes[":id"].scans.$post({
    param: { id: route.id },
    header: { "idempotency-key": "s1" },
    json: { station: north, barcode: "RED-1" },
  });
  assert.ok(scan.status === 200);
  assert.deepEqual([(await scan.json()).compartment, fake.commands[0]!.parcel], [parcel.compartment, parcel.parcel]);
  await db.transaction().execute((tx) =>
    publish(tx, time, Reported, {
      station: north,
      epoch: 1,
      seq: 1,
      at: time.toISOString(),
      parcel: parcel.parcel,
      event: { type: "parcel_deposited", compartment: parcel.compartment, parcel: parcel.parcel, evidence: "depositor", actor: "courier" },
    }),
  );
  await settle();
  assert.equal(await seen(), "delivered");
  const mine = await courier.routes[":id"].$get({ param: { id: route.id } });
  assert.ok(mine.status === 200 && (await mine.json()).state === "done");
});
