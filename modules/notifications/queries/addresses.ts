import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Insertable } from "kysely";
import type { Channel } from "../domain.ts";
import type { Tables } from "../tables.ts";

/** A message to this address came back, and the next one would. */
export const bad = (tx: Tx<Tables>, row: Insertable<Tables["notifications.bad_address"]>) =>
  tx
    .insertInto("notifications.bad_address")
    .values(row)
    .onConflict((c) => c.column("to_hash").doUpdateSet({ since: row.since, reason: row.reason }))
    .execute();

/** Something reached it. */
export const good = (tx: Tx<Tables>, toHash: string) => tx.deleteFrom("notifications.bad_address").where("to_hash", "=", toHash).execute();

/** The channels whose address, of these, is known to be no good. */
export async function badOf(db: Db<Tables>, toHashes: readonly string[]): Promise<readonly Channel[]> {
  const rows = await db
    .selectFrom("notifications.bad_address")
    .select("channel")
    .where("to_hash", "in", [...toHashes])
    .execute();
  return rows.map(({ channel }) => channel);
}
