import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, test } from "node:test";
import { problemOf } from "@pigeonhole/kit/client";
import { open, publicKeyText } from "@pigeonhole/protocol/envelope";
import { Command, Desired, type Acknowledge, type Answer, type Result } from "@pigeonhole/protocol/messages";
import { loadCa } from "./ca.ts";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { dial, makeKey } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

const world = await startWorld();
after(() => world[Symbol.asyncDispose]());
const codeKey = random.bytes(32).toString("base64url");
const code = async (answer: { status: number; json(): Promise<unknown> }) => (await problemOf(answer)).code;
const device = async (station: string) => {
  const answer = await world.as(actors.viewer).stations[":station"].device.$get({ param: { station } });
  assert.ok(answer.status === 200);
  return answer.json();
};

test("only an administrator makes tokens and cuts stations off; viewers look; others see nothing", async () => {
  const station = await world.addStation();
  const param = { station };
  const attempts = (actor: Parameters<typeof world.as>[0]) => {
    const api = world.as(actor);
    return Promise.all(
      [
        api.stations[":station"]["enrolment-tokens"].$post({ param }),
        api.stations[":station"].revoke.$post({ param, json: { reason: "test" } }),
        api.stations[":station"].device.$get({ param }),
        api.devices.$get({ query: {} }),
        api.stations[":station"].events.$get({ param, query: {} }),
      ].map(async (answer) => (await answer).status),
    );
  };
  assert.deepEqual(await attempts(undefined), [401, 401, 401, 401, 401]);
  assert.deepEqual(await attempts(actors.customer), [403, 403, 403, 403, 403]);
  assert.deepEqual(await attempts(actors.viewer), [403, 403, 200, 200, 200]);
  assert.deepEqual(await attempts(actors.admin), [201, 404, 200, 200, 200]);
  const nowhere = await world.as(actors.admin).stations[":station"]["enrolment-tokens"].$post({ param: { station: crypto.randomUUID() } });
  assert.equal(await code(nowhere), "not_found");
  const internal = await world.as(actors.admin).internal.devices[":station"].commands.$post({
    param,
    json: {
      id: crypto.randomUUID(),
      action: "open",
      compartment: 1,
      parcel: null,
      purpose: "service",
      actor: "x",
      expected: { parcel: null },
    },
  });
  assert.equal(internal.status, 403, "no operator opens a door");
});

test("enrolment: a token serves one key once within 24 hours, a lost answer can be asked for again", async () => {
  const api = world.as(undefined);
  const station = await world.addStation();
  const token = await world.token(station);
  const { csr } = await makeKey();
  assert.equal(await code(await api.enrolments.$post({ json: { token: `${token}x`, csr, codeKey } })), "token_invalid");
  assert.equal(await code(await api.enrolments.$post({ json: { token, csr: (await makeKey("P-256")).csr, codeKey } })), "request_invalid");
  assert.equal(await code(await api.enrolments.$post({ json: { token, csr: csr.replace(/A/, "B"), codeKey } })), "request_invalid");
  const [one, two] = await Promise.all([
    api.enrolments.$post({ json: { token, csr, codeKey } }),
    api.enrolments.$post({ json: { token, csr, codeKey } }),
  ]);
  assert.ok(one.status === 201 && two.status === 201);
  const enrolment = await one.json();
  assert.deepEqual(await two.json(), enrolment);
  assert.equal(await code(await api.enrolments.$post({ json: { token, csr: (await makeKey()).csr, codeKey } })), "token_invalid");

  const certificate = new X509Certificate(enrolment.certificate);
  assert.equal(certificate.subject, `CN=${station}`);
  assert.ok(certificate.verify(new X509Certificate(enrolment.ca).publicKey));
  assert.deepEqual(enrolment.signingKeys, { k1: publicKeyText(world.signing.publicKey) });
  const [fact, ...more] = await world.facts("devices.enrolled", station);
  assert.deepEqual(more, []);
  assert.equal(world.seal.open(`code_key|${station}|1`, fact!["sealedCodeKey"] as string), codeKey);
  assert.deepEqual(await device(station).then(({ enrolled, epoch, connected }) => ({ enrolled, epoch, connected })), {
    enrolled: true,
    epoch: 1,
    connected: false,
  });

  const late = await world.token(station);
  world.pass(86_400_000);
  assert.equal(await code(await api.enrolments.$post({ json: { token: late, csr: (await makeKey()).csr, codeKey } })), "token_invalid");
  // Certificates are checked against the machine's clock: the others must not be made tomorrow.
  world.pass(-86_400_000);
});

