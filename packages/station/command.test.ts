import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { test } from "node:test";
import { seal } from "@pigeonhole/protocol/envelope";
import fc from "fast-check";
import { remoteOpensPerMinute } from "./visits/commands.ts";
import { grantOf } from "./link/testing.ts";
import { testStation } from "./testing.ts";

const forty = Array.from({ length: 40 }, () => "small" as const);

test("a command opens one door once, however often it arrives, and its answer is repeated", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  const { command, envelope } = backend.command(time.now());
  for (let copy = 0; copy < 5; copy++) backend.deliver("command", envelope);
  assert.equal((await backend.result(command.id)).outcome, "opened");
  for (let copy = 0; copy < 5; copy++) backend.deliver("command", envelope);
  await backend.until(() => backend.results.length >= 6, "the same answer for each late copy");
  assert.ok(backend.results.every((r) => r.outcome === "opened" && r.command === command.id));
  await world.close(1);
  await world.restart();
  backend.connect();
  backend.deliver("command", envelope);
  await backend.until(() => backend.results.length >= 7, "the same answer after a restart");
  assert.deepEqual(world.fired(), [1]);
});

test("forged, foreign and stale commands open nothing and are recorded", async () => {
  await using world = await testStation(["small", "small"]);
  const { backend, time } = world;
  const refused = async (reason: string, more: object, at = time.now()): Promise<void> =>
    assert.equal((await backend.send(at, more)).reason, reason);
  await refused("wrong_station", { station: randomUUID() });
  await refused("wrong_epoch", { epoch: 2 });
  await refused("wrong_epoch", { epoch: 3 });
  await refused("no_such_compartment", { compartment: 3 });
  await refused("expired", {}, new Date(time.now().getTime() - 151_000));
  await refused("expired", { expiresAt: new Date(time.now().getTime() - 120_001).toISOString() });
  const strangers = generateKeyPairSync("ed25519").privateKey;
  const { command } = backend.command(time.now());
  for (const kid of ["k1", "k2", "__proto__", "constructor"]) backend.deliver("command", seal("command", command, { kid, key: strangers }));
  backend.deliver("command", seal("desired", command, { kid: "k1", key: world.test.backendKey }));
  for (const nonsense of [null, 1, "x", [], {}, { kid: "k1" }, { kid: "k1", sig: "A".repeat(86), body: "{" }])
    backend.deliver("command", nonsense);
  await backend.until(() => backend.facts.filter((f) => f.type === "command_refused").length >= 8, "the events");
  assert.ok(backend.facts.some((f) => f.type === "command_refused" && f.command === null && f.reason === "bad_signature"));
  assert.deepEqual(world.fired(), []);
  assert.equal(backend.results.filter((r) => r.command === command.id).length, 0);
});

test("sequence numbers: each once, none older than the window, gaps and small disorder allowed, over a restart too", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  const at = (seq: number) => backend.send(time.now(), { seq, action: "attest_deposit" });
  const reasons: (string | null)[] = [];
  for (const seq of [100, 99, 100, 36, 37, 37, 200, 137, 136, 100]) reasons.push((await at(seq)).reason);
  const [yes, no] = ["unexpected_state", "old_sequence"];
  assert.deepEqual(reasons, [yes, yes, no, no, yes, no, yes, yes, no, no]);
  await world.restart();
  backend.connect();
  assert.equal((await at(137)).reason, no);
  assert.equal((await at(201)).reason, yes);
});

test("any change to a signed command opens nothing", async () => {
  await using world = await testStation(["small"]);
  const { backend, time } = world;
  const { envelope } = backend.command(time.now());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("body" as const, "sig" as const, "kid" as const),
      fc.nat(),
      fc.integer({ min: 1, max: 127 }),
      async (field, at, flip) => {
        const text = envelope[field];
        const i = at % text.length;
        const changed = text.slice(0, i) + String.fromCharCode(text.charCodeAt(i) ^ flip) + text.slice(i + 1);
        // The last letter of a base64 text carries unused bits: it may differ and still be the same signature.
        fc.pre(field !== "sig" || !Buffer.from(changed, "base64url").equals(Buffer.from(text, "base64url")));
        backend.deliver("command", { ...envelope, [field]: changed });
        await new Promise((resolve) => setImmediate(resolve));
      },
    ),
    { numRuns: 300 },
  );
  assert.deepEqual(world.fired(), []);
  assert.ok(backend.facts.filter((f) => f.type === "command_refused").length <= 10, "noise does not fill the log");
  backend.deliver("command", envelope);
  await backend.until(() => world.fired().length === 1, "the true one still to work");
});

