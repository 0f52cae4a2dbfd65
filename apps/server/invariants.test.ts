import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { connect, type Db } from "@pigeonhole/kit/db";
import { migrateJobs } from "@pigeonhole/kit/jobs";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import { invariants } from "./invariants.ts";
import { allMigrations } from "./modules.ts";

const database = await testDatabase(allMigrations);
after(() => database[Symbol.asyncDispose]());

const at = new Date("2026-03-01T12:00:00Z");
const before = (seconds: number): Date => new Date(at.getTime() - seconds * 1_000);
const look = { now: at, since: before(3_600) };

/** The sentences that do not hold. */
async function broken(db: Db<never>): Promise<readonly string[]> {
  const said: string[] = [];
  for (const each of invariants) {
    const { rows } = await each.breaches(look).execute(db);
    if (rows.length > 0) said.push(`${each.id} ${each.says}`);
  }
  return said.toSorted();
}

/** Somebody with every right, for whom no constraint and no trigger stands in the way. */
async function withoutJudges(db: Db<never>): Promise<void> {
  const { rows } = await sql<{ at: string; name: string }>`
    select conrelid::regclass::text as at, quote_ident(conname) as name from pg_constraint c join pg_namespace n on n.oid = connamespace
    where n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker') and conrelid <> 0 and contype in ('c', 'f', 'u', 'p')
    order by contype = 'f' desc, contype`.execute(db);
  for (const each of rows) await sql.raw(`alter table ${each.at} drop constraint if exists ${each.name} cascade`).execute(db);
  const { rows: indexes } = await sql<{ name: string }>`
    select indexrelid::regclass::text as name from pg_index join pg_class c on c.oid = indrelid join pg_namespace n on n.oid = relnamespace
    where indisunique and n.nspname not in ('pg_catalog', 'pg_toast', 'graphile_worker')`.execute(db);
  for (const { name } of indexes) await sql.raw(`drop index if exists ${name}`).execute(db);
}

/** Writes a row; columns that must have a value and are not named get one that says nothing. */
async function put(db: Db<never>, table: string, values: Readonly<Record<string, unknown>>): Promise<void> {
  const [schema, name] = table.split(".");
  const { rows } = await sql<{ column: string; type: string }>`
    select column_name as column, data_type as type from information_schema.columns
    where table_schema = ${schema} and table_name = ${name} and is_nullable = 'NO' and column_default is null and is_generated = 'NEVER'
      and is_identity = 'NO'`.execute(db);
  const nothing: Readonly<Record<string, unknown>> = {
    uuid: randomUUID(),
    text: "-",
    "timestamp with time zone": at,
    boolean: false,
    json: "{}",
    jsonb: "{}",
  };
  const row = { ...Object.fromEntries(rows.map(({ column, type }) => [column, nothing[type] ?? 1])), ...values };
  await db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    await sql`insert into ${sql.table(table)} (${columns}) values (${sql.join(Object.values(row))})`.execute(tx);
  });
}

const [station, parcel, grant, command, reservation] = Array.from({ length: 5 }, () => randomUUID()) as [
  string,
  string,
  string,
  string,
  string,
];
const opened = JSON.stringify({ event: { cause: { command } } });

