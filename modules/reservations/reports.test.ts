import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import fc from "fast-check";
import { sql } from "kysely";
import { Ended } from "./events.ts";
import { reservationsMigrations } from "./migrations.ts";
import { startWorld } from "./testing.ts";

const database = await testDatabase([reservationsMigrations]);
after(() => database[Symbol.asyncDispose]());
const day = 24 * 60 * 60_000;
type World = Awaited<ReturnType<typeof startWorld>>;

const deposit = (compartment: number, parcel: string) =>
  ({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "courier:x" }) as const;
const collect = (compartment: number, parcel: string | null, grant: string | null = randomUUID()) =>
  ({ type: "parcel_collected", compartment, parcel, deposit: parcel === null ? randomUUID() : null, grant }) as const;
const endings = async (world: World) => (await world.facts(Ended.type)).map(({ payload }) => Ended.payload.parse(payload).reason);

test("a parcel that is put in occupies its compartment, taken out it frees it, each told once however often it is heard", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { id, parcel } = await world.order(station);
  assert.deepEqual(await world.report(station, deposit(1, parcel), parcel), []);
  assert.deepEqual([await world.state(id), await world.states(station)], ["fulfilled", ["occupied"]]);
  world.pass(30 * day);
  await world.jobs[0]!.run(null);
  assert.deepEqual(await world.states(station), ["occupied"], "nothing lapses while a parcel is inside");
  assert.equal((await world.hold(station)).status, 409);
  await world.report(station, collect(1, parcel), parcel);
  await world.report(station, collect(1, parcel), parcel);
  assert.deepEqual([await world.state(id), await world.states(station), await endings(world)], ["collected", ["available"], ["collected"]]);
  assert.equal((await world.hold(station)).status, 201);
});

test("an expired parcel keeps its compartment until it has been returned", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const { id, parcel } = await world.order(station);
  await world.report(station, deposit(1, parcel), parcel);
  await world.parcelMoved(parcel, id, "expired");
  assert.deepEqual(await world.states(station), ["return_pending"]);
  assert.equal((await world.hold(station)).status, 409);
  await world.parcelMoved(parcel, id, "returned");
  await world.report(station, collect(1, parcel, null), parcel);
  assert.deepEqual([await world.states(station), await endings(world)], [["available"], ["returned"]]);
});

test("a deposit into a lapsed reservation still occupies the compartment; who was promised it since gets it back when it is empty", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small"]);
  const late = await world.order(station);
  world.pass(5 * day);
  await world.jobs[0]!.run(null);
  const next = await world.order(station);
  await world.report(station, deposit(1, late.parcel), late.parcel);
  assert.deepEqual(
    (await world.doors(station)).map(({ state, parcel }) => [state, parcel]),
    [["occupied", late.parcel]],
  );
  assert.deepEqual(await world.contradictions(), ["the reservation had ended before: lapsed"]);
  assert.deepEqual(await endings(world), ["lapsed"], "what has ended is not revived");
  await world.report(station, collect(1, late.parcel), late.parcel);
  assert.deepEqual(
    (await world.doors(station)).map(({ state, reservation }) => [state, reservation]),
    [["reserved", next.id]],
  );
  await world.report(station, deposit(1, next.parcel), next.parcel);
  assert.equal(await world.state(next.id), "fulfilled");
});

test("a parcel in another compartment than planned: the claim goes with it when it can, and both come free in the end when it cannot", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small", "small"]);
  const [a, b] = [await world.order(station), await world.order(station)];
  const empty = [1, 2, 3].find((n) => n !== a.compartment && n !== b.compartment)!;
  await world.report(station, deposit(empty, a.parcel), a.parcel);
  const state = async (n: number) => (await world.states(station))[n - 1];
  assert.deepEqual([await state(empty), await state(a.compartment), await state(b.compartment)], ["occupied", "available", "reserved"]);
  await world.report(station, collect(empty, a.parcel), a.parcel);
  const c = await world.order(station);
  await world.report(station, deposit(b.compartment, c.parcel), c.parcel);
  assert.deepEqual([await state(b.compartment), await state(c.compartment)], ["occupied", "occupied"], "the planned one stays blocked");
  await world.report(station, collect(b.compartment, c.parcel), c.parcel);
  assert.deepEqual([await state(b.compartment), await state(c.compartment)], ["reserved", "available"]);
  assert.deepEqual([await world.state(a.id), await world.state(b.id), await world.state(c.id)], ["collected", "confirmed", "collected"]);
});

test("what cannot be is kept for the inspection and changes no belief: unknown doors, unknown parcels, two parcels in one box", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small"]);
  const { parcel, compartment } = await world.order(station);
  const [stranger, other] = [randomUUID(), compartment === 1 ? 2 : 1];
  assert.deepEqual(await world.report(station, deposit(999, parcel), parcel), []);
  assert.deepEqual(await world.report(station, deposit(other, stranger), stranger), []);
  await world.report(station, deposit(compartment, parcel), parcel);
  await world.report(station, deposit(other, parcel), parcel);
  await world.report(station, collect(compartment, stranger), stranger);
  assert.deepEqual(await world.states(station), ["occupied", "occupied"]);
  assert.equal((await world.contradictions()).length, 4);
  await world.report(station, collect(other, stranger), stranger);
  assert.equal((await world.states(station))[other - 1], "available");
});