test("a second enrolment begins an epoch: the first certificate counts no more", async () => {
  const first = await world.enrolled();
  const line = await world.online(first);
  const second = await world.enrolled(first.id);
  assert.equal(second.epoch, 2);
  await until("the old session ends", () => !line.client.connected);
  await assert.rejects(dial(world.mqttUrl, world.ca, first.identity));
  const cab = await world.online(second);
  await cab.say("hello", cab.hello());
  assert.deepEqual(await cab.heard<Acknowledge>("acknowledge"), { epoch: 2, seq: 0 });
});

test("what a station should know: built again when its reasons change, a new version only when something is different", async () => {
  const cab = await world.connected();
  /** Versions may come twice, as after a reconnection; they never fall. */
  const wishes = async (version: number): Promise<Desired> => {
    const wish = open("desired", await cab.heard("desired"), { k1: world.signing.publicKey }, Desired);
    assert.ok(wish.version <= version, `version ${wish.version} instead of ${version}`);
    return wish.version === version ? wish : wishes(version);
  };
  const first = await wishes(1);
  assert.deepEqual([first.station, first.epoch, first.name, first.compartments.length, first.grants.length], [cab.id, 1, "Central", 3, 0]);
  await world.grantsChanged(cab.id);
  await world.addStation({ station: cab.id });
  const grant = {
    id: crypto.randomUUID(),
    kind: "pickup" as const,
    state: "issued" as const,
    compartment: 2,
    parcel: crypto.randomUUID(),
    codeHash: "a".repeat(64),
    generation: 1,
    notBefore: "2026-01-01T00:00:00.000Z",
    expiresAt: null,
  };
  world.says.grants.set(cab.id, { grants: [grant], deadCodes: [] });
  await world.grantsChanged(cab.id);
  assert.deepEqual((await wishes(2)).grants, [grant]);
  await world.addStation({ station: cab.id, name: "Harbour", maintenance: [3], walkUp: [1, 9] });
  const third = await wishes(3);
  assert.deepEqual([third.name, third.walkUp, third.compartments[2]!.state], ["Harbour", [1], "maintenance"]);

  await cab.say("hello", cab.hello({ desiredVersion: 3 }));
  await cab.heard("acknowledge");
  await cab.say("hello", cab.hello({ desiredVersion: 1 }));
  await wishes(3);
  assert.equal(cab.count("desired"), 0, "a station that is up to date is sent nothing");
  const { desiredVersion, reportedVersion } = await device(cab.id);
  assert.deepEqual([desiredVersion, reportedVersion], [3, 1]);

  // A right has ended, and its fact has not come this far yet: the old document is not signed, a new one is built.
  world.says.grants.set(cab.id, { grants: [], deadCodes: [] });
  await cab.say("hello", cab.hello({ desiredVersion: 1 }));
  const rebuilt = open("desired", await cab.heard("desired"), { k1: world.signing.publicKey }, Desired);
  assert.deepEqual([rebuilt.version, rebuilt.grants], [4, []]);
});