/** How each sentence is broken by hand. */
const deeds: Readonly<Record<string, (db: Db<never>) => Promise<unknown>>> = {
  "every module keeps up with the log of facts": async (db) => {
    await sql`insert into kit.consumer (name, txid, seq) values ('asleep', '0'::xid8, 0)`.execute(db);
    await put(db, "kit.outbox", { aggregatetype: "parcel", aggregateid: "1", type: "x.y", occurred_at: before(400), payload: "{}" });
  },
  "no job is given up or late": (db) =>
    sql`select graphile_worker.add_job('x.never', '{}'::json, run_at := ${before(400)}::timestamptz)`.execute(db),
  "no fact is given up": async (db) => {
    const { rows } = await sql<{ seq: number }>`select seq from kit.outbox limit 1`.execute(db);
    await put(db, "kit.delivery", { consumer: "asleep", seq: rows[0]!.seq, state: "dead", error: "no such column" });
  },
  "a compartment has one live reservation at most": async (db) => {
    for (let i = 0; i < 2; i++) await put(db, "reservations.reservation", { station, compartment: 1, state: "confirmed", expires_at: at });
  },
  "what is offered is empty and nobody's": (db) =>
    put(db, "reservations.compartment", { station, compartment: 2, size: "small", state: "available", parcel }),
  "a reservation's compartment is as large as what was asked for": async (db) => {
    await put(db, "reservations.compartment", { station, compartment: 1, size: "small", state: "reserved" });
    await put(db, "reservations.reservation", { station, compartment: 1, state: "confirmed", need_rank: 3, expires_at: at });
  },
  "what is out of service, or waits for an inspection, is not offered": (db) =>
    put(db, "reservations.compartment", { station, compartment: 3, size: "small", state: "available", is_quarantined: true }),
  "a compartment that is promised is promised by a reservation that lives, and by that of this compartment": (db) =>
    put(db, "reservations.compartment", { station, compartment: 4, size: "small", state: "reserved", reservation }),
  "a reservation has ended exactly when it says when and why": (db) =>
    put(db, "reservations.reservation", { state: "ended", expires_at: at }),
  "no hold outlives its time": (db) => put(db, "reservations.reservation", { state: "held", expires_at: before(200) }),
  "a parcel is in a state that its timeline says it reached": (db) =>
    put(db, "parcels.parcel", { id: parcel, state: "stored", station, compartment: 3 }),
  "what was not collected in time goes back": (db) => put(db, "parcels.parcel", { state: "stored", expires_at: before(200) }),
  "a redirect that is not over is being worked on": (db) => put(db, "parcels.redirect", { state: "agreed", next_at: before(700) }),
  "two live codes of a station differ": async (db) => {
    for (let i = 0; i < 2; i++) await put(db, "access.code", { station, code_hash: "same" });
  },
  "of one right only the newest code lives": async (db) => {
    await put(db, "access.grant", { id: grant, state: "used", generation: 2 });
    await put(db, "access.code", { grant, generation: 1 });
  },
  "a code lives only as long as its right": async () => {},
  "nothing is signed that was not written down as an order to that station": (db) =>
    put(db, "access.signature", { station, action: "open" }),
  "a right to collect is held by exactly what is asked for and not attested": (db) =>
    put(db, "access.grant", { parcel: randomUUID(), kind: "pickup", state: "active", held: ["age_check"] }),
  "of a parcel that nobody can collect nothing is asked any more": async (db) => {
    const collected = randomUUID();
    await put(db, "access.grant", { parcel: collected, kind: "pickup", state: "used", collected_at: before(200) });
    await put(db, "access.condition", { parcel: collected, kind: "age_check", state: "open" });
  },
  "every order has an outcome, if only that nobody knows it": (db) => put(db, "access.command", { given_at: before(400) }),
  "a command opens a door once at most": async (db) => {
    for (const seq of [1, 2]) await put(db, "devices.station_event", { station, epoch: 1, seq, type: "compartment_opened", body: opened });
  },
  "commands to a station are numbered upwards": async (db) => {
    await put(db, "devices.command", { station, epoch: 1, seq: 5, sent_at: before(9) });
    await put(db, "devices.command", { station, epoch: 1, seq: 4, sent_at: before(8) });
  },
  "a station's log is known without a gap": (db) => put(db, "devices.station_event", { station, epoch: 1, seq: 4, type: "x", body: "{}" }),
  "no station contradicts what it has said before": (db) => put(db, "devices.quarantine", { reason: "forked" }),
  "a station that is cut off has no session": (db) => put(db, "devices.device", { connected: true, revoked_at: before(60) }),
  "who hands a parcel over has it from whoever had it": async (db) => {
    await put(db, "custody.hand_over", { parcel, number: 1, taker: "courier:1", digest: "one" });
    await put(db, "custody.hand_over", { parcel, number: 2, giver: "courier:2", previous: "one", digest: "two" });
  },
  "custody has no gap": (db) => put(db, "custody.hand_over", { parcel: randomUUID(), number: 3 }),
  "each entry of the trail follows the one before it": async (db) => {
    await put(db, "audit.entry", { seq: 1, hash: "a" });
    await put(db, "audit.entry", { seq: 2, previous: "b", hash: "c" });
  },
  "the trail ends where its head says": async () => {},
  "a compartment in which a parcel lies is not offered": async () => {},
  "nobody is sent a code before the parcel is in": (db) => put(db, "notifications.message", { template: "pickup_ready", created_at: at }),
  "what is over opens for nobody": async (db) => {
    const over = randomUUID();
    await put(db, "parcels.parcel", { id: over, state: "collected" });
    await put(db, "access.grant", { parcel: over, state: "active", kind: "pickup" });
    await put(db, "reservations.compartment", { station, compartment: 5, size: "small", state: "occupied", parcel: over });
  },
  "the compartment of a parcel that has gone is not held for it": async () => {},
};

test("I-75: each invariant, broken by hand as no constraint allows, is seen; where nothing is wrong, none is", async () => {
  const url = await database.fresh();
  await migrateJobs(url);
  const db = connect<never>(url);
  assert.deepEqual(await broken(db), []);
  await withoutJudges(db);
  assert.deepEqual(
    invariants.map(({ says }) => says).filter((says) => !Object.hasOwn(deeds, says)),
    [],
    "every sentence has a deed that breaks it",
  );
  for (const deed of Object.values(deeds)) await deed(db);
  assert.deepEqual(await broken(db), invariants.map(({ id, says }) => `${id} ${says}`).toSorted());
  await db.destroy();
});
