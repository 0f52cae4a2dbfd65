// The conflict table (docs/conflicts.md): a real station that was away and a real backend, PostgreSQL and broker, meet again (A9.6).
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { sealTime } from "@pigeonhole/protocol/time";
import { startCabinet } from "@pigeonhole/world/cabinet-away";
import { dial } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const dayMs = 86_400_000;
const inHours = (hours: number): string => new Date(world.now().getTime() + hours * 3_600_000).toISOString();
const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;

test("revoked while offline: what was collected before anybody could know stays collected; what was not is refused the moment it is known", async () => {
  await using cabinet = await startCabinet(world);
  const [used, unused] = [
    cabinet.grant({ codeHash: cabinet.hash("10000001"), compartment: 1 }),
    cabinet.grant({ codeHash: cabinet.hash("10000002"), compartment: 2 }),
  ];
  await cabinet.want([used, unused]);
  await cabinet.knows([used, unused]);
  await cabinet.cut();
  await cabinet.want(
    [],
    [used, unused].map(({ codeHash }) => ({ codeHash: codeHash!, reason: "revoked" as const })),
  );
  await cabinet.station.pickups.byCode("10000001");
  await cabinet.close(1);
  cabinet.mend();
  await cabinet.reported("parcel_collected");
  await cabinet.knows([]);
  const collected = (await cabinet.facts()).find((fact) => fact.type === "parcel_collected");
  assert.deepEqual([collected?.parcel, collected?.grant], [used.parcel, used.id], "a physical fact beats a plan");
  world.says.decide = (ask) => ({ id: ask.id, outcome: "refused", reason: "revoked" });
  await assert.rejects(cabinet.station.pickups.byCode("10000002"), code("code_revoked"), "a revocation beats a grant");
  assert.equal(await cabinet.quarantine(), null);
});

test("redirected while offline: the courier's right of the old plan still worked, the parcel lies where it lies, and is told once", async () => {
  await using cabinet = await startCabinet(world);
  const dropOff = cabinet.grant({ kind: "dropoff" });
  await cabinet.want([dropOff]);
  await cabinet.knows([dropOff]);
  await cabinet.cut();
  await cabinet.want([]);
  await cabinet.station.pickups.byQr(cabinet.qr(dropOff));
  await cabinet.close(1);
  cabinet.station.deposits.answer(true);
  cabinet.mend();
  await cabinet.reported("parcel_deposited");
  await cabinet.knows([]);
  assert.equal(cabinet.station.store.contents.ofParcel(dropOff.parcel)?.compartment, 1, "no plan moves a parcel");
  world.says.decide = (ask) => ({ id: ask.id, outcome: "refused", reason: "revoked" });
  await assert.rejects(cabinet.station.pickups.byQr(cabinet.qr(dropOff)), code("code_used"));
});

test("reassigned while offline: nobody puts a second parcel into a taken compartment, and the code opens the door behind which its parcel lies", async () => {
  await using cabinet = await startCabinet(world);
  const planned = cabinet.grant({ kind: "dropoff", compartment: 1 });
  await cabinet.want([planned]);
  await cabinet.knows([planned]);
  await cabinet.cut();
  await cabinet.station.pickups.byQr(cabinet.qr(planned));
  await cabinet.close(1);
  cabinet.station.deposits.answer(true);
  const other = cabinet.grant({ kind: "dropoff", compartment: 1 });
  const moved = cabinet.grant({ parcel: planned.parcel, compartment: 2, codeHash: cabinet.hash("10000003") });
  await cabinet.want([other, moved]);
  cabinet.mend();
  await cabinet.knows([other, moved]);
  world.says.decide = (ask) => ({ id: ask.id, outcome: "granted", grant: ask.grant === other.id ? other : moved });
  await assert.rejects(cabinet.station.pickups.byQr(cabinet.qr(other)), code("out_of_service"));
  await cabinet.station.pickups.byCode("10000003");
  assert.deepEqual(
    cabinet.simulator.fired.map(({ lock }) => lock),
    [1, 1],
  );
});

test("restored from an old backup: what it sends is kept aside; enrolled again, it begins a new epoch, states what it holds, and is believed", async () => {
  await using cabinet = await startCabinet(world);
  const grant = cabinet.grant({ codeHash: cabinet.hash("10000004"), compartment: 3 });
  await cabinet.want([grant]);
  await cabinet.knows([grant]);
  await until("all is told", () => cabinet.station.store.acknowledged === cabinet.station.store.journal.lastSeq());
  await cabinet.stop();
  const backup = cabinet.copyTo("backup");
  await cabinet.start();
  await cabinet.knows([grant]);
  cabinet.simulator.forceOpen(1);
  await cabinet.reported("compartment_quarantined");
  await until("all is told", () => cabinet.station.store.acknowledged === cabinet.station.store.journal.lastSeq());
  await cabinet.stop();
  cpSync(backup, cabinet.folder, { recursive: true });
  await cabinet.start();
  await until("the shorter log is noticed", async () => /log ends at|used twice/.test((await cabinet.quarantine()) ?? ""));
  await cabinet.stop();
  await cabinet.enrolAgain();
  await cabinet.start();
  await cabinet.reported("contents_stated");
  const stated = (await cabinet.facts()).find((fact) => fact.type === "contents_stated");
  assert.deepEqual(
    stated?.contents.map(({ compartment, parcel }) => [compartment, parcel]),
    [[3, grant.parcel]],
  );
  assert.equal(await cabinet.quarantine(), null);
  await cabinet.knows([grant]);
  world.says.decide = (ask) => ({ id: ask.id, outcome: "granted", grant });
  await cabinet.station.pickups.byCode("10000004");
  await cabinet.close(3);
  await cabinet.reported("parcel_collected");
});

