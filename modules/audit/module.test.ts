import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { CommandGiven } from "@pigeonhole/access/events";
import { Scanned } from "@pigeonhole/couriers/events";
import { Connected, Disconnected, Enrolled, Quarantined, Reported, Revoked } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { SignedIn, SignInFailed } from "@pigeonhole/identity/events";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import type { Fact } from "@pigeonhole/kit/fact";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { drain, testDatabase } from "@pigeonhole/kit/testing";
import { CompartmentSet } from "@pigeonhole/network/events";
import type { StationFact } from "@pigeonhole/protocol/messages";
import fc from "fast-check";
import { Moved } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import type { z } from "zod";
import { beginning, hashOf, link } from "./chain.ts";
import type { AuditApi } from "./contract.ts";
import { exported } from "./export.ts";
import { auditMigrations } from "./migrations.ts";
import { audit } from "./module.ts";
import { append } from "./queries.ts";
import type { Tables } from "./tables.ts";
import { verifyChain } from "./verify.ts";

const database = await testDatabase([auditMigrations]);
after(() => database[Symbol.asyncDispose]());

const at = new Date("2026-01-10T12:00:00.123Z");
const station = randomUUID();

async function start() {
  const db = connect<Tables>(await database.fresh());
  const who = (async (c, ...kinds) => {
    const kind = c.req.header("x-kind");
    if (!kind || !(kinds as string[]).includes(kind)) throw new Refused("not_allowed", "Operators only.");
    return { kind, id: "o", role: "viewer" } as Actor;
  }) as Who;
  const built = audit({ db, who, now: () => at, newId: systemNewId, log: silentLog });
  const happen = <Type extends string, S extends z.ZodRawShape>(kind: Fact<Type, S>, payload: z.input<z.ZodObject<S>>) =>
    db.transaction().execute((tx) => publish(tx, at, kind, payload));
  const settle = async (): Promise<void> => {
    assert.deepEqual(await drain(db as never, built.consumers, () => at), []);
  };
  const fill = (entries: number, from = 0) =>
    db.transaction().execute(async (tx) => {
      for (let i = from; i < from + entries; i++)
        await append(
          tx,
          {
            at,
            station,
            compartment: i % 30,
            actor: `courier:${i % 3}`,
            action: i % 2 ? "compartment_opened" : "compartment_closed",
            result: "ok",
            detail: { i, ü: 'é " \n', n: 0.1 },
          },
          at,
        );
    });
  /** What somebody with every right on the database can do. */
  const tamper = (statement: ReturnType<typeof sql>) =>
    db.transaction().execute(async (tx) => {
      await sql`set local session_replication_role = replica`.execute(tx);
      await statement.execute(tx);
    });
  const api = client<AuditApi>("http://audit", {
    headers: { "x-kind": "operator" },
    fetch: (input, init) => built.routes.request(String(input), init),
  });
  return { db, built, happen, settle, fill, tamper, api, [Symbol.asyncDispose]: () => db.destroy() };
}

