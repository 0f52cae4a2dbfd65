import { createHash } from "node:crypto";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { sleep, within, type Timers } from "@pigeonhole/kit/timers";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import mqtt, { type IClientOptions } from "mqtt";
import { z } from "zod";
import { backendName, type Ca } from "./certificates.ts";

/** Where mosquitto's dynamic-security plugin is told what to do, and where it answers. */
const control = "$CONTROL/dynamic-security/v1";
const controlResponse = `${control}/response`;
/** An order that has no answer by then counts as not carried out. Milliseconds. */
const answerMs = 5_000;
const reconnectMs = 1_000;
/** Names asked for at once: the answer stays well below the broker's largest message. */
const pageSize = 500;
/** Stations put on, or taken off, the list in one message; after each the broker, which writes its file anew every time, gets a breath. */
const batchSize = 20;
const breathMs = 20;
/** Pages of a list, at most: as many stations as one broker carries. */
const maxPages = 100;

interface Needs {
  readonly mqttUrl: string;
  readonly ca: Ca;
  /** Every station that has a certificate which counts. */
  readonly admitted: () => Promise<ReadonlySet<string>>;
  readonly newId: NewId;
  readonly timers: Timers;
  readonly log: Log;
}

/**
 * The stations that mosquitto lets speak, in its dynamic-security plugin: who is not on the list may neither say nor hear anything. Kept equal to
 * the certificates that count, at every connection and whenever somebody asks.
 */
