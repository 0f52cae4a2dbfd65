import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { Connected } from "@pigeonhole/devices/events";
import { publish, publishAll } from "@pigeonhole/kit/outbox";
import { testDatabase } from "@pigeonhole/kit/testing";
import { StationChanged } from "@pigeonhole/network/events";
import type { Size } from "@pigeonhole/network/layout";
import { sql } from "kysely";
import { reservationsMigrations } from "./migrations.ts";
import { startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof startWorld>>;

const here = { lat: "59.4363", lon: "24.7552" };
async function search(world: World, query: Record<string, string>) {
  const answer = await world.as("nobody").search.$get({ query: { ...here, size: "small", ...query } });
  assert.ok(answer.status === 200, `${answer.status}`);
  return answer.json();
}
const names = async (world: World, query: Record<string, string> = {}) =>
  (await search(world, query)).candidates.map((candidate) => candidate.name);

test("the nearest comes first; only active, connected stations with a free compartment that fits are named, with how many fit", async () => {
  await using world = await startWorld(database);
  await world.station(["small", "medium", "large"], { name: "far", lat: 59.45 });
  const near = await world.station(["medium", "small", "small"], { name: "near", lat: 59.437, walkUp: [2] });
  await world.station(["small"], { name: "away", connected: false });
  await world.station(["small"], { name: "suspended", status: "suspended" });
  await world.station(["small"], { name: "all walk-up", walkUp: [1] });
  await world.station(["small"], { name: "broken", maintenance: [1] });
  const found = await search(world, {});
  assert.deepEqual(
    found.candidates.map(({ name, freeCompartments, size }) => [name, freeCompartments, size]),
    [
      ["near", 2, "small"],
      ["far", 3, "small"],
    ],
  );
  assert.ok(Math.abs(found.candidates[1]!.distanceMetres - 1_523) < 15, `${found.candidates[1]!.distanceMetres}`);
  assert.deepEqual([found.widened, found.radiusMetres], [false, 5_000]);
  assert.equal((await world.hold(near)).status, 201);
  assert.deepEqual(
    (await search(world, {})).candidates.map(({ freeCompartments, size }) => [freeCompartments, size]),
    [
      [1, "medium"],
      [3, "small"],
    ],
  );
  assert.deepEqual(await names(world, { size: "large" }), ["far"]);
  assert.deepEqual(await names(world, { limit: "1" }), ["near"]);
  world.pass(15 * 60_000);
  assert.equal((await search(world, {})).candidates[0]?.freeCompartments, 2, "a lapsed hold is free");
});

test("stations nearer than the last candidate are named on request, each with why it is none; without one, or farther, none is", async () => {
  await using world = await startWorld(database);
  const full = await world.station(["medium"], { name: "full", lat: 59.437 });
  await world.station(["medium"], { name: "away", lat: 59.438, connected: false });
  await world.station(["small"], { name: "little", lat: 59.439 });
  await world.station(["medium"], { name: "suspended", lat: 59.4365, status: "suspended" });
  assert.equal((await world.hold(full, { size: "medium" })).status, 201);
  const wish = { size: "medium", passedOver: "20" };
  assert.deepEqual((await search(world, wish)).passedOver, [], "nothing was found: nothing is nearer");
  await world.station(["large"], { name: "free", lat: 59.45 });
  await world.station(["small"], { name: "behind", lat: 59.47 });
  const { candidates, passedOver } = await search(world, wish);
  assert.deepEqual(
    candidates.map(({ name }) => name),
    ["free"],
  );
  assert.deepEqual(
    passedOver.map(({ name, why }) => [name, why]),
    [
      ["full", "full"],
      ["away", "unreachable"],
      ["little", "too_small"],
    ],
  );
  assert.ok(passedOver.every(({ distanceMetres }) => distanceMetres < candidates[0]!.distanceMetres));
  assert.deepEqual((await search(world, { size: "medium" })).passedOver, [], "unasked, the search is not burdened");
});

test("a parcel's dimensions decide by turning it, by each station's own doors; beyond the standard only oversized ones (A1.7)", async () => {
  await using world = await startWorld(database);
  await world.station(["small"], { name: "small" });
  await world.station(["oversized"], { name: "oversized", lat: 59.437 });
  const giant = {
    floorMm: 0,
    columns: [{ doors: [{ number: 1, size: "oversized" as const, widthMm: 900, heightMm: 900, depthMm: 900 }] }],
  };
  await world.station(["small"], { name: "giant", lat: 59.438, layout: giant });
  const query = (lengthMm: number, widthMm: number, heightMm: number, weightGrams = 1_000) =>
    world.as("nobody").search.$get({
      query: { ...here, lengthMm: `${lengthMm}`, widthMm: `${widthMm}`, heightMm: `${heightMm}`, weightGrams: `${weightGrams}` },
    });
  const of = async (...parcel: Parameters<typeof query>) => {
    const answer = await query(...parcel);
    return answer.status === 200 ? (await answer.json()).candidates.map((candidate) => candidate.name) : (await answer.json()).code;
  };
  assert.deepEqual(await of(300, 350, 180), ["small", "oversized", "giant"]);
  assert.deepEqual(await of(180, 300, 350), ["small", "oversized", "giant"]);
  assert.deepEqual(await of(180, 300, 351), ["oversized", "giant"]);
  assert.deepEqual(await of(100, 100, 100, 16_000), ["oversized", "giant"]);
  assert.deepEqual(await of(482, 482, 482), ["giant"]);
  assert.deepEqual(await of(901, 10, 10), "does_not_fit");
});

test("nothing near widens the circle and says so; nothing anywhere is an empty answer", async () => {
  await using world = await startWorld(database);
  assert.deepEqual(await search(world, {}).then(({ candidates, widened, radiusMetres }) => ({ candidates, widened, radiusMetres })), {
    candidates: [],
    widened: true,
    radiusMetres: 100_000,
  });
  await world.station(["small"], { name: "Tartu road", lat: 59.3, lon: 24.9 });
  const found = await search(world, { radiusMetres: "1000" });
  assert.deepEqual([found.candidates.length, found.widened, found.radiusMetres], [1, true, 32_000]);
});

test("step-free and open at a given hour are filters; whether it is open now is told in any case", async () => {
  await using world = await startWorld(database);
  await world.station(["small"], { name: "shop", openingHours: "Mo-Fr 08:00-20:00", lat: 59.437 });
  await world.station(["small"], { name: "street", stepFree: true, lat: 59.438 });
  assert.deepEqual(await names(world), ["shop", "street"]);
  assert.deepEqual(await names(world, { stepFree: "true" }), ["street"]);
  assert.deepEqual(await names(world, { openAt: "2026-01-05T17:59:59Z" }), ["shop", "street"]);
  assert.deepEqual(await names(world, { openAt: "2026-01-05T18:00:00Z" }), ["street"]);
  assert.deepEqual(
    (await search(world, {})).candidates.map(({ openNow }) => openNow),
    [true, true],
  );
  world.pass(12 * 60 * 60_000);
  assert.deepEqual(
    (await search(world, {})).candidates.map(({ openNow }) => openNow),
    [false, true],
  );
});

test("places at the antimeridian find each other", async () => {
  await using world = await startWorld(database);
  await world.station(["small"], { name: "west", lat: -17, lon: 179.99 });
  await world.station(["small"], { name: "east", lat: -17, lon: -179.99 });
  assert.deepEqual(await names(world, { lat: "-17", lon: "-180" }).then((found) => found.toSorted()), ["east", "west"]);
});

test("a full station names others near by, an unusable one too, and what fits no door is told as that (A1.5)", async () => {
  await using world = await startWorld(database);
  const [full, away] = [
    await world.station(["small"], { name: "full" }),
    await world.station(["large"], { name: "away", connected: false }),
  ];
  await world.station(["small"], { name: "next door", lat: 59.44 });
  assert.equal((await world.hold(full)).status, 201);
  const cases = [
    [await world.hold(full), "station_full"],
    [await world.hold(away), "station_unavailable"],
    [await world.hold(full, { size: "large" }), "does_not_fit"],
  ] as const;
  for (const [answer, code] of cases) {
    const problem = (await answer.json()) as { code: string; alternatives?: { name: string }[] };
    assert.equal(problem.code, code);
    assert.deepEqual(
      problem.alternatives?.map(({ name }) => name),
      code === "does_not_fit" ? [] : ["next door"],
    );
  }
  const tooBig = await world.hold(full, { dimensions: { lengthMm: 400, widthMm: 300, heightMm: 100, weightGrams: 100 } });
  assert.equal(tooBig.status, 422);
});

test("malformed questions are told as such", async () => {
  await using world = await startWorld(database);
  for (const query of [
    "",
    "lat=59",
    "lat=91&lon=0&size=small",
    "lat=1&lon=1",
    "lat=1&lon=1&size=huge",
    "lat=1&lon=1&lengthMm=10",
    "lat=NaN&lon=1&size=small",
    "lat=1e309&lon=1&size=small",
    "lat=1&lon=1&size=small&limit=51",
    "lat=1&lon=1&size=small&openAt=tomorrow",
    "lat=1&lon=1&size=small&radiusMetres=100001",
  ])
    assert.equal((await world.routes.request(`/search?${query}`)).status, 400, query);
});

test("two hundred stations of sixty doors are taken over in seconds, and a search among them reads the nearest alone", async () => {
  await using world = await startWorld(database);
  const doors: Size[] = Array.from({ length: 60 }, (_, i) => (i < 24 ? "small" : i < 45 ? "medium" : i < 57 ? "large" : "oversized"));
  const stations = Array.from({ length: 200 }, (_, i) =>
    world.stationFact(randomUUID(), doors, { name: `S${i}`, lat: 50 + i * 0.05, lon: 20 }),
  );
  await world.tell(async (tx) => {
    await publishAll(tx, world.now(), StationChanged, stations);
    for (const { station } of stations) await publish(tx, world.now(), Connected, { station });
  });
  const begun = performance.now();
  assert.deepEqual(await world.settle(), []);
  const ms = performance.now() - begun;
  assert.ok(ms < 20_000, `${Math.round(ms)} ms`);
  const { rows } = await sql<{ n: number }>`select count(*) as n from reservations.compartment`.execute(world.db);
  assert.equal(rows[0]?.n, 12_000);
  assert.deepEqual(await names(world, { lat: "55.02", lon: "20", limit: "3", radiusMetres: "20000" }), ["S100", "S101", "S99"]);
});
