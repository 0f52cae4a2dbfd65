// What the tests of this module share: cabinets that speak the protocol, made of nothing but keys and an MQTT client.
import "reflect-metadata";
import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import type { Socket } from "node:net";
import * as x509 from "@peculiar/x509";
import { seal } from "@pigeonhole/protocol/envelope";
import type { Envelope, StationEvent, StationFact } from "@pigeonhole/protocol/messages";
import { downTopics, topic, type DownTopic, type UpTopic } from "@pigeonhole/protocol/topics";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { Ca } from "./certificates.ts";

/** A key pair and a request for it. */
export async function makeKey(
  algorithm: "Ed25519" | "P-256" = "Ed25519",
): Promise<{ readonly key: string; readonly csr: string; readonly signing: KeyObject }> {
  const kind = algorithm === "Ed25519" ? { name: "Ed25519" } : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = (await crypto.subtle.generateKey(kind, true, ["sign", "verify"])) as CryptoKeyPair;
  const request = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=station", keys, signingAlgorithm: kind });
  const der = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  const signing = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { key: signing.export({ format: "pem", type: "pkcs8" }) as string, csr: request.toString("pem"), signing };
}

export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** Connects and resolves, or rejects with the reason; never tries twice. */
export function dial(
  url: string,
  ca: Ca | { ca: Identity },
  identity: Identity | undefined,
  options: IClientOptions & { maxVersion?: string; minVersion?: string } = {},
): Promise<MqttClient> {
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    keepalive: 30,
    reconnectPeriod: 0,
    connectTimeout: 15_000,
    ca: ca.ca.certificate,
    clientId: "whoever",
    ...(identity ? { cert: identity.certificate, key: identity.key } : {}),
    ...options,
  });
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    client.on("error", (error) => {
      failure = error as Error;
    });
    client.once("close", () => {
      client.end(true);
      reject(failure ?? new Error("the connection was closed"));
    });
    client.once("connect", () => {
      (client.stream as unknown as Socket).setNoDelay(true);
      resolve(client);
    });
  });
}

/** A station's own log, as the real one writes it. */
export function journal(station: string, epoch: number, key: KeyObject) {
  let seq = 0;
  let previous = "0".repeat(64);
  const sign = (content: unknown): Envelope => seal("event", content, { kid: "station", key });
  return {
    sign,
    next(event: StationFact, at = "2026-01-01T12:00:00.000Z"): Envelope {
      const entry: StationEvent = { v: 1, station, epoch, seq: ++seq, previous, at, event };
      const envelope = sign(entry);
      previous = createHash("sha256").update(envelope.body).digest("hex");
      return envelope;
    },
    last: () => ({ seq, previous }),
  };
}

/** A connected station: what it hears is kept by topic, `heard` waits for the next one. */
export async function cabinet(client: MqttClient, station: string) {
  const kept = new Map<DownTopic, unknown[]>();
  const waiting = new Map<DownTopic, (message: unknown) => void>();
  client.on("message", (text, payload) => {
    const name = text.split("/").at(-1) as DownTopic;
    const message: unknown = JSON.parse(payload.toString());
    const wait = waiting.get(name);
    waiting.delete(name);
    if (wait) wait(message);
    else kept.set(name, [...(kept.get(name) ?? []), message]);
  });
  await client.subscribeAsync(
    downTopics.map((name) => topic(station, name)),
    { qos: 1 },
  );
  return {
    client,
    say: (name: UpTopic, message: unknown) =>
      client.publishAsync(topic(station, name), typeof message === "string" ? message : JSON.stringify(message), { qos: 1 }),
    heard<T>(name: DownTopic): Promise<T> {
      const queue = kept.get(name) ?? [];
      if (queue.length > 0) return Promise.resolve(queue.shift() as T);
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nothing came on ${name}`)), 4_000);
        waiting.set(name, (message) => {
          clearTimeout(timer);
          resolve(message as T);
        });
      });
    },
    count: (name: DownTopic): number => kept.get(name)?.length ?? 0,
  };
}
