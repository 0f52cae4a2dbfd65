import { sql } from "kysely";
import type { Db, Tx } from "./db.ts";

/** A fact that a consumer gave up on, or one that waits behind it. */
export interface DeadLetter {
  readonly consumer: string;
  readonly seq: number;
  readonly event: string;
  readonly type: string;
  readonly aggregate: string;
  readonly state: "retrying" | "dead";
  readonly attempts: number;
  readonly error: string | null;
  readonly payload: unknown;
}

/** At most `limit` parked facts, oldest first. */
export async function listDeadLetters(db: Db<never>, limit = 100): Promise<readonly DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select d.consumer, d.seq, o.id as event, o.type, o.aggregatetype || ':' || o.aggregateid as aggregate, d.state, d.attempts, d.error, o.payload
    from kit.delivery d join kit.outbox o using (seq) order by d.seq limit ${limit}`.execute(db);
  return rows;
}

/** Makes a dead fact due again at `at`, with all its attempts before it. Returns whether there was one. */
export async function replayDeadLetter(db: Db<never> | Tx<never>, consumer: string, seq: number, at: Date): Promise<boolean> {
  const { rows } = await sql`update kit.delivery set state = 'retrying', attempts = 0, next_at = ${at}
    where consumer = ${consumer} and seq = ${seq} returning seq`.execute(db);
  return rows.length === 1;
}

/** Makes everything due again that a consumer has given up. Returns how many facts. */
export async function replayDeadLetters(db: Db<never> | Tx<never>, consumer: string, at: Date): Promise<number> {
  const { rows } = await sql`update kit.delivery set state = 'retrying', attempts = 0, next_at = ${at}
    where consumer = ${consumer} and state = 'dead' returning seq`.execute(db);
  return rows.length;
}

/** A parked fact that others about the same thing wait for. */
export interface ParkedFact extends Omit<DeadLetter, "event" | "payload"> {
  readonly occurred_at: Date;
  readonly next_at: Date;
  readonly waiting: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Of each thing the first parked fact, the oldest first. */
export async function firstParked(
  db: Db<never>,
  {
    consumer,
    state,
    limit,
  }: { readonly consumer?: string | undefined; readonly state?: DeadLetter["state"] | undefined; readonly limit: number },
): Promise<readonly ParkedFact[]> {
  const { rows } = await sql<ParkedFact>`
    select d.consumer, d.seq, o.type, o.aggregatetype || ':' || o.aggregateid as aggregate, d.state, d.attempts, d.error, o.occurred_at, d.next_at, o.payload,
      (select count(*) from kit.delivery b where b.consumer = d.consumer and b.aggregatetype = d.aggregatetype and b.aggregateid = d.aggregateid
        and b.seq > d.seq) as waiting
    from kit.delivery d join kit.outbox o using (seq)
    where (${consumer ?? null}::text is null or d.consumer = ${consumer ?? null}) and (${state ?? null}::text is null or d.state = ${state ?? null})
      and not exists (select from kit.delivery e where e.consumer = d.consumer and e.aggregatetype = d.aggregatetype
                      and e.aggregateid = d.aggregateid and e.seq < d.seq)
    order by d.seq limit ${limit}`.execute(db);
  return rows;
}

/** How many facts are dead, are tried again, and wait behind one of those. */
export async function countParked(db: Db<never>): Promise<{ readonly dead: number; readonly retrying: number; readonly waiting: number }> {
  const { rows } = await sql<{ dead: number; retrying: number; waiting: number }>`
    select count(*) filter (where is_first and state = 'dead') as dead, count(*) filter (where is_first and state = 'retrying') as retrying,
      count(*) filter (where not is_first) as waiting
    from (select state, seq = min(seq) over (partition by consumer, aggregatetype, aggregateid) as is_first from kit.delivery) d`.execute(
    db,
  );
  return rows[0]!;
}
