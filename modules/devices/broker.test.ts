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

const varint = (n: number): number[] => (n < 128 ? [n] : [(n % 128) | 0x80, ...varint(Math.floor(n / 128))]);
const packets = {
  text: (value: string | Buffer): Buffer =>
    Buffer.concat([Buffer.from([Buffer.byteLength(value) >> 8, Buffer.byteLength(value) & 255]), Buffer.from(value)]),
  of: (head: number, ...body: Buffer[]): Buffer =>
    Buffer.concat([Buffer.from([head, ...varint(body.reduce((sum, part) => sum + part.length, 0))]), ...body]),
  /** Well-formed frames with hostile content, one connection each. */
  hostile(id: string): Buffer[] {
    const { text, of } = packets;
    const number = Buffer.from([0, 1]);
    const own = topic(id, "heartbeat");
    const topics = [
      "",
      "\u0000",
      `${own}\u0000`,
      "x".repeat(65_535),
      "a/".repeat(30_000),
      "$SYS/x",
      "__proto__",
      "constructor",
      Buffer.from([0xff, 0xfe, 0xc0]),
      "+",
      "#",
      `${own}/#`,
    ];
    return [
      ...topics.flatMap((value) => [of(0x32, text(value), number, Buffer.from("{}")), of(0x82, number, text(value), Buffer.from([1]))]),
      of(0x34, text(own), number, Buffer.from("qos 2")),
      of(0x36, text(own), number),
      of(0x62, number),
      of(0x50, number),
      of(0x40, number),
      of(0x82, number),
      of(0xa2, number, text("__proto__")),
      of(0x82, number, ...Array.from({ length: 5_000 }, () => Buffer.concat([text("#"), Buffer.from([1])]))),
      of(0x10, text("MQTT"), Buffer.from([4, 2, 0, 30]), text("again")),
      of(0x10, text("MQTT"), Buffer.from([5, 2, 0, 30, 0]), text("five")),
      of(0x20, number),
      of(0x30, Buffer.from([0xff, 0xff])),
    ];
  },
};
const introduce = async (station: string, serial: string, expiresAt: Date): Promise<void> => {
  await db
    .insertInto("devices.certificate")
    .values({ serial, station, epoch: 1, public_key: "-", certificate: "-", issued_at: now(), expires_at: expiresAt, revoked_at: null })
    .execute();
};
/** A station that the broker may let in. */
async function member() {
  const { key, csr } = await makeKey();
  const id = crypto.randomUUID();
  const { serial, certificate, expiresAt } = await ca.issue(await readRequest(csr), id, now());
  await introduce(id, serial, expiresAt);
  const join = () => dial(`mqtts://127.0.0.1:${broker.port}`, ca, { certificate, key });
  return { id, serial, certificate, key, join };
}
brokerSuite(() => ({
  name: "the broker in process",
  ca,
  url: `mqtts://127.0.0.1:${broker.port}`,
  backendUrl: `mqtts://127.0.0.1:${broker.port}`,
  introduce,
  revoke: async (_station, serial) => {
    await db.updateTable("devices.certificate").set({ revoked_at: now() }).where("serial", "=", serial).execute();
  },
}));

test("a subscription beyond its own topics is refused to a station in so many words", async () => {
  const { id, join } = await member();
  const client = await join();
  for (const filter of ["#", `ph/1/${id}/#`, `ph/1/${id}/+`, "$SYS/#", topic(id, "events"), topic(crypto.randomUUID(), "command")]) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).catch(() => []);
    assert.ok(
      granted.every(({ qos }) => qos === 128),
      `${filter} was granted`,
    );
  }
  await client.endAsync(true);
});

test("a takeover is noted", async () => {
  const { id, join } = await member();
  const first = await join();
  const second = await join();
  const noted = (await db
    .selectFrom("kit.outbox" as never)
    .selectAll()
    .where("type" as never, "=", "devices.session_taken" as never)
    .execute()) as { aggregateid: string }[];
  assert.deepEqual(noted.filter((row) => row.aggregateid === id).length, 1);
  await Promise.all([first.endAsync(true), second.endAsync(true)]);
});

test("an identity that connects again and again is held up, others are not", async () => {
  const [first, second] = [await member(), await member()];
  const outcomes: boolean[] = [];
  for (let i = 0; i < 25; i++)
    outcomes.push(
      await first.join().then(
        (client) => client.endAsync(true).then(() => true),
        () => false,
      ),
    );
  assert.ok(outcomes.slice(0, 20).every((isIn) => isIn) && outcomes.slice(-3).some((isIn) => !isIn), outcomes.join());
  await (await second.join()).endAsync(true);
});

