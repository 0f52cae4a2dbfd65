// The least that a station can be: it speaks the protocol truly and has no doors. For load tests; and with a fault, for tests of the tests.
import { createHash, type KeyObject } from "node:crypto";
import type { Socket } from "node:net";
import { open, publicKeyOf, seal, type PinnedKeys } from "@pigeonhole/protocol/envelope";
import {
  Acknowledge,
  Command,
  Desired,
  type Envelope,
  type Result,
  type StationEvent,
  type StationFact,
} from "@pigeonhole/protocol/messages";
import { downTopics, topic, type UpTopic } from "@pigeonhole/protocol/topics";
import mqtt, { type MqttClient } from "mqtt";

/** What a faulty one does wrong. */
export type Fault =
  | "believes_anybody"
  | "opens_again"
  | "ignores_expiry"
  | "ignores_sequence"
  | "ignores_station"
  | "ignores_expected"
  | "breaks_the_chain"
  | "never_resends"
  | "takes_older_documents"
  | "no_will"
  | "keeps_silent";

export interface LightNeeds {
  readonly url: string;
  readonly station: string;
  readonly epoch: number;
  readonly key: KeyObject;
  /** PEM. */
  readonly keyPem: string;
  readonly certificate: string;
  readonly ca: string;
  readonly signingKeys: Readonly<Record<string, string>>;
  readonly fault?: Fault;
  /** Waits before it tries to connect again, by failures in a row. Milliseconds. */
  readonly backoffMs: (failures: number) => number;
}

const tolerance = 120_000;

