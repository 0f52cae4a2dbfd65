import assert from "node:assert/strict";
import { after, test } from "node:test";
import { X509Certificate, verify } from "node:crypto";
import type { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { seal, signedBytes } from "@pigeonhole/protocol/envelope";
import { maxEventsPerMessage, type Acknowledge, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import { upTopics } from "@pigeonhole/protocol/topics";
import fc from "fast-check";
import { sql } from "kysely";
import { altered, liesBy } from "./testing-lies.ts";
import { makeKey } from "./testing.ts";
import { actors, startWorld } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());

const parcel = crypto.randomUUID();
const opened = (compartment: number): StationFact => ({
  type: "compartment_opened",
  compartment,
  cause: { kind: "command", command: crypto.randomUUID(), purpose: "dropoff", actor: "courier:1", parcel },
});
const closed = (compartment: number): StationFact => ({ type: "compartment_closed", compartment });
type Cabinet = Awaited<ReturnType<typeof world.connected>>;
const report = async (cab: Cabinet, events: readonly Envelope[]): Promise<number> => {
  await cab.say("events", { events });
  return (await cab.heard<Acknowledge>("acknowledge")).seq;
};
const reported = async (station: string) =>
  (await world.facts("devices.reported", station)) as { seq: number; parcel: string | null; event: StationFact }[];
const quarantined = async (station: string) => (await world.facts("devices.quarantined", station)).map(({ reason }) => reason as string);

test("events are stored and reported in order, each exactly once, however often and in whatever pieces they come", async () => {
  const cab = await world.connected();
  const [one, two, three, four] = [
    opened(1),
    closed(1),
    { type: "parcel_deposited", compartment: 1, parcel, evidence: "depositor", actor: "courier:1" } as const,
    opened(2),
  ].map((event) => cab.journal.next(event));
  assert.equal(await report(cab, [one!, two!]), 2);
  assert.equal(await report(cab, [one!, two!]), 2, "a batch that comes again is known");
  assert.equal(await report(cab, [four!]), 2, "after a gap the station is told where to go on");
  assert.equal(await report(cab, [two!, three!, four!]), 4);
  assert.deepEqual(
    (await reported(cab.id)).map(({ seq, event, parcel: about }) => [seq, event.type, about]),
    [
      [1, "compartment_opened", parcel],
      [2, "compartment_closed", null],
      [3, "parcel_deposited", parcel],
      [4, "compartment_opened", parcel],
    ],
  );
  assert.deepEqual(await quarantined(cab.id), []);
  const api = world.as(actors.viewer);
  const answer = await api.stations[":station"].events.$get({ param: { station: cab.id }, query: { compartment: "1", limit: "2" } });
  assert.ok(answer.status === 200);
  assert.deepEqual(
    (await answer.json()).events.map(({ seq, type }) => [seq, type]),
    [
      [3, "parcel_deposited"],
      [2, "compartment_closed"],
    ],
  );
  const device = await api.stations[":station"].device.$get({ param: { station: cab.id } });
  assert.ok(device.status === 200);
  assert.deepEqual(await device.json().then(({ openDoors, lastEventSeq }) => [openDoors, lastEventSeq]), [[2], 4]);
});

test("any order, repetition and cut of batches leads to the same log", async () => {
  const cab = await world.connected();
  const all = Array.from({ length: 12 }, (_, i) => cab.journal.next(i % 2 ? closed(1) : opened(1)));
  const pieces = fc.sample(fc.array(fc.tuple(fc.nat(11), fc.integer({ min: 1, max: 6 })), { minLength: 15, maxLength: 15 }), {
    numRuns: 1,
    seed: 7,
  })[0]!;
  let highest = 0;
  for (const [from, count] of pieces) {
    const seq = await report(cab, all.slice(from, from + count));
    assert.ok(seq >= highest, "the position fell");
    highest = seq;
  }
  assert.equal(await report(cab, all), 12);
  assert.deepEqual(
    (await reported(cab.id)).map(({ seq }) => seq),
    all.map((_, i) => i + 1),
  );
  assert.deepEqual(await quarantined(cab.id), []);
});

test("I-25: nothing is acknowledged that did not commit: the station keeps it and says it again", async () => {
  const cab = await world.connected();
  const deposit = cab.journal.next({ type: "parcel_deposited", compartment: 1, parcel, evidence: "depositor", actor: "courier:1" });
  await sql`create function devices.fail_at_commit() returns trigger language plpgsql as $$ begin raise exception 'no room left'; end $$`.execute(
    world.db,
  );
  await sql`create constraint trigger fail_at_commit after insert on devices.station_event deferrable initially deferred
    for each row when (new.station = ${sql.lit(cab.id)}) execute function devices.fail_at_commit()`.execute(world.db);
  await cab.say("events", { events: [deposit] });
  // Worked on after it, since one station is heard in its order: a station that has something to tell is told where the backend stands.
  const [openDoors, nothing] = [[], { temperatureC: null, mains: true, batteryPercent: null }];
  const heartbeat = { now: world.now().toISOString(), desiredVersion: 1, pendingEvents: 1, openDoors, firmware: "1.0.0", everySeconds: 20 };
  await cab.say("heartbeat", { ...heartbeat, ...nothing });
  assert.equal((await cab.heard<Acknowledge>("acknowledge")).seq, 0);
  await sql`drop function devices.fail_at_commit() cascade`.execute(world.db);
  assert.equal(await report(cab, [deposit]), 1);
  assert.equal((await reported(cab.id)).length, 1);
});

test("the same batch at the same moment through two instances is taken once", async () => {
  const cab = await world.connected();
  const other = world.make();
  const running = await other.start();
  const batch = Array.from({ length: maxEventsPerMessage }, () => cab.journal.next(closed(3)));
  assert.deepEqual([await report(cab, batch), (await cab.heard<Acknowledge>("acknowledge")).seq], [50, 50]);
  assert.equal((await reported(cab.id)).length, 50);
  await running.stop();
});

test("what cannot be true is kept aside once, nothing of it is believed, what went before it is", async () => {
  const stranger = await makeKey();
  for (const [what, lie] of Object.entries(liesBy(stranger.signing))) {
    const cab = await world.connected();
    const first = cab.journal.next(opened(1));
    const bad = lie(cab);
    assert.equal(await report(cab, [first, bad, altered(cab, {})]), 1, what);
    assert.equal(await report(cab, [bad]), 1, what);
    assert.equal((await reported(cab.id)).length, 1, what);
    assert.equal((await quarantined(cab.id)).length, 1, what);
    const device = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station: cab.id } });
    assert.ok(device.status === 200 && (await device.json()).quarantine, what);
  }
});

