import { connect, type Db } from "@pigeonhole/kit/db";
import { CompiledQuery } from "kysely";
import type { Scheduler } from "../time/scheduler.ts";

/** A session of the checks' own, beside whatever the backend has open: it sees what is committed, and nobody waits for it. */
export interface Looks extends AsyncDisposable {
  readonly db: Db;
  readonly ask: <T>(text: string, values: readonly unknown[]) => Promise<readonly T[]>;
}

export function looksAt(scheduler: Scheduler, url: string): Looks {
  const db = connect<unknown>(url, { connections: 1, statementTimeoutMs: 600_000 });
  return {
    db,
    ask: async <T>(text: string, values: readonly unknown[]) =>
      (await scheduler.outside(db.executeQuery<T>(CompiledQuery.raw(text, [...values])))).rows,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
