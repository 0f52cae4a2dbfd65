// A whole station for tests: the real code on a simulated board, with a backend and a clock that the test holds in its hand.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import type { Timers } from "@pigeonhole/kit/timers";
import { cu48 } from "@pigeonhole/lock-boards/cu48/driver";
import { Cu48Simulator } from "@pigeonhole/lock-boards/cu48/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { codeHash } from "@pigeonhole/protocol/codes";
import { open, publicKeyOf, publicKeyText, seal } from "@pigeonhole/protocol/envelope";
import { Events, StationEvent, type Answer, type Ask, type Command, type Desired, type Envelope, type Grant, type Heartbeat, type Hello, type Result, type StationFact } from "@pigeonhole/protocol/messages";
import { writeQr } from "@pigeonhole/protocol/qr";
import type { DownTopic, UpTopic } from "@pigeonhole/protocol/topics";
import type { Identity } from "./provisioning/identity.ts";
import type { Wire } from "./link/wire.ts";
import { createStation, type Station } from "./station.ts";

const kid = "k1";

/** A station's identity and the backend's signing key, fresh. */
export function testIdentity(station: string = randomUUID()) {
  const own = generateKeyPairSync("ed25519");
  const backend = generateKeyPairSync("ed25519");
  const codeKey = randomBytes(32);
  const identity: Identity = {
    station, epoch: 1, key: own.privateKey.export({ format: "pem", type: "pkcs8" }) as string, certificate: "", ca: "", codeKey: codeKey.toString("base64url"),
    mqttUrl: "mqtts://127.0.0.1:1", signingKeys: { [kid]: publicKeyText(backend.publicKey) },
  };
  return { identity, backendKey: backend.privateKey, stationKey: publicKeyText(own.publicKey), hash: (code: string) => codeHash(codeKey, station, code) };
}
export type TestIdentity = ReturnType<typeof testIdentity>;

/** Compartments from 1 on, of these sizes, with grants for them. */
export function desiredOf({ identity }: TestIdentity, sizes: readonly Desired["compartments"][number]["size"][], more: Partial<Desired> = {}): Desired {
  return {
    v: 1, station: identity.station, epoch: identity.epoch, version: 1, issuedAt: "2026-03-01T08:00:00.000Z", name: "Test", timeZone: "Europe/Berlin", supportPhone: null, layout: null,
    compartments: sizes.map((size, i) => ({ compartment: i + 1, size, state: "in_service" })), walkUp: [], grants: [], deadCodes: [], ...more,
  };
}

export const grantOf = (test: TestIdentity, code: string | null, more: Partial<Grant> = {}): Grant => ({
  id: randomUUID(), kind: "pickup", state: "active", compartment: 1, parcel: randomUUID(), codeHash: code === null ? null : test.hash(code), generation: 1, notBefore: "2026-02-01T00:00:00.000Z", expiresAt: "2026-04-01T00:00:00.000Z", ...more,
});