test("a copy of the station that forks the log is found out", async () => {
  const cab = await world.connected();
  const [one, two] = [cab.journal.next(opened(1)), cab.journal.next(closed(1))];
  assert.equal(await report(cab, [one, two]), 2);
  const { previous } = JSON.parse(two.body) as { previous: string };
  const fork = cab.journal.sign({ v: 1, station: cab.id, epoch: 1, seq: 2, previous, at: "2026-01-01T12:00:00.000Z", event: opened(3) });
  assert.equal(await report(cab, [fork]), 2);
  assert.deepEqual(await quarantined(cab.id), ["number 2 is used twice"]);
  await cab.say("hello", cab.hello({ lastEventSeq: 1 }));
  await cab.heard("acknowledge");
  assert.equal((await quarantined(cab.id)).length, 2, "a log that has become shorter is told, too");
});

test("years 1970 and 9999 are the station's to claim; order is by number", async () => {
  const cab = await world.connected();
  const batch = [
    cab.journal.next(opened(1), "1970-01-01T00:00:00.000Z"),
    cab.journal.next(closed(1), "9999-12-31T23:59:59.999Z"),
    cab.journal.next(opened(1), "2026-01-01T00:00:00.000Z"),
  ];
  assert.equal(await report(cab, batch), 3);
  assert.deepEqual(
    (await reported(cab.id)).map(({ seq }) => seq),
    [1, 2, 3],
  );
});

test("events of a revoked station are kept aside, those of one that never enrolled are not even that", async () => {
  const { inbox } = await import("./inbox.ts");
  const { silentLog: log } = await import("@pigeonhole/kit/log");
  const sent: unknown[] = [];
  const link = {
    isUp: () => true,
    send: async (...message: unknown[]) => sent.push(message) > 0,
    cut: async () => {},
    start: async () => {},
    stop: async () => {},
  };
  const receive = inbox({
    db: world.db,
    now: world.now,
    log,
    access: undefined as never,
    link,
    sendDesired: async () => {},
    takeTelemetry: async () => {},
    keysFor: async () => undefined,
    timeFor: () => assert.fail("nobody asked"),
    renewed: async () => undefined,
    answered: () => {},
  });
  const cab = await world.enrolled();
  const batch = (entry: Envelope) => Buffer.from(JSON.stringify({ events: [entry] }));
  await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } });
  await receive(cab.id, "events", batch(cab.journal.next(opened(1))));
  await receive(cab.id, "hello", Buffer.from(JSON.stringify(cab.hello())));
  assert.deepEqual(await quarantined(cab.id), ["the station is revoked"]);
  const stranger = crypto.randomUUID();
  await receive(stranger, "events", batch(cab.journal.next(opened(1))));
  await receive(stranger, "hello", Buffer.from(JSON.stringify(cab.hello())));
  assert.deepEqual([await quarantined(stranger), await reported(stranger), await reported(cab.id), sent], [[], [], [], []]);
});

