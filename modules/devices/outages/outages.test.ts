import assert from "node:assert/strict";
import { after, test } from "node:test";
import { metrics } from "../telemetry/contract.ts";
import { actors, startWorld, until } from "../world.ts";
import { worksDuring } from "./contract.ts";
import { graceMs } from "./domain.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const presence = () => world.module.jobs.find(({ name }) => name === "devices.presence")!.run(null);
const outages = async (station: string) =>
  [...(await world.facts("devices.outage_began", station)), ...(await world.facts("devices.outage_ended", station))].map(
    ({ compartment, cause, from, to }) => ({ compartment, cause, from, ...(to === undefined ? {} : { to }) }),
  );

test("F6: power, tampering and doors that do not open, as the station's own log tells them; told twice they are one", async () => {
  const cab = await world.connected();
  const start = world.now();
  const at = (minute: number) => new Date(start.getTime() - (60 - minute) * 60_000).toISOString();
  const grant = { kind: "grant", grant: crypto.randomUUID(), parcel: crypto.randomUUID(), by: "code", decided: "station" } as const;
  const events = [
    cab.journal.next({ type: "power_lost", batteryPercent: 90 }, at(0)),
    cab.journal.next({ type: "standby_entered", batteryPercent: 20 }, at(1)),
    cab.journal.next({ type: "tampered", source: "enclosure", compartment: null }, at(2)),
    cab.journal.next({ type: "tampered", source: "enclosure", compartment: null }, at(3)),
    cab.journal.next({ type: "power_restored", batteryPercent: 30, seconds: 240 }, at(4)),
    cab.journal.next({ type: "tamper_cleared" }, at(5)),
    cab.journal.next({ type: "open_failed", compartment: 2, outcome: "refused", reason: "door_stuck", cause: grant }, at(6)),
    cab.journal.next({ type: "open_failed", compartment: 3, outcome: "unknown", reason: "no_answer", cause: grant }, at(7)),
    // A clock that runs ahead ends nothing in the future.
    cab.journal.next({ type: "compartment_opened", compartment: 2, cause: grant }, new Date(start.getTime() + 86_400_000).toISOString()),
  ];
  await cab.say("events", { events });
  await cab.heard("acknowledge");
  await cab.say("events", { events });
  await cab.heard("acknowledge");
  const told = await outages(cab.id);
  assert.deepEqual(told.slice(0, 5), [
    { compartment: null, cause: "power", from: at(1) },
    { compartment: null, cause: "tamper", from: at(2) },
    { compartment: 2, cause: "door", from: at(6) },
    { compartment: null, cause: "power", from: at(1), to: at(4) },
    { compartment: null, cause: "tamper", from: at(2), to: at(5) },
  ]);
  assert.equal(told.length, 6);
  assert.ok(Date.parse(String(told[5]!.to)) <= world.now().getTime());
});

test("N15: what everybody may know: since when, why, what works all the same, and what is past; not of stations that nobody knows", async () => {
  const cab = await world.connected();
  const start = world.now();
  const at = (minute: number) => new Date(start.getTime() - (60 - minute) * 60_000).toISOString();
  const events = [
    cab.journal.next({ type: "tampered", source: "enclosure", compartment: null }, at(2)),
    cab.journal.next({ type: "tamper_cleared" }, at(5)),
    cab.journal.next({ type: "standby_entered", batteryPercent: 20 }, at(10)),
  ];
  await cab.say("events", { events });
  await cab.heard("acknowledge");
  const ask = async (station: string) => {
    const answer = await world.module.routes.request(`/stations/${station}/outages`);
    return { status: answer.status, body: (await answer.json()) as { outages?: unknown[] } };
  };
  assert.deepEqual((await ask(cab.id)).body.outages, [
    { compartment: null, cause: "power", from: at(10), to: null, works: { code: false, phone: false } },
    { compartment: null, cause: "tamper", from: at(2), to: at(5), works: { code: false, phone: false } },
  ]);
  assert.equal((await ask(crypto.randomUUID())).status, 404);
  assert.deepEqual(worksDuring.away, { code: true, phone: false }, "a station without a network opens by code (A9.5)");
});

test("A10.4: a station that was tampered with is suspended remotely too, and its inspection reaches it in the desired document", async () => {
  const cab = await world.connected();
  await cab.say("events", { events: [cab.journal.next({ type: "tampered", source: "forced_door", compartment: 2 })] });
  await until("network is asked", () => world.says.suspended.some(({ station }) => station === cab.id));
  assert.deepEqual(
    world.says.suspended.filter(({ station }) => station === cab.id),
    [{ station: cab.id, cause: "tamper", reason: "Door 2 was forced." }],
  );
});

