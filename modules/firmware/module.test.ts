import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { Connected, Disconnected, Reported } from "@pigeonhole/devices/events";
import { client, problemOf } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { StationChanged } from "@pigeonhole/network/events";
import type { FirmwareStage } from "@pigeonhole/protocol/firmware";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import type { FirmwareApi, PublishedRelease } from "./contract.ts";
import { firmwareMigrations } from "./migrations.ts";
import { firmware } from "./module.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([firmwareMigrations]);
after(() => database[Symbol.asyncDispose]());
const model = "station-test";
const who: Who = async (c, ...kinds) => {
  const actor = JSON.parse(c.req.header("x-actor") ?? "null") as Actor | null;
  if (!actor) throw new Refused("not_signed_in", "nobody");
  if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "another kind");
  return actor as never;
};
const operator = (role: "admin" | "viewer"): Actor => ({ kind: "operator", id: "00000000-0000-4000-8000-000000000001", role });

async function town(stations: number) {
  const url = await database.fresh();
  const db = connect<Tables>(url, { connections: 4 });
  let at = new Date("2026-03-01T12:00:00Z");
  const now = () => at;
  const published = (release: number): PublishedRelease => ({
    model,
    release,
    version: `1.${release}`,
    floor: 0,
    node: 24,
    unpackedBytes: 1,
    bytes: 1,
    notes: "",
    builtAt: "2026-01-01T00:00:00Z",
  });
  const repository = { url: "https://example.org/firmware", releases: async () => [published(3), published(2)], refresh: async () => {} };
  const module = firmware({ db, who, now, newId: systemNewId, log: silentLog, repository });
  const as = (actor: Actor) =>
    client<FirmwareApi>("http://test", {
      fetch: (input, init) => module.routes.request(input as string, init),
      headers: { "x-actor": JSON.stringify(actor) },
    });
  const consume = async (): Promise<void> => assert.deepEqual(await drain(db as never, module.consumers, now), []);
  let seq = 0;
  const report = (station: string, event: StationFact): Promise<void> =>
    db
      .transaction()
      .execute((tx) => publish(tx, at, Reported, { station, epoch: 1, seq: ++seq, at: at.toISOString(), parcel: null, event }));
  const ids = Array.from({ length: stations }, () => systemNewId());
  const says = async (station: string, stage: FirmwareStage, release = 2, reason: string | null = null, attempt = 1): Promise<void> => {
    await report(station, { type: "firmware", model, release, attempt, stage, reason });
    await consume();
  };
  for (const [i, station] of ids.entries()) {
    await db.transaction().execute(async (tx) => {
      await publish(tx, at, StationChanged, {
        station,
        name: `Station ${i}`,
        address: null,
        lat: 0,
        lon: 0,
        timeZone: "UTC",
        openingHours: null,
        stepFree: true,
        status: "active",
        supportPhone: null,
        layout: { floorMm: 100, columns: [{ doors: [{ number: 1, size: "small", widthMm: 1, heightMm: 1, depthMm: 1 }] }] },
        walkUp: [],
        maintenance: [],
      });
      await publish(tx, at, Connected, { station });
    });
    await report(station, { type: "firmware", model, release: 1, attempt: 1, stage: "running", reason: null });
  }
  await consume();
  const wanted = async (station: string): Promise<number | null> => {
    const answer = await as({ kind: "module", name: "devices" }).internal.firmware.stations[":station"].wanted.$get({ param: { station } });
    assert.ok(answer.status === 200);
    return (await answer.json()).firmware?.release ?? null;
  };
  const api = as(operator("admin"));
  const begin = async (release = 2, soakMinutes = 30) => {
    const answer = await api.firmware.rollouts.$post({ json: { model, release, soakMinutes } });
    assert.ok(answer.status === 201, `answered ${answer.status}`);
    return answer.json();
  };
  return {
    db,
    ids,
    api,
    as,
    says,
    wanted,
    begin,
    report,
    consume,
    pass: (minutes: number) => (at = new Date(at.getTime() + minutes * 60_000)),
    advance: () => module.jobs.find(({ name }) => name === "firmware.rollouts")!.run(null),
    get: async (rollout: string) => {
      const answer = await api.firmware.rollouts[":rollout"].$get({ param: { rollout } });
      assert.ok(answer.status === 200);
      return answer.json();
    },
    offered: async () => {
      const found: string[] = [];
      for (const station of ids) if ((await wanted(station)) !== null) found.push(station);
      return found;
    },
    disconnect: async (station: string) => {
      await db.transaction().execute((tx) => publish(tx, at, Disconnected, { station }));
      await consume();
    },
    changes: async () =>
      (
        await sql<{
          change: string;
        }>`select payload ->> 'change' as change from kit.outbox where type = 'firmware.rollout_changed' order by seq`.execute(db)
      ).rows.map(({ change }) => change),
    told: async (station: string) =>
      (await sql`select 1 from kit.outbox where type = 'firmware.wanted_changed' and aggregateid = ${station}`.execute(db)).rows.length,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("canary, soak, half, all: each station is told when its turn comes, and the wish stays afterwards", async () => {
  await using t = await town(10);
  const { id, waves } = await t.begin();
  assert.deepEqual(
    waves.map(({ total }) => total),
    [2, 3, 5],
  );
  const canaries = await t.offered();
  assert.equal(canaries.length, 2);
  assert.equal(await t.told(canaries[0]!), 1);
  for (const station of canaries) {
    await t.says(station, "ready");
    await t.says(station, "switching");
    await t.says(station, "confirmed");
  }
  await t.advance();
  assert.equal((await t.offered()).length, 2, "it is watched first");
  t.pass(31);
  await t.advance();
  assert.equal((await t.offered()).length, 5);
  for (let wave = 0; wave < 2; wave++) {
    for (const station of await t.offered()) await t.says(station, "confirmed");
    await t.advance();
    t.pass(31);
    await t.advance();
  }
  const done = await t.get(id);
  assert.equal(done.state, "done");
  assert.deepEqual(await t.changes(), ["began", "wave_opened", "wave_opened", "ended"]);
  assert.equal((await t.offered()).length, 10, "what they run is what they shall run");
  const { fleet } = (await (await t.api.firmware.releases.$get()).json()) as { fleet: unknown };
  assert.deepEqual(fleet, [{ model, release: 2, stations: 10 }]);
  assert.equal((await t.api.firmware.rollouts.$post({ json: { model, release: 2 } })).status, 409, "nobody needs it any more");
  // A station that comes later gets it by itself.
  const late = systemNewId();
  await t.says(late, "running", 1);
  assert.equal(await t.wanted(late), 2);
});

test("a failure in the canary group stops the rollout: offers are withdrawn, who failed and why is told, who runs it keeps it", async () => {
  await using t = await town(20);
  const { id } = await t.begin();
  const [first, second, third] = await t.offered();
  await t.says(first!, "confirmed");
  await t.says(second!, "rolled_back", 2, "its kiosk does not answer");
  await t.advance();
  const stopped = await t.get(id);
  assert.deepEqual(
    [stopped.state, stopped.failures.map(({ station, reason }) => [station, reason])],
    ["stopped", [[second, "its kiosk does not answer"]]],
  );
  assert.match(stopped.reason!, /canary/);
  assert.deepEqual([await t.wanted(first!), await t.wanted(second!), await t.wanted(third!)], [2, null, null]);
  assert.ok((await t.told(third!)) >= 2, "it is told to look again");
  await t.advance();
  assert.equal((await t.offered()).length, 1);
});

test("a station that is silent after it changed over has failed", async () => {
  await using t = await town(20);
  const { id } = await t.begin();
  const [first] = await t.offered();
  await t.says(first!, "switching");
  await t.disconnect(first!);
  t.pass(19);
  await t.advance();
  assert.equal((await t.get(id)).state, "running");
  t.pass(2);
  await t.advance();
  const { state, failures } = await t.get(id);
  assert.equal(state, "stopped");
  assert.match(failures[0]!.reason, /silent for 20 minutes/);
});

test("a rise of openings that fail at changed stations stops the rollout", async () => {
  await using t = await town(20);
  const { id } = await t.begin();
  const [first, , third] = await t.offered();
  const cause = { kind: "walk_up", deposit: systemNewId() } as const;
  for (let n = 0; n < 100; n++) await t.report(third!, { type: "compartment_opened", compartment: 1, cause });
  await t.says(first!, "confirmed");
  for (let n = 0; n < 6; n++)
    await t.report(first!, { type: "open_failed", compartment: 1, outcome: "refused", reason: "door_stuck", cause });
  await t.consume();
  await t.advance();
  const { state, reason, openings } = await t.get(id);
  assert.deepEqual(openings, { before: { opened: 100, failed: 0 }, after: { opened: 0, failed: 6 } });
  assert.equal(state, "stopped");
  assert.match(reason!, /6 of 6 openings failed/);
});

test("operators pause, resume, stop and let retry, each with a reason; others may only look", async () => {
  await using t = await town(5);
  const { id } = await t.begin();
  const param = { rollout: id };
  const json = { reason: "a call from the site" };
  const [first] = await t.offered();
  assert.equal((await t.as(operator("viewer")).firmware.rollouts[":rollout"].pause.$post({ param, json })).status, 403);
  assert.equal((await t.as(operator("viewer")).firmware.rollouts.$get({ query: {} })).status, 200);
  assert.equal((await t.api.firmware.rollouts[":rollout"].pause.$post({ param, json: { reason: "" } })).status, 400);
  assert.equal((await t.api.firmware.rollouts[":rollout"].pause.$post({ param, json })).status, 200);
  assert.equal(await t.wanted(first!), null, "no station begins while it is paused");
  assert.equal((await t.api.firmware.rollouts[":rollout"].pause.$post({ param, json })).status, 409);
  assert.equal((await t.api.firmware.rollouts[":rollout"].resume.$post({ param, json })).status, 200);
  assert.equal(await t.wanted(first!), 2);
  const second = await t.api.firmware.rollouts.$post({ json: { model, release: 3 } });
  assert.equal((await problemOf(second)).code, "rollout_under_way");
  const none = await t.api.firmware.rollouts.$post({ json: { model, release: 9 } });
  assert.equal((await problemOf(none)).code, "no_such_release");

  await t.says(first!, "refused", 2, "disk_full: the disk is full");
  const one = { param: { ...param, station: first! }, json };
  assert.equal((await t.api.firmware.rollouts[":rollout"].stations[":station"].retry.$post(one)).status, 200);
  assert.equal((await t.api.firmware.rollouts[":rollout"].stations[":station"].retry.$post(one)).status, 409);
  await t.says(first!, "refused", 2, "a late word about the first attempt");
  assert.equal((await t.get(id)).failures.length, 0);
  await t.says(first!, "confirmed", 2, null, 2);
  assert.equal(await t.wanted(first!), 2);
  assert.equal((await t.api.firmware.rollouts[":rollout"].stop.$post({ param, json })).status, 200);
  assert.deepEqual(await t.changes(), ["began", "paused", "resumed", "retried", "stopped"]);
});
