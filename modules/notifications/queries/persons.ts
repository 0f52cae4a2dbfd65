import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { MessageRow } from "./messages.ts";

/** The messages to a person, the newest first. */
export const ofPerson = (db: Db<Tables>, subject: string, limit: number): Promise<MessageRow[]> =>
  db
    .selectFrom("notifications.message")
    .selectAll()
    .where("subject", "=", subject)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit)
    .execute();

export const browsersOf = (db: Db<Tables>, subject: string) =>
  db.selectFrom("notifications.push_subscription").select("created_at").where("subject", "=", subject).orderBy("created_at").execute();

/** That there were messages stays, without whom they were for; what a person wished, their browsers and what finds them go. */
export async function forgetPerson(tx: Tx<Tables>, subject: string): Promise<void> {
  const { rows } = await sql<{ hash: string }>`
    select distinct unnest(array[to_hash, recipient_hash]) as hash from notifications.message where subject = ${subject}
    union select to_hash from notifications.push_subscription where subject = ${subject}`.execute(tx);
  const hashes = rows.map(({ hash }) => hash).filter((hash) => hash !== null && hash !== "");
  await sql`delete from notifications.preference where to_hash = any(${hashes})`.execute(tx);
  await sql`delete from notifications.bad_address where to_hash = any(${hashes})`.execute(tx);
  await sql`delete from notifications.push_subscription where subject = ${subject} or to_hash = any(${hashes})`.execute(tx);
  await sql`update notifications.pickup_window set recipient_hash = null where recipient_hash = any(${hashes})`.execute(tx);
  await sql`update notifications.message set subject = null, sealed_to = '', to_hash = '', recipient_hash = null, sealed_needs = null, sealed_content = null,
    state = case when state in ('waiting', 'stands_by') then 'void' else state end where subject = ${subject}`.execute(tx);
}
