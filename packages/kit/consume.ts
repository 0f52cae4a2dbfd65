import { sql } from "kysely";
import pg from "pg";
import type { Now } from "./clock.ts";
import type { Db, Tx } from "./db.ts";
import type { Log } from "./log.ts";
import type { Consumer, Event } from "./outbox.ts";
import { isPassing } from "./passing.ts";
import type { Timers } from "./timers.ts";

/** Facts read at once. */
const batchSize = 200;
/** A fact is tried so many times, then it is dead until somebody replays it. */
const maxAttempts = 8;
/** Without a notification the log is looked at this often. Milliseconds. */
const pollMs = 1_000;
const retryAfterMs = (attempts: number): number => Math.min(60_000, 200 * 2 ** attempts);

interface Row {
  readonly txid: string;
  readonly seq: number;
  readonly id: string;
  readonly aggregatetype: string;
  readonly aggregateid: string;
  readonly type: string;
  readonly occurred_at: Date;
  readonly payload: unknown;
}
const eventOf = (row: Row): Event => ({ id: row.id, type: row.type, occurredAt: row.occurred_at, payload: row.payload });

/** Writes the fact into the inbox and applies it, both or neither; a fact that is already in the inbox is not applied again (I-57). */
async function applyOnce(tx: Tx<never>, consumer: Consumer, row: Row): Promise<void> {
  const handlers = consumer.handlers.filter((handler) => handler.type === row.type);
  if (handlers.length === 0) return;
  const { rows } =
    await sql`insert into kit.inbox (consumer, event) values (${consumer.name}, ${row.id}::uuid) on conflict do nothing returning event`.execute(
      tx,
    );
  if (rows.length === 0) return;
  for (const handler of handlers) await handler.apply(tx, eventOf(row));
}

/**
 * Reads the next facts that `consumer` handles and applies them in one transaction with the new position. When one fails, they are
 * applied one by one: what fails is parked with its whole aggregate, so that order within an aggregate holds while the others go on.
 * Returns how many facts it passed.
 */
export async function consumeBatch(db: Db<never>, consumer: Consumer, now: Now, log: Log): Promise<number> {
  await sql`insert into kit.consumer (name, txid, seq) values (${consumer.name}, '0'::xid8, 0) on conflict do nothing`.execute(db);
  const { rows } = await sql<Row>`
    select o.txid::text, o.seq, o.id, o.aggregatetype, o.aggregateid, o.type, o.occurred_at, o.payload
    from kit.outbox o, kit.consumer c
    where c.name = ${consumer.name} and (o.txid, o.seq) > (c.txid, c.seq) and o.txid < pg_snapshot_xmin(pg_current_snapshot())
      and o.type = any(${consumer.handlers.map((handler) => handler.type)})
    order by o.txid, o.seq limit ${batchSize}`.execute(db);
  if (rows.length === 0) return 0;
  try {
    return (await passTogether(db, consumer, rows, now)) ? rows.length : 0;
  } catch (error) {
    return passOneByOne(db, consumer, rows, now, log, rows.length > 1 || isPassing(error) ? undefined : error);
  }
}

/** False when another process has moved the position meanwhile. */
const passTogether = (db: Db<never>, consumer: Consumer, rows: readonly Row[], now: Now): Promise<boolean> =>
  db.transaction().execute(async (tx) => {
    if (!(await advance(tx, consumer, rows.at(-1)!, rows[0]!))) return false;
    const { rows: parked } = await sql<{ aggregate: string }>`select aggregatetype || ':' || aggregateid as aggregate from kit.delivery
      where consumer = ${consumer.name}`.execute(tx);
    const blocked = new Set(parked.map((row) => row.aggregate));
    for (const row of rows) {
      if (blocked.has(`${row.aggregatetype}:${row.aggregateid}`)) await park(tx, consumer, row, now(), 0, null);
      else await applyOnce(tx, consumer, row);
    }
    return true;
  });

/** Moves the position to `to` if it stands before `from`: the row lock makes one process at a time read for a consumer. */
async function advance(tx: Tx<never>, consumer: Consumer, to: Row, from: Row = to): Promise<boolean> {
  const { rows } = await sql`update kit.consumer set txid = ${to.txid}::xid8, seq = ${to.seq}
    where name = ${consumer.name} and (txid, seq) < (${from.txid}::xid8, ${from.seq}) returning name`.execute(tx);
  return rows.length === 1;
}

async function passOneByOne(db: Db<never>, consumer: Consumer, rows: readonly Row[], now: Now, log: Log, known?: unknown): Promise<number> {
  let passed = 0;
  for (const row of rows) {
    let failure = known;
    try {
      if (failure === undefined && !(await passTogether(db, consumer, [row], now))) return passed;
    } catch (error) {
      // Another's transaction was in the way, or the database was away: nothing is wrong with the fact, and it is read again.
      if (isPassing(error)) throw error;
      failure = error;
    }
    if (failure !== undefined) {
      log.warn({ err: failure, consumer: consumer.name, event: row.id, type: row.type }, "a fact could not be applied; it is retried");
      const mine = await db
        .transaction()
        .execute(async (tx) => (await advance(tx, consumer, row)) && (await park(tx, consumer, row, now(), 1, failure), true));
      if (!mine) return passed;
    }
    passed++;
  }
  return passed;
}

