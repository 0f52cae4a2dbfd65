// needs: socat
// Real station processes: enrolled over HTTP, connected to a broker over TLS 1.3, on a pseudo-terminal with a board of 19,200 baud.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { createServer as createTlsServer, connect as connectTls, type TLSSocket } from "node:tls";
import { createCa } from "@pigeonhole/devices/ca";
import { readRequest } from "@pigeonhole/devices/certificates";
import { client, problemOf } from "@pigeonhole/kit/client";
import { systemRandom } from "@pigeonhole/kit/random";
import { baudRate } from "@pigeonhole/lock-boards/cu48/frames";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { pseudoTerminals } from "@pigeonhole/lock-boards/pseudo-terminal";
import { serial } from "@pigeonhole/lock-boards/serial";
import { paced } from "@pigeonhole/lock-boards/transport";
import { publicKeyText } from "@pigeonhole/protocol/envelope";
import { EnrolmentRequest, type Enrolment } from "@pigeonhole/protocol/enrolment";
import { codeHash } from "@pigeonhole/protocol/codes";
import type { Desired } from "@pigeonhole/protocol/messages";
import { parseTopic, topic, upTopics } from "@pigeonhole/protocol/topics";
import { Aedes } from "aedes";
import type { KioskApi } from "./kiosk/contract.ts";
import { desiredOf, grantOf, TestBackend, testIdentity } from "./link/testing.ts";