test("A14.4: a flapping switch and locks that become slow are found before they fail, told once, and gone when they are mended", async () => {
  const [cab, sound] = [await world.connected(), await world.connected()];
  const start = world.now().getTime();
  const at = (ms: number) => new Date(start - 3_600_000 + ms).toISOString();
  const grant = { kind: "grant", grant: crypto.randomUUID(), parcel: crypto.randomUUID(), by: "code", decided: "station" } as const;
  const moved = (from: typeof cab, compartment: number, openMs: number, cause: { kind: "forced" } | typeof grant, after: number) => [
    from.journal.next({ type: "compartment_opened", compartment, cause }, at(after)),
    from.journal.next({ type: "compartment_closed", compartment }, at(after + openMs)),
  ];
  const say = async (from: typeof cab, events: ReturnType<typeof moved>) => {
    await from.say("events", { events });
    await from.heard("acknowledge");
  };
  // Door 2 flickers four times; door 3 three times; door 1 is opened by a crowbar and by its owners, who take their time.
  await say(
    cab,
    [0, 60, 120, 180].flatMap((second) => moved(cab, 2, 400, { kind: "forced" }, second * 1_000)),
  );
  await say(
    cab,
    [300, 360, 420].flatMap((second) => moved(cab, 3, 400, { kind: "forced" }, second * 1_000)),
  );
  await say(
    cab,
    [500, 560, 620, 680].flatMap((second) =>
      moved(cab, 1, second < 600 ? 20_000 : 400, second < 600 ? { kind: "forced" } : grant, second * 1_000),
    ),
  );
  // Locks of the one took 300 ms for a week and take twice that today; those of the other are slow as ever.
  const unlock = metrics.indexOf("unlockMs");
  const hours = (station: string, ms: (daysAgo: number) => number) =>
    Array.from({ length: 8 * 24 }, (_, hour) => {
      const only = <T>(value: T, other: T) => metrics.map((_, i) => (i === unlock ? value : other));
      const value = ms(hour / 24);
      return {
        station,
        seconds: 3_600,
        at: new Date(start - hour * 3_600_000 - 1),
        samples: only(2, 0),
        low: only<number | null>(value, null),
        mean: only<number | null>(value, null),
        high: only<number | null>(value, null),
      };
    });
  await world.db
    .insertInto("devices.telemetry_summary")
    .values([...hours(cab.id, (days) => (days < 1 ? 600 : 300)), ...hours(sound.id, () => 900)])
    .execute();

  const look = () => world.module.jobs.find(({ name }) => name === "devices.wear")!.run(null);
  const wear = async (station: string) => {
    const answer = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station } });
    assert.ok(answer.status === 200);
    return (await answer.json()).wear.map(({ kind, compartment, amount, usual }) => ({ kind, compartment, amount, usual }));
  };
  await look();
  await look();
  const found = [
    { kind: "flapping", compartment: 2, amount: 4, usual: null },
    { kind: "slow_unlock", compartment: null, amount: 600, usual: 300 },
  ];
  assert.deepEqual([await wear(cab.id), await wear(sound.id)], [found, []]);
  assert.deepEqual(
    (await world.facts("devices.wear_noticed", cab.id)).map(({ kind, compartment }) => [kind, compartment]),
    [
      ["flapping", 2],
      ["slow_unlock", null],
    ],
    "told once",
  );
  await world.db
    .updateTable("devices.station_event")
    .set({ at: new Date(start - 2 * 86_400_000) })
    .where("station", "=", cab.id)
    .execute();
  await world.db.deleteFrom("devices.telemetry_summary").where("station", "=", cab.id).execute();
  await look();
  assert.deepEqual(await wear(cab.id), [], "a day later nothing of it is left");
});

// Last: after it the certificates of this world are of another time.
test("F6: a station that stays away is unreachable since its last word, one that is back within the grace never was", async () => {
  const cab = await world.connected();
  const lastSeen = async () => {
    const row = await world.db.selectFrom("devices.device").select("last_seen_at").where("station", "=", cab.id).executeTakeFirstOrThrow();
    return row.last_seen_at!.toISOString();
  };
  world.pass(5 * 60_000);
  await presence();
  await cab.say("hello", cab.hello());
  await cab.heard("acknowledge");
  assert.deepEqual(await outages(cab.id), []);

  const from = await lastSeen();
  world.pass(graceMs + 1_000);
  await presence();
  await presence();
  assert.deepEqual(await outages(cab.id), [{ compartment: null, cause: "away", from }]);
  world.pass(6 * 3_600_000);
  await cab.say("hello", cab.hello());
  await until("the end is told", async () => (await world.facts("devices.outage_ended", cab.id)).length === 1);
  const [, ended] = await outages(cab.id);
  assert.deepEqual(ended, { compartment: null, cause: "away", from, to: await lastSeen() });
});
