import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import { z } from "zod";
import { consumeBatch, enrolConsumers, passOver, retryParked, startConsumers } from "./consume.ts";
import { connect, type Db } from "./db.ts";
import { listDeadLetters, replayDeadLetter } from "./dead-letters.ts";
import { fact } from "./fact.ts";
import { silentLog } from "./log.ts";
import { on, publish, type Consumer } from "./outbox.ts";
import { drain, testDatabase } from "./testing.ts";
import { systemTimers } from "./timers.ts";

const database = await testDatabase([]);
after(() => database[Symbol.asyncDispose]());

const Counted = fact("test.counted", "counter", { counter: z.string(), step: z.int() });
const start = new Date("2026-01-01T12:00:00Z");

/** A database with a table of what a consumer has applied, and a clock that the test moves. */
async function world() {
  const url = await database.fresh();
  const db = connect<never>(url);
  await sql`create table applied (at bigint generated always as identity, counter text, step int)`.execute(db);
  let time = start;
  let broken = (_payload: { counter: string; step: number }): boolean => false;
  const consumer: Consumer = {
    name: "test",
    handlers: [
      on(Counted, async (tx, payload) => {
        await sql`insert into applied (counter, step) values (${payload.counter}, ${payload.step})`.execute(tx);
        if (broken(payload)) throw new Error("the handler fails");
      }),
    ],
  };
  return {
    url,
    db,
    consumer,
    now: () => time,
    pass: (seconds: number) => {
      time = new Date(time.getTime() + seconds * 1_000);
    },
    breakOn: (when: (payload: { counter: string; step: number }) => boolean) => {
      broken = when;
    },
    say: (counter: string, step: number) => db.transaction().execute((tx) => publish(tx, start, Counted, { counter, step })),
    consume: () => drain(db, consumer, () => time),
    retry: () => retryParked(db, consumer, () => time, silentLog),
    applied: async () =>
      (await sql<{ counter: string; step: number }>`select counter, step from applied order by at`.execute(db)).rows.map(
        (row) => `${row.counter}${row.step}`,
      ),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("facts are applied once each, in the order of commits, although sequence numbers were drawn in another", async () => {
  await using w = await world();
  const slow = new pg.Client({ connectionString: w.url });
  await slow.connect();
  await slow.query("begin");
  await slow.query(
    `insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('counter', 'a', 'test.counted', now(), '{"counter":"a","step":1}')`,
  );
  await w.say("b", 1);
  await enrolConsumers(w.db, [w.consumer]);
  assert.equal(await consumeBatch(w.db, w.consumer, w.now, silentLog), 0, "what a running transaction may still precede is not read");
  await slow.query("commit");
  await slow.end();
  await w.consume();
  assert.deepEqual(await w.applied(), ["a1", "b1"]);
});

test("a fact that fails leaves no trace of its handler and holds back its aggregate alone", async () => {
  await using w = await world();
  w.breakOn(({ counter, step }) => counter === "a" && step === 1);
  for (const [counter, step] of [
    ["a", 1],
    ["b", 1],
    ["a", 2],
    ["b", 2],
  ] as const)
    await w.say(counter, step);
  await w.consume();
  assert.deepEqual(await w.applied(), ["b1", "b2"]);
  w.breakOn(() => false);
  w.pass(60);
  await w.retry();
  await w.retry();
  assert.deepEqual(await w.applied(), ["b1", "b2", "a1", "a2"]);
  assert.deepEqual(await listDeadLetters(w.db), []);
});

test("a position that was put back applies nothing twice (I-57)", async () => {
  await using w = await world();
  await w.say("a", 1);
  await w.consume();
  await sql`update kit.consumer set txid = '0'::xid8, seq = 0`.execute(w.db);
  await w.say("a", 2);
  await w.consume();
  assert.deepEqual(await w.applied(), ["a1", "a2"]);
});

test("a parked fact that was applied meanwhile is not applied again when it is tried (I-57)", async () => {
  await using w = await world();
  w.breakOn(() => true);
  await w.say("a", 1);
  await w.consume();
  w.breakOn(() => false);
  // As another process would have left it that was put back beside this one.
  await sql`insert into kit.inbox (consumer, event) select 'test', id from kit.outbox`.execute(w.db);
  w.pass(60);
  await w.retry();
  assert.deepEqual(await w.applied(), []);
  assert.deepEqual(await listDeadLetters(w.db), []);
});

test("after its last attempt a fact is dead, can be looked at, and is applied when replayed", async () => {
  await using w = await world();
  w.breakOn(() => true);
  await w.say("a", 1);
  await w.consume();
  for (let i = 0; i < 10; i++) {
    w.pass(120);
    await w.retry();
  }
  const [letter, ...others] = await listDeadLetters(w.db);
  assert.ok(letter && others.length === 0);
  assert.equal(letter.state, "dead");
  assert.match(letter.error!, /the handler fails/);
  assert.deepEqual(letter.payload, { counter: "a", step: 1 });
  w.breakOn(() => false);
  assert.equal(await replayDeadLetter(w.db, "test", letter.seq, w.now()), true);
  await w.retry();
  assert.deepEqual(await w.applied(), ["a1"]);
  assert.equal(await replayDeadLetter(w.db, "test", letter.seq, w.now()), false);
});

test("a payload that does not fit its definition is parked, not half read", async () => {
  await using w = await world();
  await sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('counter', 'a', 'test.counted', ${start}, '{"counter":"a","step":"two"}')`.execute(
    w.db,
  );
  // A member is missing, and nothing but the definition would notice.
  await sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('counter', 'b', 'test.counted', ${start}, '{"step":1}')`.execute(
    w.db,
  );
  await w.consume();
  assert.deepEqual(await w.applied(), []);
  assert.equal((await listDeadLetters(w.db)).length, 2);
});

test("a consumer to whom nothing has happened is moved on, never past a fact of its own or one that is not readable yet", async () => {
  await using w = await world();
  await enrolConsumers(w.db, [w.consumer]);
  const position = async () => (await sql<{ seq: number }>`select seq from kit.consumer where name = 'test'`.execute(w.db)).rows[0]!.seq;
  const other = () =>
    sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('x', 'x', 'test.other', ${start}, '{}')`.execute(
      w.db,
    );
  await other();
  await other();
  // What other tests on this server are about to commit holds the log back for a moment.
  for (let i = 0; i < 500 && (await position()) !== 2; i++) await passOver(w.db, [w.consumer]);
  assert.equal(await position(), 2);
  const slow = new pg.Client({ connectionString: w.url });
  await slow.connect();
  await slow.query("begin");
  await slow.query(
    `insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload) values ('counter', 'a', 'test.counted', now(), '{"counter":"a","step":1}')`,
  );
  await other();
  await passOver(w.db, [w.consumer]);
  assert.equal(await position(), 2, "a transaction that began before may still bring a fact");
  await slow.query("commit");
  await slow.end();
  await other();
  await passOver(w.db, [w.consumer]);
  assert.equal(await position(), 2, "there is a fact for it now");
  await w.consume();
  assert.deepEqual(await w.applied(), ["a1"]);
});

test("two processes that read for one consumer apply each fact once between them", async () => {
  await using w = await world();
  for (let step = 0; step < 100; step++) await w.say(`c${step % 7}`, step);
  const needs = { db: w.db as Db<never>, url: w.url, now: w.now, timers: systemTimers, log: silentLog };
  const [one, two] = [await startConsumers(needs, [w.consumer]), await startConsumers(needs, [w.consumer])];
  for (let i = 0; i < 200 && (await w.applied()).length < 100; i++) await new Promise((resolve) => setTimeout(resolve, 25));
  await one.stop();
  await two.stop();
  const applied = await w.applied();
  assert.equal(applied.length, 100);
  assert.equal(new Set(applied).size, 100);
});

test("a consumer that is slow holds the others up for less and less: its batches shrink until one fits, and grow again", async () => {
  await using w = await world();
  for (let step = 0; step < 430; step++) await w.say("one", step);
  let time = start.getTime();
  const facts: string[] = [];
  const slow: Consumer = {
    name: "slow",
    handlers: [
      on(Counted, async (tx) => {
        const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
        if (facts.push(rows[0]!.id) < 405) time += 60;
      }),
    ],
  };
  const running = await startConsumers({ db: w.db, url: w.url, now: () => new Date(time), timers: systemTimers, log: silentLog }, [slow]);
  for (let i = 0; i < 400 && facts.length < 430; i++) await new Promise((resolve) => setTimeout(resolve, 25));
  await running.stop();
  const batches = [...Map.groupBy(facts, (id) => id).values()].map((batch) => batch.length);
  // 100 ms have room for one fact of 60 ms; from the 405th on facts cost nothing.
  assert.deepEqual(batches, [200, 100, 50, 25, 13, 7, 4, 2, 1, 1, 1, 1, 2, 4, 8, 11]);
});
