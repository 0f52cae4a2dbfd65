import assert from "node:assert/strict";
import { after, test } from "node:test";
import { sql } from "kysely";
import { connect } from "./db.ts";
import { attemptOf, once, previous } from "./idempotency.ts";
import { Refused } from "./refused.ts";
import { testDatabase } from "./testing.ts";

const database = await testDatabase([]);
after(() => database[Symbol.asyncDispose]());
const at = new Date("2026-01-01T12:00:00Z");
const refusedWith = (code: string) => (error: unknown) => error instanceof Refused && error.code === code;

test("thirty-two requests with one key take effect once and get one answer", async () => {
  const db = connect<never>(await database.fresh(), { connections: 32 });
  await sql`create table effect (n int)`.execute(db);
  const attempt = attemptOf("shop:1", "order-1", "test", { size: "small" }, at);
  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, i) =>
      once(db, attempt, async (tx) => {
        await sql`insert into effect values (${i})`.execute(tx);
        return { status: 201, body: { winner: i } };
      }),
    ),
  );
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal((await sql`select n from effect`.execute(db)).rows.length, 1);
  await db.destroy();
});

test("the same key with another body is refused; another client may use the same key; a refusal is not kept", async () => {
  const db = connect<never>(await database.fresh());
  const effect = () => Promise.resolve({ status: 200, body: "done" });
  await once(db, attemptOf("shop:1", "k", "test", { size: "small", n: 1 }, at), effect);
  assert.equal(
    (await once(db, attemptOf("shop:1", "k", "test", { n: 1, size: "small" }, at), effect)).body,
    "done",
    "the order of members does not matter",
  );
  await assert.rejects(
    once(db, attemptOf("shop:1", "k", "test", { size: "large", n: 1 }, at), effect),
    refusedWith("idempotency_key_reused"),
  );
  assert.equal(await previous(db, attemptOf("shop:2", "k", "test", { size: "small", n: 1 }, at)), undefined, "an answer is its client's");
  assert.equal((await once(db, attemptOf("shop:2", "k", "test", { size: "large", n: 1 }, at), effect)).status, 200);
  const again = attemptOf("shop:1", "k2", "test", {}, at);
  await assert.rejects(
    once(db, again, () => Promise.reject(new Refused("station_full", "full"))),
    refusedWith("station_full"),
  );
  assert.equal((await once(db, again, effect)).body, "done");
  await sql`create table made (id integer)`.execute(db);
  const halfway = once(db, attemptOf("shop:1", "k3", "test", {}, at), async (tx) => {
    await sql`insert into made values (1)`.execute(tx);
    throw new Refused("station_full", "full");
  });
  await assert.rejects(halfway, refusedWith("station_full"));
  assert.deepEqual((await sql`select * from made`.execute(db)).rows, [], "nor is anything of what was done for it");
  await db.destroy();
});

test("a key is there, printable and at most 255 long", () => {
  assert.throws(() => attemptOf("c", undefined, "o", {}, at), refusedWith("idempotency_key_missing"));
  for (const key of ["a b", "é", "x".repeat(256), "\u0000"])
    assert.throws(() => attemptOf("c", key, "o", {}, at), refusedWith("idempotency_key_invalid"), key);
});
