import { sql } from "kysely";
import type { Db } from "./db.ts";
import type { Consumer } from "./outbox.ts";
import { sleep, type Timers } from "./timers.ts";

/** How often it is looked. Milliseconds. */
const lookMs = 10;

/** Resolves when every fact there is has reached all of its consumers, apart from what is parked; gives up waiting after `forMs`. */
export async function quiet(
  db: Db<never>,
  consumers: readonly Consumer[],
  { timers, forMs = 20_000 }: { readonly timers: Timers; readonly forMs?: number },
): Promise<void> {
  const known = JSON.stringify(consumers.map(({ name, handlers }) => ({ name, types: handlers.map(({ type }) => type) })));
  for (let waitedMs = 0; waitedMs < forMs; waitedMs += lookMs) {
    const { rows } = await sql<{ behind: boolean }>`
      select exists (select from kit.consumer c
        join jsonb_to_recordset(${known}::jsonb) as mine (name text, types text[]) using (name)
        join kit.outbox o on (o.txid, o.seq) > (c.txid, c.seq) and o.type = any(mine.types)) as behind`.execute(db);
    if (!rows[0]!.behind) return;
    await sleep(timers, lookMs);
  }
}