/** The backend's side of a wire: what a station says is kept, events are verified, chained and acknowledged, unless the test says otherwise. */
export class TestBackend implements Wire {
  readonly hellos: Hello[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly results: Result[] = [];
  readonly asked: Ask[] = [];
  readonly events: StationEvent[] = [];
  /** Event messages as they came, repeats included. */
  readonly batches: Envelope[][] = [];
  acknowledges = true;
  /** What the backend says to a question, or nothing at all; by itself it goes by the last desired document. */
  answer: (ask: Ask) => Omit<Extract<Answer, { outcome: "refused" }>, "id"> | Omit<Extract<Answer, { outcome: "granted" }>, "id"> | null = (ask) => {
    const grant = this.#desired?.grants.find((g) => (ask.codeHash === null ? g.id === ask.grant : g.codeHash === ask.codeHash));
    return grant ? { outcome: "granted", grant } : { outcome: "refused", reason: "wrong" };
  };
  #desired: Desired | undefined;
  readonly #test: TestIdentity;
  readonly #key: KeyObject;
  #on: Parameters<Wire["start"]>[0] | undefined;
  #isUp = false;
  #seq = 0;
  #waiting: (() => void)[] = [];

  constructor(test: TestIdentity) {
    this.#test = test;
    this.#key = test.backendKey;
  }

  start(on: Parameters<Wire["start"]>[0]): void { this.#on = on; }
  async stop(): Promise<void> { this.#isUp = false; }
  connect(): void { this.#isUp = true; this.#on!.up(); }
  disconnect(): void { this.#isUp = false; this.#on!.down(); }
  get facts(): StationFact[] { return this.events.map((e) => e.event); }
  types(): string[] { return this.facts.map((e) => e.type); }

  deliver(name: DownTopic, content: unknown): void { this.#on!.message(name, structuredClone(content)); }
  desire(desired: Desired): void {
    this.#desired = desired;
    this.deliver("desired", seal("desired", desired, { kid, key: this.#key }));
  }

  /** A complete, signed command that opens for a drop-off unless told otherwise. `issuedAt` and what hangs on it is the caller's. */
  command(now: Date, more: Partial<Command> = {}): { command: Command; envelope: Envelope } {
    const command: Command = {
      v: 1, id: randomUUID(), station: this.#test.identity.station, epoch: 1, seq: ++this.#seq, issuedAt: now.toISOString(), expiresAt: new Date(now.getTime() + 30_000).toISOString(),
      action: "open", compartment: 1, parcel: randomUUID(), purpose: "dropoff", actor: "courier:1", expected: { parcel: null }, ...more,
    };
    return { command, envelope: seal("command", command, { kid, key: this.#key }) };
  }
  send(now: Date, more: Partial<Command> = {}): Promise<Result> {
    const { command, envelope } = this.command(now, more);
    this.deliver("command", envelope);
    return this.result(command.id);
  }
  result(command: string): Promise<Result> { return this.until(() => this.results.find((r) => r.command === command), `a result of ${command}`); }

  async publish(name: UpTopic, content: unknown): Promise<void> {
    if (!this.#isUp) throw new Error("not connected");
    const copy: unknown = JSON.parse(JSON.stringify(content));
    if (name === "hello") this.hellos.push(copy as Hello);
    if (name === "heartbeat") this.heartbeats.push(copy as Heartbeat);
    if (name === "result") this.results.push(copy as Result);
    if (name === "ask") this.#onAsk(copy as Ask);
    if (name === "events") this.#onEvents(Events.parse(copy).events);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #onAsk(ask: Ask): void {
    this.asked.push(ask);
    const answer = this.answer(ask);
    if (answer) queueMicrotask(() => this.deliver("answer", { ...answer, id: ask.id }));
  }

  #onEvents(envelopes: Envelope[]): void {
    this.batches.push(envelopes);
    if (!this.acknowledges) return;
    for (const envelope of envelopes) {
      const event = open("event", envelope, { station: publicKeyOf(this.#test.stationKey) }, StationEvent);
      const last = this.events.at(-1);
      if (event.seq <= (last?.seq ?? 0)) continue;
      assert.equal(event.seq, (last?.seq ?? 0) + 1, "events come without gaps");
      assert.equal(event.previous, this.#lastHash, "each event names the hash of the one before it");
      this.#lastHash = createHash("sha256").update(envelope.body).digest("hex");
      this.events.push(event);
    }
    const seq = this.events.at(-1)?.seq ?? 0;
    queueMicrotask(() => this.#isUp && this.deliver("acknowledge", { epoch: 1, seq }));
  }
  #lastHash = "0".repeat(64);

  /** Waits for something that the station says; at most 5 s. */
  async until<T>(look: () => T | undefined | false, what: string): Promise<T> {
    const deadline = performance.now() + 5_000;
    for (;;) {
      const found = look();
      if (found !== undefined && found !== false) return found;
      assert.ok(performance.now() < deadline, `waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        setTimeout(resolve, 20);
      });
    }
  }
}

/** Timers on a clock that the test moves ahead; left alone, it runs like the real one. */
export function testTime(start = new Date("2026-03-01T08:00:00Z")) {
  let aheadMs = 0;
  let jumpedMs = 0;
  const base = performance.now();
  const pending = new Set<{ dueMs: number; run: () => void; timer: ReturnType<typeof setTimeout> }>();
  const monotonic = (): number => performance.now() + aheadMs;
  function after(ms: number, run: () => void): () => void {
    const entry = { dueMs: monotonic() + ms, run: () => { pending.delete(entry); run(); }, timer: setTimeout(() => entry.run(), ms) };
    pending.add(entry);
    return () => { clearTimeout(entry.timer); pending.delete(entry); };
  }
  const timers: Timers = {
    after,
    every(ms, run) {
      let cancel = after(ms, function again() { cancel = after(ms, again); run(); });
      return () => cancel();
    },
  };
  return {
    timers, monotonic,
    now: (): Date => new Date(start.getTime() + monotonic() - base + jumpedMs),
    /** Time passes. */
    pass(ms: number): void {
      aheadMs += ms;
      for (const entry of [...pending]) {
        if (entry.dueMs > monotonic()) continue;
        clearTimeout(entry.timer);
        entry.run();
      }
    },
    /** Somebody sets the wall clock; no time passes. */
    jump(ms: number): void { jumpedMs += ms; },
  };
}

/** Starts a station on simulated boards. `restart` stops it and starts another one on the same data, with the same doors. */
export async function testStation(sizes: readonly Desired["compartments"][number]["size"][], more: (test: TestIdentity) => Partial<Desired> = () => ({})) {
  const test = testIdentity();
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-station-"));
  const time = testTime();
  const backend = new TestBackend(test);
  let [near, far] = duplex();
  let simulator = new Cu48Simulator(far, { boards: [0] });
  const desired = desiredOf(test, sizes, more(test));

  const make = async (): Promise<Station> => {
    const station = createStation({
      identity: test.identity, storeFile: path.join(folder, "station.sqlite"), board: cu48({ transport: near, boards: [0], replyTimeoutMs: 40, minIntervalMs: 0 }),
      wire: () => backend, firmware: "test", now: time.now, monotonic: time.monotonic, newId: randomUUID, random: systemRandom, timers: time.timers, log: silentLog,
    });
    await station.start();
    return station;
  };
  const world = {
    test, time, backend, desired, folder,
    station: await make(),
    get simulator() { return simulator; },
    hash: test.hash,
    /** A presented right while the door stays as it is: waits until the lock has been fired, then lets the time pass that it has to show. */
    async inVain(attempt: Promise<void>): Promise<void> {
      const before = simulator.fired.length;
      const answer = attempt.then(() => undefined, (error: unknown) => error);
      await Promise.race([answer, backend.until(() => simulator.fired.length > before, "the lock to be fired")]);
      await new Promise((resolve) => setTimeout(resolve, 60));
      time.pass(1_600);
      const error = await answer;
      if (error !== undefined) throw error;
    },
    fired: (): number[] => simulator.fired.map((f) => f.lock),
    /** Pushes a door shut and waits until the station has seen it. */
    async close(compartment: number): Promise<void> {
      simulator.closeDoor(compartment);
      await backend.until(() => world.station.doors.isClosed(compartment), `door ${compartment} to be seen closed`);
    },
    qr: (grant: Grant, right: Partial<Parameters<typeof writeQr>[0]> = {}): string =>
      writeQr({ station: test.identity.station, grant: grant.id, generation: grant.generation, compartment: grant.compartment, expiresAt: new Date(grant.expiresAt ?? "2026-04-01T00:00:00Z"), ...right }, { kid, key: test.backendKey }),
    async restart(): Promise<void> {
      await world.station.stop();
      const open = desired.compartments.map((c) => c.compartment).filter((n) => simulator.isOpen(n));
      [near, far] = duplex();
      const before = simulator.fired;
      simulator = new Cu48Simulator(far, { boards: [0] });
      simulator.fired.push(...before);
      for (const compartment of open) simulator.forceOpen(compartment);
      world.station = await make();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await world.station.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  backend.connect();
  backend.desire(desired);
  await backend.until(() => world.station.doors.views().length === sizes.length && world.station.doors.views().every((d) => d.door !== "unknown"), "all doors to be read");
  return world;
}
