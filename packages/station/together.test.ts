// Several parcels of one recipient in one compartment, with one code (N5, A6.2).
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { grantOf } from "./link/testing.ts";
import { openDatabase } from "./store/database.ts";
import { contentStore } from "./store/contents.ts";
import { testStation } from "./testing.ts";

const code =
  (wanted: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === wanted;
const one = "12345678";

/** Two parcels of one person, both planned into compartment 1; the second one's own right has no code. */
async function shared(options: Parameters<typeof testStation>[2] = {}) {
  const [first, second, stranger] = [randomUUID(), randomUUID(), randomUUID()];
  const world = await testStation(
    ["small", "small"],
    (t) => ({
      grants: [
        grantOf(t, one, { parcel: first, beside: [second] }),
        grantOf(t, null, { parcel: second, state: "issued", expiresAt: null, beside: [first] }),
        grantOf(t, null, { kind: "dropoff", parcel: second, beside: [first] }),
        grantOf(t, null, { kind: "dropoff", parcel: stranger }),
      ],
    }),
    options,
  );
  const { station, backend, time } = world;
  return {
    world,
    first,
    second,
    stranger,
    station,
    backend,
    /** The courier's command for the second one, and their word. */
    open: (parcel = second) => backend.send(time.now(), { parcel }),
    word: (action: "attest_deposit" | "release", more = {}) => backend.send(time.now(), { action, parcel: second, ...more }),
    inside: () => station.store.contents.allOf(1).map(({ parcel, state }) => [parcel, state]),
    told: (type: string) => backend.facts.flatMap((fact) => (fact.type === type && "parcel" in fact ? [fact.parcel] : [])).toSorted(),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

test("N5: a second parcel goes in beside the first of the same person, each with its own word; one code gives both out, each with its own receipt", async () => {
  await using it = await shared();
  const { world, station, backend, first, second, stranger } = it;
  assert.deepEqual(backend.hellos.at(-1)!.can, ["hold", "share"], "what is asked only of stations that say so");
  assert.equal((await it.open(stranger)).reason, "unexpected_state", "I-03: never for a stranger");
  assert.equal((await it.open()).outcome, "opened");
  assert.partialDeepStrictEqual(station.screen.step, { step: "open", purpose: "deliver", parcels: 2 });
  await world.close(1);
  assert.deepEqual(it.inside(), [
    [second, "reserved"],
    [first, "stored"],
  ]);
  assert.equal((await it.word("attest_deposit")).outcome, "done");
  assert.equal((await it.word("attest_deposit")).outcome, "done", "said twice, it is so once");
  backend.disconnect();
  await world.restart();
  backend.disconnect();
  await world.station.pickups.byCode(one);
  assert.partialDeepStrictEqual(world.station.screen.step, { step: "open", purpose: "collect", parcels: 2 });
  await world.close(1);
  assert.partialDeepStrictEqual(world.station.screen.step, { step: "done", parcels: 2 });
  assert.ok(!world.station.cabinet.locker.isOccupied("1"));
  backend.connect();
  await backend.until(() => it.told("parcel_collected").length === 2, "both");
  assert.deepEqual(it.told("parcel_deposited"), [second]);
  assert.deepEqual(it.told("parcel_collected"), [first, second].toSorted());
  const opened = backend.facts.findLast((fact) => fact.type === "compartment_opened");
  assert.ok(opened?.cause.kind === "grant");
  assert.deepEqual([opened.cause.parcel, opened.cause.beside], [first, [second]]);
  // "One is left": the same person opens once more with the same code (F6).
  await world.station.pickups.byCode(one);
  assert.deepEqual(world.fired(), [1, 1, 1]);
});

test("N5, A2.10: a second parcel that does not fit leaves the first as it was; taken back, it waits; what the owner finds wrong holds both", async () => {
  await using it = await shared();
  const { world, station, backend, first, second } = it;
  await it.open();
  await world.close(1);
  assert.equal((await it.word("release", { reason: "not_empty" })).outcome, "done");
  assert.deepEqual(it.inside(), [[first, "stored"]]);
  assert.ok(!station.store.quarantine.has(1), "it is not empty, and is not to be");
  await it.open();
  await world.close(1);
  await it.word("attest_deposit");
  assert.equal((await it.word("release", { reason: "wrong_parcel" })).outcome, "done");
  assert.deepEqual(it.inside(), [
    [second, "reserved"],
    [first, "stored"],
  ]);
  await it.word("attest_deposit");
  await station.pickups.byCode(one);
  await world.close(1);
  await station.mistakes.tell("not_mine");
  await backend.until(() => it.told("pickup_disputed").length === 2, "both are disputed");
  assert.deepEqual(
    it.inside().map(([, state]) => state),
    ["unsure", "unsure"],
  );
});

test("N5: a courier takes one of two out, and the other stays its owner's; a sensor never speaks for which of them", async () => {
  await using it = await shared({ hasSensors: true });
  const { world, station, backend, first, second } = it;
  world.goods.add(1);
  await it.open();
  await world.close(1);
  assert.deepEqual(it.told("parcel_deposited"), [], "the sensor sees the other one");
  await it.word("attest_deposit");
  const take = { parcel: second, purpose: "collection", expected: { parcel: second } } as const;
  assert.equal((await backend.send(world.time.now(), take)).outcome, "opened");
  await world.close(1);
  assert.equal(station.screen.step.step, "ask_parcel_out", "asked, though something is seen");
  assert.equal((await backend.send(world.time.now(), { ...take, action: "attest_retrieval" })).outcome, "done");
  assert.equal(
    (await backend.send(world.time.now(), { ...take, action: "attest_retrieval" })).outcome,
    "done",
    "said twice, it is so once",
  );
  assert.deepEqual(it.inside(), [[first, "stored"]]);
  assert.ok(station.cabinet.locker.isOccupied("1"));
  await station.pickups.byCode(one);
  world.goods.delete(1);
  await world.close(1);
  await backend.until(() => it.told("parcel_collected").length === 1, "the other");
  await assert.rejects(async () => {
    world.time.pass(121_000);
    await station.pickups.byCode(one);
  }, code("code_used"));
});

test("a store from before compartments could be shared keeps what it knows", () => {
  const file = path.join("/tmp", `pigeonhole-${randomUUID()}.sqlite`);
  const parcel = randomUUID();
  const old = new DatabaseSync(file);
  old.exec(`create table content (compartment integer primary key, state text not null, parcel text unique, deposit text unique, code_hash text,
    expires_at text, actor text not null, intent text not null, taken_by text, since text not null, is_return integer not null default 0) strict;
    create table reopen (compartment integer primary key, parcel text, deposit text, grant_id text, code_hash text, until text not null, is_used integer not null) strict;
    insert into content values (7, 'stored', '${parcel}', null, null, null, 'kiosk', 'i', null, '2026-03-01T08:00:00.000Z', 0);`);
  old.close();
  for (let opened = 0; opened < 2; opened++) {
    const sql = openDatabase(file);
    const contents = contentStore(sql);
    const { compartment } = contents.ofParcel(parcel)!;
    assert.equal(compartment, 7);
    if (opened === 0) contents.put({ ...contents.of(7)!, parcel: randomUUID() });
    else assert.equal(contents.allOf(7).length, 2);
    sql.close();
  }
  rmSync(file);
});