export function lightStation(needs: LightNeeds) {
  const { url, station, epoch, key, keyPem, certificate, ca, fault } = needs;
  const keys: Record<string, KeyObject> = Object.fromEntries(
    Object.entries(needs.signingKeys).map(([kid, text]) => [kid, publicKeyOf(text)]),
  );
  const bootId = crypto.randomUUID();
  const journal: Envelope[] = [];
  const seen = new Map<string, Result>();
  const taken = new Set<number>();
  let previous = "0".repeat(64);
  let acknowledged = 0;
  let highest = 0;
  let desired: Desired | undefined;
  let generation = 1;
  let client: MqttClient | undefined;
  let isStopped = false;
  let failures = 0;
  let opens = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let resend: ReturnType<typeof setTimeout> | undefined;

  const say = (name: UpTopic, content: unknown): void => {
    if (client?.connected) void client.publishAsync(topic(station, name), JSON.stringify(content), { qos: 1 }).catch(() => {});
  };
  const note = (event: StationFact): void => {
    const entry: StationEvent = { v: 1, station, epoch, seq: journal.length + 1, previous, at: new Date().toISOString(), event };
    const envelope = seal("event", entry, { kid: "station", key });
    previous = createHash("sha256")
      .update(fault === "breaks_the_chain" ? `${envelope.body} ` : envelope.body)
      .digest("hex");
    journal.push(envelope);
  };
  const pump = (): void => {
    clearTimeout(resend);
    if (journal.length === acknowledged) return;
    say("events", { events: journal.slice(acknowledged, acknowledged + 50) });
    if (fault !== "never_resends") resend = setTimeout(pump, 3_000);
  };
  const beat = (): void =>
    say("heartbeat", {
      now: new Date().toISOString(),
      desiredVersion: desired?.version ?? 0,
      pendingEvents: journal.length - acknowledged,
      openDoors: [],
      temperatureC: null,
      mains: true,
      batteryPercent: null,
      firmware: "light",
      everySeconds: 20,
    });

  function obey(message: unknown): Result | undefined {
    let command: Command;
    const refused = (id: string, reason: string): Result => ({ command: id, outcome: "refused", reason, at: new Date().toISOString() });
    try {
      command =
        fault === "believes_anybody"
          ? Command.parse(JSON.parse((message as Envelope).body))
          : open("command", message, keys as PinnedKeys, Command);
    } catch {
      return undefined;
    }
    const remember = (result: Result): Result => {
      seen.set(command.id, result);
      taken.add(command.seq);
      highest = Math.max(highest, command.seq);
      return result;
    };
    if (fault !== "ignores_station" && command.station !== station) return refused(command.id, "wrong_station");
    if (command.epoch !== epoch) return refused(command.id, "wrong_epoch");
    const known = seen.get(command.id);
    if (known && fault !== "opens_again") return known;
    if (fault !== "ignores_sequence" && !known && (command.seq <= highest - 64 || taken.has(command.seq)))
      return refused(command.id, "old_sequence");
    if (fault !== "ignores_expiry" && Date.now() >= Date.parse(command.expiresAt) + tolerance)
      return remember(refused(command.id, "expired"));
    if (!desired?.compartments.some(({ compartment }) => compartment === command.compartment))
      return remember(refused(command.id, "no_such_compartment"));
    if (fault !== "ignores_expected" && command.expected.parcel !== null) return remember(refused(command.id, "unexpected_state"));
    const { id, purpose, actor, parcel, compartment } = command;
    opens++;
    note({ type: "compartment_opened", compartment, cause: { kind: "command", command: id, purpose, actor, parcel } });
    note({ type: "compartment_closed", compartment });
    return remember({ command: id, outcome: "opened", reason: null, at: new Date().toISOString() });
  }

  function take(name: string, message: unknown): void {
    if (name === "acknowledge") {
      const { seq } = Acknowledge.parse(message);
      if (seq <= journal.length) acknowledged = seq;
      pump();
    } else if (name === "desired") {
      const next = open("desired", message, keys as PinnedKeys, Desired);
      const isNews = fault === "takes_older_documents" || next.version > (desired?.version ?? 0);
      if (next.station !== station || next.epoch !== epoch || !isNews) return;
      desired = next;
      if (next.signingKeys.generation > generation) {
        generation = next.signingKeys.generation;
        for (const kid of Object.keys(keys)) delete keys[kid];
        for (const [kid, text] of Object.entries(next.signingKeys.keys)) keys[kid] = publicKeyOf(text);
      }
      beat();
    } else if (name === "command") {
      const result = obey(message);
      if (result) say("result", result);
      pump();
    }
  }

  function connect(): void {
    const mine = mqtt.connect(url, {
      key: keyPem,
      cert: certificate,
      ca,
      minVersion: "TLSv1.3",
      clientId: station,
      clean: true,
      protocolVersion: 4,
      keepalive: 60,
      connectTimeout: 30_000,
      reconnectPeriod: 0,
      resubscribe: false,
      ...(fault !== "no_will" && {
        will: { topic: topic(station, "presence"), payload: Buffer.from(JSON.stringify({ online: false, bootId })), qos: 1, retain: false },
      }),
    } as mqtt.IClientOptions);
    client = mine;
    let isUp = false;
    mine.on("error", () => {});
    mine.on("connect", () => {
      (mine.stream as unknown as Socket).setNoDelay(true);
      mine.subscribe(
        downTopics.map((name) => topic(station, name)),
        { qos: 1 },
        (error) => {
          if (error) return void mine.end(true);
          isUp = true;
          failures = 0;
          if (fault === "keeps_silent") return;
          say("presence", { online: true, bootId });
          say("hello", {
            v: 1,
            epoch,
            desiredVersion: desired?.version ?? 0,
            lastEventSeq: journal.length,
            firmware: "light",
            bootId,
            now: new Date().toISOString(),
            keyGeneration: generation,
          });
          beat();
          pump();
          up();
        },
      );
    });
    mine.on("message", (text, payload) => {
      try {
        take(text.split("/").at(-1)!, JSON.parse(payload.toString()));
      } catch {
        // What is no sound message is left aside.
      }
    });
    mine.once("close", () => {
      mine.end(true);
      if (isUp) down();
      if (!isStopped) timer = setTimeout(connect, needs.backoffMs(failures++));
    });
  }
  let up = (): void => {};
  let down = (): void => {};
  note({ type: "station_started", firmware: "light", bootId });
  return {
    start(on: { readonly up?: () => void; readonly down?: () => void } = {}): void {
      up = on.up ?? up;
      down = on.down ?? down;
      connect();
    },
    /** Something happens at the cabinet: an entry that goes up when it can. */
    happen(event: StationFact): void {
      note(event);
      pump();
    },
    opens: () => opens,
    events: () => journal.length,
    async stop(): Promise<void> {
      isStopped = true;
      clearTimeout(timer);
      clearTimeout(resend);
      await client?.endAsync(true);
    },
  };
}
export type LightStation = ReturnType<typeof lightStation>;
