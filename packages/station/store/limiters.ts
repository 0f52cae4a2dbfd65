import type { Bucket } from "../rights/limiter.ts";
import type { Sql } from "./database.ts";

export const limiterStore = (sql: Sql) => {
  const read = sql.prepare("select failures, last_at, free_at from limiter where name = ?");
  const write = sql.prepare("insert or replace into limiter (name, failures, last_at, free_at) values (?, ?, ?, ?)");
  const forget = sql.prepare("delete from limiter where last_at < ?");
  return {
    forgetBefore: (at: Date): void => {
      forget.run(at.getTime());
    },
    get: (name: string): Bucket | undefined => {
      const row = read.get(name) as { failures: number; last_at: number; free_at: number } | undefined;
      return row && { failures: row.failures, lastAtMs: row.last_at, freeAtMs: row.free_at };
    },
    put: (name: string, bucket: Bucket): void => {
      write.run(name, bucket.failures, bucket.lastAtMs, bucket.freeAtMs);
    },
  };
};