test("every access event becomes one link: who, where, when, what came of it, and nothing personal", async () => {
  await using w = await start();
  const parcel = randomUUID();
  const grant = randomUUID();
  const courier = randomUUID();
  const report = (event: StationFact, seq: number) =>
    w.happen(Reported, { station, epoch: 2, seq, at: "2026-01-10T11:59:59.000Z", parcel: null, event });
  const byGrant = { kind: "grant", grant, parcel, by: "code", decided: "station" } as const;
  const facts: StationFact[] = [
    { type: "station_started", firmware: "1.0", bootId: randomUUID() },
    { type: "compartment_opened", compartment: 3, cause: byGrant },
    { type: "compartment_opened", compartment: 4, cause: { kind: "forced" } },
    { type: "compartment_closed", compartment: 3 },
    {
      type: "open_failed",
      compartment: 3,
      outcome: "refused",
      reason: "busy",
      cause: { kind: "command", command: randomUUID(), purpose: "dropoff", actor: `courier:${courier}`, parcel },
    },
    { type: "door_left_open", compartment: 3, seconds: 60 },
    { type: "parcel_deposited", compartment: 3, parcel, evidence: "depositor", actor: `courier:${courier}` },
    { type: "deposit_abandoned", compartment: 3, parcel, actor: `courier:${courier}` },
    { type: "walk_up_deposited", compartment: 5, deposit: grant, size: "small", expiresAt: at.toISOString() },
    { type: "walk_up_abandoned", compartment: 5, deposit: grant },
    { type: "parcel_collected", compartment: 3, parcel, deposit: null, grant },
    { type: "code_refused", reason: "wrong", by: "code" },
    { type: "command_refused", command: null, reason: "expired" },
  ];
  for (const [i, event] of facts.entries()) await report(event, i + 1);
  await w.happen(Enrolled, { station, epoch: 2, sealedCodeKey: "sealed-key-text" });
  await w.happen(Connected, { station });
  await w.happen(Disconnected, { station });
  await w.happen(Revoked, { station, reason: "stolen", actor: `operator:${courier}` });
  await w.happen(Quarantined, { station, reason: "bad signature" });
  await w.happen(CommandGiven, {
    station,
    compartment: 3,
    command: randomUUID(),
    action: "open",
    purpose: "dropoff",
    parcel,
    actor: `courier:${courier}`,
    outcome: "opened",
    reason: null,
  });
  await w.happen(Scanned, { route: randomUUID(), courier, station, parcel, outcome: "opened" });
  await w.happen(CompartmentSet, { station, compartment: 7, state: "maintenance", reason: "hinge", actor: `operator:${courier}` });
  const place = { station, compartment: 8, size: "small" as const, name: "Viru", address: null, lat: 59.4, lon: 24.7 };
  const from = { station: randomUUID(), compartment: 2 };
  await w.happen(Moved, { reservation: randomUUID(), parcel, deliverBy: "2026-01-15T12:00:00.000Z", from, to: place });
  await w.happen(SignedIn, { subject: `customer:${courier}`, session: randomUUID() });
  await w.happen(SignInFailed, { subject: "ann@example.com", reason: "code_wrong" });
  await w.settle();
  const answer = await w.api.audit.$get({ query: {} });
  assert.ok(answer.status === 200);
  const { entries } = await answer.json();
  const told = Object.fromEntries(entries.toReversed().map((e) => [`${e.action} ${e.result}`, [e.actor, e.compartment]]));
  assert.deepEqual(told, {
    "station_started ok": [`station:${station}`, null],
    "compartment_opened ok": [`grant:${grant}`, 3],
    "compartment_opened forced": ["unknown", 4],
    "compartment_closed ok": [`station:${station}`, 3],
    "open_failed refused": [`courier:${courier}`, 3],
    "door_left_open left_open": [`station:${station}`, 3],
    "parcel_deposited ok": [`courier:${courier}`, 3],
    "deposit_abandoned ok": [`courier:${courier}`, 3],
    "walk_up_deposited ok": [`walk_up:${grant}`, 5],
    "walk_up_abandoned ok": [`walk_up:${grant}`, 5],
    "parcel_collected ok": [`grant:${grant}`, 3],
    "code_refused wrong": [`station:${station}`, null],
    "command_refused refused": [`station:${station}`, null],
    "station_enrolled ok": [`station:${station}`, null],
    "station_connected ok": [`station:${station}`, null],
    "station_disconnected ok": [`station:${station}`, null],
    "station_revoked ok": [`operator:${courier}`, null],
    "message_quarantined refused": [`station:${station}`, null],
    "command_open opened": [`courier:${courier}`, 3],
    "label_scanned opened": [`courier:${courier}`, null],
    "compartment_maintenance ok": [`operator:${courier}`, 7],
    "reservation_moved ok": ["module:reservations", 8],
    "signed_in ok": [`customer:${courier}`, null],
    "sign_in_failed refused": ["unknown", null],
  });
  assert.equal(entries.length, facts.length + 11);
  assert.equal(entries.at(-1)!.at, "2026-01-10T11:59:59.000Z", "the station's time");
  assert.equal(entries.at(-1)!.detail["seq"], 1);
  assert.ok(!JSON.stringify(entries).includes("example.com") && !JSON.stringify(entries).includes("sealed-key"));
  const verified = await w.api.audit.verification.$get();
  assert.ok(verified.status === 200);
  assert.deepEqual(await verified.json(), {
    entries: entries.length,
    whole: true,
    brokenAt: null,
    head: `${entries.length}:${entries[0]!.hash}`,
  });
});