test("presence: connected by a word, away by the will or by silence, told only when it changes", async () => {
  const cab = await world.connected();
  const heartbeat = {
    now: world.now().toISOString(),
    desiredVersion: 1,
    pendingEvents: 3,
    openDoors: [2],
    temperatureC: 21.5,
    mains: true,
    batteryPercent: null,
    firmware: "1.0.1",
    everySeconds: 20,
  };
  await cab.say("heartbeat", heartbeat);
  assert.deepEqual(
    await cab.heard<Acknowledge>("acknowledge"),
    { epoch: 1, seq: 0 },
    "events wait there: the position says where to go on",
  );
  const seen = await device(cab.id);
  assert.deepEqual([seen.connected, seen.openDoors, seen.temperatureC, seen.firmware, seen.pendingEvents], [true, [2], 21.5, "1.0.1", 3]);
  assert.equal((await world.facts("devices.connected", cab.id)).length, 1);

  const presence = world.module.jobs.find((job) => job.name === "devices.presence")!;
  world.pass(59_000);
  await presence.run(null);
  assert.equal((await world.facts("devices.disconnected", cab.id)).length, 0);
  world.pass(1_000);
  assert.equal((await device(cab.id)).connected, false, "stale is not shown as live, even before anybody has noticed");
  await presence.run(null);
  await presence.run(null);
  assert.equal((await world.facts("devices.disconnected", cab.id)).length, 1);

  await cab.say("presence", { online: true, bootId: cab.bootId });
  await until("it is back", async () => (await device(cab.id)).connected);
  await cab.say("presence", { online: false, bootId: crypto.randomUUID() });
  await cab.say("heartbeat", { ...heartbeat, pendingEvents: 1 });
  await cab.heard("acknowledge");
  assert.ok((await device(cab.id)).connected, "the will of a former run changes nothing");
  cab.client.stream.destroy();
  await until("the will is heard", async () => !(await device(cab.id)).connected);
  assert.deepEqual(
    [(await world.facts("devices.connected", cab.id)).length, (await world.facts("devices.disconnected", cab.id)).length],
    [2, 2],
  );
});

const order = (more: Partial<Command> = {}) => ({
  id: crypto.randomUUID(),
  action: "open" as const,
  compartment: 1,
  parcel: crypto.randomUUID(),
  purpose: "dropoff" as const,
  actor: "courier:1",
  expected: { parcel: null },
  ...more,
});
const send = async (station: string, json: ReturnType<typeof order>, routes = world.module.routes) =>
  world.as(actors.access, routes).internal.devices[":station"].commands.$post({ param: { station }, json });

test("a command: signed, numbered, answered by the station; never sent twice under one id", async () => {
  const cab = await world.connected();
  const answerNext = async (outcome: "opened" | "refused", reason: string | null) => {
    const command = open("command", await cab.heard("command"), { k1: world.signing.publicKey }, Command);
    await cab.say("result", { command: command.id, outcome, reason, at: world.now().toISOString() });
    return command;
  };
  const first = order();
  const [answer, command] = await Promise.all([send(cab.id, first), answerNext("opened", null)]);
  assert.ok(answer.status === 200);
  assert.deepEqual(await answer.json().then(({ command, outcome, reason }: Result) => ({ command, outcome, reason })), {
    command: first.id,
    outcome: "opened",
    reason: null,
  });
  const { id, action, compartment, parcel, purpose, actor, expected } = command;
  assert.deepEqual({ id, action, compartment, parcel, purpose, actor, expected }, first);
  assert.deepEqual([command.station, command.epoch, command.seq], [cab.id, 1, 1]);
  assert.equal(new Date(command.expiresAt).getTime() - new Date(command.issuedAt).getTime(), 30_000);

  const [refused, next] = await Promise.all([send(cab.id, order()), answerNext("refused", "door_open")]);
  assert.ok(refused.status === 200 && next.seq === 2);
  assert.equal((await refused.json()).reason, "door_open");

  const again = await send(cab.id, first);
  assert.ok(again.status === 200 && (await again.json()).outcome === "opened");
  assert.equal(cab.count("command"), 0);
});

test("a command that is not answered within two seconds is unknown; what the station says later is kept", async () => {
  const cab = await world.connected();
  const wish = order();
  const at = performance.now();
  const answer = await send(cab.id, wish);
  assert.ok(answer.status === 200 && (await answer.json()).outcome === "unknown");
  assert.ok(performance.now() - at < 2_600);
  const stranger = await world.connected();
  await stranger.say("result", { command: wish.id, outcome: "refused", reason: "door_open", at: world.now().toISOString() });
  // Heard before a question that comes after it: another station's word about this order counts for nothing.
  await stranger.say("ask", {
    id: crypto.randomUUID(),
    codeHash: "a".repeat(64),
    grant: null,
    generation: null,
    at: world.now().toISOString(),
  });
  await stranger.heard("answer");
  assert.equal(((await (await send(cab.id, wish)).json()) as Result).outcome, "unknown");
  await cab.say("result", { command: crypto.randomUUID(), outcome: "opened", reason: null, at: world.now().toISOString() });
  await cab.say("result", { command: wish.id, outcome: "opened", reason: null, at: world.now().toISOString() });
  await until("the late answer is kept", async () => {
    const later = await send(cab.id, wish);
    return later.status === 200 && (await later.json()).outcome === "opened";
  });
});

