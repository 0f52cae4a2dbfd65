// The shipped mosquitto configuration, held to the same suite as the broker in process.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { freePort } from "@pigeonhole/kit/testing";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import { brokerSuite } from "./broker-suite.ts";
import { createCa, writeBrokerFiles } from "./ca.ts";
import type { Ca } from "./certificates.ts";
import { createLink } from "./link.ts";

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find((file) => existsSync(file));
const guide = path.join(import.meta.dirname, "../../docs/guides/mosquitto");
const now = () => new Date();

if (program) run(program);
else test("mosquitto: NOT RUN, because it is not installed (apt-get install mosquitto)", (t) => t.diagnostic("the guide docs/guides/mosquitto was not checked on this machine"));

function run(mosquitto: string): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-mosquitto-"));
  let ca: Ca;
  let server: ChildProcess;
  let [stations, backend] = [0, 0];
  const revoked: { serial: string; at: Date }[] = [];

  before(async () => {
    // Mosquitto started by root becomes another user, who has to read these.
    chmodSync(folder, 0o711);
    [stations, backend] = [await freePort(), await freePort()];
    ca = await createCa({ hosts: ["127.0.0.1"], now, random });
    writeBrokerFiles(ca, folder, await ca.revocations(revoked, now()));
    chmodSync(path.join(folder, "broker.key"), 0o644);
    const shipped = readFileSync(path.join(guide, "pigeonhole.conf"), "utf8");
    writeFileSync(path.join(folder, "acl"), readFileSync(path.join(guide, "acl")));
    const adapted = shipped.replaceAll("/etc/mosquitto/pigeonhole/", `${folder}/`).replace("listener 8883", `listener ${stations} 127.0.0.1`).replace("listener 8884", `listener ${backend}`);
    assert.ok(adapted.includes(String(stations)) && adapted.includes(String(backend)) && !/^[^#].*\/etc\//m.test(adapted), "the shipped file has changed its ports or folder");
    writeFileSync(path.join(folder, "mosquitto.conf"), adapted);
    server = spawn(mosquitto, ["-c", path.join(folder, "mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    server.stderr!.on("data", (chunk: Buffer) => { said += chunk.toString(); });
    for (let i = 0; !(await answers(backend)); i++) {
      assert.ok(i < 100 && server.exitCode === null, `mosquitto does not listen: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  after(async () => {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    if (server.exitCode === null && server.kill()) await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  brokerSuite(() => ({
    name: "mosquitto", ca, url: `mqtts://127.0.0.1:${stations}`, backendUrl: `mqtts://127.0.0.1:${backend}`, introduce: async () => {},
    revoke: async (station, serial) => {
      revoked.push({ serial, at: now() });
      writeFileSync(path.join(folder, "crl.pem"), await ca.revocations(revoked, now()));
      server.kill("SIGHUP");
      const link = createLink({ mqttUrl: `mqtts://127.0.0.1:${backend}`, ca, newId, timers, log });
      await link.cut(station);
    },
  }));

  test("the shipped access list names every topic of the protocol and no other", () => {
    const lines = readFileSync(path.join(guide, "acl"), "utf8").split("\n").filter((line) => line.startsWith("pattern "));
    const wanted = [...upTopics.map((name) => `pattern write ${topic("%u", name)}`), ...downTopics.map((name) => `pattern read ${topic("%u", name)}`)];
    assert.deepEqual(lines, wanted);
  });
}

const answers = (port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
  socket.once("error", () => resolve(false));
});