const park = (tx: Tx<never>, consumer: Consumer, row: Row, at: Date, attempts: number, error: unknown): Promise<unknown> =>
  sql`insert into kit.delivery (consumer, seq, aggregatetype, aggregateid, state, attempts, next_at, error)
    values (${consumer.name}, ${row.seq}, ${row.aggregatetype}, ${row.aggregateid}, 'retrying', ${attempts},
            ${new Date(at.getTime() + retryAfterMs(attempts))}, ${error === null ? null : String(error)})
    on conflict (consumer, seq) do nothing`.execute(tx);

/** Tries what was parked and is due, the oldest of each aggregate first. Returns how many facts it applied. */
export async function retryParked(db: Db<never>, consumer: Consumer, now: Now, log: Log): Promise<number> {
  const { rows } = await sql<Row & { attempts: number }>`
    select o.txid::text, o.seq, o.id, o.aggregatetype, o.aggregateid, o.type, o.occurred_at, o.payload, d.attempts
    from kit.delivery d join kit.outbox o using (seq)
    where d.consumer = ${consumer.name} and d.state = 'retrying' and d.next_at <= ${now()}
      and not exists (select from kit.delivery e where e.consumer = d.consumer and e.aggregatetype = d.aggregatetype
                      and e.aggregateid = d.aggregateid and e.seq < d.seq)
    order by d.seq limit ${batchSize}`.execute(db);
  let applied = 0;
  for (const row of rows) {
    try {
      await db.transaction().execute(async (tx) => {
        const { rows: mine } =
          await sql`delete from kit.delivery where consumer = ${consumer.name} and seq = ${row.seq} returning seq`.execute(tx);
        if (mine.length === 1) await applyOnce(tx, consumer, row);
      });
      applied++;
    } catch (error) {
      if (isPassing(error)) throw error;
      const attempts = row.attempts + 1;
      const dead = attempts >= maxAttempts;
      log[dead ? "error" : "warn"](
        { err: error, consumer: consumer.name, event: row.id, type: row.type, attempts },
        dead ? "a fact is dead until it is replayed" : "a fact could not be applied",
      );
      await sql`update kit.delivery set attempts = ${attempts}, error = ${String(error)}, state = ${dead ? "dead" : "retrying"},
        next_at = ${new Date(now().getTime() + retryAfterMs(attempts))} where consumer = ${consumer.name} and seq = ${row.seq}`.execute(db);
    }
  }
  return applied;
}

interface Needs {
  readonly db: Db<never>;
  /** The same database: a session of its own listens there. */
  readonly url: string;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
}

/** Runs consumers until stopped: woken by each commit that wrote to the outbox, and once a second in any case. */
export async function startConsumers(
  { db, url, now, timers, log }: Needs,
  consumers: readonly Consumer[],
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  const wakers = new Set<() => void>();
  const wake = (): void => wakers.forEach((ring) => ring());
  const loops = consumers.map(async (consumer) => {
    let rung = false;
    let ring = (): void => {};
    wakers.add(() => {
      rung = true;
      ring();
    });
    while (!stopped) {
      try {
        rung = false;
        const moved = (await consumeBatch(db, consumer, now, log)) + (await retryParked(db, consumer, now, log));
        if (moved > 0 || rung || stopped) continue;
      } catch (error) {
        if (!stopped) log.warn({ err: error, consumer: consumer.name }, "the event log could not be read");
      }
      await new Promise<void>((resolve) => {
        ring = resolve;
        if (rung) resolve();
        timers.after(pollMs, resolve);
      });
    }
  });
  const listener = await listen(url, "kit_outbox", wake, timers, log);
  return {
    stop: async () => {
      stopped = true;
      wake();
      await listener.stop();
      await Promise.all(loops);
    },
  };
}

/**
 * Of several transactions that commit at the same moment one notifies (migration 0002): after a notification the others' rows may become
 * visible a little later, so `heard` is called again then. Milliseconds.
 */
const echoesMs = [15, 150];

/** Calls `heard` at each notification on `channel`, and shortly after; reconnects with a second's pause and calls `heard` then, since something may have been missed. */
export async function listen(
  url: string,
  channel: string,
  heard: () => void,
  timers: Timers,
  log: Log,
): Promise<{ stop(): Promise<void> }> {
  let stopped = false;
  let echoes: readonly (() => void)[] = [];
  let client: pg.Client | undefined;
  const connect = async (): Promise<void> => {
    const mine = new pg.Client({ connectionString: url });
    client = mine;
    mine.on("notification", () => {
      heard();
      echoes.forEach((cancel) => cancel());
      echoes = echoesMs.map((ms) =>
        timers.after(ms, () => {
          if (!stopped) heard();
        }),
      );
    });
    mine.on("error", () => {});
    mine.on("end", () => {
      if (!stopped) timers.after(1_000, again);
    });
    await mine.connect();
    await mine.query(`listen ${channel}`);
    heard();
  };
  const again = (): void => {
    if (!stopped) connect().catch((error: unknown) => log.warn({ err: error }, "listening to the database failed"));
  };
  await connect();
  return {
    stop: async () => {
      stopped = true;
      echoes.forEach((cancel) => cancel());
      await client?.end();
    },
  };
}
