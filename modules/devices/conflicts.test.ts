// The conflict table (docs/conflicts.md): a real station that was away and a real backend, PostgreSQL and broker, meet again (A9.6).
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { startCabinet } from "@pigeonhole/world/cabinet-away";
import { startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
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
