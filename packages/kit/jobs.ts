import { makeWorkerUtils, run, type TaskList } from "graphile-worker";
import { sql } from "kysely";
import type pg from "pg";
import type { Tx } from "./db.ts";
import type { Log } from "./log.ts";
import type { Timers } from "./timers.ts";

/** Slow or outward work of a module. A job may run twice: what it does must bear that. */
export interface Job {
  /** `module.verb`, unique in the product. */
  readonly name: string;
  readonly run: (payload: unknown) => Promise<void>;
  /** Wakes the job that often, with payload null. What is due is decided by the job itself from the clock it was given. Seconds. */
  readonly everySeconds?: number;
}

interface Enqueue {
  /** Not before this instant. */
  readonly runAt?: Date;
  /** A second job under the same key replaces the first while that has not begun. */
  readonly key?: string;
  /** Tries with exponential backoff (exp(attempt) seconds, capped by the library), then the job rests for inspection. */
  readonly maxAttempts?: number;
}

/** Says of a job that it was asked for under a key: one that runs while another is asked for under the same loses its key, and is not tried again. */
export const keyed = "keyed";

/** Asks for a job in the transaction that needs it: it runs if and only if that commits. */
export async function enqueue<T>(tx: Tx<T>, name: string, payload: unknown, { runAt, key, maxAttempts = 12 }: Enqueue = {}): Promise<void> {
  await sql`select graphile_worker.add_job(${name}, ${JSON.stringify(payload)}::json,
    run_at := ${runAt ?? null}::timestamptz, job_key := ${key ?? null}::text, max_attempts := ${maxAttempts}::int,
    flags := ${key === undefined ? null : [keyed]}::text[])`.execute(tx);
}

/** Creates or updates the job tables. */
export async function migrateJobs(url: string): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: url });
  await utils.migrate();
  await utils.release();
}

/** The version of the job tables; null when there are none. */
export async function jobsVersion(client: pg.Client): Promise<number | null> {
  const { rows: found } = await client.query<{ found: boolean }>("select to_regclass('graphile_worker.migrations') is not null as found");
  if (!found[0]!.found) return null;
  const { rows } = await client.query<{ version: number | null }>("select max(id) as version from graphile_worker.migrations");
  return rows[0]!.version;
}

/** Runs jobs until stopped: those asked for by `enqueue`, and the recurring ones by a timer of this process. */
export async function startJobs(
  url: string,
  jobs: readonly Job[],
  { log, timers, concurrency = 4 }: { readonly log: Log; readonly timers: Timers; readonly concurrency?: number },
) {
  const taskList: TaskList = Object.fromEntries(jobs.map((job) => [job.name, (payload: unknown) => job.run(payload)]));
  const runner = await run({
    connectionString: url,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1_000,
    taskList,
    logger: new (await import("graphile-worker")).Logger(() => (level, message) => {
      if (level === "error" || level === "warning") log.warn({ job: message }, "job runner");
    }),
  });
  const running = new Set<string>();
  const recurring = jobs
    .filter((job) => job.everySeconds !== undefined)
    .map((job) =>
      timers.every(job.everySeconds! * 1_000, () => {
        if (running.has(job.name)) return;
        running.add(job.name);
        job
          .run(null)
          .catch((error: unknown) => log.error({ err: error, job: job.name }, "a recurring job failed; it runs again"))
          .finally(() => running.delete(job.name));
      }),
    );
  return {
    stop: async (): Promise<void> => {
      recurring.forEach((cancel) => cancel());
      await runner.stop();
      // Its database sessions end with the runner, not with the request to stop.
      await runner.promise;
    },
  };
}
