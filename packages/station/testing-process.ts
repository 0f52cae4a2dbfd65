// Real station processes for tests, and the town around them: enrolment over HTTP, a broker over TLS 1.3, a board of 19,200 baud on a pseudo-terminal.
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { createServer as createTlsServer, type TLSSocket } from "node:tls";
import { createCa } from "@pigeonhole/devices/ca";
import { readRequest } from "@pigeonhole/devices/certificates";
import { client } from "@pigeonhole/kit/client";
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
import type { KillPoint } from "./crashing-station.ts";
import type { KioskApi } from "./kiosk/contract.ts";
import { desiredOf, TestBackend, testIdentity } from "./link/testing.ts";

/** Of the network of these tests. */
export const authority = await createCa({ hosts: ["localhost", "127.0.0.1"], now: () => new Date(), random: systemRandom });
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** A backend with a broker and an enrolment route, a board on a cable, and station processes on one data folder. */
export async function town(more: (hash: (code: string) => string) => Partial<Desired>) {
  const identity = testIdentity();
  const { station } = identity.identity;
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-process-"));
  const backend = new TestBackend(identity);
  let codeKey = Buffer.alloc(0);
  const enrolments: string[] = [];

  const aedes = await Aedes.createBroker();
  const sockets = new Set<TLSSocket>();
  const broker = createTlsServer(
    {
      key: authority.broker.key,
      cert: authority.broker.certificate,
      ca: authority.ca.certificate,
      requestCert: true,
      minVersion: "TLSv1.3",
      noDelay: true,
    },
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
      const issued = await authority.issue(await readRequest(csr), station, new Date());
      identity.stationKey = issued.publicKey;
      desired = { ...desired, ...more((code) => codeHash(codeKey, station, code)) };
      const answer: Enrolment = {
        station,
        epoch: 1,
        certificate: issued.certificate,
        ca: authority.ca.certificate,
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
  // What the board says while nobody is on the cable is lost.
  const simulator = new Cu48Simulator(
    { ...wire, write: paced((chunk) => void wire.write(chunk).catch(() => {}), baudRate) },
    { boards: [0] },
  );

  const environment = {
    PATH: process.env["PATH"],
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
    STATION_DATA: path.join(folder, "data"),
    BACKEND_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    ENROLMENT_TOKEN: "t".repeat(32),
    KIOSK_PORT: "0",
    LOCK_BOARD: `serial:${cable.station}`,
    LOG_LEVEL: "fatal",
    SUPPORT_PHONE: "+49 30 12345",
  };
  /** Starts a process; resolves when its kiosk listens and its link is up. */
  async function start(crashAt?: KillPoint) {
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
    /** Another process, to be ended with the tests. */
    adopt: (child: ChildProcess): void => void children.add(child),
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

/** Looks until it is so, at most 10 s. */
export async function eventually(look: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await look())) {
    assert.ok(performance.now() < deadline, "waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