const ca = await createCa({ hosts: ["localhost", "127.0.0.1"], now: () => new Date(), random: systemRandom });
const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A backend with a broker and an enrolment route, a board on a cable, and station processes on one data folder. */
async function town(more: (hash: (code: string) => string) => Partial<Desired>) {
  const identity = testIdentity();
  const { station } = identity.identity;
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-process-"));
  const backend = new TestBackend(identity);
  let codeKey = Buffer.alloc(0);
  const enrolments: string[] = [];

  const aedes = await Aedes.createBroker();
  const sockets = new Set<TLSSocket>();
  const broker = createTlsServer(
    { key: ca.broker.key, cert: ca.broker.certificate, ca: ca.ca.certificate, requestCert: true, minVersion: "TLSv1.3", noDelay: true },
    (socket) => {
      sockets.add(socket);
      assert.equal(socket.getPeerCertificate().subject.CN, station);
      socket.on("error", () => {});
      aedes.handle(socket);
    },
  );
  broker.on("tlsClientError", () => {});
  broker.listen(0, "127.0.0.1");
  await once(broker, "listening");
  const brokerPort = (broker.address() as AddressInfo).port;

  backend.start({
    up: () => {},
    down: () => {},
    message: (name, content) =>
      aedes.publish(
        { cmd: "publish", topic: topic(station, name), payload: JSON.stringify(content), qos: 1, dup: false, retain: false },
        () => {},
      ),
  });
  backend.connect();
  let desired = desiredOf(identity, ["small", "medium", "large"], { issuedAt: new Date().toISOString() });
  aedes.on("publish", (packet, from) => {
    const parsed = parseTopic(packet.topic);
    const name = upTopics.find((known) => known === parsed?.name);
    if (!from || !name || packet.payload.length === 0) return;
    void backend.publish(name, JSON.parse(packet.payload.toString()));
    if (name === "hello") backend.desire(desired);
  });

  const http = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      assert.equal(request.url, "/api/enrolments");
      const { csr, codeKey: key } = EnrolmentRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
      enrolments.push(csr);
      codeKey = Buffer.from(key, "base64url");
      const issued = await ca.issue(await readRequest(csr), station, new Date());
      identity.stationKey = issued.publicKey;
      desired = { ...desired, ...more((code) => codeHash(codeKey, station, code)) };
      const answer: Enrolment = {
        station,
        epoch: 1,
        certificate: issued.certificate,
        ca: ca.ca.certificate,
        mqttUrl: `mqtts://127.0.0.1:${brokerPort}`,
        signingKeys: { k1: publicKeyText(identity.backendKey) },
        keyGeneration: 1,
      };
      response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(answer));
    })();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");

  const cable = await pseudoTerminals();
  const wire = await serial(cable.board);
  const simulator = new Cu48Simulator({ ...wire, write: paced((chunk) => void wire.write(chunk), baudRate) }, { boards: [0] });

  const environment = {
    PATH: process.env["PATH"],
    STATION_DATA: path.join(folder, "data"),
    BACKEND_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ENROLMENT_TOKEN: "t".repeat(32),
    KIOSK_PORT: "0",
    LOCK_BOARD: `serial:${cable.station}`,
    LOG_LEVEL: "fatal",
    SUPPORT_PHONE: "+49 30 12345",
  };
  /** Starts a process; resolves when its kiosk listens and its link is up. */
  async function start(crashAt?: "before_lock" | "after_lock") {
    const program = crashAt
      ? path.join(import.meta.dirname, "crashing-station.ts")
      : path.resolve(import.meta.dirname, "../../apps/station/main.ts");
    const child = spawn(process.execPath, [program], {
      env: { ...environment, LOG_LEVEL: "error", ...(crashAt && { CRASH_AT: crashAt }) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.add(child);
    const hellos = backend.hellos.length;
    const exited = once(child, "exit").then(([code, signal]) => (children.delete(child), (code as number | null) ?? (signal as string)));
    const first = await Promise.race([once(createInterface(child.stdout), "line"), exited]);
    assert.ok(Array.isArray(first), `the station ended before it was ready: ${String(first)}`);
    const { kiosk } = JSON.parse(String(first[0])) as { kiosk: string };
    if (broker.listening) await backend.until(() => backend.hellos.length > hellos, "hello");
    const api = client<KioskApi>(`${kiosk}api`);
    await backend.until(() => backend.heartbeats.at(-1)?.desiredVersion === 1 || !broker.listening, "the desired document to be applied");
    await eventually(async () => {
      const state = await api.kiosk.state.$get();
      return state.status === 200 && (await state.json()).doors.every((d) => d.door !== "unknown");
    });
    return {
      child,
      exited,
      kiosk,
      api,
      pickup: (code: string) => api.kiosk.pickup.$post({ json: { code } }),
      kill: () => {
        child.kill("SIGKILL");
        return exited;
      },
    };
  }
  return {
    station,
    backend,
    simulator,
    start,
    enrolments,
    environment,
    brokerPort,
    fired: (): number[] => simulator.fired.map((f) => f.lock),
    async cut(): Promise<void> {
      broker.close();
      for (const socket of sockets) socket.destroy();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const child of children) child.kill("SIGKILL");
      await wire.close();
      await cable.close();
      http.close();
      broker.close();
      for (const socket of sockets) socket.destroy();
      aedes.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test(
  "a cabinet's day: enrolled, a drop-off, the owner's code at the kiosk; the broker gone; killed; stopped",
  { timeout: 60_000 },
  async () => {
    let parcel = "";
    await using world = await town((hash) => {
      const soon = { notBefore: new Date(0).toISOString(), expiresAt: null, state: "issued" } as const;
      const grant = { ...grantOf(testIdentity(), null, soon), codeHash: hash("12345678") };
      parcel = grant.parcel;
      return {
        grants: [grant, { ...grantOf(testIdentity(), null, { ...soon, state: "active", compartment: 2 }), codeHash: hash("22345678") }],
      };
    });
    const { backend, simulator } = world;
    const station = await world.start();
    assert.equal(world.enrolments.length, 1);
    for (const file of readdirSync(world.environment.STATION_DATA)) {
      if (file.endsWith(".json")) assert.equal(statSync(path.join(world.environment.STATION_DATA, file)).mode & 0o777, 0o600, file);
    }

    const shown = await station.api.kiosk.$get();
    assert.ok(shown.status === 200);
    const kiosk = await shown.json();
    assert.deepEqual(
      [kiosk.station, kiosk.supportPhone, kiosk.cabinet.map((d) => d.number), kiosk.isSimulated],
      [world.station, "+49 30 12345", [1, 2, 3], false],
    );

    assert.equal((await backend.send(new Date(), { parcel })).outcome, "opened");
    simulator.closeDoor(1);
    await backend.until(() => backend.types().includes("compartment_closed"), "the door to close");
    assert.equal((await backend.send(new Date(), { action: "attest_deposit", parcel })).outcome, "done");
    await backend.until(() => backend.types().includes("parcel_deposited"), "the deposit");

    const before = performance.now();
    const opened = await station.pickup("12345678");
    const tookMs = performance.now() - before;
    assert.equal(opened.status, 200);
    assert.ok(tookMs < 2_000, `the door took ${Math.round(tookMs)} ms`);
    assert.equal(backend.asked.length, 1);
    simulator.closeDoor(1);
    await backend.until(() => backend.types().includes("parcel_collected"), "the pick-up");

    // The network goes; the attempts of a guesser survive kill -9; the owner of the other parcel is served all the same.
    await world.cut();
    for (let n = 0; n < 4; n++) assert.equal((await station.pickup(`5000000${n}`)).status, 422);
    assert.equal(await station.kill(), "SIGKILL");
    const again = await world.start();
    assert.equal(world.enrolments.length, 1, "the identity is kept");
    assert.equal((await again.pickup("12345678")).status, 200, "who forgot something opens once more, after a crash too (F6)");
    simulator.closeDoor(1);
    const used = await again.pickup("12345678");
    assert.equal((await problemOf(used as { status: number; json(): Promise<unknown> })).code, "code_used");
    const locked = await again.pickup("22345678");
    assert.equal(locked.status, 429, "five attempts, four of them before the crash");
    const second = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
      env: { ...world.environment, LOCK_BOARD: "sim" },
      stdio: "ignore",
    });
    assert.deepEqual((await once(second, "exit"))[0], 1, "a second process on the same data does not start");
    again.child.kill("SIGTERM");
    assert.equal(await again.exited, 0);
    assert.deepEqual(world.fired(), [1, 1, 1]);
  },
);

for (const [crashAt, fired, outcome] of [
  ["before_lock", 0, "unknown"],
  ["after_lock", 1, "opened"],
] as const) {
  test(
    `kill -9 ${crashAt.replace("_", " the ")}: the command's outcome is ${outcome}, told once, and no copy of it fires again`,
    { timeout: 60_000 },
    async () => {
      await using world = await town(() => ({}));
      const { backend } = world;
      const station = await world.start(crashAt);
      const { command, envelope } = backend.command(new Date());
      backend.deliver("command", envelope);
      assert.equal(await station.exited, "SIGKILL");
      const again = await world.start();
      const result = await backend.result(command.id);
      assert.equal(result.outcome, outcome);
      assert.equal(world.fired().length, fired);
      for (let copy = 0; copy < 3; copy++) backend.deliver("command", envelope);
      await backend.until(() => backend.results.length === 4, "the same answer to each copy");
      assert.ok(backend.results.every((r) => r.outcome === outcome));
      assert.equal(world.fired().length, fired, "opens per command id");
      const facts = backend.facts.filter((f) => "cause" in f && f.cause.kind === "command" && f.cause.command === command.id);
      assert.deepEqual(
        facts.map((f) => f.type),
        [outcome === "opened" ? "compartment_opened" : "open_failed"],
      );
      await again.kill();
      if (crashAt !== "before_lock") return;
      await world.start();
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(backend.results.length, 4, "reported once");
    },
  );
}

test("a broker that is not of our authority is not spoken to", { timeout: 60_000 }, async () => {
  const strange = await createCa({ hosts: ["127.0.0.1"], now: () => new Date(), random: systemRandom });
  await using world = await town(() => ({}));
  let greeted = 0;
  const impostor = createTlsServer({ key: strange.broker.key, cert: strange.broker.certificate, minVersion: "TLSv1.3" }, (socket) =>
    socket.on("data", () => greeted++).on("error", () => {}),
  );
  impostor.on("tlsClientError", () => {});
  impostor.listen(0, "127.0.0.1");
  await once(impostor, "listening");
  let met = 0;
  impostor.on("connection", () => met++);
  const station = await world.start();
  await station.kill();
  const { port } = impostor.address() as AddressInfo;
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, "../../apps/station/main.ts")], {
    env: { ...world.environment, LOG_LEVEL: "silent", MQTT_URL: `mqtts://127.0.0.1:${port}` },
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.add(child);
  await eventually(() => met > 0);
  assert.equal(greeted, 0);
  child.kill("SIGKILL");
  impostor.close();
  // And the broker takes nobody without a certificate of ours.
  const uninvited = connectTls({ host: "127.0.0.1", port: world.brokerPort, ca: ca.ca.certificate });
  const [error] = (await once(uninvited, "error").catch((e: unknown) => [e])) as [Error & { code?: string }];
  assert.match(String(error.code ?? error.message), /CERTIFICATE|ECONNRESET|ALERT/i);
});

async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await look())) {
    assert.ok(performance.now() < deadline, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