test("ten revoked at once: ten cut off within five seconds, ten others stay", async () => {
  const joined = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const { serial, join } = await member();
      return { serial, client: await join() };
    }),
  );
  const [cut, spared] = [joined.slice(0, 10), joined.slice(10)];
  const at = performance.now();
  await db
    .updateTable("devices.certificate")
    .set({ revoked_at: now() })
    .where(
      "serial",
      "in",
      cut.map(({ serial }) => serial),
    )
    .execute();
  await Promise.all(
    cut.map(({ client }) => (client.connected ? new Promise<void>((resolve) => client.once("close", () => resolve())) : undefined)),
  );
  assert.ok(performance.now() - at < 5_000);
  assert.equal(spared.filter(({ client }) => client.connected).length, 10);
  await Promise.all(spared.map(({ client }) => client.endAsync(true)));
});

test("a certificate of the authority that the database does not know is refused", async () => {
  const { key, csr } = await makeKey();
  const issued = await ca.issue(await readRequest(csr), crypto.randomUUID(), now());
  await assert.rejects(dial(`mqtts://127.0.0.1:${broker.port}`, ca, { certificate: issued.certificate, key }));
});

test("bytes that are no MQTT, huge announcements, hostile packets: the broker goes on", async () => {
  // Each connection is another station's: one alone would be held up by the limit on sessions.
  const connectPacket = packets.of(0x10, packets.text("MQTT"), Buffer.from([4, 2, 0, 30]), packets.text("abc"));
  /** Sends `first`, and `then` once the broker has let it in. Tells whether it has. */
  const raw = async (first: Buffer, then?: (id: string) => Buffer) => {
    const { id, certificate, key } = await member();
    let isIn = false;
    await new Promise<void>((resolve) => {
      const socket = tlsConnect({ host: "127.0.0.1", port: broker.port, ca: ca.ca.certificate, cert: certificate, key }, () =>
        socket.write(first),
      );
      socket.on("data", (answer) => {
        if (isIn || answer[0] !== 0x20 || answer[3] !== 0) return;
        isIn = true;
        if (then) socket.write(then(id));
        setTimeout(() => socket.destroy(), 300);
      });
      socket.on("error", () => {});
      socket.once("close", () => resolve());
    });
    return isIn;
  };
  const huge = Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f, 1, 2, 3]);
  const noMqtt = [
    Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n"),
    huge,
    Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.concat([Buffer.from([0xff]), random.bytes(64)]),
  ];
  assert.deepEqual(
    await Promise.all(noMqtt.map((bytes) => raw(bytes))),
    noMqtt.map(() => false),
  );
  const after = [() => huge, () => Buffer.from([0xf0, 0]), ...packets.hostile("").map((_, i) => (id: string) => packets.hostile(id)[i]!)];
  const areIn = await Promise.all(after.map((bytes) => raw(connectPacket, bytes)));
  assert.deepEqual(
    areIn,
    after.map(() => true),
  );
  const { id, join } = await member();
  const client = await join();
  await client.publishAsync(topic(id, "heartbeat"), "alive", { qos: 1 });
  await client.endAsync(true);
});

test("with random bytes in the middle of a session the broker goes on", async () => {
  const { join } = await member();
  const client = await join();
  const gone = new Promise<void>((resolve) => client.once("close", () => resolve()));
  for (let i = 0; i < 50 && !client.stream.destroyed; i++) client.stream.write(random.bytes(200));
  await gone;
  await (await join()).endAsync(true);
});

test("whatever the topic: a station's reach is its own topics in their directions", () => {
  const id = "11111111-1111-4111-8111-111111111111";
  const own = [...upTopics, ...downTopics].map((name) => topic(id, name));
  const piece = fc.oneof(
    fc.constantFrom("ph", "1", id, id.toUpperCase(), "+", "#", "$SYS", "", "command", "events", "\u0000"),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join("/");
      for (const action of ["publish", "subscribe"] as const) {
        const names: readonly string[] = action === "publish" ? upTopics : downTopics;
        assert.equal(may(id, action, text), own.includes(text) && names.includes(text.split("/")[3]!));
      }
    }),
    { numRuns: 5_000 },
  );
  const other = id.replaceAll("1", "2");
  for (const name of [...upTopics, ...downTopics])
    assert.ok(!may(id, "publish", topic(other, name)) && !may(id, "subscribe", topic(other, name)), name);
  assert.equal(own.filter((text) => may(id, "publish", text)).length, upTopics.length);
  assert.equal(own.filter((text) => may(id, "subscribe", text)).length, downTopics.length);
});

test("packets are counted alike however the bytes are cut, and one too large is refused at its announcement", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 700 }),
      (sizes, cut) => {
        const bytes = Buffer.concat(sizes.map((size) => Buffer.from([0x30, ...varint(size), ...Array<number>(size).fill(0x82)])));
        const counter = packetCounter(2_000);
        let packets = 0;
        for (let at = 0; at < bytes.length; at += cut) packets += counter.feed(bytes.subarray(at, at + cut));
        assert.equal(packets, sizes.length);
      },
    ),
  );
  assert.throws(() => packetCounter(2_000).feed(Buffer.from([0x30, ...varint(2_001)])), /more than 2000 bytes/);
});
