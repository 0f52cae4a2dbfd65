import type { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import { downTopics, maxMessageBytes, parseTopic, topic, upTopics } from "@pigeonhole/protocol/topics";
import { Aedes, type Client, type ConnectPacket, type PublishPacket } from "aedes";
import { bucket } from "./bucket.ts";
import { backendName, serialText, type Ca } from "./certificates.ts";
import { gathered } from "./gathered.ts";
import { framed } from "./mqtt-framing.ts";
import { admitted } from "./queries/authority.ts";
import { dropUnheardSince, noteTakeover } from "./queries.ts";
import type { Tables } from "./tables.ts";

const limits = {
  /** New connections per second on average, and at once, before any handshake. */
  connections: { perSecond: 200, burst: 1_000 },
  /** Sessions that one identity may begin: two cabinets with one key would otherwise throw each other out without end. */
  sessions: { perSecond: 0.5, burst: 20 },
  /** Messages that a station has been sent and has not confirmed. One that confirms nothing, or does not read, is cut off: it would hold up the others. */
  unconfirmed: 64,
  /** Packets of one connection. */
  station: { packetsPerSecond: 100, burst: 500, bytesPerSecond: 1_048_576, burstBytes: 8_388_608 },
  /** Of the backend, which answers and confirms for all stations at once. */
  backend: { packetsPerSecond: 50_000, burst: 200_000, bytesPerSecond: 268_435_456, burstBytes: 1_073_741_824 },
  /** Topic, packet number and fixed header come on top of the message. */
  packetBytes: maxMessageBytes + 512,
  willBytes: 1_024,
  openSockets: 12_000,
} as const;
/** A handshake, and then the CONNECT packet, take at most so long. Milliseconds. */
const patienceMs = 10_000;
/** Longest keep-alive a client may ask for; without one nobody would notice that it is gone. Seconds. */
const keepaliveSeconds = 120;
/** Live sessions are compared with what is revoked so often: a revoked one ends within 5 s (G-10). Milliseconds. */
const recheckMs = 2_000;

interface Needs {
  readonly db: Db<Tables>;
  readonly ca: Ca;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly log: Log;
}
export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}
/** Who is at the other end, by certificate. */
interface Peer {
  readonly name: string;
  readonly serial: string;
}

