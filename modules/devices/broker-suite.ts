// What every broker that carries our messages has to hold to: run against the one in process and against mosquitto.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { systemMonotonic as monotonic, systemNow as now } from "@pigeonhole/kit/clock";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { sleep, systemTimers } from "@pigeonhole/kit/timers";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import type { MqttClient } from "mqtt";
import { connect as tlsConnect } from "node:tls";
import { createCa } from "./ca.ts";
import { readRequest, type Ca } from "./certificates.ts";
import { floodTests } from "./broker-suite-floods.ts";
import { dial, makeKey, type Identity } from "./testing.ts";

export interface Subject {
  readonly name: string;
  readonly ca: Ca;
  /** Where stations connect, and where the backend does. */
  readonly url: string;
  readonly backendUrl: string;
  /** Makes the broker know a certificate, as far as it has to. */
  introduce(station: string, serial: string, expiresAt: Date): Promise<void>;
  /** Revokes it, as the product does. Resolves when the broker has been told. */
  revoke(station: string, serial: string): Promise<void>;
}

const pause = (ms: number) => sleep(systemTimers, ms);
const gone = (client: MqttClient) =>
  client.connected ? new Promise<void>((resolve) => client.once("close", () => resolve())) : Promise.resolve();

/** Within five seconds somebody who tries to connect is refused: the broker may need a moment to read what was revoked. */
async function refused(join: () => Promise<AsyncDisposable>): Promise<void> {
  for (const until = monotonic() + 5_000; monotonic() < until; await pause(50)) {
    try {
      await using _back = await join();
    } catch {
      return;
    }
  }
  assert.fail("who was revoked is let in");
}

