import { sql } from "kysely";
import type { Db } from "./db.ts";
import type { Job } from "./jobs.ts";

/** A job that was taken and not ended is free again after so long: its process must have died (graphile-worker does the same). Milliseconds. */
const abandonedMs = 4 * 3_600_000;

interface Taken {
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  readonly attempts: number;
}

/**
 * The job runner as single steps, for a simulator that moves time itself: the same tables, keys, attempts and waiting as graphile-worker's, by
 * the clock that is given. Takes the next job that is due at `at` and is none of `busy`; undefined when there is none.
 */
export async function takeJob(db: Db<never>, jobs: readonly Job[], at: Date): Promise<Taken | undefined> {
  const { rows } = await sql<Taken>`
    update graphile_worker._private_jobs as job set locked_at = ${at}, locked_by = 'by hand', attempts = attempts + 1
    from graphile_worker._private_tasks as task
    where task.id = job.task_id and job.id = (
      select next.id from graphile_worker._private_jobs as next join graphile_worker._private_tasks as named on named.id = next.task_id
      where next.run_at <= ${at} and next.attempts < next.max_attempts and named.identifier = any(${jobs.map(({ name }) => name)})
        and (next.locked_at is null or next.locked_at < ${new Date(at.getTime() - abandonedMs)})
      order by next.priority, next.run_at, next.id limit 1)
    returning job.id::text, task.identifier as name, job.payload, job.attempts`.execute(db);
  return rows[0];
}

/** It is done, and gone. */
export const jobDone = (db: Db<never>, { id }: Taken): Promise<unknown> =>
  sql`delete from graphile_worker._private_jobs where id = ${id}::bigint`.execute(db);

/** It failed: it is tried again after exp(attempts) seconds, as often as it may be. */
export const jobFailed = (db: Db<never>, { id, attempts }: Taken, error: unknown, at: Date): Promise<unknown> =>
  sql`update graphile_worker._private_jobs set locked_at = null, locked_by = null, last_error = ${String(error)},
    run_at = ${new Date(at.getTime() + Math.exp(Math.min(attempts, 10)) * 1_000)} where id = ${id}::bigint`.execute(db);

/** When the next job is due that nobody has taken. */
export async function nextJobAt(db: Db<never>): Promise<Date | undefined> {
  const { rows } = await sql<{ at: Date | null }>`
    select min(run_at) as at from graphile_worker._private_jobs where locked_at is null and attempts < max_attempts`.execute(db);
  return rows[0]?.at ?? undefined;
}
