import { createHash, createPrivateKey, createPublicKey, randomUUID, X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { open, publicKeyText, seal, type Kind, type SigningKey } from "@pigeonhole/protocol/envelope";
import { Desired, Events, StationEvent, type Command, type Envelope, type StationFact } from "@pigeonhole/protocol/messages";
import { topic, upTopics, type DownTopic, type UpTopic } from "@pigeonhole/protocol/topics";
import mqtt from "mqtt";
import type { TestNetwork } from "./network.ts";

/** What a check says when the station does otherwise than the protocol. */
export class Wrong extends Error {}
export function must(isSo: boolean, sentence: string): asserts isSo {
  if (!isSo) throw new Wrong(sentence);
}

/** The backend's side of the conversation with one station, as a conformance test plays it. */
export async function playBackend(url: string, { station: file, backend, signing }: TestNetwork) {
  const { station, ca } = file;
  const key: SigningKey = { kid: signing.kid, key: createPrivateKey(signing.key) };
  const stationKey = createPublicKey(new X509Certificate(file.certificate).publicKey.export({ format: "pem", type: "spki" }));
  const options = {
    ca,
    cert: backend.certificate,
    key: backend.key,
    minVersion: "TLSv1.3",
    protocolVersion: 4,
    reconnectPeriod: 0,
  } as const;
  const client = await mqtt.connectAsync(url, { ...options, clientId: `backend-${randomUUID()}` } as mqtt.IClientOptions);
  (client.stream as unknown as Socket).setNoDelay(true);
  const heard: { readonly name: UpTopic; readonly content: unknown; readonly retained: boolean; readonly qos: number }[] = [];
  const events: StationEvent[] = [];
  /** Positions as they came, repeats included. */
  const batches: number[][] = [];
  const faults: string[] = [];
  let acknowledges = true;
  let previous = "0".repeat(64);

  const send = (name: DownTopic, content: unknown): Promise<unknown> =>
    client.publishAsync(topic(station, name), typeof content === "string" ? content : JSON.stringify(content), { qos: 1 });

  function takeEvents(content: unknown): void {
    const batch = Events.safeParse(content);
    if (!batch.success) return void faults.push("a message on `events` has another form");
    const seqs: number[] = [];
    for (const envelope of batch.data.events) {
      let entry: StationEvent;
      try {
        entry = open("event", envelope, { [envelope.kid]: stationKey }, StationEvent);
      } catch (error) {
        return void faults.push(`an entry cannot be read: ${String(error)}`);
      }
      seqs.push(entry.seq);
      const last = events.at(-1)?.seq;
      if (entry.station !== station) faults.push("an entry names another station");
      if (last !== undefined && entry.seq <= last) continue;
      if (last !== undefined && entry.seq !== last + 1) return void faults.push(`entry ${entry.seq} follows ${last}`);
      if (events.length > 0 && entry.previous !== previous) faults.push(`entry ${entry.seq} does not name the hash of the one before it`);
      previous = createHash("sha256").update(envelope.body).digest("hex");
      events.push(entry);
    }
    batches.push(seqs);
    // A line that closes meanwhile takes the word with it: the entries come again.
    if (acknowledges) void acknowledge().catch(() => {});
  }
  const acknowledge = (): Promise<unknown> => send("acknowledge", { epoch: file.epoch, seq: events.at(-1)?.seq ?? 0 });
  const names: readonly string[] = upTopics;
  client.on("message", (text, payload, packet) => {
    const name = text.split("/").at(-1)!;
    if (!names.includes(name)) return void faults.push(`it speaks on \`${name}\`, which is no topic of its own`);
    let content: unknown;
    try {
      content = JSON.parse(payload.toString());
    } catch {
      return void faults.push(`a message on \`${name}\` is no JSON`);
    }
    heard.push({ name: name as UpTopic, content, retained: packet.retain, qos: packet.qos });
    if (name === "events") takeEvents(content);
  });
  await client.subscribeAsync(
    upTopics.map((name) => topic(station, name)),
    { qos: 1 },
  );

  let seq = Math.floor(Date.now() / 1_000);
  let version = Math.floor(Date.now() / 1_000);
  const facts = (): StationFact[] => events.map(({ event }) => event);
  const world = {
    station,
    heard,
    faults,
    events,
    batches,
    facts,
    acknowledge,
    stopAcknowledging: () => (acknowledges = false),
    startAcknowledging: () => {
      acknowledges = true;
      return acknowledge();
    },
    of: (name: UpTopic): readonly unknown[] => heard.filter((message) => message.name === name).map(({ content }) => content),
    send,
    publicKey: publicKeyText(createPublicKey(key.key)),
    /** Waits until `look` finds something; says `what` when it does not within `seconds`. */
    async until<T>(look: () => T | undefined | false, what: string, seconds = 10): Promise<T> {
      for (const end = Date.now() + seconds * 1_000; ; await pause(25)) {
        const found = look();
        if (found !== undefined && found !== false) return found;
        must(Date.now() < end, `${what}: nothing of that within ${seconds} s`);
      }
    },
    /** Ends the station's session by taking its name, as a broker does with a second session of one identity. */
    async cut(): Promise<void> {
      const other = await mqtt.connectAsync(url, { ...options, clientId: station } as mqtt.IClientOptions);
      await other.endAsync(true);
    },
    document: (more: Partial<Desired> = {}): Desired => ({
      v: 1,
      station,
      epoch: file.epoch,
      version: ++version,
      issuedAt: new Date().toISOString(),
      name: "Conformance",
      timeZone: "Europe/Tallinn",
      supportPhone: null,
      service: { state: "active", reason: null },
      inspectedUpTo: 0,
      diagnosis: null,
      signingKeys: { generation: 1, keys: file.signingKeys },
      layout: {
        floorMm: 100,
        columns: [{ doors: [1, 2, 3].map((number) => ({ number, size: "small", widthMm: 350, heightMm: 180, depthMm: 300 })) }],
      },
      compartments: [1, 2, 3].map((compartment) => ({ compartment, size: "small", state: "in_service" })),
      walkUp: [],
      grants: [],
      deadCodes: [],
      firmware: null,
      inspected: [],
      ...more,
    }),
    sealed: (content: unknown, kind: Kind = "desired", by: SigningKey = key): Envelope => seal(kind, content, by),
    command: (more: Partial<Command> = {}): Command => ({
      v: 1,
      id: randomUUID(),
      station,
      epoch: file.epoch,
      seq: ++seq,
      issuedAt: new Date().toISOString(),
      expiresAt: new Date(Date.now() + 30_000).toISOString(),
      action: "open",
      compartment: 1,
      parcel: null,
      purpose: "service",
      actor: "conformance",
      expected: { parcel: null },
      ...more,
    }),
    results: (command: string): { outcome: string; reason: string | null }[] =>
      world.of("result").filter((result) => (result as { command?: string }).command === command) as {
        outcome: string;
        reason: string | null;
      }[],
    opened: (command?: string): number =>
      facts().filter(
        (fact) =>
          fact.type === "compartment_opened" && fact.cause.kind === "command" && (command === undefined || fact.cause.command === command),
      ).length,
    end: () => client.endAsync(true),
  };
  return world;
}
export type Backend = Awaited<ReturnType<typeof playBackend>>;