test("the trail can be searched and paged, by operators only", async () => {
  await using w = await start();
  await w.fill(100);
  const seqs = async (query: Record<string, string>): Promise<number[]> => {
    const answer = await w.api.audit.$get({ query });
    assert.ok(answer.status === 200);
    return (await answer.json()).entries.map((e) => e.seq);
  };
  assert.deepEqual(await seqs({ limit: "3" }), [100, 99, 98]);
  assert.deepEqual(await seqs({ limit: "3", beforeSeq: "98" }), [97, 96, 95]);
  assert.deepEqual(await seqs({ compartment: "7" }), [98, 68, 38, 8]);
  assert.deepEqual(await seqs({ actor: "courier:2", action: "compartment_opened", limit: "2" }), [96, 90]);
  assert.equal((await seqs({ station, limit: "500" })).length, 100);
  assert.deepEqual(await seqs({ station: randomUUID() }), []);
  for (const query of [
    "?limit=0",
    "?limit=501",
    "?station=x",
    "?compartment=NaN",
    "?beforeSeq=9e99",
    "?compartment=99999999999",
    "?actor=%00",
    "?action=%00",
  ])
    assert.equal((await w.built.routes.request(`/audit${query}`, { headers: { "x-kind": "operator" } })).status, 400, query);
  for (const path of ["/audit", "/audit/verification"])
    assert.equal((await w.built.routes.request(path, { headers: { "x-kind": "customer" } })).status, 403);
});

test("rows can not be changed, deleted or truncated, and the head only moves on", async () => {
  await using w = await start();
  await w.fill(3);
  for (const statement of [
    sql`update audit.entry set actor = 'x'`,
    sql`delete from audit.entry where seq = 3`,
    sql`truncate audit.entry`,
    sql`delete from audit.head`,
    sql`truncate audit.head`,
    sql`update audit.head set seq = 2`,
  ]) {
    await assert.rejects(statement.execute(w.db), /append-only|one entry at a time/);
  }
  assert.equal((await verifyChain(w.db)).whole, true);
});

test("appends at the same moment make one chain", async () => {
  await using w = await start();
  await Promise.all(Array.from({ length: 16 }, (_, i) => w.fill(5, i * 5)));
  assert.deepEqual((({ entries, whole }) => ({ entries, whole }))(await verifyChain(w.db)), { entries: 80, whole: true });
});

test("every edit, removal and swap by somebody with every right is found, and where", async () => {
  await using w = await start();
  await w.fill(40);
  const column = fc.constantFrom("at", "recorded_at", "station", "compartment", "actor", "action", "result", "detail", "previous", "hash");
  const edits: Record<string, ReturnType<typeof sql>> = {
    at: sql`at = at + interval '1 millisecond'`,
    recorded_at: sql`recorded_at = recorded_at - interval '1 millisecond'`,
    station: sql`station = null`,
    compartment: sql`compartment = compartment + 1`,
    actor: sql`actor = actor || ' '`,
    action: sql`action = 'x'`,
    result: sql`result = 'no'`,
    detail: sql`detail = '{}'`,
    previous: sql`previous = repeat('a', 64)`,
    hash: sql`hash = repeat('b', 64)`,
  };
  const seq = fc.integer({ min: 1, max: 40 });
  const misdeed = fc.oneof(
    fc.record({ how: fc.constant("edit" as const), seq, column }),
    fc.record({ how: fc.constant("remove" as const), seq }),
    fc.record({ how: fc.constant("swap" as const), seq: fc.integer({ min: 1, max: 39 }) }),
    fc.record({ how: fc.constant("cut" as const), seq }),
  );
  await fc.assert(
    fc.asyncProperty(misdeed, async (m) => {
      await sql`create table audit.kept as select * from audit.entry`.execute(w.db);
      if (m.how === "edit") await w.tamper(sql`update audit.entry set ${edits[m.column]!} where seq = ${m.seq}`);
      if (m.how === "remove") await w.tamper(sql`delete from audit.entry where seq = ${m.seq}`);
      if (m.how === "cut") await w.tamper(sql`delete from audit.entry where seq >= ${m.seq}`);
      if (m.how === "swap") {
        for (const [from, to] of [
          [m.seq, 1_000],
          [m.seq + 1, m.seq],
          [1_000, m.seq + 1],
        ])
          await w.tamper(sql`update audit.entry set seq = ${to} where seq = ${from}`);
      }
      const { whole, brokenAt } = await verifyChain(w.db);
      await w.tamper(sql`truncate audit.entry`);
      await w.tamper(sql`insert into audit.entry select * from audit.kept`);
      await sql`drop table audit.kept`.execute(w.db);
      assert.deepEqual({ whole, brokenAt }, { whole: false, brokenAt: m.seq });
    }),
    { numRuns: 40 },
  );
  assert.equal((await verifyChain(w.db)).whole, true, "put back, it is whole again");
});

