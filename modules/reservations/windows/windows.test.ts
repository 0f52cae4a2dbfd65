import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { testDatabase } from "@pigeonhole/kit/testing";
import { reservationsMigrations } from "../migrations.ts";
import { Confirmed } from "../events.ts";
import { startWorld } from "../testing.ts";
import type { WindowApi, Windows } from "./contract.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());

const mine: Windows = {
  holdMinutes: 20,
  deliveryDays: 2,
  collectionDays: { standard: 4, prime: 9, business: 14 },
  extensions: 2,
  extensionDays: 3,
  vacationDays: 7,
};
const day = 86_400_000;

test("N2, A6.4: a shop sets its limits within the operator's; an order keeps those of its moment, and whom more was promised gets more", async () => {
  await using world = await startWorld(database);
  const as = (name: string) =>
    client<WindowApi>("http://test", { fetch: (url, init) => world.routes.request(url as string, init), headers: { "x-as": name } });
  const set = (windows: Windows) => as("shop").windows.$put({ json: windows });
  const station = await world.station(["small", "small", "small", "small", "small"]);
  const kept = async (service: "standard" | "prime" = "standard") => {
    const before = world.now().getTime();
    const held = await world.hold(station);
    assert.ok(held.status === 201);
    assert.equal((await world.confirm((await held.json()).id, service === "prime" ? { service } : {})).status, 200);
    const { windows, deliverBy } = Confirmed.payload.parse((await world.facts("reservations.confirmed")).at(-1)!.payload);
    return { ...windows, deliveryDays: (Date.parse(deliverBy) - before) / day };
  };
  assert.deepEqual(await kept(), { collectionDays: 3, extensions: 1, extensionDays: 2, mostDays: 30, vacationDays: 14, deliveryDays: 5 });
  assert.equal((await set({ ...mine, collectionDays: { ...mine.collectionDays, business: 15 } })).status, 422);
  const refused = await set({ ...mine, extensions: 9 });
  assert.ok(refused.status === 422);
  assert.partialDeepStrictEqual(await refused.json(), { code: "out_of_bounds", field: "extensions", most: 3 });
  assert.equal((await set(mine)).status, 200);
  assert.partialDeepStrictEqual(await (await as("shop").windows.$get()).json(), { windows: mine, bounds: { collectionDays: 14 } });
  assert.deepEqual(await kept(), { collectionDays: 4, extensions: 2, extensionDays: 3, mostDays: 30, vacationDays: 7, deliveryDays: 2 });
  const held = await world.as("shop").stations[":station"].holds.$post({
    param: { station },
    header: { "idempotency-key": "own-hold" },
    json: { orderId: "o", size: "small" },
  });
  assert.ok(held.status === 201);
  assert.equal(Date.parse((await held.json()).expiresAt) - world.now().getTime(), 20 * 60_000);
  const promise = await as("support").windows.customers.$put({ json: { email: "Ann@Example.org", service: "prime" } });
  assert.equal(promise.status, 200);
  assert.equal((await kept()).collectionDays, 9, "a prime customer's parcel waits as prime ones do");
  for (const name of ["shop", "customer"])
    assert.equal((await as(name).windows.customers.$put({ json: { email: "a@b.ee", service: "prime" } })).status, 403);
  assert.equal((await as("customer").windows.$get()).status, 403);
  // Operators see and set the limits of each, within the same bounds, with a reason that is kept.
  const tenant = randomUUID();
  const seen = await as("operator").windows.owners.$get();
  assert.ok(seen.status === 200);
  assert.partialDeepStrictEqual(await seen.json(), { owners: [{ kind: "shop", windows: mine }], bounds: { collectionDays: 14 } });
  const setFor = (name: string, wish: Windows) =>
    as(name).windows.owners[":kind"][":tenant"].$put({
      param: { kind: "carrier", tenant },
      json: { windows: wish, reason: "Asked by phone" },
    });
  assert.equal((await setFor("operator", mine)).status, 403);
  assert.equal((await setFor("support", { ...mine, vacationDays: 60 })).status, 422);
  assert.equal((await setFor("support", mine)).status, 200);
  assert.equal((await as("shop").windows.owners.$get()).status, 403);
  const [told] = await world.facts("reservations.windows_set");
  assert.partialDeepStrictEqual(told!.payload, { owner: `carrier:${tenant}`, reason: "Asked by phone" });
});
