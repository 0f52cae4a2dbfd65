// The backend's side of a wire, in the hand of a test.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from "node:crypto";
import { codeHash } from "@pigeonhole/protocol/codes";
import { open, publicKeyOf, publicKeyText, seal } from "@pigeonhole/protocol/envelope";
import {
  Events,
  StationEvent,
  type Answer,
  type Ask,
  type Command,
  type Desired,
  type Envelope,
  type Grant,
  type Heartbeat,
  type Hello,
  type Result,
  type StationFact,
} from "@pigeonhole/protocol/messages";
import { Telemetry } from "@pigeonhole/protocol/telemetry";
import type { DownTopic, UpTopic } from "@pigeonhole/protocol/topics";
import type { Identity } from "../provisioning/identity.ts";
import type { Wire } from "./wire.ts";

/** The id of the backend's signing key. */
export const kid = "k1";

/** A station's identity and the backend's signing key, fresh. */
export function testIdentity(station: string = randomUUID()) {
  const own = generateKeyPairSync("ed25519");
  const backend = generateKeyPairSync("ed25519");
  const codeKey = randomBytes(32);
  const identity: Identity = {
    station,
    epoch: 1,
    key: own.privateKey.export({ format: "pem", type: "pkcs8" }) as string,
    certificate: "",
    ca: "",
    codeKey: codeKey.toString("base64url"),
    mqttUrl: "mqtts://127.0.0.1:1",
    signingKeys: { [kid]: publicKeyText(backend.publicKey) },
    keyGeneration: 1,
  };
  return {
    identity,
    backendKey: backend.privateKey,
    stationKey: publicKeyText(own.publicKey),
    hash: (code: string) => codeHash(codeKey, station, code),
  };
}
export type TestIdentity = ReturnType<typeof testIdentity>;

/** Compartments from 1 on, of these sizes, with grants for them. */
export function desiredOf(
  { identity }: TestIdentity,
  sizes: readonly Desired["compartments"][number]["size"][],
  more: Partial<Desired> = {},
): Desired {
  return {
    v: 1,
    station: identity.station,
    epoch: identity.epoch,
    version: 1,
    issuedAt: "2026-03-01T08:00:00.000Z",
    name: "Test",
    timeZone: "Europe/Berlin",
    supportPhone: null,
    service: { state: "active", reason: null },
    inspectedUpTo: 0,
    diagnosis: null,
    signingKeys: { generation: 1, keys: identity.signingKeys },
    layout: null,
    compartments: sizes.map((size, i) => ({ compartment: i + 1, size, state: "in_service" })),
    walkUp: [],
    grants: [],
    deadCodes: [],
    firmware: null,
    inspected: [],
    ...more,
  };
}

export const grantOf = (test: TestIdentity, code: string | null, more: Partial<Grant> = {}): Grant => ({
  id: randomUUID(),
  kind: "pickup",
  state: "active",
  compartment: 1,
  parcel: randomUUID(),
  codeHash: code === null ? null : test.hash(code),
  generation: 1,
  notBefore: "2026-02-01T00:00:00.000Z",
  expiresAt: "2026-04-01T00:00:00.000Z",
  ...more,
});

/** The backend's side of a wire: what a station says is kept, events are verified, chained and acknowledged, unless the test says otherwise. */
export class TestBackend implements Wire {
  readonly hellos: Hello[] = [];
  readonly heartbeats: Heartbeat[] = [];
  readonly telemetry: Telemetry[] = [];
  readonly results: Result[] = [];
  readonly asked: Ask[] = [];
  readonly events: StationEvent[] = [];
  /** Event messages as they came, repeats included. */
  readonly batches: Envelope[][] = [];
  acknowledges = true;
  /** What the backend says to a question, or nothing at all; by itself it goes by the last desired document. */
  answer: (ask: Ask) => Omit<Extract<Answer, { outcome: "refused" }>, "id"> | Omit<Extract<Answer, { outcome: "granted" }>, "id"> | null = (
    ask,
  ) => {
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

  start(on: Parameters<Wire["start"]>[0]): void {
    this.#on = on;
  }
  /** How often the station wanted another connection in place of the present one. */
  renewals = 0;
  renew(): void {
    this.renewals++;
  }
  async stop(): Promise<void> {
    this.#isUp = false;
  }
  connect(): void {
    this.#isUp = true;
    this.#on!.up();
  }
  disconnect(): void {
    this.#isUp = false;
    this.#on!.down();
  }
  get facts(): StationFact[] {
    return this.events.map((e) => e.event);
  }
  types(): string[] {
    return this.facts.map((e) => e.type);
  }

  deliver(name: DownTopic, content: unknown): void {
    this.#on!.message(name, structuredClone(content));
  }
  desire(desired: Desired): void {
    this.#desired = desired;
    this.deliver("desired", seal("desired", desired, { kid, key: this.#key }));
  }

  /** A complete, signed command that opens for a drop-off unless told otherwise. `issuedAt` and what hangs on it is the caller's. */
  command(now: Date, more: Partial<Command> = {}): { command: Command; envelope: Envelope } {
    const command: Command = {
      v: 1,
      id: randomUUID(),
      station: this.#test.identity.station,
      epoch: 1,
      seq: ++this.#seq,
      issuedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 30_000).toISOString(),
      action: "open",
      compartment: 1,
      parcel: randomUUID(),
      purpose: "dropoff",
      actor: "courier:1",
      expected: { parcel: null },
      ...more,
    };
    return { command, envelope: seal("command", command, { kid, key: this.#key }) };
  }
  send(now: Date, more: Partial<Command> = {}): Promise<Result> {
    const { command, envelope } = this.command(now, more);
    this.deliver("command", envelope);
    return this.result(command.id);
  }
  result(command: string): Promise<Result> {
    return this.until(() => this.results.find((r) => r.command === command), `a result of ${command}`);
  }

  async publish(name: UpTopic, content: unknown): Promise<void> {
    if (!this.#isUp) throw new Error("not connected");
    const copy: unknown = JSON.parse(JSON.stringify(content));
    if (name === "hello") this.hellos.push(copy as Hello);
    if (name === "heartbeat") this.heartbeats.push(copy as Heartbeat);
    if (name === "telemetry") this.telemetry.push(Telemetry.parse(copy));
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