test("two stations with one identity: noticed, kept aside; enrolled again, the one goes on and the copy is cut off", async () => {
  await using cabinet = await startCabinet(world);
  await cabinet.want([]);
  await cabinet.knows([]);
  await until("all is told", () => cabinet.station.store.acknowledged === cabinet.station.store.journal.lastSeq());
  await cabinet.cut();
  await cabinet.stop();
  const copied = cabinet.copyTo("clone");
  await cabinet.start();
  const clone = await cabinet.startAt(copied, cabinet.identity);
  await until("the copy is seen", async () => (await world.facts("devices.session_taken", cabinet.id)).length > 0);
  await until("two logs cannot both be true", async () => (await cabinet.quarantine()) !== null);
  await clone.line.cut();
  await cabinet.stop();
  await cabinet.enrolAgain();
  await cabinet.start();
  await cabinet.reported("contents_stated");
  clone.line.mend();
  await cabinet.knows([]);
  await until("the one is there", () => cabinet.station.link.isUp());
  assert.ok(!clone.station.link.isUp(), "the copy's certificate is worth nothing any more");
  assert.equal(await cabinet.quarantine(), null);
});

test("a hole in the log: told by the station itself, nothing after it is believed; enrolled again, who has what is told anew", async () => {
  await using cabinet = await startCabinet(world);
  const dropOff = cabinet.grant({ kind: "dropoff", compartment: 2 });
  await cabinet.want([dropOff]);
  await cabinet.knows([dropOff]);
  await until("all is told", () => cabinet.station.store.acknowledged === cabinet.station.store.journal.lastSeq());
  await cabinet.cut();
  await cabinet.station.pickups.byQr(cabinet.qr(dropOff));
  await cabinet.close(2);
  cabinet.station.deposits.answer(true);
  await cabinet.stop();
  const sql = new DatabaseSync(path.join(cabinet.folder, "station.sqlite"));
  sql.exec("delete from event where seq = (select max(seq) from event) - 1");
  sql.close();
  await cabinet.start();
  await until("the hole is noticed", async () => /has lost the entries/.test((await cabinet.quarantine()) ?? ""));
  assert.ok(!(await cabinet.facts()).some((fact) => fact.type === "parcel_deposited"));
  await cabinet.stop();
  await cabinet.enrolAgain();
  await cabinet.start();
  await cabinet.reported("parcel_deposited");
  const deposit = (await cabinet.facts()).find((fact) => fact.type === "parcel_deposited");
  assert.deepEqual([deposit?.parcel, deposit?.compartment], [dropOff.parcel, 2]);
  assert.equal(await cabinet.quarantine(), null);
});

test("G-22: a clock a day off at a start, station and backend together: told the time, the station obeys at once, and says the right time", async () => {
  for (const aheadMs of [dayMs, -dayMs]) {
    await using cabinet = await startCabinet(world);
    const pickup = cabinet.grant({ codeHash: cabinet.hash("10000001"), compartment: 1, expiresAt: inHours(12) });
    await cabinet.want([pickup]);
    await cabinet.knows([pickup]);
    await cabinet.stop();
    cabinet.clock.aheadMs = aheadMs;
    await cabinet.start();
    const { station } = cabinet;
    await until("it knows the time", () => station.link.isUp() && Math.abs(station.now().getTime() - world.now().getTime()) < 60_000);
    await cabinet.knows([pickup]);
    world.says.decide = (ask) => ({ id: ask.id, outcome: "granted", grant: pickup });
    // A right that names its own end, too: it has not come.
    await station.pickups.byQr(cabinet.qr(pickup));
    await cabinet.close(1);
    const answer = await world.as(actors.access).internal.devices[":station"].commands.$post({
      param: { station: cabinet.id },
      json: {
        id: crypto.randomUUID(),
        action: "open",
        compartment: 2,
        parcel: null,
        purpose: "service",
        actor: "operator:1",
        expected: { parcel: null },
      },
    });
    assert.ok(answer.status === 200);
    assert.equal((await answer.json()).outcome, "opened", `${aheadMs} ms`);
    await until(
      "its word came",
      async () => (await world.facts("devices.reported", cabinet.id)).length === station.store.journal.lastSeq(),
    );
    const told = (await world.facts("devices.reported", cabinet.id)) as { at: string; event: StationFact }[];
    const collected = told.find(({ event }) => event.type === "parcel_collected")!;
    assert.ok(Math.abs(Date.parse(collected.at) - world.now().getTime()) < 60_000, "its log names the right time");
  }
});

test("a held-back word about the time is not believed: only the answer to the question of this connection counts, and only at once", async () => {
  await using cabinet = await startCabinet(world);
  const { station, identity, id } = cabinet;
  await until("it is connected", () => station.link.isUp());
  const at = new Date(world.now().getTime() - 3 * dayMs).toISOString();
  const before = station.now().getTime();
  const backend = await dial(world.mqttUrl, world.ca, world.ca.backend, { clientId: "backend-time" });
  const said = [
    sealTime({ v: 1, station: id, challenge: crypto.randomUUID(), at }, world.ca.ca.key),
    sealTime({ v: 1, station: crypto.randomUUID(), challenge: crypto.randomUUID(), at }, world.ca.ca.key),
    { ...sealTime({ v: 1, station: id, challenge: crypto.randomUUID(), at }, world.ca.ca.key), kid: "k1" },
    { kid: "authority", sig: "", body: at },
  ];
  for (const message of said) await backend.publishAsync(`ph/1/${id}/time`, JSON.stringify(message), { qos: 1 });
  await cabinet.want([cabinet.grant({})]);
  await until("what was said later has come", () => station.cabinet.desired?.grants.length === 1);
  assert.ok(station.now().getTime() >= before && identity.station === id);
  await backend.endAsync(true);
});
