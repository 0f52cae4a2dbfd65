import { sql } from "kysely";
import type { Now } from "./clock.ts";
import type { Db, Tx } from "./db.ts";
import type { Log } from "./log.ts";
import type { Consumer, Event } from "./outbox.ts";
import { listen } from "./listen.ts";
import { endOfLog, newsSince } from "./outbox-cursor.ts";
import { isPassing } from "./passing.ts";
import { sleep, type Timers } from "./timers.ts";

/** Facts read at once, at most. */
const batchSize = 200;
/**
 * No fact is read before all transactions older than its own have ended, so a long batch of one consumer makes all others wait. A batch that
 * took longer than this halves the next one, one that took less than half of it doubles it. Milliseconds.
 */
const batchMs = 100;
/** A fact is tried so many times, then it is dead until somebody replays it. */
const maxAttempts = 8;
/** Without a notification the log is looked at this often. Milliseconds. */
const pollMs = 1_000;
/** Every consumer reads this often whatever the looks say: another process may have died over what both had seen. Milliseconds. */
const anywayMs = 10_000;
/** Consumers to whom nothing has happened are moved on this often. Milliseconds. */
const passOverMs = 60_000;
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

async function apply(tx: Tx<never>, consumer: Consumer, row: Row): Promise<void> {
  for (const handler of consumer.handlers) if (handler.type === row.type) await handler.apply(tx, eventOf(row));
}

/** Writes the fact into the inbox and applies it, both or neither; a fact that is already in the inbox is not applied again (I-57). */
async function applyOnce(tx: Tx<never>, consumer: Consumer, row: Row): Promise<void> {
  const { rows } =
    await sql`insert into kit.inbox (consumer, event) values (${consumer.name}, ${row.id}::uuid) on conflict do nothing returning event`.execute(
      tx,
    );
  if (rows.length === 1) await apply(tx, consumer, row);
}

/**
 * Reads the next facts that `consumer` handles and applies them in one transaction with the new position. When one fails, they are
 * applied one by one: what fails is parked with its whole aggregate, so that order within an aggregate holds while the others go on.
 * Returns how many facts it passed.
 */
export async function consumeBatch(db: Db<never>, consumer: Consumer, now: Now, log: Log, limit = batchSize): Promise<number> {
  // The position as two values known before the scan begins: joined as a row, the planner may walk the whole log and compare at the end.
  const { rows } = await sql<Row>`
    with position as materialized (select txid, seq from kit.consumer where name = ${consumer.name})
    select o.txid::text, o.seq, o.id, o.aggregatetype, o.aggregateid, o.type, o.occurred_at, o.payload
    from kit.outbox o
    where (o.txid, o.seq) > ((select txid from position), (select seq from position)) and o.txid < pg_snapshot_xmin(pg_current_snapshot())
      and o.type = any(${consumer.handlers.map((handler) => handler.type)})
    order by o.txid, o.seq limit ${limit}`.execute(db);
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
    const taken = await take(tx, consumer, rows);
    if (!taken.isMine) return false;
    for (const row of rows) {
      if (taken.blocked.has(aggregateOf(row))) await park(tx, consumer, row, now(), 0, null);
      else if (taken.fresh.has(row.id)) await apply(tx, consumer, row);
    }
    return true;
  });

const aggregateOf = (row: Row): string => `${row.aggregatetype}:${row.aggregateid}`;

/**
 * Moves the position past `rows`, which makes one process at a time read for a consumer, and writes into the inbox those that have not
 * been applied before and do not wait behind a parked one (`blocked`), all in one statement.
 */
async function take(tx: Tx<never>, consumer: Consumer, rows: readonly Row[]) {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const { rows: answer } = await sql<{ mine: number; blocked: string[]; fresh: string[] }>`
    with moved as (
      update kit.consumer set txid = ${last.txid}::xid8, seq = ${last.seq}
      where name = ${consumer.name} and (txid, seq) < (${first.txid}::xid8, ${first.seq}) returning name
    ), parked as (
      select distinct aggregatetype || ':' || aggregateid as aggregate from kit.delivery where consumer = ${consumer.name}
    ), fresh as (
      insert into kit.inbox (consumer, event)
      select ${consumer.name}, fact.id
      from unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(aggregateOf)}::text[]) as fact (id, aggregate)
      where exists (select from moved) and fact.aggregate not in (select aggregate from parked)
      on conflict do nothing returning event
    )
    select (select count(*) from moved) as mine, array(select aggregate from parked) as blocked, array(select event::text from fresh) as fresh`.execute(
    tx,
  );
  const { mine, blocked, fresh } = answer[0]!;
  return { isMine: mine === 1, blocked: new Set(blocked), fresh: new Set(fresh) };
}

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

/** A consumer that is new here begins with the first fact there is. */
export const enrolConsumers = (db: Db<never>, consumers: readonly Consumer[]): Promise<unknown> =>
  sql`insert into kit.consumer (name, txid, seq) select name, '0'::xid8, 0 from unnest(${consumers.map(({ name }) => name)}::text[]) as name
    on conflict do nothing`.execute(db);

/**
 * Moves the positions of those to whom nothing that they handle has happened up to the log's end, so that the next fact for them is found
 * without looking through all that were for others.
 */
