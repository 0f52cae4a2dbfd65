import assert from "node:assert/strict";
import { createPublicKey, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { problemOf } from "@pigeonhole/kit/client";
import { open } from "@pigeonhole/protocol/envelope";
import { Command } from "@pigeonhole/protocol/messages";
import * as attempts from "./queries/attempts.ts";
import { key, neighbour, openDatabase, start } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;

/** Writes an order down as this module does before it sends one. */
async function order(w: World, parcel: string, more: Partial<Parameters<typeof attempts.giveCommand>[1]> = {}) {
  const id = randomUUID();
  const usual = { id, station: w.station, compartment: 1, action: "open", purpose: "dropoff", parcel, actor: "courier:7" } as const;
  await attempts.giveCommand(w.db, { ...usual, given_at: w.now(), ...more });
  return id;
}
const ask = (w: World, command: string, more: object = {}, caller = "devices") =>
  w.as(neighbour(caller)).internal.access.signatures.$post({ json: { command, station: w.station, epoch: 1, seq: 1, ...more } });
async function verdict(w: World, command: string, more: object = {}, caller = "devices"): Promise<string> {
  const answer = await ask(w, command, more, caller);
  return answer.status === 200 ? "signed" : (await problemOf(answer as { status: number; json(): Promise<unknown> })).code;
}
const keys = { k1: createPublicKey(key.privateKey) };

test("I-37: what is signed comes from the database alone, once", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  const command = await order(w, parcel, { compartment: 5 });
  const answer = await ask(w, command, { seq: 9 });
  assert.ok(answer.status === 200);
  const signed = open("command", await answer.json(), keys, Command);
  const { id, station, epoch, seq, action, compartment, actor, expected } = signed;
  assert.deepEqual(
    { id, station, epoch, seq, action, compartment, parcel: signed.parcel, actor, expected },
    {
      id: command,
      station: w.station,
      epoch: 1,
      seq: 9,
      action: "open",
      compartment: 5,
      parcel,
      actor: "courier:7",
      expected: { parcel: null },
    },
  );
  assert.equal(Date.parse(signed.expiresAt) - Date.parse(signed.issuedAt), 30_000);
  assert.equal(await verdict(w, command, { seq: 10 }), "no_right", "an order is signed once");
});

test("an order without a right behind it is not signed, whoever wrote it down", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  const fine = { compartment: 5 };
  assert.equal(await verdict(w, randomUUID()), "no_right", "never written down");
  assert.equal(await verdict(w, await order(w, parcel, fine), { station: randomUUID() }), "no_right", "another station");
  assert.equal(await verdict(w, await order(w, parcel, { compartment: 6 })), "no_right", "another compartment");
  assert.equal(await verdict(w, await order(w, randomUUID(), fine)), "not_found", "no delivery is expected");
  assert.equal(await verdict(w, await order(w, parcel, { ...fine, purpose: "service" })), "no_right");
  assert.equal(await verdict(w, await order(w, parcel, { ...fine, actor: "operator:1" })), "no_right");
  assert.equal(await verdict(w, await order(w, parcel, { ...fine, given_at: new Date(w.now().getTime() - 31_000) })), "no_right");
  assert.equal(await verdict(w, await order(w, parcel, { ...fine, given_at: new Date(w.now().getTime() + 1) })), "no_right");
  for (const caller of ["couriers", "parcels", "access"])
    assert.equal(await verdict(w, await order(w, parcel, fine), {}, caller), "not_allowed", caller);
  assert.equal(await verdict(w, await order(w, parcel, fine)), "signed");
  await w.deposit(parcel, 5);
  assert.equal(await verdict(w, await order(w, parcel, fine)), "no_right", "the parcel is in");
});

test("PickPoint: whoever holds everything but the key opens so many doors a minute and no more, and somebody hears of it", async () => {
  await using w = await start(database, { signerLimits: { stationPerMinute: 1_000, fleetPerMinute: 10, perParcel: 1_000 } });
  const { parcel } = await w.confirm(1);
  const verdicts = await Promise.all(Array.from({ length: 40 }, async () => verdict(w, await order(w, parcel))));
  assert.equal(verdicts.filter((said) => said === "signed").length, 10, "also when all ask at once");
  assert.equal(verdicts.filter((said) => said === "too_many_openings").length, 30);
  assert.deepEqual(
    (await w.facts("access.signer_stopped")).map(({ scope, limit }) => [scope, limit]),
    [["fleet", 10]],
    "one alarm a minute",
  );
  assert.ok(w.logged.some((line) => line.includes("signer signs no more") && line.includes('"level":50')));
  assert.equal(await verdict(w, await order(w, parcel, { action: "attest_deposit" })), "signed", "what opens nothing is not held up");
  w.pass(61 / 3_600);
  assert.equal(await verdict(w, await order(w, parcel)), "signed", "the next minute");
});

test("one station, and one parcel, has a limit of its own", async () => {
  await using w = await start(database, { signerLimits: { stationPerMinute: 3, fleetPerMinute: 100, perParcel: 4 } });
  const { parcel } = await w.confirm(1);
  const four = async (): Promise<string[]> => {
    const said: string[] = [];
    for (let n = 0; n < 4; n++) said.push(await verdict(w, await order(w, parcel)));
    return said;
  };
  assert.deepEqual(await four(), ["signed", "signed", "signed", "too_many_openings"]);
  w.pass(61 / 3_600);
  assert.deepEqual(await four(), ["signed", "too_many_openings", "too_many_openings", "too_many_openings"]);
  assert.deepEqual(
    (await w.facts("access.signer_stopped")).map(({ scope }) => scope),
    ["station", "parcel"],
  );
});

test("a refusal of the signer reaches the courier as a reason, and nothing is sent", async () => {
  await using w = await start(database, {
    devices: async (body) =>
      Response.json({ command: body["id"], outcome: "refused", reason: "too_many_openings", at: "2026-01-10T12:00:00Z" }),
  });
  const { parcel } = await w.confirm(1);
  const answer = await w.command("open", parcel);
  assert.ok(answer.status === 200);
  const { outcome, reason } = await answer.json();
  assert.deepEqual([outcome, reason], ["refused", "too_many_openings"]);
});
