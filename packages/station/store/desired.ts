import { Desired } from "@pigeonhole/protocol/messages";
import type { Sql } from "./database.ts";

/** The last desired document; its version never falls (the caller has checked epoch and signature). */
export const desiredStore = (sql: Sql) => {
  const read = sql.prepare("select body from desired");
  const write = sql.prepare(
    "insert into desired (id, version, body) values (1, ?, ?) on conflict (id) do update set version = excluded.version, body = excluded.body",
  );
  return {
    get: (): Desired | null => {
      const row = read.get() as { body: string } | undefined;
      return row ? Desired.parse(JSON.parse(row.body)) : null;
    },
    set: (desired: Desired): void => {
      write.run(desired.version, JSON.stringify(desired));
    },
  };
};
