import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client, problemOf } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { Invariant } from "@pigeonhole/kit/invariant";
import { silentLog } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import type { InvariantApi } from "./contract.ts";
import { invariantsMigrations } from "./migrations.ts";
import { invariants } from "./module.ts";
import type { Tables } from "./tables.ts";

const database = await testDatabase([invariantsMigrations]);
after(() => database[Symbol.asyncDispose]());

/** Doors that have to be shut, at once or after a while, and alarms that have happened once. */
const shut = (says: string, kind: string, settleSeconds: number, isLasting?: true): Invariant => ({
  id: "I-19",
  says,
  settleSeconds,
  ...(isLasting && { isLasting }),
  breaches: () => sql`select 'door ' || number as what from door where kind = ${kind}`,
});

async function start(list: readonly Invariant[]) {
  const db = connect<Tables>(await database.fresh());
  await sql`create table door (number int, kind text)`.execute(db);
  let time = new Date("2026-01-10T12:00:00.000Z");
  const who = (async (c, ...kinds) => {
    const [kind, role] = (c.req.header("x-who") ?? "").split(" ");
    if (!kind || !(kinds as string[]).includes(kind)) throw new Refused("not_allowed", "Operators only.");
    return { kind, id: "0198c0de-0000-7000-8000-000000000001", role } as Actor;
  }) as Who;
  const { routes, jobs } = invariants({ db, who, now: () => time, newId: systemNewId, log: silentLog, invariants: list });
  const api = (role: string) =>
    client<InvariantApi>("http://x", {
      headers: { "x-who": `operator ${role}` },
      fetch: (url, init) => routes.request(url as string, init),
    });
  return {
    api,
    open: (number: number, kind: string) => sql`insert into door values (${number}, ${kind})`.execute(db),
    close: (number: number) => sql`delete from door where number = ${number}`.execute(db),
    look: async (seconds = 15) => {
      time = new Date(time.getTime() + seconds * 1_000);
      for (const job of jobs) await job.run(null);
    },
    shown: async () =>
      (await (await api("support").invariants.$get({ query: {} })).json()) as never as {
        count: number;
        lookedAt: string | null;
        breaches: { id: string; what: string; endedAt: string | null; note: string | null }[];
      },
    told: async () =>
      (
        await sql<{ type: string; what: string }>`select type, payload ->> 'what' as what from kit.outbox order by seq`.execute(db)
      ).rows.map(({ type, what }) => `${type} ${what}`),
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("I-75: what does not hold is told once, at once or when it has not settled, and once more when it holds again", async () => {
  await using w = await start([shut("the vault is shut", "vault", 0), shut("a locker is shut after a while", "locker", 30)]);
  assert.deepEqual(await w.shown(), { count: 2, lookedAt: null, breaches: [] });
  await w.look();
  await w.open(1, "vault");
  await w.open(2, "locker");
  await w.open(3, "locker");
  await w.look();
  assert.deepEqual(await w.told(), ["invariants.broken door 1"]);
  await w.close(3);
  for (let i = 0; i < 3; i++) await w.look();
  assert.deepEqual(await w.told(), ["invariants.broken door 1", "invariants.broken door 2"]);
  await w.close(1);
  await w.look();
  assert.deepEqual((await w.told()).at(-1), "invariants.mended door 1");
  const { lookedAt, breaches } = await w.shown();
  assert.ok(lookedAt);
  assert.deepEqual(
    breaches.map(({ what, endedAt }) => [what, endedAt === null]),
    [
      ["door 2", true],
      ["door 1", false],
    ],
  );
});

test("I-75, I-68: what has happened once stays until somebody says what they found, and is not told again", async () => {
  await using w = await start([shut("no alarm was raised", "alarm", 0, true)]);
  await w.open(7, "alarm");
  await w.look();
  const [breach] = (await w.shown()).breaches;
  const settle = (role: string) =>
    w.api(role).invariants.breaches[":breach"].settle.$post({ param: { breach: breach!.id }, json: { note: "a test of the siren" } });
  assert.equal((await problemOf((await settle("support")) as never)).code, "not_allowed");
  assert.equal((await settle("admin")).status, 200);
  assert.equal((await problemOf((await settle("admin")) as never)).code, "invalid_state");
  await w.look();
  await w.close(7);
  await w.look();
  assert.deepEqual(await w.told(), ["invariants.broken door 7", "invariants.mended door 7"]);
  assert.deepEqual(
    (await w.shown()).breaches.map(({ what, note }) => [what, note]),
    [["door 7", "a test of the siren"]],
  );
});

test("I-75: what nobody can look at is a breach, and the rest is looked at all the same", async () => {
  const blind: Invariant = {
    id: "I-20",
    says: "there is a table of ages",
    settleSeconds: 0,
    breaches: () => sql`select age as what from ages`,
  };
  const writing: Invariant = {
    id: "I-20",
    says: "a look writes nothing",
    settleSeconds: 0,
    breaches: () => sql`delete from door returning 'x' as what`,
  };
  await using w = await start([blind, writing, shut("the vault is shut", "vault", 0)]);
  await w.open(1, "vault");
  await w.look();
  assert.deepEqual(await w.told(), [
    "invariants.broken nobody could look",
    "invariants.broken nobody could look",
    "invariants.broken door 1",
  ]);
});