export const passOver = (db: Db<never>, consumers: readonly Consumer[]): Promise<unknown> =>
  sql`with last as (select txid, seq from kit.outbox where txid < pg_snapshot_xmin(pg_current_snapshot()) order by txid desc, seq desc limit 1)
    update kit.consumer c set txid = last.txid, seq = last.seq
    from last, jsonb_to_recordset(${JSON.stringify(consumers.map(({ name, handlers }) => ({ name, types: handlers.map(({ type }) => type) })))}::jsonb)
      as mine (name text, types text[])
    where c.name = mine.name and (c.txid, c.seq) < (last.txid, last.seq)
      and not exists (select from kit.outbox o where (o.txid, o.seq) > (c.txid, c.seq) and (o.txid, o.seq) <= (last.txid, last.seq)
                      and o.type = any(mine.types))`.execute(db);

interface Needs {
  readonly db: Db<never>;
  /** The same database: a session of its own listens there. */
  readonly url: string;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
  /** Who tells of commits: PostgreSQL's notifications, or a simulator's own. */
  readonly listen?: typeof listen;
}

/**
 * Runs consumers until stopped. At each commit that wrote to the outbox, and once a second in any case, one look tells which of them have
 * something to do; those then read for themselves, side by side.
 */
export async function startConsumers(
  { db, url, now, timers, log, listen: hear = listen }: Needs,
  consumers: readonly Consumer[],
): Promise<{ stop(): Promise<void> }> {
  await enrolConsumers(db, consumers);
  let stopped = false;
  const runners = consumers.map((consumer) => runner({ db, now, timers, log }, consumer, () => stopped));
  let seen = await endOfLog(db);
  for (const { ring } of runners) ring({ isParked: true });

  let looking: Promise<void> | undefined;
  let again = false;
  const look = async (): Promise<void> => {
    do {
      again = false;
      const news = await newsSince<{ type: string }>(db, seen, sql`type`);
      seen = news.seen;
      const types = new Set(news.rows.map(({ type }) => type));
      for (const { consumer, ring } of runners) if (consumer.handlers.some(({ type }) => types.has(type))) ring({ isParked: false });
    } while (again && !stopped);
  };
  const heard = (): void => {
    again = true;
    if (stopped) return;
    looking ??= look()
      .catch((error: unknown) => {
        if (!stopped) log.warn({ err: error }, "the event log could not be read");
      })
      .finally(() => (looking = undefined));
  };
  const lookAtParked = async (): Promise<void> => {
    const due = await dueParked(db, now());
    for (const { consumer, ring } of runners) if (due.has(consumer.name)) ring({ isParked: true });
  };
  const ticking = [
    timers.every(pollMs, () => {
      heard();
      lookAtParked().catch((error: unknown) => log.warn({ err: error }, "parked facts could not be looked at"));
    }),
    timers.every(anywayMs, () => runners.forEach(({ ring }) => ring({ isParked: false }))),
    timers.every(passOverMs, () => {
      passOver(db, consumers).catch((error: unknown) => log.warn({ err: error }, "positions in the event log could not be moved on"));
    }),
  ];
  const listener = await hear(url, "kit_outbox", heard, timers, log);
  return {
    stop: async () => {
      stopped = true;
      ticking.forEach((cancel) => cancel());
      await listener.stop();
      await looking;
      await Promise.all(runners.map(({ done }) => done()));
    },
  };
}

/** Consumers that have a parked fact to try again. */
async function dueParked(db: Db<never>, at: Date): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{
    consumer: string;
  }>`select distinct consumer from kit.delivery where state = 'retrying' and next_at <= ${at}`.execute(db);
  return new Set(rows.map(({ consumer }) => consumer));
}

/** One consumer at work: reads until nothing is left whenever it is rung, and again after a pause when the database did not let it. */
function runner({ db, now, timers, log }: Omit<Needs, "url" | "listen">, consumer: Consumer, isStopped: () => boolean) {
  let running: Promise<void> | undefined;
  let isRung = false;
  let isParked = false;
  let limit = batchSize;
  /** True when there may be more to read. */
  const nextBatch = async (): Promise<boolean> => {
    const began = now().getTime();
    const [read, passed] = [limit, await consumeBatch(db, consumer, now, log, limit)];
    const tookMs = now().getTime() - began;
    if (tookMs > batchMs) limit = Math.max(1, Math.ceil(limit / 2));
    else if (tookMs < batchMs / 2) limit = Math.min(batchSize, limit * 2);
    return passed === read;
  };
  const run = async (): Promise<void> => {
    while (isRung && !isStopped()) {
      isRung = false;
      try {
        while ((await nextBatch()) && !isStopped());
        if (isParked) await retryParked(db, consumer, now, log);
        isParked = false;
      } catch (error) {
        if (isStopped()) return;
        log.warn({ err: error, consumer: consumer.name }, "a consumer could not go on; it tries again");
        isRung = true;
        await sleep(timers, pollMs);
      }
    }
  };
  const begin = (): void => {
    running ??= run().finally(() => {
      running = undefined;
      if (isRung && !isStopped()) begin();
    });
  };
  return {
    consumer,
    ring: (why: { readonly isParked: boolean }): void => {
      isRung = true;
      isParked ||= why.isParked;
      begin();
    },
    done: async (): Promise<void> => running,
  };
}
