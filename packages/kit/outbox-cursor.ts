import { sql, type RawBuilder } from "kysely";
import type { Db } from "./db.ts";

/** What became readable since the last look, and where the next look begins. */
export interface News<T> {
  readonly rows: readonly T[];
  readonly seen: string;
}

/** Where the log of facts ends now: facts of transactions before this one have all been committed, or never will be. */
export async function endOfLog(db: Db<never>): Promise<string> {
  const { rows } = await sql<{ seen: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as seen`.execute(db);
  return rows[0]!.seen;
}

/**
 * The facts of transactions from `seen` on that are readable now: each exactly once over all looks, whatever the order of commits. `columns`
 * are of kit.outbox; the first is never null. One small statement, so that it can be asked at every commit.
 */
export async function newsSince<T>(db: Db<never>, seen: string, columns: RawBuilder<unknown>): Promise<News<T>> {
  const { rows } = await sql<T & { seen: string; is_fact: boolean | null }>`
    select upto.txid::text as seen, fact.*
    from (select pg_snapshot_xmin(pg_current_snapshot()) as txid) upto
    left join lateral (select true as is_fact, ${columns} from kit.outbox where txid >= ${seen}::xid8 and txid < upto.txid order by txid, seq) fact on true`.execute(
    db,
  );
  return { rows: rows.filter((row) => row.is_fact === true), seen: rows[0]!.seen };
}
