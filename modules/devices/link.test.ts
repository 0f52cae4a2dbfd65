import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemMonotonic as monotonic, systemNow as now } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId as newId } from "@pigeonhole/kit/ids";
import { silentLog as log } from "@pigeonhole/kit/log";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { systemTimers as timers } from "@pigeonhole/kit/timers";
import { topic, type UpTopic } from "@pigeonhole/protocol/topics";
import { startBroker, type Broker } from "./broker.ts";
import { createCa } from "./ca.ts";
import { readRequest, type Ca } from "./certificates.ts";
import { createLink, type Link } from "./link.ts";
import { devicesMigrations } from "./migrations.ts";
import type { Tables } from "./tables.ts";
import { dial, makeKey } from "./testing.ts";
import { until } from "./world.ts";

const server = await testDatabase([devicesMigrations]);
const db = connect<Tables>(await server.fresh());
const port = await freePort();
const url = `mqtts://127.0.0.1:${port}`;
let ca: Ca;
let broker: Broker;
const startBrokerHere = () => startBroker({ db, ca, host: "127.0.0.1", port, now, monotonic, timers, log });

before(async () => {
  ca = await createCa({ hosts: ["127.0.0.1"], now, random });
  broker = await startBrokerHere();
});
after(async () => {
  await broker.stop();
  await db.destroy();
  await server[Symbol.asyncDispose]();
});

/** A link that notes what it works on, and how long each piece takes. */
async function startLink(work: (name: UpTopic, text: string) => Promise<void> = async () => {}) {
  const link: Link = createLink({ mqttUrl: url, ca, newId, timers, log });
  const done: string[] = [];
  await link.start(async (_station, name, payload) => {
    await work(name, payload.toString());
    done.push(payload.toString());
  });
  return { link, done, [Symbol.asyncDispose]: () => link.stop() };
}
async function join() {
  const id = crypto.randomUUID();
  const { key, csr } = await makeKey();
  const issued = await ca.issue(await readRequest(csr), id, now());
  await db
    .insertInto("devices.certificate")
    .values({
      serial: issued.serial,
      station: id,
      epoch: 1,
      public_key: "-",
      certificate: "-",
      issued_at: now(),
      expires_at: issued.expiresAt,
      revoked_at: null,
    })
    .execute();
  const client = await dial(url, ca, { certificate: issued.certificate, key });
  const say = (name: UpTopic, text: string) => client.publishAsync(topic(id, name), text, { qos: 1 });
  return { id, client, say, [Symbol.asyncDispose]: () => client.endAsync(true) };
}

test("what one station says is worked on in its order, one after the other; a question does not wait behind it", async () => {
  let running = 0;
  await using mine = await startLink(async (name) => {
    if (name === "ask") return;
    assert.equal(++running, 1, "two messages of one station at once");
    await new Promise((resolve) => setTimeout(resolve, 20));
    running--;
  });
  await using station = await join();
  await Promise.all(Array.from({ length: 10 }, (_, i) => station.say("events", `event ${i}`)));
  await station.say("ask", "question");
  await until("everything is worked on", () => mine.done.length === 11);
  assert.deepEqual(
    mine.done.filter((text) => text !== "question"),
    Array.from({ length: 10 }, (_, i) => `event ${i}`),
  );
  assert.ok(mine.done.indexOf("question") < 10);
});

test("one message that fails does not hold up the next", async () => {
  await using mine = await startLink(async (_name, text) => {
    if (text === "bad") throw new Error("cannot work on it");
  });
  await using station = await join();
  for (const text of ["one", "bad", "two"]) await station.say("events", text);
  await until("the others are worked on", () => mine.done.length === 2);
  assert.deepEqual(mine.done, ["one", "two"]);
});

test("of a station that says more than can be worked on the surplus is dropped, others are served", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await using mine = await startLink((_name, text) => (text.startsWith("flood") ? held : Promise.resolve()));
  await using flooding = await join();
  await using other = await join();
  for (let i = 0; i < 150; i++) await flooding.say("events", `flood ${i}`);
  await other.say("events", "served");
  await until("the other is served", () => mine.done.includes("served"));
  release();
  await until("the queue is empty", () => mine.done.length >= 101);
  assert.equal(mine.done.length, 101);
});

test("when the broker goes nothing can be sent, when it comes back the link does", async () => {
  await using mine = await startLink();
  await using station = await join();
  await broker.stop();
  await until("the link is down", () => !mine.link.isUp());
  assert.equal(await mine.link.send(station.id, "command", {}), false);
  broker = await startBrokerHere();
  await until("the link is up", () => mine.link.isUp());
  await using back = await join();
  const heard: string[] = [];
  back.client.on("message", (_topic, payload) => heard.push(payload.toString()));
  await back.client.subscribeAsync(topic(back.id, "command"), { qos: 1 });
  assert.equal(await mine.link.send(back.id, "command", { again: true }), true);
  await back.say("events", "heard again");
  await until("both hear", () => heard.length === 1 && mine.done.includes("heard again"));
});

test("a link starts without a broker and comes up when there is one", { timeout: 20_000 }, async () => {
  await broker.stop();
  const mine = startLink();
  await new Promise((resolve) => setTimeout(resolve, 600));
  broker = await startBrokerHere();
  await using started = await mine;
  assert.ok(started.link.isUp());
});
