import { fork, type ChildProcess } from "node:child_process";
import { createHash, generateKeyPairSync, randomUUID, type KeyObject } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createCa } from "@pigeonhole/devices/ca";
import { requestOf } from "@pigeonhole/devices/certificates";
import { devicesMigrations } from "@pigeonhole/devices/migrations";
import { connect } from "@pigeonhole/kit/db";
import { systemRandom } from "@pigeonhole/kit/random";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { open, publicKeyText, seal } from "@pigeonhole/protocol/envelope";
import { Events, StationEvent, type Command, type Desired } from "@pigeonhole/protocol/messages";
import { topic } from "@pigeonhole/protocol/topics";
import { sql } from "kysely";
import mqtt from "mqtt";
import { percentile } from "../percentile.ts";
import type { Cabinet, Order } from "./cabinets.ts";

const wanted = 2_000;
const processes = 4;
/** Commands under way at a time. */
const atOnce = 8;
/** Stations are switched on within so long. Milliseconds. */
const spreadMs = 8_000;
const backTimeoutMs = 120_000;

/**
 * Stations with client certificates at one broker: connecting, commands and their results, and the broker killed and started again while things
 * happen at every cabinet (G-51). They are light: the real protocol, signatures and log, without doors. First argument: how many.
 */
export async function stations(args: readonly string[]): Promise<object> {
  const count = Number(args[0] ?? wanted);
  if (!(Number.isInteger(count) && count >= 1 && count <= 10_000)) throw new Error("stations takes how many, 1 to 10000");
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-stations-"));
  await using server = await testDatabase([devicesMigrations]);
  const database = await server.fresh();
  const db = connect<never>(database, { connections: 4 });
  const now = () => new Date();
  const ca = await createCa({ hosts: ["127.0.0.1"], now, random: systemRandom });
  const { ca: authority, broker: brokerIdentity, backend: backendIdentity } = ca;
  writeFileSync(path.join(folder, "authority.json"), JSON.stringify({ ca: authority, broker: brokerIdentity, backend: backendIdentity }), {
    mode: 0o600,
  });
  const signing = generateKeyPairSync("ed25519");
  const signer = { kid: "k1", key: signing.privateKey };
  const signingKeys = { k1: publicKeyText(signing.publicKey) };
  const port = await freePort();
  const url = `mqtts://127.0.0.1:${port}`;
  const children = new Set<ChildProcess>();
  const start = (file: string, env: Record<string, string> = {}): ChildProcess => {
    const child = fork(path.join(import.meta.dirname, file), { env: { ...process.env, ...env } });
    children.add(child);
    return child;
  };
  const startBroker = async (): Promise<ChildProcess> => {
    const broker = start("broker.ts", { DATABASE_URL: database, PORT: String(port), AUTHORITY: path.join(folder, "authority.json") });
    await once(broker, "message");
    return broker;
  };

  const cabinets: Cabinet[] = [];
  const keys = new Map<string, KeyObject>();
  const rows: object[] = [];
  for (let n = 0; n < count; n++) {
    const own = generateKeyPairSync("ed25519");
    const station = randomUUID();
    const { serial, certificate, publicKey, expiresAt } = await ca.issue(requestOf(own.publicKey), station, now());
    keys.set(station, own.publicKey);
    cabinets.push({ station, certificate, key: own.privateKey.export({ format: "pem", type: "pkcs8" }) as string });
    rows.push({ serial, station, epoch: 1, public_key: publicKey, certificate, issued_at: now(), expires_at: expiresAt });
  }
  await sql`insert into devices.certificate (serial, station, epoch, public_key, certificate, issued_at, expires_at)
    select serial, station, epoch, public_key, certificate, issued_at, expires_at
    from jsonb_populate_recordset(null::devices.certificate, ${JSON.stringify(rows)}::jsonb)`.execute(db);

  /** The log of each station as it came: position and hash of the last entry. */
  const logs = new Map(cabinets.map(({ station }) => [station, { seq: 0, hash: "0".repeat(64) }]));
  const openings = new Map<string, number>();
  const waiting = new Map<string, () => void>();
  let lost = 0;
  try {
    let broker = await startBroker();
    const backend = mqtt.connect(url, {
      ca: authority.certificate,
      cert: backendIdentity.certificate,
      key: backendIdentity.key,
      minVersion: "TLSv1.3",
      clientId: `backend-${randomUUID()}`,
      clean: true,
      protocolVersion: 4,
      reconnectPeriod: 100,
      resubscribe: false,
    } as mqtt.IClientOptions);
    backend.on("error", () => {});
    backend.on("connect", () => {
      (backend.stream as unknown as Socket).setNoDelay(true);
      backend.subscribe(["ph/1/+/events", "ph/1/+/result", "ph/1/+/hello"], { qos: 1 });
    });
    const say = (station: string, name: "command" | "desired" | "acknowledge", content: unknown): void =>
      void backend.publish(topic(station, name), JSON.stringify(content), { qos: 1 });
    const document = (station: string): Desired => ({
      v: 1,
      station,
      epoch: 1,
      version: 1,
      issuedAt: now().toISOString(),
      name: "Bench",
      timeZone: "UTC",
      supportPhone: null,
      service: { state: "active", reason: null },
      inspectedUpTo: 0,
      signingKeys: { generation: 1, keys: signingKeys },
      layout: null,
      compartments: [{ compartment: 1, size: "small", state: "in_service" }],
      walkUp: [],
      grants: [],
      deadCodes: [],
      firmware: null,
      inspected: [],
      diagnosis: null,
    });
    backend.on("message", (text, payload) => {
      const [, , station, name] = text.split("/") as [string, string, string, string];
      const content: unknown = JSON.parse(payload.toString());
      const log = logs.get(station)!;
      if (name === "result") waiting.get((content as { command: string }).command)?.();
      else if (name === "hello") {
        say(station, "acknowledge", { epoch: 1, seq: log.seq });
        if ((content as { desiredVersion: number }).desiredVersion < 1) say(station, "desired", seal("desired", document(station), signer));
      } else {
        for (const envelope of Events.parse(content).events) {
          const entry = open("event", envelope, { station: keys.get(station)! }, StationEvent);
          if (entry.seq <= log.seq) continue;
          if (entry.seq !== log.seq + 1 || entry.previous !== log.hash) lost++;
          Object.assign(log, { seq: entry.seq, hash: createHash("sha256").update(envelope.body).digest("hex") });
          if (entry.event.type === "compartment_opened" && entry.event.cause.kind === "command")
            openings.set(entry.event.cause.command, (openings.get(entry.event.cause.command) ?? 0) + 1);
        }
        say(station, "acknowledge", { epoch: 1, seq: log.seq });
      }
    });
    for (const end = performance.now() + 30_000; !backend.connected && performance.now() < end;) await pause(20);

    const workers = Array.from({ length: Math.min(processes, count) }, () => start("cabinets.ts"));
    const up = new Map<ChildProcess, number>();
    await Promise.all(workers.map((worker) => once(worker, "message")));
    const answers: { opens: number; events: number }[] = [];
    for (const worker of workers)
      worker.on("message", (message: { up?: number; opens?: number; events?: number }) => {
        if (message.up !== undefined) up.set(worker, message.up);
        else answers.push(message as { opens: number; events: number });
      });
    const connected = (): number => [...up.values()].reduce((sum, n) => sum + n, 0);
    const all = async (): Promise<void> => {
      for (const end = performance.now() + backTimeoutMs; connected() < count; await pause(20))
        if (performance.now() > end) throw new Error(`${connected()} of ${count} stations are connected after ${backTimeoutMs / 1_000} s`);
    };
    const order = (message: (n: number) => Order): void => workers.forEach((worker, n) => worker.send(message(n)));
    const since = performance.now();
    order((n) => ({
      kind: "begin",
      url,
      ca: authority.certificate,
      signingKeys,
      cabinets: cabinets.filter((_, i) => i % workers.length === n),
      spreadMs: Math.min(spreadMs, count * 10),
    }));
    await all();
    const connectsPerSecond = Math.round(count / ((performance.now() - since) / 1_000));
    await pause(1_000);

    const roundTrips: number[] = [];
    const sent: { station: string; envelope: unknown; id: string }[] = [];
    let next = 0;
    const drive = async (): Promise<void> => {
      while (next < count) {
        const { station } = cabinets[next++]!;
        const id = randomUUID();
        const command: Command = {
          v: 1,
          id,
          station,
          epoch: 1,
          seq: 1,
          issuedAt: now().toISOString(),
          expiresAt: new Date(Date.now() + 30_000).toISOString(),
          action: "open",
          compartment: 1,
          parcel: null,
          purpose: "service",
          actor: "bench",
          expected: { parcel: null },
        };
        const before = performance.now();
        const answered = new Promise<void>((resolve) => waiting.set(id, resolve));
        const envelope = seal("command", command, signer);
        say(station, "command", envelope);
        await Promise.race([answered, pause(10_000)]);
        waiting.delete(id);
        roundTrips.push(performance.now() - before);
        sent.push({ station, envelope, id });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, drive));
    broker.send("rss");
    const [{ rssMb }] = (await once(broker, "message")) as [{ rssMb: number }];

    broker.kill("SIGKILL");
    await once(broker, "exit");
    children.delete(broker);
    order(() => ({ kind: "happen" }));
    for (const end = performance.now() + 30_000; connected() > 0 && performance.now() < end; await pause(20));
    const restartedAt = performance.now();
    broker = await startBroker();
    await all();
    const backAfterRestartSeconds = Math.round((performance.now() - restartedAt) / 100) / 10;
    // Every command once more: whoever has acted on it answers and does nothing.
    for (const { station, envelope } of sent) say(station, "command", envelope);
    order(() => ({ kind: "count" }));
    for (const end = performance.now() + 30_000; answers.length < workers.length && performance.now() < end; await pause(20));
    const events = answers.reduce((sum, answer) => sum + answer.events, 0);
    const known = (): number => [...logs.values()].reduce((sum, { seq }) => sum + seq, 0);
    for (const end = performance.now() + 60_000; known() < events && performance.now() < end; await pause(50));
    await pause(2_000);
    const opens = sent.filter(({ id }) => (openings.get(id) ?? 0) === 1).length;
    await backend.endAsync(true);
    return {
      connected: count,
      connectsPerSecond,
      commandRoundTripP50Ms: percentile(roundTrips, 50),
      commandRoundTripP99Ms: percentile(roundTrips, 99),
      rssMb,
      backAfterRestartSeconds,
      lost: lost + Math.max(0, events - known()) + sent.filter(({ id }) => !openings.has(id)).length,
      doubled: [...openings.values()].filter((n) => n > 1).length + Math.max(0, known() - events),
      opened: opens,
    };
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}
