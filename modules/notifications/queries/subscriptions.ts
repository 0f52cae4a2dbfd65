import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable } from "kysely";
import { maxSubscriptions } from "../domain.ts";
import type { Tables } from "../tables.ts";

/** One browser is one row, whoever is signed in there; a customer's oldest makes room. */
export async function subscribe(tx: Tx<Tables>, row: Insertable<Tables["notifications.push_subscription"]>): Promise<void> {
  await tx
    .insertInto("notifications.push_subscription")
    .values(row)
    .onConflict((c) =>
      c.column("endpoint_hash").doUpdateSet(({ ref }) => ({
        customer: ref("excluded.customer"),
        to_hash: ref("excluded.to_hash"),
        sealed: ref("excluded.sealed"),
        created_at: ref("excluded.created_at"),
      })),
    )
    .execute();
  await sql`delete from notifications.push_subscription where endpoint_hash in (
    select endpoint_hash from notifications.push_subscription where customer = ${row.customer} order by created_at desc, endpoint_hash offset ${maxSubscriptions})`.execute(
    tx,
  );
}

export const subscriptions = (db: Db<Tables>, toHash: string) =>
  db.selectFrom("notifications.push_subscription").select(["endpoint_hash", "sealed"]).where("to_hash", "=", toHash).execute();

export const unsubscribe = (db: Db<Tables>, endpointHash: string) =>
  db.deleteFrom("notifications.push_subscription").where("endpoint_hash", "=", endpointHash).execute();