test("remote openings are capped per minute, one door at a time, and none in maintenance", async () => {
  await using world = await testStation(forty);
  const { backend, time } = world;
  for (let n = 1; n <= remoteOpensPerMinute; n++) {
    assert.equal((await backend.send(time.now(), { compartment: n })).outcome, "opened", `door ${n}`);
    assert.equal((await backend.send(time.now(), { compartment: n + 1 })).reason, "door_open");
    await world.close(n);
  }
  assert.equal((await backend.send(time.now(), { compartment: 30 })).reason, "too_many_opens");
  await world.restart();
  backend.connect();
  assert.equal((await backend.send(time.now(), { compartment: 31 })).reason, "too_many_opens", "a restart does not reset the cap");
  time.pass(61_000);
  backend.desire({
    ...world.desired,
    version: 2,
    compartments: world.desired.compartments.map((c) => ({ ...c, state: c.compartment === 32 ? "maintenance" : "in_service" })),
  });
  assert.equal((await backend.send(time.now(), { compartment: 32 })).reason, "out_of_service");
  assert.equal((await backend.send(time.now(), { compartment: 33 })).outcome, "opened");
});

test("two commands at the same moment: one is carried out, the other is told that the station is busy", async () => {
  await using world = await testStation(["small", "small"]);
  const { backend, time } = world;
  const results = await Promise.all([backend.send(time.now()), backend.send(time.now(), { compartment: 2 })]);
  assert.deepEqual(
    results.map((r) => r.outcome),
    ["opened", "refused"],
  );
  assert.equal(results[1]!.reason, "busy");
});

test("a desired document counts only when it is signed, for this station and epoch, and newer", async () => {
  await using world = await testStation(["small"]);
  const { station, backend, desired } = world;
  const version = (): number => station.cabinet.desired!.version;
  backend.desire({ ...desired, version: 7, name: "Seven" });
  assert.equal(version(), 7);
  backend.desire({ ...desired, version: 6, name: "Six" });
  backend.desire({ ...desired, version: 7, name: "Other seven" });
  backend.desire({ ...desired, version: 8, station: randomUUID() });
  backend.desire({ ...desired, version: 8, epoch: 2 });
  backend.deliver("desired", seal("desired", { ...desired, version: 9 }, { kid: "k1", key: generateKeyPairSync("ed25519").privateKey }));
  backend.deliver("desired", seal("command", { ...desired, version: 9 }, { kid: "k1", key: world.test.backendKey }));
  backend.deliver("desired", { nonsense: true });
  assert.deepEqual([version(), station.cabinet.desired!.name], [7, "Seven"]);
  await world.restart();
  assert.equal(world.station.cabinet.desired!.version, 7);
  backend.connect();
  assert.equal(backend.hellos.at(-1)!.desiredVersion, 7);
});

test("what lies inside is a fact: a plan that says otherwise neither empties nor fills a compartment", async () => {
  await using world = await testStation(["small", "small"], (t) => ({ grants: [grantOf(t, "12345678", { compartment: 1 })] }));
  const { station, backend, desired } = world;
  const [grant] = desired.grants;
  // The plan moves the parcel to another door, and puts another parcel behind its own.
  backend.desire({ ...desired, version: 2, grants: [{ ...grant!, compartment: 2 }, grantOf(world.test, "22222222", { compartment: 1 })] });
  await station.pickups.byCode("12345678");
  assert.deepEqual(world.fired(), [1], "the parcel lies where it was put");
  await world.close(1);
  // The backend has not heard of the pick-up yet and repeats the grant: the compartment stays empty.
  backend.desire({ ...desired, version: 3 });
  assert.ok(!station.cabinet.locker.isOccupied("1"));
  // A grant that is withdrawn stops working at once.
  const next = grantOf(world.test, "33333333", { compartment: 2 });
  backend.desire({ ...desired, version: 4, grants: [next] });
  backend.desire({ ...desired, version: 5, grants: [], deadCodes: [{ codeHash: next.codeHash!, reason: "revoked" }] });
  await assert.rejects(station.pickups.byCode("33333333"), /withdrawn/);
  assert.ok(station.cabinet.locker.isOccupied("2"), "its parcel is still in");
});