/** Whether `name` may publish, or hear, on `text`: a station on its own topics in their direction, the backend on everything of ours (I-43). */
export function may(name: string, action: "publish" | "subscribe", text: string): boolean {
  if (name === backendName) return text.startsWith("ph/1/") && (action === "subscribe" || !/[+#]/.test(text));
  const names: readonly string[] = action === "publish" ? upTopics : downTopics;
  const at = parseTopic(text);
  return at !== undefined && at.station === name && names.includes(at.name);
}

/** The MQTT 3.1.1 broker in this process: TLS 1.3, a client certificate of our authority, one live session per identity, nothing retained, nothing queued for the absent. */
export async function startBroker({ db, ca, host, port, now, monotonic, timers, log }: Needs): Promise<Broker> {
  // No session outlives the process that carried it: whoever was connected to an earlier one is away until it comes back.
  const startedAt = now();
  while ((await db.transaction().execute((tx) => dropUnheardSince(tx, startedAt, startedAt))) > 0);
  const peers = new WeakMap<object, Peer>();
  const sessions = new Map<string, Client>();
  const unconfirmed = new WeakMap<Client, number>();
  const peerOf = (client: Client): Peer => peers.get(client.conn)!;
  const connections = bucket(limits.connections, monotonic);
  const perIdentity = new Map<string, ReturnType<typeof bucket>>();

  // After a restart all stations come at once: their certificates are looked up together.
  const isGood = gathered((serials: readonly string[]) => admitted(db, serials, now()), 1_000);

  /** Whether a session may begin; never rejects. `isTakeover`: one of the same identity is still there. */
  const admit = async ({ name, serial }: Peer, isTakeover: boolean): Promise<boolean> => {
    if (name === backendName) return true;
    try {
      const own = perIdentity.get(name) ?? bucket(limits.sessions, monotonic);
      perIdentity.set(name, own);
      const isAdmitted = own.take() && (await isGood(serial));
      if (!isAdmitted) log.warn({ station: name }, "a certificate that does not count, or too many sessions: refused");
      if (isAdmitted && isTakeover) await noteTakeover(db, name, now());
      return isAdmitted;
    } catch (error) {
      log.error({ err: error, station: name }, "a certificate could not be checked");
      return false;
    }
  };

  const aedes = await Aedes.createBroker({
    connectTimeout: patienceMs,
    keepaliveLimit: keepaliveSeconds,
    drainTimeout: patienceMs,
    maxClientsIdLength: 128,
    maxTopicLevels: 6,
    preConnect: (client, packet, done) => {
      const { name } = peerOf(client);
      const fault = connectFault(name, packet);
      if (fault) return done(new Error(fault), false);
      // Its certificate is a station's name and session, whatever it calls itself; nothing waits for it here while it is away.
      if (name !== backendName) packet.clientId = name;
      packet.clean = true;
      done(null, true);
    },
    authenticate: (client, _username, _password, done) => {
      const peer = peerOf(client);
      void (async () => done(null, await admit(peer, sessions.has(peer.name))))();
    },
    authorizePublish: (client, packet, done) => {
      // The broker's own announcements, which nobody may subscribe to.
      if (!client) return done(null);
      const { name } = peerOf(client);
      done(publishFault(name, packet) ? new Error(publishFault(name, packet)) : null);
    },
    authorizeForward: (client, packet) => {
      if (peerOf(client).name === backendName) return packet;
      const waiting = (unconfirmed.get(client) ?? 0) + 1;
      unconfirmed.set(client, waiting);
      if (waiting <= limits.unconfirmed) return packet;
      log.warn({ station: peerOf(client).name, waiting }, "a station confirms nothing: the session ends");
      client.close();
      return null;
    },
    authorizeSubscribe: (client, subscription, done) => {
      // With QoS 1 alone it is known how much a station leaves lying.
      const isAllowed = subscription.qos === 1 && may(peerOf(client).name, "subscribe", subscription.topic);
      if (!isAllowed) log.info({ station: peerOf(client).name }, "a subscription was refused");
      done(null, isAllowed ? subscription : null);
    },
  });
  aedes.on("ack", (_packet, client) => unconfirmed.set(client, Math.max(0, (unconfirmed.get(client) ?? 0) - 1)));
  aedes.on("client", (client) => sessions.set(client.id, client));
  aedes.on("clientDisconnect", (client) => {
    if (sessions.get(client.id) === client) sessions.delete(client.id);
  });
  // Its typings leave this one out; unheard it would end the process.
  (aedes as EventEmitter).on("error", (error) => log.error({ err: error }, "the broker stumbled"));
  const complain = (client: Client, error: Error): void =>
    log.info({ station: peers.get(client.conn)?.name, reason: error.message }, "a client's connection ended");
  aedes.on("clientError", complain);
  aedes.on("connectionError", complain);

  const server = createServer(
    {
      ca: ca.ca.certificate,
      cert: ca.broker.certificate,
      key: ca.broker.key,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.3",
      maxVersion: "TLSv1.3",
      handshakeTimeout: patienceMs,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 30_000,
    },
    (socket) => {
      const peer = peerAt(socket);
      if (!peer) return void socket.destroy();
      socket.setNoDelay(true);
      const pace = peer.name === backendName ? limits.backend : limits.station;
      const stream = framed(socket, { packetBytes: limits.packetBytes, ...pace, timers, monotonic });
      peers.set(stream, peer);
      aedes.handle(stream);
    },
  );
  server.maxConnections = limits.openSockets;
  const open = new Set<Socket>();
  server.on("connection", (socket) => {
    if (!connections.take()) return void socket.destroy();
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("tlsClientError", (error) => log.info({ reason: error.message }, "a TLS handshake failed"));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

  const recheck = async (): Promise<void> => {
    const stations = [...sessions.values()].filter((client) => peerOf(client).name !== backendName);
    if (stations.length === 0) return;
    const good = await admitted(
      db,
      stations.map((client) => peerOf(client).serial),
      now(),
    );
    for (const client of stations.filter((client) => !good.has(peerOf(client).serial))) {
      log.warn({ station: peerOf(client).name }, "the certificate counts no more: the session ends");
      client.close();
    }
  };
  const cancel = timers.every(
    recheckMs,
    () => void recheck().catch((error: unknown) => log.error({ err: error }, "live sessions could not be checked")),
  );

  return {
    port: (server.address() as { port: number }).port,
    stop: async () => {
      cancel();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      open.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

function peerAt(socket: TLSSocket): Peer | undefined {
  const { subject, serialNumber } = socket.getPeerCertificate();
  // A subject of several names is nothing that our authority has ever signed.
  return socket.authorized && typeof subject?.CN === "string" ? { name: subject.CN, serial: serialText(serialNumber) } : undefined;
}

function connectFault(name: string, { will, clientId }: ConnectPacket): string | undefined {
  if (name === backendName && !/^[\w-]{1,128}$/.test(clientId)) return "a backend needs a client id";
  if (!will) return undefined;
  if (name !== backendName && will.topic !== topic(name, "presence")) return "a will is for the own presence alone";
  return will.payload.length > limits.willBytes ? "the will is too large" : publishFault(name, will);
}

function publishFault(
  name: string,
  packet: Pick<PublishPacket, "topic" | "payload"> & Partial<Pick<PublishPacket, "qos" | "retain">>,
): string | undefined {
  if (!may(name, "publish", packet.topic)) return "this topic is not the client's to publish on";
  if (packet.retain) return "nothing is retained here";
  if (packet.qos === 2) return "QoS 2 is not spoken here";
  return packet.payload.length > maxMessageBytes ? "the message is too large" : undefined;
}