export interface AccessList {
  /** The station may use its own topics from now on. False when the broker could not be told: the next comparison tells it. */
  admit(station: string): Promise<boolean>;
  /** Ends the station's session, and it may do nothing more. False as for `admit`. */
  remove(station: string): Promise<boolean>;
  /** Adds who is missing and takes off who has no business there. */
  compare(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const Reply = z.object({
  command: z.string(),
  correlationData: z.string().optional(),
  error: z.string().optional(),
  data: z.looseObject({}).optional(),
});
type Reply = z.infer<typeof Reply>;
const Replies = z.object({ responses: z.array(Reply) });
const Clients = z.object({
  clients: z.array(z.object({ username: z.string(), roles: z.array(z.object({ rolename: z.string() })).default([]) })),
});

// What a role allows is part of its name: after a change of the protocol every station is on the list with a role of a former name, and gets the present one.
const edition = createHash("sha256")
  .update(JSON.stringify([upTopics, downTopics]))
  .digest("hex")
  .slice(0, 8);
const roleOf = (station: string): string => `${station} ${edition}`;

/** A station speaks on its own topics in their direction and hears its own; literal names, nothing else (I-43). */
export const rightsOf = (station: string) => [
  ...upTopics.map((name) => ({ acltype: "publishClientSend", topic: topic(station, name), allow: true })),
  ...downTopics.flatMap((name) =>
    ["subscribeLiteral", "publishClientReceive", "unsubscribeLiteral"].map((acltype) => ({
      acltype,
      topic: topic(station, name),
      allow: true,
    })),
  ),
];
const admission = (station: string) => [
  { command: "createRole", rolename: roleOf(station), acls: rightsOf(station) },
  { command: "createClient", username: station, roles: [{ rolename: roleOf(station) }] },
];
const removal = (station: string, roles: readonly string[]) => [
  { command: "deleteClient", username: station },
  ...roles.map((rolename) => ({ command: "deleteRole", rolename })),
];

/** The shipped list with these stations on it, for a broker that is set up when they are already there: thousands at once are quicker so. */
export function withStations(shipped: string, stations: ReadonlySet<string>): string {
  const list = z.looseObject({ clients: z.array(z.unknown()), roles: z.array(z.unknown()) }).parse(JSON.parse(shipped));
  const admissions = [...stations].toSorted().map(admission);
  const [roles, clients] = [0, 1].map((n) => admissions.map((orders) => ({ ...orders[n], command: undefined })));
  return JSON.stringify({ ...list, clients: [...list.clients, ...clients!], roles: [...list.roles, ...roles!] }, null, 1);
}

/** What is so already is no failure. */
const isSo = ({ error }: Reply): boolean => error === undefined || /already exists|not found/i.test(error);

export function createAccessList({ mqttUrl, ca, admitted, newId, timers, log }: Needs): AccessList {
  const waiting = new Map<string, (replies: readonly Reply[]) => void>();
  const client = mqtt.connect(mqttUrl, {
    manualConnect: true,
    clientId: `${backendName}-access-list-${newId()}`,
    clean: true,
    protocolVersion: 4,
    keepalive: 30,
    connectTimeout: answerMs,
    queueQoSZero: false,
    resubscribe: false,
    reconnectPeriod: reconnectMs,
    rejectUnauthorized: true,
    ca: ca.ca.certificate,
    cert: ca.backend.certificate,
    key: ca.backend.key,
    minVersion: "TLSv1.3",
  } as IClientOptions);
  let isReady = false;
  let work: Promise<unknown> = Promise.resolve();

  /** One after the other: two comparisons at once would undo each other. */
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const mine = work.then(run);
    work = mine.catch(() => undefined);
    return mine;
  };

  /** Has orders carried out; undefined when the broker did not answer all of them. */
  async function ask(orders: readonly object[]): Promise<readonly Reply[] | undefined> {
    if (!isReady) return undefined;
    const id = newId();
    const replies: Reply[] = [];
    const answered = new Promise<readonly Reply[]>((resolve) =>
      waiting.set(id, (some) => {
        replies.push(...some);
        if (replies.length >= orders.length) resolve(replies);
      }),
    );
    try {
      const message = JSON.stringify({ commands: orders.map((order) => ({ ...order, correlationData: id })) });
      const sent = client.publishAsync(control, message, { qos: 1 });
      sent.catch(() => undefined);
      return await within(timers, answerMs, answered);
    } finally {
      waiting.delete(id);
    }
  }
  async function carryOut(orders: readonly object[]): Promise<boolean> {
    const replies = await ask(orders);
    const failed = replies?.filter((reply) => !isSo(reply)) ?? [];
    if (failed.length > 0) log.error({ failed: failed.slice(0, 3) }, "the broker's access list refuses an order");
    return replies !== undefined && failed.length === 0;
  }

  /** Who is on the list, and by which roles. */
  async function listed(): Promise<ReadonlyMap<string, readonly string[]>> {
    const found = new Map<string, readonly string[]>();
    for (let page = 0; page < maxPages; page++) {
      const replies = await ask([{ command: "listClients", verbose: true, count: pageSize, offset: page * pageSize }]);
      if (!replies || replies[0]?.error !== undefined) throw new Error(`the broker's access list cannot be read: ${replies?.[0]?.error}`);
      const { clients } = Clients.parse(replies[0]!.data);
      for (const { username, roles } of clients)
        found.set(
          username,
          roles.map(({ rolename }) => rolename),
        );
      if (clients.length < pageSize) return found;
    }
    throw new Error(`the broker's access list has more than ${maxPages * pageSize} entries`);
  }

  async function compare(): Promise<void> {
    // The list first: a station that is enrolled meanwhile is then put on it twice, which does no harm, and never taken off.
    const there = await listed();
    const wanted = await admitted();
    const wrong = [...there].filter(([name, roles]) => name !== backendName && !(wanted.has(name) && roles.includes(roleOf(name))));
    const missing = [...wanted].filter((station) => !there.get(station)?.includes(roleOf(station)));
    const batches = [...inBatches(wrong.map(([name, roles]) => removal(name, roles))), ...inBatches(missing.map(admission))];
    for (const orders of batches) {
      if (!(await carryOut(orders))) throw new Error("the broker's access list could not be brought up to date");
      await sleep(timers, breathMs);
    }
    if (batches.length > 0) log.warn({ added: missing.length, removed: wrong.length }, "the broker's access list was not as it should be");
  }

  client.on("error", (error) => log.warn({ err: error }, "the broker's access list cannot be reached; it is tried again"));
  client.on("message", (_, payload) => {
    const read = Replies.safeParse(readJson(payload));
    if (!read.success) return log.warn({ bytes: payload.length }, "an answer of the broker's access list cannot be read");
    const [first] = read.data.responses;
    waiting.get(first?.correlationData ?? "")?.(read.data.responses);
  });
  client.on("close", () => {
    isReady = false;
  });

  return {
    admit: (station) => inTurn(() => carryOut(admission(station))),
    remove: (station) => inTurn(() => carryOut(removal(station, [roleOf(station)]))),
    compare: () => inTurn(compare),
    start: async () => {
      const ready = new Promise<void>((resolve) => {
        client.on("connect", () => {
          void (async () => {
            await client.subscribeAsync(controlResponse, { qos: 1 });
            isReady = true;
            // A broker that was away, or lost its file, is told at once.
            await inTurn(compare);
            resolve();
          })().catch((error: unknown) => {
            log.error({ err: error }, "the broker's access list is not kept; is its dynamic-security plugin loaded?");
            client.stream.destroy();
          });
        });
      });
      client.connect();
      // A broker that is not there yet is no reason not to start.
      await within(timers, answerMs, ready);
    },
    stop: async () => {
      await client.endAsync(true);
      await work;
    },
  };
}

function* inBatches(each: readonly (readonly object[])[]): Generator<object[]> {
  for (let n = 0; n < each.length; n += batchSize) yield each.slice(n, n + batchSize).flat();
}

function readJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return undefined;
  }
}
