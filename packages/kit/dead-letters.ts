import { sql } from "kysely";
import type { Db } from "./db.ts";

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
export async function replayDeadLetter(db: Db<never>, consumer: string, seq: number, at: Date): Promise<boolean> {
  const { rows } = await sql`update kit.delivery set state = 'retrying', attempts = 0, next_at = ${at}
    where consumer = ${consumer} and seq = ${seq} returning seq`.execute(db);
  return rows.length === 1;
}
