import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { Hono } from "hono";
import { sql } from "kysely";
import { z } from "zod";
import { connect } from "./db.ts";
import { fact } from "./fact.ts";
import { startLive } from "./live.ts";
import { silentLog } from "./log.ts";
import { publish } from "./outbox.ts";
import { testDatabase } from "./testing.ts";
import { systemTimers } from "./timers.ts";

const database = await testDatabase([]);
after(() => database[Symbol.asyncDispose]());

const Counted = fact("test.counted", "parcel", { parcel: z.uuid(), step: z.int() });

/** Follows these topics and reads only when it is told to. */
async function follow(app: Hono, topics: readonly string[]) {
  const query = topics.map((topic) => `topic=${topic}`).join("&");
  const answer = await app.request(new Request(`http://here/changes?${query}`));
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const told = (): string[] => [...text.matchAll(/event: changed\ndata: (\S+)/g)].map(([, topic]) => topic!);
  return {
    told,
    /** Reads until that holds. */
    until: async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) {
        const { value, done } = await reader.read();
        if (done) return;
        text += value;
      }
    },
    text: () => text,
    stop: () => reader.cancel(),
  };
}

test("who reads slowly is told once of each topic that changed meanwhile, and then of what is new: what waits for a reader has a bound (A10.6)", async () => {
  const url = await database.fresh();
  const db = connect<never>(url, { connections: 3 });
  const live = await startLive({ db, url, log: silentLog, timers: systemTimers });
  const app = new Hono();
  app.get("/changes", (c) => live.changes(c));
  const parcels = Array.from({ length: 5 }, () => randomUUID());
  const last = randomUUID();
  const topics = [...parcels, last].map((id) => `parcel:${id}`);
  const slow = await follow(app, topics);
  const quick = await follow(app, topics);
  try {
    await slow.until(() => slow.text().includes("event: open"));
    await quick.until(() => quick.text().includes("event: open"));
    const happen = (parcel: string, step: number): Promise<void> =>
      db.transaction().execute((tx) => publish(tx, new Date(), Counted, { parcel, step }));
    const rounds = 60;
    const reading = quick.until(() => quick.told().includes(`parcel:${last}`));
    for (let step = 0; step < rounds; step++) for (const parcel of parcels) await happen(parcel, step);
    await happen(last, 0);
    await reading;
    assert.equal((await sql<{ n: number }>`select count(*) as n from kit.outbox`.execute(db)).rows[0]!.n, rounds * parcels.length + 1);
    assert.ok(quick.told().length > 3 * topics.length, `who reads hears of it as it happens: ${quick.told().length}`);
    await slow.until(() => slow.told().includes(`parcel:${last}`));
    // What was being written when it stopped reading, or stood in a pipe, and one for all that came after.
    for (const topic of topics)
      assert.ok(slow.told().filter((each) => each === topic).length <= 3, `${topic}: ${slow.told().length} in all`);
    assert.deepEqual(new Set(slow.told()), new Set(topics), "nothing is forgotten");
    const before = slow.told().length;
    await happen(parcels[0]!, rounds);
    await slow.until(() => slow.told().length > before);
    assert.equal(slow.told().at(-1), topics[0]);
  } finally {
    await slow.stop();
    await quick.stop();
    await live.stop();
    await db.destroy();
  }
});
