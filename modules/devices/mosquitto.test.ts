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
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { open } from "@pigeonhole/protocol/envelope";
import { Desired, type Acknowledge } from "@pigeonhole/protocol/messages";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import { brokerSuite } from "./broker-suite.ts";
import { createCa } from "./ca.ts";
import type { Ca } from "./certificates.ts";
import { createLink } from "./link.ts";
import { guide, startMosquitto, type Mosquitto } from "./testing-mosquitto.ts";
import { dial } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

let ca: Ca;
let broker: Mosquitto;
const revoked: { serial: string; at: Date }[] = [];
before(async () => {
  ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  broker = await startMosquitto(ca);
});
after(() => broker.stop());

brokerSuite(() => ({
  name: "mosquitto",
  ca,
  url: broker.stationUrl,
  backendUrl: broker.backendUrl,
  introduce: async () => {},
  revoke: async (station, serial) => {
    revoked.push({ serial, at: now() });
    broker.refresh(await ca.revocations(revoked, now()));
    await createLink({ mqttUrl: broker.backendUrl, ca, newId, timers, log }).cut(station);
  },
}));

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
  // Before the broker has the new list the cabinet can return; nothing that it says is believed.
  const returned = await world.online(cab);
  await returned.say("events", { events: [cab.journal.next({ type: "compartment_closed", compartment: 2 })] });
  await until("it is kept aside", async () => (await world.facts("devices.quarantined", cab.id)).length === 1);
  assert.equal((await world.facts("devices.reported", cab.id)).length, 1);
  mine!.refresh(await (await world.as(undefined)["revocations.crl"].$get()).text());
  await returned.client.endAsync(true);
  await assert.rejects(dial(mine!.stationUrl, world.ca, cab.identity));
});

test("the shipped access list names every topic of the protocol and no other", () => {
  const lines = readFileSync(path.join(guide, "acl"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("pattern "));
  const wanted = [
    ...upTopics.map((name) => `pattern write ${topic("%u", name)}`),
    ...downTopics.map((name) => `pattern read ${topic("%u", name)}`),
  ];
  assert.deepEqual(lines, wanted);
});