test("an edited entry whose own hash was made to fit breaks the link after it, the last one the head", async () => {
  await using w = await start();
  await w.fill(5);
  const answer = await w.api.audit.$get({ query: {} });
  assert.ok(answer.status === 200);
  for (const { hash: kept, ...entry } of (await answer.json()).entries) {
    await w.tamper(
      sql`update audit.entry set result = 'forged', hash = ${hashOf({ ...entry, result: "forged" })} where seq = ${entry.seq}`,
    );
    assert.deepEqual((({ whole, brokenAt }) => ({ whole, brokenAt }))(await verifyChain(w.db)), { whole: false, brokenAt: entry.seq + 1 });
    await w.tamper(sql`update audit.entry set result = ${entry.result}, hash = ${kept} where seq = ${entry.seq}`);
  }
  assert.equal((await verifyChain(w.db)).whole, true);
});

test("a printed head finds what the database alone can not: a tail cut off together with its head", async () => {
  await using w = await start();
  await w.fill(10);
  const { head } = await verifyChain(w.db);
  await w.fill(5, 10);
  assert.equal((await verifyChain(w.db, [head])).whole, true);
  await w.tamper(
    sql`with gone as (delete from audit.entry where seq > 7) update audit.head set seq = 7, hash = (select hash from audit.entry where seq = 7)`,
  );
  assert.equal((await verifyChain(w.db)).whole, true, "consistent in itself");
  assert.deepEqual((({ whole, brokenAt }) => ({ whole, brokenAt }))(await verifyChain(w.db, [head])), { whole: false, brokenAt: 8 });
  await w.fill(5, 20);
  assert.deepEqual((({ whole, brokenAt }) => ({ whole, brokenAt }))(await verifyChain(w.db, [head])), { whole: false, brokenAt: 10 });
});

test("twelve thousand links, more than two batches, are one chain", async () => {
  await using w = await start();
  let head = { seq: 0, hash: beginning };
  const rows = Array.from({ length: 12_000 }, (_, i) => {
    const entry = link(head, { at, station, compartment: 1, actor: "a", action: "b", result: "c", detail: { i } }, at);
    head = entry;
    return entry;
  });
  await w.tamper(sql`truncate audit.entry`);
  await w.tamper(sql`insert into audit.entry select (r->>'seq')::bigint, (r->>'at')::timestamptz, (r->>'recordedAt')::timestamptz, (r->>'station')::uuid, 1, 'a', 'b', 'c', r->'detail', r->>'previous', r->>'hash'
    from json_array_elements(${JSON.stringify(rows)}::json) r`);
  await w.tamper(sql`update audit.head set seq = ${head.seq}, hash = ${head.hash}`);
  assert.deepEqual(await verifyChain(w.db), { entries: 12_000, whole: true, brokenAt: null, head: `12000:${head.hash}` });
});

test("an exported trail is a table that no spreadsheet runs: what begins like a formula is text", async () => {
  await using w = await start();
  const access = { at: new Date("2026-03-01"), station: null, compartment: null, action: "@SUM(A1)", result: "+1", detail: {} };
  await w.db.transaction().execute((tx) => append(tx, { ...access, actor: "=cmd|' /C calc'!A0" }, new Date("2026-03-01")));
  let text = "";
  for await (const part of exported(w.db, {}, 1, "csv")) text += part;
  const cells = text.split("\n")[1]!.split(",");
  assert.deepEqual(cells.slice(3, 6), ["'@SUM(A1)", "'+1", "'=cmd|' /C calc'!A0"]);
});
