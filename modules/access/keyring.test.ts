import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, test } from "node:test";
import { connect } from "@pigeonhole/kit/db";
import { systemRandom as random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import { sql } from "kysely";
import { announceMs, createKeyring, retireMs } from "./keyring.ts";
import type { Tables } from "./tables.ts";
import { key, openDatabase } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

async function start() {
  const db = connect<Tables>(await database.fresh());
  const seal = createSeal([randomBytes(32)], random);
  let time = new Date("2026-01-10T12:00:00Z");
  const make = () => createKeyring({ db, seal, now: () => time, random, signingKey: { kid: "k1", key: key.privateKey } });
  const keyring = make();
  const states = async () => Object.fromEntries((await keyring.list()).map(({ kid, state }) => [kid, state]));
  return {
    db,
    keyring,
    make,
    states,
    pass: (ms: number) => {
      time = new Date(time.getTime() + ms);
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
const all = async () => 0;
const some = async () => 1;

test("a change of the key: announced, used when every station has it, the former one retired after the longest pick-up window", async () => {
  await using w = await start();
  assert.deepEqual(await w.states(), { k1: "present" });
  assert.equal((await w.keyring.present()).kid, "k1");
  assert.deepEqual((await w.keyring.trusted()).generation, 1);
  const kid = await w.keyring.rotate({ atOnce: false, actor: "module:cli" });
  assert.deepEqual(await w.states(), { k1: "present", [kid]: "next" });
  const announced = await w.keyring.trusted();
  assert.deepEqual([announced.generation, Object.keys(announced.keys).toSorted()], [2, ["k1", kid].toSorted()]);
  const asked: number[] = [];
  await w.keyring.advance(async (generation) => asked.push(generation));
  assert.deepEqual(asked, [2]);
  assert.equal((await w.keyring.present()).kid, "k1", "one station lacks it: nothing is signed with it yet");
  await w.keyring.advance(all);
  assert.equal((await w.make().present()).kid, kid, "another process uses the same");
  assert.deepEqual(await w.states(), { k1: "former", [kid]: "present" });
  assert.equal((await w.keyring.trusted()).generation, 2, "the set is the same");
  w.pass(retireMs - 1);
  await w.keyring.advance(all);
  assert.equal((await w.states())["k1"], "former");
  w.pass(1);
  await w.keyring.advance(some);
  assert.deepEqual(await w.states(), { k1: "retired", [kid]: "present" });
  const after = await w.keyring.trusted();
  assert.deepEqual([after.generation, Object.keys(after.keys)], [3, [kid]]);
});

test("a station that never answers holds the change up for a week, not for ever", async () => {
  await using w = await start();
  const kid = await w.keyring.rotate({ atOnce: false, actor: "module:cli" });
  w.pass(announceMs - 1);
  await w.keyring.advance(some);
  assert.equal((await w.keyring.present()).kid, "k1");
  w.pass(1);
  await w.keyring.advance(some);
  assert.equal((await w.keyring.present()).kid, kid);
});

test("one change at a time; never more than two keys; at once means at once", async () => {
  await using w = await start();
  const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => w.keyring.rotate({ atOnce: false, actor: "module:cli" })));
  assert.equal(attempts.filter(({ status }) => status === "fulfilled").length, 1);
  for (const attempt of attempts)
    assert.ok(attempt.status === "fulfilled" || (attempt.reason instanceof Refused && attempt.reason.code === "rotation_under_way"));
  const kid = await w.keyring.rotate({ atOnce: true, actor: "module:cli" });
  assert.equal((await w.keyring.present()).kid, kid);
  assert.deepEqual(Object.keys((await w.keyring.trusted()).keys), [kid], "the announced one is as suspect as the present one");
  assert.equal((await w.keyring.trusted()).generation, 5, "two came, two went");
});

test("a private key lies in the database sealed, and each change is a fact for the stations and the trail", async () => {
  await using w = await start();
  await w.keyring.rotate({ atOnce: true, actor: "operator:1" });
  const seeds = [key.privateKey.export({ format: "jwk" }).d!, (await w.keyring.present()).key.export({ format: "jwk" }).d!];
  const { rows } = await sql<{ text: string }>`select row_to_json(k)::text as text from access.signing_key k`.execute(w.db);
  for (const seed of seeds) assert.ok(rows.every(({ text }) => !text.includes(seed)));
  const facts = await sql<{
    payload: { state: string };
  }>`select payload from kit.outbox where type = 'access.keys_changed' order by seq`.execute(w.db);
  assert.deepEqual(
    facts.rows.map(({ payload }) => payload.state),
    ["present", "retired"],
  );
});
