import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { problemOf } from "@pigeonhole/kit/client";
import { open, publicKeyText } from "@pigeonhole/protocol/envelope";
import { Command, Desired, type Grant } from "@pigeonhole/protocol/messages";
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

test("I-37: a document is signed when every right in it is held here word for word, and names our keys; whoever asks", async () => {
  await using w = await start(database);
  const [stored, waiting] = [await w.confirm(5), await w.confirm(6)];
  await w.deposit(stored.parcel, 5);
  const read = async () => {
    const answer = await w.as(neighbour("devices")).internal.access.stations[":station"].grants.$get({ param: { station: w.station } });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const known = await read();
  const base: Desired = {
    v: 1,
    station: w.station,
    epoch: 1,
    version: 1,
    issuedAt: w.now().toISOString(),
    name: "Central",
    timeZone: "UTC",
    supportPhone: null,
    service: { state: "active", reason: null },
    inspectedUpTo: 0,
    diagnosis: null,
    layout: null,
    compartments: [],
    walkUp: [],
    firmware: null,
    inspected: [],
    ...known,
  };
  const sign = async (more: Partial<Desired>, caller = "devices"): Promise<string> => {
    const answer = await w.as(neighbour(caller)).internal.access.signatures.desired.$post({ json: { ...base, ...more } });
    if (answer.status !== 200) return (await problemOf(answer as { status: number; json(): Promise<unknown> })).code;
    assert.deepEqual(open("desired", await answer.json(), keys, Desired), { ...base, ...more });
    return "signed";
  };
  const pickup = base.grants.find(({ kind, parcel }) => kind === "pickup" && parcel === stored.parcel)!;
  const altered = (more: Partial<Grant>) => sign({ grants: [{ ...pickup, ...more }] });
  assert.equal(await sign({}), "signed");
  assert.equal(await sign({ grants: [pickup] }), "signed", "fewer rights are no more");
  assert.equal(await sign({}, "couriers"), "not_allowed");
  const later = new Date(Date.parse(pickup.expiresAt!) + 1_000).toISOString();
  for (const more of [
    { id: randomUUID() },
    { compartment: 6 },
    { parcel: waiting.parcel },
    { codeHash: "ab".repeat(32) },
    { generation: 2 },
    { kind: "dropoff" },
    { expiresAt: later },
    { expiresAt: null },
    { notBefore: "2020-01-01T00:00:00.000Z" },
  ] as const satisfies readonly Partial<Grant>[])
    assert.equal(await altered(more), "no_right", JSON.stringify(more));
  const early = base.grants.find(({ kind, parcel }) => kind === "pickup" && parcel === waiting.parcel)!;
  assert.equal(await sign({ grants: [{ ...early, state: "active" }] }), "no_right", "a parcel that is not in");
  assert.equal(await sign({ station: randomUUID() }), "no_right", "another station's rights");
  const own = generateKeyPairSync("ed25519").publicKey;
  const { generation, keys: ours } = known.signingKeys;
  assert.equal(await sign({ signingKeys: { generation: generation + 1, keys: { ...ours, mine: publicKeyText(own) } } }), "no_right");

  await w.report({ type: "parcel_collected", compartment: 5, parcel: stored.parcel, deposit: null, grant: pickup.id });
  assert.equal(await sign({}), "no_right", "what is used up is held no more");
  assert.equal(await sign(await read()), "signed");
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
