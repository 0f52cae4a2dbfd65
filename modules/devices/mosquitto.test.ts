// The shipped mosquitto configuration, held to the same suite as the broker in process.
// needs: mosquitto
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { systemNow as now } from "@pigeonhole/kit/clock";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { sleep, systemTimers as timers } from "@pigeonhole/kit/timers";
import { open } from "@pigeonhole/protocol/envelope";
import { Desired, type Acknowledge } from "@pigeonhole/protocol/messages";
import { topic } from "@pigeonhole/protocol/topics";
import { createAccessList, type AccessList } from "./access-list.ts";
import { brokerSuite } from "./broker-suite.ts";
import { createCa } from "./ca.ts";
import { backendName, readRequest, type Ca } from "./certificates.ts";
import { guide, startMosquitto, type Mosquitto } from "./testing-mosquitto.ts";
import { dial, makeKey } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

let ca: Ca;
let broker: Mosquitto;
let list: AccessList;
const admitted = new Set<string>();
const revoked: { serial: string; at: Date }[] = [];
before(async () => {
  ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  broker = await startMosquitto(ca);
  list = createAccessList({ mqttUrl: broker.backendUrl, ca, admitted: async () => admitted, newId, timers, log });
  await list.start();
});
after(async () => {
  await list.stop();
  await broker.stop();
});
const pause = (ms: number) => sleep(timers, ms);

brokerSuite(() => ({
  name: "mosquitto",
  ca,
  url: broker.stationUrl,
  backendUrl: broker.backendUrl,
  introduce: async (station) => {
    admitted.add(station);
    assert.ok(await list.admit(station));
  },
  revoke: async (station, serial) => {
    revoked.push({ serial, at: now() });
    admitted.delete(station);
    assert.ok(await list.remove(station));
    broker.refresh(await ca.revocations(revoked, now()));
  },
}));

test("G-10: 40 of 40 taken off the list: the session ends at once; who comes back before the revocation list does says nothing and hears nothing", async (t) => {
  const wanted = 40;
  const backend = await dial(broker.backendUrl, ca, ca.backend, { clientId: `backend-${newId()}` });
  const heard: string[] = [];
  backend.on("message", (_, payload) => heard.push(payload.toString()));
  await backend.subscribeAsync("ph/1/+/+", { qos: 1 });
  const stations = await Promise.all(
    Array.from({ length: wanted }, async () => {
      const { key, csr } = await makeKey();
      const id = newId();
      const { certificate } = await ca.issue(await readRequest(csr), id, now());
      admitted.add(id);
      assert.ok(await list.admit(id));
      // A session that outlives its connection keeps its subscriptions: they must bring nothing either.
      const client = await dial(broker.stationUrl, ca, { certificate, key }, { clean: false });
      await client.subscribeAsync(topic(id, "command"), { qos: 1 });
      return { id, client, identity: { certificate, key } };
    }),
  );
  const took: number[] = [];
  for (const { id, client } of stations) {
    const ended = new Promise<void>((resolve) => client.once("close", () => resolve()));
    const at = performance.now();
    admitted.delete(id);
    assert.ok(await list.remove(id));
    await ended;
    took.push(performance.now() - at);
  }
  t.diagnostic(`sessions ended after ${Math.round(Math.max(...took))} ms at most`);
  assert.ok(took.length === wanted && took.every((ms) => ms < 5_000));

  for (const { id, identity } of stations.slice(0, 10)) {
    // Mosquitto asks for no password where a certificate is the name: until the revocation list is there, it lets them in.
    const again = await dial(broker.stationUrl, ca, identity, { clean: false });
    const told: string[] = [];
    again.on("message", (_, payload) => told.push(payload.toString()));
    const granted = await again.subscribeAsync(topic(id, "desired"), { qos: 1 }).catch(() => [{ qos: 128 }]);
    assert.deepEqual(
      granted.map(({ qos }) => Number(qos)),
      [128],
      "it may not listen",
    );
    await Promise.race([again.publishAsync(topic(id, "events"), "revoked", { qos: 1 }), pause(500)]).catch(() => undefined);
    await backend.publishAsync(topic(id, "command"), "open", { qos: 1 });
    await backend.publishAsync(topic(stations.at(-1)!.id, "hello"), "after", { qos: 1 });
    await until("what came later is there", () => heard.includes("after"));
    assert.deepEqual([told, heard.includes("revoked")], [[], false]);
    await again.endAsync(true);
  }
  await backend.endAsync(true);
});