test("another instance sends commands just as well, and each question is decided once for all of them", async () => {
  const cab = await world.connected();
  const other = world.make();
  const running = await other.start();
  const wish = order();
  const [answer] = await Promise.all([
    send(cab.id, wish, other.routes),
    cab
      .heard("command")
      .then(() => cab.say("result", { command: wish.id, outcome: "opened", reason: null, at: world.now().toISOString() })),
  ]);
  assert.ok(answer.status === 200 && (await answer.json()).outcome === "opened");
  const ask = { id: crypto.randomUUID(), codeHash: "b".repeat(64), grant: null, generation: null, at: world.now().toISOString() };
  await Promise.all([cab.say("ask", ask), cab.say("ask", ask)]);
  assert.deepEqual(await cab.heard<Answer>("answer"), { id: ask.id, outcome: "refused", reason: "wrong" });
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(world.says.decided.filter(({ id }) => id === ask.id).length, 1);
  assert.equal(cab.count("answer"), 0);
  await running.stop();
});

test("a command to an absent station is refused at once, unsent", async () => {
  const cab = await world.enrolled();
  assert.equal(await code(await send(cab.id, order())), "unreachable");
  assert.equal(await code(await send(crypto.randomUUID(), order())), "unreachable");
});

test("revoked: the session ends, commands are withheld, the list names the certificate", async () => {
  const cab = await world.connected();
  const at = performance.now();
  const answer = await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } });
  assert.ok(answer.status === 200);
  const { enrolled, connected } = await answer.json();
  assert.deepEqual([enrolled, connected], [false, false]);
  await until("the session ends", () => !cab.client.connected);
  assert.ok(performance.now() - at < 5_000);
  await assert.rejects(dial(world.mqttUrl, world.ca, cab.identity));
  assert.equal(await code(await send(cab.id, order())), "revoked");
  assert.deepEqual(await world.facts("devices.revoked", cab.id), [
    { station: cab.id, reason: "stolen", actor: `operator:${actors.admin.id}` },
  ]);
  assert.equal((await world.facts("devices.disconnected", cab.id)).length, 1);
  const list = await (await world.as(undefined)["revocations.crl"].$get()).text();
  const serial = Buffer.from(new X509Certificate(cab.certificate).serialNumber, "hex");
  const der = Buffer.from(list.replace(/-----[^-]+-----|\s/g, ""), "base64");
  assert.ok(der.includes(serial));
  assert.ok(!der.includes(Buffer.from(new X509Certificate((await world.enrolled()).certificate).serialNumber, "hex")));
});

test("the authority is made once, however many processes begin at once, and its certificates are renewed in time", async () => {
  const needs = { db: world.db, seal: world.seal, now: world.now, random, hosts: ["localhost"] };
  const [a, b] = await Promise.all([loadCa(needs), loadCa(needs)]);
  assert.equal(a.ca.certificate, b.ca.certificate);
  assert.equal((await loadCa(needs)).broker.certificate, a.broker.certificate);
  const moved = await loadCa({ ...needs, hosts: ["localhost", "lockers.example"] });
  assert.deepEqual(
    [moved.ca.certificate === a.ca.certificate, new X509Certificate(moved.broker.certificate).checkHost("lockers.example")],
    [true, "lockers.example"],
  );
  assert.equal((await loadCa({ ...needs, hosts: ["127.0.0.1"] })).ca.certificate, a.ca.certificate);
  assert.ok(new X509Certificate((await loadCa(needs)).broker.certificate).checkHost("lockers.example"), "a name that the broker had stays");
  const later = await loadCa({ ...needs, hosts: ["localhost"], now: () => new Date(world.now().getTime() + 380 * 86_400_000) });
  assert.ok(later.backend.certificate !== moved.backend.certificate && later.ca.certificate === a.ca.certificate);
  const row = await world.db.selectFrom("devices.authority").select("sealed").executeTakeFirstOrThrow();
  assert.ok(!row.sealed.includes("PRIVATE"));
});