export function brokerSuite(subject: () => Subject): void {
  // Each test has stations of its own: a broker may limit how often one identity connects.
  beforeEach(() => {
    stations.length = 0;
  });
  const stations: Promise<{ id: string; serial: string; identity: Identity }>[] = [];
  /** The n-th station, with its certificate. */
  const station = (n: number) => (stations[n] ??= issue());
  async function issue() {
    const { ca, introduce } = subject();
    const id = newId();
    const { key, csr } = await makeKey();
    const issued = await ca.issue(await readRequest(csr), id, now());
    await introduce(id, issued.serial, issued.expiresAt);
    return { id, serial: issued.serial, identity: { certificate: issued.certificate, key } };
  }
  const join = async (n: number, options = {}) => {
    const { id, identity } = await station(n);
    const client = await dial(subject().url, subject().ca, identity, { clientId: id, ...options });
    return { id, client, [Symbol.asyncDispose]: () => client.endAsync(true) };
  };
  /** The backend, and everything it hears. */
  const backend = async () => {
    const client = await dial(subject().backendUrl, subject().ca, subject().ca.backend, { clientId: `backend-${newId()}` });
    const heard: { topic: string; text: string }[] = [];
    client.on("message", (topic, payload) => heard.push({ topic, text: payload.toString() }));
    await client.subscribeAsync("ph/1/+/+", { qos: 1 });
    return { client, heard, [Symbol.asyncDispose]: () => client.endAsync(true) };
  };

  test("a station is heard on each of its topics and hears each of its own", async () => {
    await using server = await backend();
    await using a = await join(0);
    const heard: string[] = [];
    a.client.on("message", (text) => heard.push(text));
    const granted = await a.client.subscribeAsync(
      downTopics.map((name) => topic(a.id, name)),
      { qos: 1 },
    );
    assert.deepEqual(
      granted.map(({ qos }) => qos),
      downTopics.map(() => 1),
    );
    for (const name of upTopics) await a.client.publishAsync(topic(a.id, name), name, { qos: 1 });
    for (const name of downTopics) await server.client.publishAsync(topic(a.id, name), name, { qos: 1 });
    await pause(200);
    assert.deepEqual(heard.toSorted(), downTopics.map((name) => topic(a.id, name)).toSorted());
    assert.deepEqual(
      server.heard
        .map(({ text }) => text)
        .filter((text) => (upTopics as readonly string[]).includes(text))
        .toSorted(),
      [...upTopics].toSorted(),
    );
  });

  test("with its own certificate a station reaches nothing of another one", async () => {
    await using server = await backend();
    const { id: other } = await station(1);
    await using b = await join(1);
    const heard: string[] = [];
    b.client.on("message", (text) => heard.push(text));
    await b.client.subscribeAsync(
      downTopics.map((name) => topic(other, name)),
      { qos: 1 },
    );
    for (const name of [...upTopics, ...downTopics]) {
      await using a = await join(0);
      // A publication that is not allowed is dropped or ends the connection, as the broker likes; nobody hears of it.
      await Promise.race([a.client.publishAsync(topic(other, name), "forged", { qos: 1 }), gone(a.client)]).catch(() => undefined);
    }
    await pause(200);
    assert.deepEqual(
      server.heard.filter(({ text }) => text === "forged"),
      [],
    );
    assert.deepEqual(heard, []);
  });

  test("G-11: a stolen certificate: every topic of another station by every action, none allowed", async () => {
    await using server = await backend();
    const { id: other } = await station(1);
    await using b = await join(1);
    const heard: string[] = [];
    b.client.on("message", (_, payload) => heard.push(payload.toString()));
    await b.client.subscribeAsync(
      downTopics.map((name) => topic(other, name)),
      { qos: 1 },
    );
    const actions = ["publish", "retained", "will", "subscribe"] as const;
    const spied: string[] = [];
    const tried: string[] = [];
    let thief = 10;
    for (const name of [...upTopics, ...downTopics])
      for (const action of actions) {
        const target = topic(other, name);
        const payload = Buffer.from("stolen");
        // Each with a certificate of its own: a broker may limit how often one identity connects.
        const joined = await join(thief++, action === "will" ? { will: { topic: target, payload, qos: 1, retain: false } } : {}).catch(
          () => undefined,
        );
        tried.push(`${action} ${name}`);
        if (!joined) continue;
        const { client } = joined;
        client.on("message", (text) => spied.push(text));
        if (action === "will") client.stream.destroy();
        else if (action === "subscribe") await client.subscribeAsync(target, { qos: 1 }).catch(() => []);
        else
          await Promise.race([client.publishAsync(target, payload, { qos: 1, retain: action === "retained" }), gone(client)]).catch(
            () => undefined,
          );
        if (action === "subscribe") {
          await server.client.publishAsync(target, "secret", { qos: 1 });
          await b.client.publishAsync(topic(other, "heartbeat"), "secret", { qos: 1 });
        }
        await client.endAsync(true);
      }
    assert.equal(tried.length, (upTopics.length + downTopics.length) * actions.length);
    await using late = await backend();
    await using again = await join(1);
    again.client.on("message", (_, payload) => heard.push(payload.toString()));
    await again.client.subscribeAsync(topic(other, "command"), { qos: 1 });
    await pause(300);
    const stolen = [...server.heard, ...late.heard].filter(({ text }) => text === "stolen");
    assert.deepEqual([stolen, spied, heard.filter((text) => text === "stolen")], [[], [], []]);
    assert.ok(heard.includes("secret"), "nothing was said that could have been overheard");
  });

  test("a station cannot speak as the backend on its own topics", async () => {
    await using server = await backend();
    const { id } = await station(0);
    for (const name of downTopics) {
      await using a = await join(0);
      await Promise.race([a.client.publishAsync(topic(id, name), "self", { qos: 1 }), gone(a.client)]).catch(() => undefined);
    }
    await pause(200);
    assert.deepEqual(
      server.heard.filter(({ text }) => text === "self"),
      [],
    );
  });

  test("foreign topics, wildcards and the broker's own bring a station nothing", async () => {
    await using server = await backend();
    const { id: other } = await station(1);
    await using a = await join(0);
    const heard: string[] = [];
    a.client.on("message", (text) => heard.push(text));
    const filters = [
      "#",
      "+/+/+/+",
      "ph/#",
      "ph/1/#",
      "ph/1/+/command",
      `ph/1/${other}/#`,
      `ph/1/${other}/+`,
      "$SYS/#",
      "$SYS/broker/clients/total",
      topic(other, "command"),
      topic(a.id, "events"),
    ];
    // A broker may refuse a subscription (128) or grant one through which nothing comes.
    for (const filter of filters) await a.client.subscribeAsync(filter, { qos: 1 }).catch(() => []);
    for (const name of [...downTopics, ...upTopics]) await server.client.publishAsync(topic(other, name), "secret", { qos: 1 });
    await using b = await join(1);
    for (const name of upTopics) await b.client.publishAsync(topic(other, name), "secret", { qos: 1 });
    await pause(300);
    assert.deepEqual(heard, []);
    assert.ok(
      server.heard.filter(({ text }) => text === "secret").length >= upTopics.length,
      "nothing was said that could have been overheard",
    );
  });

  test("nothing is retained", async () => {
    await using server = await backend();
    await using a = await join(0);
    await Promise.race([a.client.publishAsync(topic(a.id, "presence"), "kept", { qos: 1, retain: true }), gone(a.client)]).catch(
      () => undefined,
    );
    await server.client.publishAsync(topic(a.id, "command"), "kept", { qos: 1, retain: true }).catch(() => undefined);
    await using late = await backend();
    await using again = await join(0);
    const heard: string[] = [];
    again.client.on("message", (text) => heard.push(text));
    await again.client.subscribeAsync(topic(again.id, "command"), { qos: 1 });
    await pause(200);
    assert.deepEqual([...heard, ...late.heard.map(({ topic }) => topic)], []);
  });

  test("a will on another's topic is never heard", async () => {
    await using server = await backend();
    const { id: other } = await station(1);
    const joined = await join(0, { will: { topic: topic(other, "presence"), payload: Buffer.from("dead"), qos: 1, retain: false } }).catch(
      () => undefined,
    );
    joined?.client.stream.destroy();
    await pause(300);
    assert.deepEqual(
      server.heard.filter(({ text }) => text === "dead"),
      [],
    );
  });

  test("the last will is heard when the line breaks", async () => {
    await using server = await backend();
    const { id } = await station(0);
    const { client } = await join(0, { will: { topic: topic(id, "presence"), payload: Buffer.from("broken"), qos: 1, retain: false } });
    client.stream.destroy();
    for (let i = 0; i < 40 && !server.heard.some(({ text }) => text === "broken"); i++) await pause(50);
    assert.deepEqual(
      server.heard.filter(({ text }) => text === "broken"),
      [{ topic: topic(id, "presence"), text: "broken" }],
    );
  });

  test("no certificate, another authority's, the broker's own: no connection", async () => {
    const { url, ca } = subject();
    const { id } = await station(0);
    await assert.rejects(dial(url, ca, undefined, { clientId: id }));
    const { key, csr } = await makeKey();
    const stranger = await createCa({ hosts: ["localhost"], now, random });
    const forged = await stranger.issue(await readRequest(csr), id, now());
    await assert.rejects(dial(url, ca, { certificate: forged.certificate, key }, { clientId: id }));
    const foreignBackend = stranger.backend;
    await assert.rejects(dial(subject().backendUrl, ca, foreignBackend, { clientId: "backend-x" }));
    await assert.rejects(dial(url, ca, ca.broker, { clientId: id }), "a server's certificate is no client's");
    const expired = await ca.issue(await readRequest(csr), id, new Date(now().getTime() - 800 * 86_400_000));
    await assert.rejects(dial(url, ca, { certificate: expired.certificate, key }, { clientId: id }));
  });

  test("TLS 1.2 is refused", async () => {
    const { url, ca } = subject();
    const { identity } = await station(0);
    const { hostname, port } = new URL(url);
    const version = (maxVersion: "TLSv1.2" | "TLSv1.3") =>
      new Promise<string>((resolve, reject) => {
        const socket = tlsConnect({
          host: hostname,
          port: Number(port),
          ca: ca.ca.certificate,
          cert: identity.certificate,
          key: identity.key,
          minVersion: "TLSv1.2",
          maxVersion,
        });
        socket.once("secureConnect", () => {
          resolve(socket.getProtocol() ?? "");
          socket.destroy();
        });
        socket.once("error", reject);
      });
    await assert.rejects(version("TLSv1.2"));
    assert.equal(await version("TLSv1.3"), "TLSv1.3");
  });

  test("two of one identity: the later one has the session, the former is gone", async () => {
    await using first = await join(2);
    await using second = await join(2, { clientId: "somebody-else" });
    await gone(first.client);
    assert.ok(second.client.connected);
  });

  test("a message beyond the limit does not arrive, and the broker goes on", async () => {
    await using server = await backend();
    await using a = await join(0);
    await Promise.race([a.client.publishAsync(topic(a.id, "events"), "x".repeat(300_000), { qos: 1 }), gone(a.client), pause(1_000)]).catch(
      () => undefined,
    );
    await using again = await join(0);
    await again.client.publishAsync(topic(again.id, "heartbeat"), "small", { qos: 1 });
    await pause(100);
    assert.deepEqual(
      server.heard.filter(({ text }) => text.length > 100),
      [],
    );
    assert.equal(server.heard.filter(({ text }) => text === "small").length, 1);
  });

  floodTests({ join, backend });

  test("a revoked certificate: the live session ends within five seconds, no other begins", async () => {
    const { id, serial } = await station(3);
    await using cut = await join(3);
    await using spared = await join(0);
    const at = monotonic();
    await subject().revoke(id, serial);
    await gone(cut.client);
    assert.ok(monotonic() - at < 5_000, "cut too late");
    await refused(() => join(3));
    assert.ok(spared.client.connected, "another station was cut off, too");
    await using newcomer = await join(4);
    assert.ok(newcomer.client.connected);
  });
}
