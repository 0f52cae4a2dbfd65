// needs: mosquitto
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "@pigeonhole/server/modules";
import { history, readHistory } from "./run/history.ts";
import { run } from "./run/run.ts";

test("G-06: two servers over one database, a station, a broker; lines break, processes are killed: what people were answered is linearizable, nothing is lost or doubled", async () => {
  const database = await testDatabase(allMigrations);
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-chaos-"));
  const ends: (() => Promise<void>)[] = [];
  try {
    const seed = 9;
    const databaseUrl = await database.fresh();
    const ran = await run({ seed, folder, stations: 1, shops: 2, chaosMs: 4_000, databaseUrl, started: (end) => ends.push(end) });
    assert.deepEqual(ran.violations, [], `npm run chaos -- --seed ${seed} --seconds 4 --stations 1 --shops 2`);
    assert.ok(ran.struck.length > 0 && ran.struck.some(({ kind }) => kind === "kill"));
    const file = path.join(folder, "history.jsonl");
    ran.history.write(file);
    const counted = ran.history.counted();
    assert.ok(counted.operations > 10);
    const kept = readHistory(file);
    assert.deepEqual([kept.counted(), kept.judged()], [counted, []], "a kept history is judged as it was");
  } finally {
    for (const end of ends.toReversed()) await end();
    await database[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("G-06: what a run would find is told with the operations that contradict each other", () => {
  const told = history();
  const hold = (who: string, from: number) =>
    told.compartment("North/3", { by: `shop of ${who}`, call: { do: "claim", who }, from, to: from + 10, answer: "claimed" });
  hold("a", 0);
  hold("b", 20);
  told.right("parcel 7", { by: "customer", call: { do: "try" }, from: 0, to: 5, answer: "opened" });
  const judged = told.judged();
  assert.equal(judged.length, 2);
  assert.match(
    judged[0]!,
    /^compartment North\/3: these answers cannot all be true\n.*shop of a: claim a → claimed\n.*shop of b: claim b → claimed$/,
  );
  assert.match(judged[1]!, /^right parcel 7: this answer cannot be true\n.*customer: try → opened$/);
});
