// A station serves only with an acceptance of its cabinet that is whole and of its present layout (A11.4).
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { Accepted, Wired } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { acceptedWiring } from "@pigeonhole/protocol/acceptance-digest";
import type { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { seal } from "@pigeonhole/protocol/envelope";
import { sql } from "kysely";
import type { NetworkApi } from "../contract.ts";
import { importStations } from "../import.ts";
import { standardInnerMm, type Layout } from "../layout.ts";
import { networkMigrations } from "../migrations.ts";
import { network } from "../module.ts";
import type { Tables } from "../tables.ts";
import type { AcceptanceApi } from "./contract.ts";

const database = await testDatabase([networkMigrations]);
after(() => database[Symbol.asyncDispose]());
const at = new Date("2026-01-01T12:00:00Z");
const now = () => at;
const key = { kid: "station", key: generateKeyPairSync("ed25519").privateKey };

const layoutOf = (...numbers: number[]): Layout => ({
  floorMm: 100,
  columns: [{ doors: numbers.map((number) => ({ number, size: "small" as const, ...standardInnerMm.small })) }],
});
const recordOf = (doors: readonly number[], failed: readonly number[] = [], board = "A"): AcceptanceRecord => ({
  v: 1,
  at: "2026-01-01T11:00:00.000Z",
  technician: "Ada Tester",
  isSimulated: false,
  firmware: "test",
  lines: [{ port: "serial:/dev/ttyTEST", baud: 19_200, boards: [{ name: board, model: "cu16", address: 0, polarity: "one_is_closed" }] }],
  doors: doors.map((door, n) => ({
    door,
    board,
    lock: n + 1,
    ...(failed.includes(door)
      ? { outcome: "refused" as const, reason: "door_stuck", tookMs: null, isSeenClosed: false, isOccupied: null }
      : { outcome: "opened" as const, reason: null, tookMs: 120, isSeenClosed: true, isOccupied: false }),
  })),
});

async function start() {
  const plain = connect<never>(await database.fresh());
  const db = viewAs<Tables>(plain);
  const who = (async (c, ...kinds) => {
    const role = c.req.header("x-role") as "admin" | "viewer" | undefined;
    const actor = (
      role ? { kind: "operator", id: "0198f000-0000-7000-8000-0000000000aa", role } : { kind: "customer", id: "c", email: "a@example.org" }
    ) as Actor;
    if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "Not for you.");
    return actor as never;
  }) as Who;
  const module = network({ db, who, now, newId: systemNewId, log: silentLog });
  const as = (role: string) => ({
    fetch: (url: unknown, init?: RequestInit) => module.routes.request(url as string, init),
    headers: { "x-role": role },
  });
  const { stations } = client<NetworkApi>("http://test", as("admin"));
  const acceptances = client<AcceptanceApi>("http://test", as("viewer"));
  const made = await stations.$post({ json: { name: "Viru", lat: 59.4, lon: 24.7, layout: layoutOf(1, 2) } });
  assert.ok(made.status === 201);
  const { id } = await made.json();
  const param = { station: id };
  let seq = 0;
  const happen = async (work: (tx: Parameters<Parameters<ReturnType<typeof db.transaction>["execute"]>[0]>[0]) => Promise<void>) => {
    await db.transaction().execute(work);
    await drain(plain, module.consumers, now);
  };
  return {
    db,
    id,
    stations,
    acceptances,
    /** The station tells its record, as devices passes it on; again and again when `times` says so. */
    tell: async (record: AcceptanceRecord, { epoch = 1, wiring = acceptedWiring(record), times = 1 } = {}) => {
      const number = ++seq;
      const event = { type: "acceptance_recorded" as const, record, wiring };
      const entry = seal("event", { v: 1, station: id, epoch, seq: number, previous: "0".repeat(64), at: at.toISOString(), event }, key);
      for (let i = 0; i < times; i++)
        await happen((tx) => publish(tx, at, Accepted, { station: id, epoch, seq: number, envelope: entry, certificate: "PEM" }));
      return entry;
    },
    rewire: (wiring: string) => happen((tx) => publish(tx, at, Wired, { station: id, wiring })),
    activate: (waiver?: string) =>
      stations[":station"].moves.$post({ param, json: { to: "active", reason: "it is ready", ...(waiver ? { waiver } : {}) } }),
    standing: async () => {
      const answer = await stations[":station"].$get({ param });
      assert.ok(answer.status === 200);
      const { status, suspendedFor } = await answer.json();
      return [status, suspendedFor];
    },
    acceptance: async () => {
      const answer = await acceptances.stations[":station"].acceptance.$get({ param });
      assert.ok(answer.status === 200);
      return answer.json();
    },
    bring: (layout: Layout, more: object = {}) =>
      importStations(db, Buffer.from(JSON.stringify([{ id, kind: "locker", name: "Viru", lat: 59.4, lon: 24.7, layout, ...more }])), {
        now,
        newId: systemNewId,
      }),
    trail: async (type: string) =>
      (
        await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)
      ).rows.map(({ payload }) => payload),
    [Symbol.asyncDispose]: () => plain.destroy(),
  };
}
async function refused(answer: { status: number; json(): Promise<unknown> }, says: RegExp): Promise<void> {
  assert.equal(answer.status, 409);
  const { code, detail } = (await answer.json()) as { code: string; detail: string };
  assert.equal(code, "acceptance_needed");
  assert.match(detail, says);
}

