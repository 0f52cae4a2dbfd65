import type { Db } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import { firstProbeSeconds, longestProbeSeconds, opensAfter, type Channel } from "../domain.ts";
import type { Tables } from "../tables.ts";

export type CircuitRow = Selectable<Tables["notifications.circuit"]>;

export const all = (db: Db<Tables>): Promise<CircuitRow[]> => db.selectFrom("notifications.circuit").selectAll().execute();
export const of = (db: Db<Tables>, channel: Channel): Promise<CircuitRow | undefined> =>
  db.selectFrom("notifications.circuit").selectAll().where("channel", "=", channel).executeTakeFirst();

/** The provider answered, be it yes or no: it is there. */
export const close = (db: Db<Tables>, channel: Channel, now: Date) =>
  db
    .updateTable("notifications.circuit")
    .set({ failures: 0, opened_at: null, open_until: null, last_answer_at: now })
    .where("channel", "=", channel)
    .execute();

/** So many attempts more found nobody there, one after the other. The pause grows with them, for all processes. */
export const fail = (db: Db<Tables>, channel: Channel, now: Date, count: number, error: string) =>
  sql`update notifications.circuit c set failures = least(c.failures + ${count}, 1000), last_failure_at = ${now}, error = ${error},
      opened_at = case when c.failures + ${count} >= ${opensAfter} then coalesce(c.opened_at, ${now}::timestamptz) end,
      open_until = case when c.failures + ${count} >= ${opensAfter} then ${now}::timestamptz
        + least(${longestProbeSeconds}, ${firstProbeSeconds} * power(2, least(c.failures + ${count} - ${opensAfter}, 20))) * interval '1 second' end
    where channel = ${channel}`.execute(db);