test("the list is made equal to the certificates: who is missing is put on it, who has no business there taken off", async () => {
  const [missing, stranger] = [newId(), newId()];
  assert.ok(await list.admit(stranger));
  admitted.add(missing);
  await list.compare();
  const onDisk = () =>
    JSON.parse(readFileSync(path.join(broker.folder, "kept/pigeonhole-dynamic-security.json"), "utf8")) as {
      clients: { username: string }[];
    };
  assert.deepEqual(
    onDisk()
      .clients.map(({ username }) => username)
      .toSorted(),
    ["backend", ...admitted].toSorted(),
  );
  // Said twice, it is so once.
  assert.ok((await list.admit(missing)) && (await list.remove(missing)) && (await list.remove(missing)));
  admitted.delete(missing);
});

test("the module through mosquitto: hello, document, events, command, question, revocation", async () => {
  let mine: Mosquitto | undefined;
  await using world = await startWorld(async (authority) => (mine = await startMosquitto(authority)));
  const cab = await world.connected();
  assert.equal(open("desired", await cab.heard("desired"), { k1: world.signing.publicKey }, Desired).station, cab.id);
  await cab.say("events", { events: [cab.journal.next({ type: "compartment_closed", compartment: 1 })] });
  assert.deepEqual(await cab.heard<Acknowledge>("acknowledge"), { epoch: 1, seq: 1 });
  assert.equal((await world.facts("devices.reported", cab.id)).length, 1);
  const command = {
    id: newId(),
    action: "open" as const,
    compartment: 1,
    parcel: null,
    purpose: "service" as const,
    actor: "x",
    expected: { parcel: null },
  };
  const send = () => world.as(actors.access).internal.devices[":station"].commands.$post({ param: { station: cab.id }, json: command });
  const [answer] = await Promise.all([
    send(),
    cab.heard("command").then(() => cab.say("result", { command: command.id, outcome: "opened", reason: null, at: now().toISOString() })),
  ]);
  assert.ok(answer.status === 200 && (await answer.json()).outcome === "opened");
  await cab.say("ask", { id: newId(), codeHash: "a".repeat(64), grant: null, generation: null, at: now().toISOString() });
  assert.equal((await cab.heard<{ outcome: string }>("answer")).outcome, "refused");

  assert.equal(
    (await world.as(actors.admin).stations[":station"].revoke.$post({ param: { station: cab.id }, json: { reason: "stolen" } })).status,
    200,
  );
  await until("the session ends", () => !cab.client.connected);
  // Before the broker has the new revocation list the cabinet can return, and has nothing to say there.
  await assert.rejects(world.online(cab), /Subscribe error/);
  mine!.refresh(await (await world.as(undefined)["revocations.crl"].$get()).text());
  await until("the revocation list keeps it out", () =>
    dial(mine!.stationUrl, world.ca, cab.identity).then(
      (client) => client.endAsync(true).then(() => false),
      () => true,
    ),
  );

  // Enrolled again, it is on the list again.
  const renewed = await world.online(await world.enrolled(cab.id));
  await renewed.say("hello", renewed.hello());
  assert.deepEqual(await renewed.heard<Acknowledge>("acknowledge"), { epoch: 2, seq: 0 });
});

test("the shipped list knows the backend alone, and lets nobody do anything by default", () => {
  const shipped = JSON.parse(readFileSync(path.join(guide, "dynamic-security.json"), "utf8")) as {
    defaultACLAccess: Record<string, boolean>;
    clients: { username: string; password?: string }[];
  };
  const { publishClientSend, publishClientReceive, subscribe } = shipped.defaultACLAccess;
  assert.deepEqual([publishClientSend, publishClientReceive, subscribe], [false, false, false]);
  assert.deepEqual(
    shipped.clients.map(({ username, password }) => [username, password]),
    [[backendName, undefined]],
  );
});
