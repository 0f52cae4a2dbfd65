import { createHash } from "node:crypto";
import { sql } from "kysely";
import { canonical } from "./canonical.ts";
import type { Db, Tx } from "./db.ts";
import { Refused } from "./refused.ts";

/** One attempt at a request that must take effect once. */
export interface Attempt {
  /** Whose key it is: keys of different clients never meet (I-38). */
  readonly client: string;
  /** The `Idempotency-Key` header, 1 to 255 printable characters. */
  readonly key: string;
  /** What was asked: the same key with another fingerprint is refused. */
  readonly fingerprint: string;
  readonly at: Date;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Reads the header and fingerprints operation and input. Throws Refused `idempotency_key_missing` or `idempotency_key_invalid`. */
export function attemptOf(client: string, header: string | undefined, operation: string, input: unknown, at: Date): Attempt {
  if (header === undefined || header === "")
    throw new Refused(
      "idempotency_key_missing",
      "Send an Idempotency-Key header: a value of your own, new for each order, the same when you retry.",
    );
  if (!/^[\x21-\x7e]{1,255}$/.test(header))
    throw new Refused("idempotency_key_invalid", "An Idempotency-Key has 1 to 255 printable ASCII characters and no spaces.");
  return {
    client,
    key: header,
    fingerprint: createHash("sha256")
      .update(`${operation}\n${canonical(input)}`)
      .digest("hex"),
    at,
  };
}

/** The stored answer for this attempt, if there is one. Throws Refused `idempotency_key_reused` when it was used for another request. */
export async function previous<T>(db: Db<T>, attempt: Attempt): Promise<Answer | undefined> {
  const { rows } = await sql<{ fingerprint: string; status: number; answer: unknown }>`
    select fingerprint, status, answer from kit.idempotency where client = ${attempt.client} and key = ${attempt.key}`.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  if (row.fingerprint !== attempt.fingerprint)
    throw new Refused("idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new one.");
  return { status: row.status, body: row.answer };
}

/**
 * Runs `effect` and keeps its answer in one transaction; a repeated attempt gets the kept answer. Two at the same moment: the second
 * waits for the first. A refusal is not kept: the state may change and a retry may succeed.
 */
export async function once<T, A extends Answer>(db: Db<T>, attempt: Attempt, effect: (tx: Tx<T>) => Promise<A>): Promise<A> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql`insert into kit.idempotency (client, key, fingerprint, created_at)
      values (${attempt.client}, ${attempt.key}, ${attempt.fingerprint}, ${attempt.at}) on conflict do nothing returning key`.execute(tx);
    if (rows.length === 0) return (await previous(tx, attempt)) as A;
    const answer = await effect(tx);
    await sql`update kit.idempotency set status = ${answer.status}, answer = ${JSON.stringify(answer.body)}::jsonb
      where client = ${attempt.client} and key = ${attempt.key}`.execute(tx);
    return answer;
  });
}

/** Answers forgotten in one statement. */
const forgottenAtOnce = 5_000;

/** Forgets the answers of before that instant, a bounded number. Returns how many: fewer than `forgottenAtOnce` when all are gone. */
export async function forgetAnswers<T>(db: Db<T>, before: Date): Promise<{ readonly count: number; readonly isAll: boolean }> {
  const { numAffectedRows } = await sql`delete from kit.idempotency where ctid = any (array(
    select ctid from kit.idempotency where created_at < ${before} limit ${forgottenAtOnce}))`.execute(db);
  const count = Number(numAffectedRows ?? 0);
  return { count, isAll: count < forgottenAtOnce };
}
