import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { fact } from "@pigeonhole/kit/fact";
import { silentLog } from "@pigeonhole/kit/log";
import { on, publish, type Consumer } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { z } from "zod";
import type { DeadLetterApi } from "./contract.ts";
import { deadletters } from "./module.ts";

const database = await testDatabase([]);
after(() => database[Symbol.asyncDispose]());

const Counted = fact("test.counted", "parcel", { parcel: z.string(), step: z.int(), sealedRecipient: z.string() });

/** Two consumers of which one cannot apply what is about `broken`, until it is mended. */
async function start() {
  const db = connect<never>(await database.fresh());
  let time = new Date("2026-01-10T12:00:00.000Z");
  const applied: string[] = [];
  const broken = new Set(["a", "b"]);
  const consumer = (name: string, fails: boolean): Consumer => ({
    name,
    handlers: [
      on(Counted, async (_tx, { parcel, step }) => {
        if (fails && broken.has(parcel)) throw new Error("there is no column 'weight'");
        applied.push(`${name} ${parcel}${step}`);
      }),
    ],
  });
  const consumers = [consumer("parcels", true), consumer("audit", false)];
  const who = (async (c, ...kinds) => {
    const [kind, role] = (c.req.header("x-who") ?? "").split(" ");
    if (!kind || !(kinds as string[]).includes(kind)) throw new Refused("not_allowed", "Operators only.");
    return { kind, id: "0198c0de-0000-7000-8000-000000000001", role } as Actor;
  }) as Who;
  const { routes } = deadletters({ db, who, now: () => time, log: silentLog });
  return {
    db,
    applied,
    as: (text: string) =>
      client<DeadLetterApi>("http://x", { headers: { "x-who": text }, fetch: (url, init) => routes.request(url as string, init) }),
    say: async (parcel: string, step: number): Promise<void> => {
      await db.transaction().execute((tx) => publish(tx, time, Counted, { parcel, step, sealedRecipient: "v1.secret" }));
      for (const each of consumers) await drain(db, each, () => time);
    },
    /** Until every attempt has been made. */
    wear: async (): Promise<void> => {
      for (let i = 0; i < 12; i++) {
        time = new Date(time.getTime() + 60_000);
        for (const each of consumers) await drain(db, each, () => time);
      }
    },
    mend: () => broken.clear(),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("A3.2: what a module cannot apply is shown with why and what waits for it, and replayed in order when it is mended", async () => {
  await using w = await start();
  for (const [parcel, step] of [
    ["a", 1],
    ["a", 2],
    ["a", 3],
    ["b", 1],
    ["c", 1],
  ] as const)
    await w.say(parcel, step);
  await w.wear();
  const shown = async () => {
    const answer = await w.as("operator support")["dead-letters"].$get({ query: {} });
    assert.ok(answer.status === 200);
    return answer.json();
  };
  const { letters, dead, retrying, waiting } = await shown();
  assert.deepEqual({ dead, retrying, waiting }, { dead: 2, retrying: 0, waiting: 2 });
  assert.deepEqual(
    letters.map(({ consumer, aggregate, state, error, waiting: behind, nextAt }) => ({
      consumer,
      aggregate,
      state,
      error,
      behind,
      nextAt,
    })),
    [
      { consumer: "parcels", aggregate: "parcel:a", state: "dead", error: "Error: there is no column 'weight'", behind: 2, nextAt: null },
      { consumer: "parcels", aggregate: "parcel:b", state: "dead", error: "Error: there is no column 'weight'", behind: 0, nextAt: null },
    ],
  );
  assert.deepEqual(letters[0]!.payload, { parcel: "a", step: 1, sealedRecipient: "(sealed)" });
  assert.deepEqual(
    w.applied.filter((text) => text.startsWith("parcels")),
    ["parcels c1"],
    "others go on",
  );
  assert.equal(w.applied.filter((text) => text.startsWith("audit")).length, 5, "other modules go on");

  w.mend();
  const lettersOf = (role: string) => w.as(`operator ${role}`)["dead-letters"][":consumer"];
  const replay = (role: string, seq: number) =>
    lettersOf(role)[":seq"].replay.$post({ param: { consumer: "parcels", seq: String(seq) }, json: { reason: "the column is there" } });
  assert.equal((await replay("support", letters[0]!.seq)).status, 403, "administrators only");
  const first = await replay("admin", letters[0]!.seq);
  assert.ok(first.status === 202 && (await first.json()).replayed === 1);
  await w.wear();
  assert.deepEqual(
    w.applied.filter((text) => text.startsWith("parcels a")),
    ["parcels a1", "parcels a2", "parcels a3"],
    "in their order, once each",
  );
  assert.equal((await shown()).dead, 1);
  const rest = await lettersOf("admin").replay.$post({ param: { consumer: "parcels" }, json: { reason: "the column is there" } });
  assert.ok(rest.status === 202 && (await rest.json()).replayed === 1);
  await w.wear();
  assert.deepEqual(await shown(), { letters: [], dead: 0, retrying: 0, waiting: 0 });
  const { rows } = await sql<{ payload: object }>`select payload from kit.outbox where type = 'deadletters.replayed' order by seq`.execute(
    w.db,
  );
  assert.deepEqual(
    rows.map(({ payload }) => payload),
    [letters[0]!.seq, null].map((seq) => ({
      consumer: "parcels",
      seq,
      count: 1,
      actor: "operator:0198c0de-0000-7000-8000-000000000001",
      reason: "the column is there",
    })),
  );
});

test("a replay of what is not parked, without a reason, or by somebody else is refused", async () => {
  await using w = await start();
  const ask = (who: string, seq: string, reason: string) =>
    w.as(who)["dead-letters"][":consumer"][":seq"].replay.$post({ param: { consumer: "parcels", seq }, json: { reason } });
  assert.equal((await ask("operator admin", "7", "mended")).status, 404);
  assert.equal((await ask("operator admin", "7", "")).status, 400);
  assert.equal((await ask("operator admin", "1e309", "mended")).status, 400);
  assert.equal((await ask("shop", "7", "mended")).status, 403);
  assert.equal((await w.as("operator viewer")["dead-letters"].$get({ query: {} })).status, 403);
});