test("A11.4: without a record nobody is offered a station; with a whole one it is put into service, however often it was told", async () => {
  await using world = await start();
  await refused(await world.activate(), /commission it first/);
  await refused(await world.stations.$post({ json: { name: "B", lat: 59.4, lon: 24.7, status: "active" } }), /No acceptance record/);
  await world.tell(recordOf([1]));
  await refused(await world.activate(), /not tested: door 2/);
  await world.tell(recordOf([1, 2], [2]));
  await refused(await world.activate(), /Did not pass: door 2/);
  await world.tell(recordOf([1, 2, 3]));
  await refused(await world.activate(), /not in its layout: door 3/);
  const entry = await world.tell(recordOf([1, 2]), { times: 3 });
  const { isWhole, lacks, current, former } = await world.acceptance();
  assert.deepEqual([isWhole, lacks, former.length], [true, [], 3], "each record is kept once");
  assert.deepEqual([current?.record.technician, current?.record.doors.map(({ door }) => door)], ["Ada Tester", [1, 2]]);
  assert.deepEqual([current?.entry, current?.certificate], [entry, "PEM"], "with the evidence");
  assert.deepEqual(former[1], {
    digest: former[1]!.digest,
    at: "2026-01-01T11:00:00.000Z",
    technician: "Ada Tester",
    doors: 2,
    failed: [2],
  });
  assert.equal((await world.activate()).status, 200);
  assert.deepEqual(await world.standing(), ["active", null]);
});

test("a door that did not pass may stay out of service; it takes nothing before it has passed", async () => {
  await using world = await start();
  await world.tell(recordOf([1, 2], [2]));
  const door = (state: "in_service" | "maintenance") =>
    world.stations[":station"].compartments[":compartment"].state.$put({
      param: { station: world.id, compartment: "2" },
      json: { state, reason: "the lock is broken" },
    });
  assert.equal((await door("maintenance")).status, 200);
  assert.equal((await world.activate()).status, 200);
  await refused(await door("in_service"), /Did not pass: door 2/);
  await world.tell(recordOf([1, 2]));
  assert.equal((await door("in_service")).status, 200);
});

test("A11.4: a changed layout or wiring suspends until it has been accepted anew; what was there before is there again", async () => {
  await using world = await start();
  await world.tell(recordOf([1, 2]));
  await world.activate();
  await world.rewire(acceptedWiring(recordOf([1, 2])));
  assert.deepEqual(await world.standing(), ["active", null], "the same wiring is no news");
  await world.rewire("ab".repeat(32));
  assert.deepEqual(await world.standing(), ["suspended", "acceptance"]);
  const needed = await world.acceptances["acceptances-needed"].$get({ query: {} });
  assert.ok(needed.status === 200);
  assert.deepEqual((await needed.json()).stations, [{ station: world.id, name: "Viru", lacks: [{ kind: "rewired" }] }], "somebody's task");
  await refused(await world.activate(), /wired otherwise/);
  await world.tell(recordOf([1, 2], [], "B"));
  assert.equal((await world.activate()).status, 200);

  await world.bring(layoutOf(1, 2));
  assert.deepEqual(await world.standing(), ["active", null]);
  await world.bring(layoutOf(1, 2, 3));
  assert.deepEqual(await world.standing(), ["suspended", "acceptance"], "a door that nobody has tried");
  const [moved] = (await world.trail("network.station_moved")).slice(-1);
  assert.deepEqual(
    [moved?.["to"], moved?.["cause"], /not tested: door 3/.test(String(moved?.["reason"]))],
    ["suspended", "acceptance", true],
  );
  await world.bring(layoutOf(1, 2));
  assert.equal((await world.activate()).status, 200, "the layout that was accepted");
  // The record of an older enrolment, told again after a disk was put back, is the present one.
  await world.tell(recordOf([1, 2]), { epoch: 2 });
  assert.equal((await world.acceptance()).former.length, 1);
  assert.deepEqual(await world.standing(), ["active", null]);
});

test("an administrator may vouch for a station with a reason, which ends with the first whole record", async () => {
  await using world = await start();
  assert.equal((await world.activate("the cabinets are another carrier's")).status, 200);
  assert.deepEqual(await world.standing(), ["active", null]);
  assert.deepEqual(await world.trail("network.acceptance_waived"), [
    { station: world.id, reason: "the cabinets are another carrier's", actor: "operator:0198f000-0000-7000-8000-0000000000aa" },
  ]);
  await world.bring(layoutOf(1, 2, 3));
  await world.tell(recordOf([1, 2]));
  const waived = await world.acceptance();
  assert.deepEqual([waived.waiver?.reason, waived.isWhole], ["the cabinets are another carrier's", false]);
  assert.deepEqual(await world.standing(), ["active", null], "vouched for until it is whole");
  await world.tell(recordOf([1, 2, 3]));
  assert.equal((await world.acceptance()).waiver, null);
  await world.rewire("ab".repeat(32));
  assert.deepEqual(await world.standing(), ["suspended", "acceptance"]);
});

test("an import activates nobody's cabinet unseen", async () => {
  await using world = await start();
  const report = await world.bring(layoutOf(1, 2), { status: "active" });
  assert.deepEqual(
    report.refused.map(({ code }) => code),
    ["acceptance_needed"],
  );
  await world.tell(recordOf([1, 2]));
  assert.equal((await world.bring(layoutOf(1, 2), { status: "active" })).changed, 1);
  assert.deepEqual(await world.standing(), ["active", null]);
});