test("garbage on every topic: nothing is believed, the process goes on", async () => {
  const cab = await world.connected();
  const ready = cab.journal.next(opened(1));
  const garbage: readonly (string | Buffer)[] = [
    "",
    "{",
    "null",
    "[]",
    "0",
    '"x"',
    "{}",
    '{"__proto__":{"polluted":1}}',
    '{"events":[]}',
    '{"events":null}',
    '{"constructor":{"prototype":{}}}',
    "[".repeat(10_000),
    '{"a":'.repeat(10_000),
    `{"events":[${JSON.stringify({ kid: "__proto__", sig: "A".repeat(86), body: "{}" })}]}`,
    JSON.stringify({ events: Array(51).fill(ready) }),
    "\u0000",
    "NaN",
    "1e999",
    '{"v":1}{"v":1}',
    Buffer.from([0xff, 0xfe, 0xc3, 0x28]),
    "x".repeat(250_000),
    JSON.stringify({ ...cab.hello(), epoch: 2 ** 53 }),
    JSON.stringify({ command: "x", outcome: "opened" }),
    ...fc.sample(fc.json(), { numRuns: 30, seed: 1 }),
  ];
  for (const name of upTopics) for (const message of garbage) await cab.client.publishAsync(`ph/1/${cab.id}/${name}`, message, { qos: 1 });
  const cabAgain = await world.connected();
  assert.equal(await report(cabAgain, [cabAgain.journal.next(opened(1))]), 1);
  // One of the pieces has the form of a batch and is answered with the position.
  assert.deepEqual([await report(cab, [ready]), (await cab.heard<Acknowledge>("acknowledge")).seq], [0, 1]);
  assert.equal((await reported(cab.id)).length, 1);
  assert.equal(({} as { polluted?: number }).polluted, undefined);
});

test("A11.4: a station's acceptance record is passed on with its signature and certificate, once; a forged one never; its wiring when it is news", async () => {
  const cab = await world.connected();
  const wiring = "ab".repeat(32);
  const record: AcceptanceRecord = {
    v: 1,
    at: "2026-01-01T11:00:00.000Z",
    technician: "Ada Tester",
    isSimulated: false,
    firmware: "test",
    lines: [{ port: "serial:/dev/ttyTEST", baud: 19_200, boards: [{ name: "A", model: "cu16", address: 0, polarity: null }] }],
    doors: [{ door: 1, board: "A", lock: 1, outcome: "opened", reason: null, tookMs: 90, isSeenClosed: true, isOccupied: false }],
  };
  const started = (now: string): StationFact => ({ type: "station_started", firmware: "test", bootId: crypto.randomUUID(), wiring: now });
  const told = cab.journal.next({ type: "acceptance_recorded", record, wiring });
  const entries = [told, cab.journal.next(started(wiring)), cab.journal.next(started(wiring))];
  assert.equal(await report(cab, entries), 3);
  assert.equal(await report(cab, entries), 3, "resent, since its confirmation was lost");
  const accepted = await world.facts("devices.accepted", cab.id);
  assert.deepEqual(
    accepted.map(({ seq, envelope }) => [seq, envelope]),
    [[1, told]],
  );
  const certificate = new X509Certificate(String(accepted[0]!["certificate"]));
  assert.ok(verify(null, signedBytes("event", told.body), certificate.publicKey, Buffer.from(told.sig, "base64url")));
  assert.deepEqual(await world.facts("devices.wired", cab.id), [], "the record said so");
  assert.equal(await report(cab, [cab.journal.next(started("cd".repeat(32)))]), 4);
  assert.deepEqual(
    (await world.facts("devices.wired", cab.id)).map(({ wiring: now }) => now),
    ["cd".repeat(32)],
  );
  const { signing } = await makeKey();
  const { seq, previous } = cab.journal.last();
  const event: StationFact = { type: "acceptance_recorded", record: { ...record, technician: "Mallory" }, wiring };
  const forged = seal(
    "event",
    { v: 1, station: cab.id, epoch: 1, seq: seq + 1, previous, at: record.at, event },
    { kid: "station", key: signing },
  );
  assert.equal(await report(cab, [forged]), 4);
  assert.equal((await world.facts("devices.accepted", cab.id)).length, 1, "signed by somebody else: no record");
  assert.equal((await quarantined(cab.id)).length, 1);
});
