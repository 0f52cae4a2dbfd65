import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { systemMonotonic as monotonic, systemNow as now } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { testDatabase } from "@pigeonhole/kit/testing";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { downTopics, topic, upTopics } from "@pigeonhole/protocol/topics";
import fc from "fast-check";
import { may, startBroker, type Broker } from "./broker.ts";
import { brokerSuite } from "./broker-suite.ts";
import { createCa } from "./ca.ts";
import { readRequest, type Ca } from "./certificates.ts";
import { devicesMigrations } from "./migrations.ts";
import { packetCounter } from "./mqtt-framing.ts";
import type { Tables } from "./tables.ts";
import { dial, makeKey } from "./testing.ts";

const server = await testDatabase([devicesMigrations]);
const db = connect<Tables>(await server.fresh());
let ca: Ca;
let broker: Broker;

before(async () => {
  ca = await createCa({ hosts: ["localhost", "127.0.0.1"], now, random });
  broker = await startBroker({ db, ca, host: "127.0.0.1", port: 0, now, monotonic, timers, log });
});
after(async () => {
  await broker.stop();
  await db.destroy();
  await server[Symbol.asyncDispose]();
});

const introduce = async (station: string, serial: string, expiresAt: Date): Promise<void> => {
  await db.insertInto("devices.certificate").values({ serial, station, epoch: 1, public_key: "-", certificate: "-", issued_at: now(), expires_at: expiresAt, revoked_at: null }).execute();
};
brokerSuite(() => ({
  name: "the broker in process", ca, url: `mqtts://127.0.0.1:${broker.port}`, backendUrl: `mqtts://127.0.0.1:${broker.port}`, introduce,
  revoke: async (_station, serial) => { await db.updateTable("devices.certificate").set({ revoked_at: now() }).where("serial", "=", serial).execute(); },
}));

test("a subscription beyond its own topics is refused to a station in so many words", async () => {
  const { key, csr } = await makeKey();
  const id = crypto.randomUUID();
  const issued = await ca.issue(await readRequest(csr), id, now());
  await introduce(id, issued.serial, issued.expiresAt);
  const client = await dial(`mqtts://127.0.0.1:${broker.port}`, ca, { certificate: issued.certificate, key });
  for (const filter of ["#", `ph/1/${id}/#`, `ph/1/${id}/+`, "$SYS/#", topic(id, "events"), topic(crypto.randomUUID(), "command")]) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).catch(() => []);
    assert.ok(granted.every(({ qos }) => qos === 128), `${filter} was granted`);
  }
  await client.endAsync(true);
});

test("a takeover is noted", async () => {
  const id = crypto.randomUUID();
  const { key, csr } = await makeKey();
  const issued = await ca.issue(await readRequest(csr), id, now());
  await introduce(id, issued.serial, issued.expiresAt);
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const first = await dial(url, ca, { certificate: issued.certificate, key });
  const second = await dial(url, ca, { certificate: issued.certificate, key });
  const noted = await db.selectFrom("kit.outbox" as never).selectAll().where("type" as never, "=", "devices.session_taken" as never).execute() as { aggregateid: string }[];
  assert.deepEqual(noted.filter((row) => row.aggregateid === id).length, 1);
  await Promise.all([first.endAsync(true), second.endAsync(true)]);
});

test("an identity that connects again and again is held up, others are not", async () => {
  const url = `mqtts://127.0.0.1:${broker.port}`;
  const [first, second] = await Promise.all([0, 1].map(async () => {
    const { key, csr } = await makeKey();
    const id = crypto.randomUUID();
    const issued = await ca.issue(await readRequest(csr), id, now());
    await introduce(id, issued.serial, issued.expiresAt);
    return { certificate: issued.certificate, key };
  }));
  const outcomes: boolean[] = [];
  for (let i = 0; i < 25; i++) outcomes.push(await dial(url, ca, first).then((client) => client.endAsync(true).then(() => true), () => false));
  assert.ok(outcomes.slice(0, 20).every((isIn) => isIn) && outcomes.slice(-3).every((isIn) => !isIn), outcomes.join());
  await (await dial(url, ca, second)).endAsync(true);
});

test("a certificate of the authority that the database does not know is refused", async () => {
  const { key, csr } = await makeKey();
  const issued = await ca.issue(await readRequest(csr), crypto.randomUUID(), now());
  await assert.rejects(dial(`mqtts://127.0.0.1:${broker.port}`, ca, { certificate: issued.certificate, key }));
});

test("bytes that are no MQTT, huge announcements and silence: the broker goes on", async () => {
  const { key, csr } = await makeKey();
  const id = crypto.randomUUID();
  const issued = await ca.issue(await readRequest(csr), id, now());
  await introduce(id, issued.serial, issued.expiresAt);
  const raw = (bytes: Buffer) => new Promise<void>((resolve) => {
    const socket = tlsConnect({ host: "127.0.0.1", port: broker.port, ca: ca.ca.certificate, cert: issued.certificate, key }, () => socket.write(bytes));
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.resume();
  });
  const connectPacket = Buffer.concat([Buffer.from([0x10, 14 + 1]), Buffer.from([0, 4]), Buffer.from("MQTT"), Buffer.from([4, 2, 0, 30, 0, 3]), Buffer.from("abc")]);
  await raw(Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"));
  await raw(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
  await raw(Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]));
  await raw(Buffer.concat([connectPacket, Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3])]));
  await raw(Buffer.concat([connectPacket, Buffer.from([0xf0, 0])]));
  for (let i = 0; i < 5; i++) await raw(Buffer.concat([Buffer.from([0xff]), random.bytes(64)]));
  const client = await dial(`mqtts://127.0.0.1:${broker.port}`, ca, { certificate: issued.certificate, key });
  await client.publishAsync(topic(id, "heartbeat"), "alive", { qos: 1 });
  await client.endAsync(true);
});

test("whatever the topic: a station's reach is its own six up and four down", () => {
  const id = "11111111-1111-4111-8111-111111111111";
  const own = [...upTopics, ...downTopics].map((name) => topic(id, name));
  const piece = fc.oneof(fc.constantFrom("ph", "1", id, id.toUpperCase(), "+", "#", "$SYS", "", "command", "events", "\u0000"), fc.string());
  fc.assert(fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
    const text = pieces.join("/");
    for (const action of ["publish", "subscribe"] as const) {
      const names: readonly string[] = action === "publish" ? upTopics : downTopics;
      assert.equal(may(id, action, text), own.includes(text) && names.includes(text.split("/")[3]!));
    }
  }), { numRuns: 5_000 });
  assert.equal(own.filter((text) => may(id, "publish", text)).length, upTopics.length);
  assert.equal(own.filter((text) => may(id, "subscribe", text)).length, downTopics.length);
});

test("packets are counted alike however the bytes are cut, and one too large is refused at its announcement", () => {
  const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 0x80, ...varint(Math.floor(n / 128))]);
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 700 }), (sizes, cut) => {
    const bytes = Buffer.concat(sizes.map((size) => Buffer.from([0x30, ...varint(size), ...Array<number>(size).fill(0x82)])));
    const counter = packetCounter(2_000);
    let packets = 0;
    for (let at = 0; at < bytes.length; at += cut) packets += counter.feed(bytes.subarray(at, at + cut));
    assert.equal(packets, sizes.length);
  }));
  assert.throws(() => packetCounter(2_000).feed(Buffer.from([0x30, ...varint(2_001)])), /more than 2000 bytes/);
});
