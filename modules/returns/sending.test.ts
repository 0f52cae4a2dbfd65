import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sendingLimits } from "./contract.ts";
import { ann, bob, made, openDatabase, refused, shop, startWorld, swift } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("N10: from customer to customer: the same way in, an ordinary parcel on, whose code its sender never sees", async () => {
  await using w = await startWorld(database);
  const sent = made(await w.send());
  assert.deepEqual([sent.kind, sent.state, sent.to, sent.onward], ["sending", "ready", w.south, null]);
  assert.match(await w.code(sent.id), /^\d{8}$/);
  assert.equal(refused(await w.said(w.api(shop).returns[":id"].$get({ param: { id: sent.id } }))), "not_found");
  await w.putIn(sent.id);
  await w.job("returns.steps");
  assert.equal((await w.retrievals(sent.id))[0]?.reason, "returned");
  assert.deepEqual(await w.states(w.south), ["available", "available", "available", "available"], "claimed only when it is on its way");
  await w.takeOut(sent.id);
  await w.job("returns.steps");
  const { onward } = await w.get(sent.id);
  const parcel = await w.parcel(onward!.parcel);
  const { compartment } = parcel;
  assert.equal((await w.states(w.south))[compartment - 1], "reserved");
  assert.deepEqual([parcel.station, parcel.barcode, parcel.carrier, parcel.state], [w.south, sent.number, "swift", "reserved"]);
  await w.report(w.south, { type: "parcel_deposited", compartment, parcel: parcel.id, evidence: "depositor", actor: "courier:1" });
  assert.equal((await w.get(sent.id)).onward!.state, "stored");
  assert.deepEqual([(await w.pickup(parcel.id, bob)).status, (await w.pickup(parcel.id, ann)).status], [200, 404]);
  await w.report(w.south, { type: "parcel_collected", compartment, parcel: parcel.id, deposit: null, grant: null });
  assert.equal((await w.get(sent.id)).state, "received");
});

test("N10: the station where it goes is full: it waits for room, and not for ever; broken while it goes on, it goes on once", async () => {
  await using w = await startWorld(database);
  const [tiny, late] = [await w.station("Tiny", 59.42, ["small"]), await w.station("Late", 59.41, ["small"])];
  const through = async (to: string): Promise<string> => {
    const { id } = made(await w.send({ to }));
    await w.putIn(id);
    await w.job("returns.steps");
    await w.takeOut(id);
    return id;
  };
  const [first, second] = [await through(tiny), await through(late)];
  w.cut.calls = 0;
  Object.assign(w.cut, { at: 2, when: "after" });
  await w.job("returns.steps");
  w.pass(0.2);
  await w.job("returns.steps");
  assert.ok((await w.get(first)).onward && (await w.get(second)).onward);
  assert.deepEqual([await w.states(tiny), await w.states(late)], [["reserved"], ["reserved"]]);
  assert.equal((await w.facts("reservations.confirmed")).length, 2, "each ordered once");
  const third = await through(tiny);
  await w.job("returns.steps");
  assert.deepEqual([(await w.get(third)).state, (await w.get(third)).onward], ["retrieved", null]);
  w.pass(24 * 5);
  await w.job("returns.steps");
  assert.equal((await w.get(third)).state, "undelivered");
  assert.equal(refused(await w.act("received", third, shop)), "not_found");
  assert.equal(made(await w.act("received", third, swift)).state, "received", "its sender has it again");
});

test("N10: to another station, one that could take it, and no more than a few at a time", async () => {
  await using w = await startWorld(database);
  assert.equal(refused(await w.send({ to: w.north })), "same_station");
  assert.equal(refused(await w.send({ to: crypto.randomUUID() })), "no_such_station");
  assert.equal(refused(await w.send({ size: "large" })), "does_not_fit");
  for (let count = 0; count < sendingLimits.underWay; count++)
    made(await w.send({ station: count < 3 ? w.north : w.south, to: count < 3 ? w.south : w.north }));
  assert.equal(refused(await w.send({ station: w.south, to: w.north })), "too_many_sendings");
});