test("walk-up compartments are the station's: never claimed, occupied and freed by its word (I-64)", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small"], { walkUp: [1] });
  assert.equal((await world.hold(station)).status, 201);
  assert.equal((await world.hold(station)).status, 409);
  const given = { compartment: 1, deposit: randomUUID() };
  await world.report(station, { type: "walk_up_deposited", ...given, size: "small", expiresAt: "2026-01-08T12:00:00Z" });
  assert.deepEqual(await world.states(station), ["occupied", "reserved"]);
  await world.report(station, collect(1, null));
  assert.deepEqual(await world.states(station), ["available", "reserved"]);
  await world.report(station, { type: "walk_up_deposited", ...given, size: "small", expiresAt: "2026-01-08T12:00:00Z" });
  await world.report(station, { type: "walk_up_abandoned", ...given });
  assert.deepEqual(await world.states(station), ["available", "reserved"]);
  assert.deepEqual(await world.contradictions(), []);
});

test("network's changes: maintenance waits until a compartment is empty, doors come and go, a decommissioned station is offered to nobody", async () => {
  await using world = await startWorld(database);
  const station = await world.station(["small", "small", "small"]);
  const { id, parcel, compartment } = await world.order(station);
  await world.report(station, deposit(compartment, parcel), parcel);
  await world.station(["small", "small", "small"], { id: station, maintenance: [1, 2, 3] });
  const expected = [1, 2, 3].map((n) => (n === compartment ? "occupied" : "maintenance"));
  assert.deepEqual(await world.states(station), expected);
  await world.report(station, collect(compartment, parcel), parcel);
  assert.deepEqual(await world.states(station), ["maintenance", "maintenance", "maintenance"]);
  await world.station(["small", "large"], { id: station });
  const doors = await world.doors(station);
  assert.deepEqual(
    doors.slice(0, 2).map((door) => [door.size, door.state]),
    [
      ["small", "available"],
      ["large", "available"],
    ],
  );
  assert.equal(doors.length, compartment === 3 ? 3 : 2, "a door with a history stays, out of service");
  await world.station(["small", "large"], { id: station, status: "decommissioned" });
  assert.equal(await world.state(id), "collected");
  const refused = await world.hold(station);
  assert.ok(refused.status === 409 && (await refused.json()).code === "station_unavailable");
});

test("whatever happens in whatever order: live claims and compartments agree, and the counts add up (I-01, I-08, I-09)", async () => {
  const step = fc.record({
    what: fc.constantFrom("hold", "confirm", "cancel", "deposit", "collect", "pass", "lapse", "maintenance"),
    which: fc.nat(5),
    door: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      await using world = await startWorld(database);
      const station = await world.station(["small", "small", "small"]);
      const known: { id: string; parcel: string | null }[] = [];
      for (const { what, which, door } of steps) {
        const claim = known[which % Math.max(1, known.length)];
        if (what === "hold") {
          const held = await world.hold(station, { holdMinutes: 1 });
          if (held.status === 201) known.push({ id: (await held.json()).id, parcel: null });
        }
        if (what === "confirm" && claim) {
          const confirmed = await world.confirm(claim.id);
          if (confirmed.status === 200) claim.parcel = (await confirmed.json()).parcel;
        }
        if (what === "cancel" && claim) await world.as("shop").reservations[":id"].cancel.$post({ param: { id: claim.id } });
        if (what === "deposit" && claim?.parcel) assert.deepEqual(await world.report(station, deposit(door, claim.parcel)), []);
        if (what === "collect" && claim?.parcel) assert.deepEqual(await world.report(station, collect(door, claim.parcel)), []);
        if (what === "pass") world.pass(which * 20_000);
        if (what === "lapse") await world.jobs[0]!.run(null);
        if (what === "maintenance") await world.station(["small", "small", "small"], { id: station, maintenance: which % 2 ? [door] : [] });
        const { rows } = await sql<{ compartment: number; state: string; live: string | null; reservation: string | null }>`
        select c.compartment, c.state, c.reservation, r.state as live from reservations.compartment c
        left join reservations.reservation r on r.station = c.station and r.compartment = c.compartment and r.state <> 'ended'`.execute(
          world.db,
        );
        assert.equal(rows.length, 3, "one row and at most one live claim for each compartment");
        for (const row of rows) {
          if (row.state === "reserved")
            assert.ok(row.live === "held" || row.live === "confirmed", "a reserved compartment has a live claim");
          if (row.state === "available" || row.state === "maintenance") assert.equal(row.live, null, "a free compartment has none");
        }
        const ends = (await world.facts(Ended.type)).map(({ payload }) => payload["reservation"]);
        assert.equal(new Set(ends).size, ends.length, "each reservation ends once");
      }
    }),
    { numRuns: 8 },
  );
});
