// The shipped mosquitto configuration, held to the same suite as the broker in process.
// needs: mosquitto
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { systemNow as now } from "@pigeonhole/kit/clock";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { freePort } from "@pigeonhole/kit/testing";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { open } from "@pigeonhole/protocol/envelope";
import { Desired, type Acknowledge } from "@pigeonhole/protocol/messages";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import { brokerSuite } from "./broker-suite.ts";
import { createCa, writeBrokerFiles } from "./ca.ts";
import type { Ca } from "./certificates.ts";
import { createLink } from "./link.ts";
import { dial } from "./testing.ts";
import { actors, startWorld, until } from "./world.ts";

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find((file) => existsSync(file));
const guide = path.join(import.meta.dirname, "../../docs/guides/mosquitto");

/** Starts it with the shipped files; only folder and ports are others. */
async function start(ca: Ca) {
  assert.ok(program, "mosquitto is not installed (apt-get install mosquitto)");
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-mosquitto-"));
  // Mosquitto started by root becomes another user, who has to read these.
  chmodSync(folder, 0o711);
  const [stations, backend] = [await freePort(), await freePort()];
  writeBrokerFiles(ca, folder, await ca.revocations([], now()));
  chmodSync(path.join(folder, "broker.key"), 0o644);
  writeFileSync(path.join(folder, "acl"), readFileSync(path.join(guide, "acl")));
  const shipped = readFileSync(path.join(guide, "pigeonhole.conf"), "utf8");
  const adapted = shipped
    .replaceAll("/etc/mosquitto/pigeonhole/", `${folder}/`)
    .replace("listener 8883", `listener ${stations} 127.0.0.1`)
    .replace("listener 8884", `listener ${backend}`);
  assert.ok(
    adapted.includes(String(stations)) && adapted.includes(String(backend)) && !/^[^#].*\/etc\//m.test(adapted),
    "the shipped file has changed its ports or folder",
  );
  writeFileSync(path.join(folder, "mosquitto.conf"), adapted);
  const server = spawn(program, ["-c", path.join(folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  server.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  for (let i = 0; !(await answers(backend)); i++) {
    assert.ok(i < 100 && server.exitCode === null, `mosquitto does not listen: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    stationUrl: `mqtts://127.0.0.1:${stations}`,
    backendUrl: `mqtts://127.0.0.1:${backend}`,
    /** What `refresh-revocations` does. */
    refresh: (list: string): void => {
      writeFileSync(path.join(folder, "crl.pem"), list);
      server.kill("SIGHUP");
    },
    stop: async () => {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      if (server.exitCode === null && server.kill()) await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let ca: Ca;
let broker: Awaited<ReturnType<typeof start>>;
const revoked: { serial: string; at: Date }[] = [];
before(async () => {
  ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  broker = await start(ca);
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
  let mine: Awaited<ReturnType<typeof start>> | undefined;
  await using world = await startWorld(async (authority) => (mine = await start(authority)));
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

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
