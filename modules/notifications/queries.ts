import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import { begun, leaseSeconds, maxSubscriptions, type Channel } from "./domain.ts";
import type { Tables } from "./tables.ts";

export type NoticeRow = Selectable<Tables["notifications.notice"]>;
export type MessageRow = Selectable<Tables["notifications.message"]>;

const leaseEnd = (now: Date): Date => new Date(now.getTime() + leaseSeconds * 1_000);

export const notice = (tx: Tx<Tables>, row: Insertable<Tables["notifications.notice"]>) =>
  tx
    .insertInto("notifications.notice")
    .values(row)
    .onConflict((c) => c.columns(["event", "template"]).doNothing())
    .execute();

/**
 * Takes up what is due, at most `limit`: counted and leased in one statement, its own transaction, before anything is asked or sent.
 * Other processes take others; what a crashed one had taken up is due again when its lease is over.
 */
export async function takeNotices(db: Db<Tables>, now: Date, limit: number): Promise<readonly NoticeRow[]> {
  const { rows } = await sql<NoticeRow>`
    update notifications.notice n set attempts = n.attempts + 1, next_at = ${leaseEnd(now)}
    from (select id from notifications.notice where ended_at is null and next_at <= ${now} order by next_at limit ${limit} for update skip locked) due
    where n.id = due.id returning n.*`.execute(db);
  return rows;
}

export const changeNotice = (
  tx: Db<Tables>,
  id: string,
  set: { readonly next_at?: Date; readonly ended_at?: Date; readonly error: string | null },
) => tx.updateTable("notifications.notice").set(set).where("id", "=", id).where("ended_at", "is", null).execute();

export const insertMessages = (tx: Tx<Tables>, rows: readonly Insertable<Tables["notifications.message"]>[]) =>
  rows.length === 0
    ? Promise.resolve([])
    : tx
        .insertInto("notifications.message")
        .values([...rows])
        .onConflict((c) => c.columns(["event", "template", "channel"]).doNothing())
        .execute();

/** Takes up messages of one channel, as `takeNotices` does. Until its outcome is recorded a row says that it was begun. */
export async function takeMessages(db: Db<Tables>, channel: Channel, now: Date, limit: number): Promise<readonly MessageRow[]> {
  const { rows } = await sql<MessageRow>`
    update notifications.message m set attempts = m.attempts + 1, next_at = ${leaseEnd(now)}, error = ${begun}
    from (select id from notifications.message where channel = ${channel} and state = 'waiting' and next_at <= ${now} order by next_at limit ${limit} for update skip locked) due
    where m.id = due.id returning m.*`.execute(db);
  return rows;
}

/** Records what came of it; false when that was recorded already. */
export async function settle(
  tx: Tx<Tables>,
  id: string,
  set: Pick<MessageRow, "state" | "next_at" | "sent_at" | "error">,
): Promise<boolean> {
  const rows = await tx
    .updateTable("notifications.message")
    .set(set)
    .where("id", "=", id)
    .where("state", "=", "waiting")
    .returning("id")
    .execute();
  return rows.length === 1;
}

export const keepContent = (db: Db<Tables>, id: string, sealed: string) =>
  db.updateTable("notifications.message").set({ sealed_content: sealed }).where("id", "=", id).execute();

export const ofParcel = (db: Db<Tables>, parcel: string): Promise<MessageRow[]> =>
  db
    .selectFrom("notifications.message")
    .selectAll()
    .where("parcel", "=", parcel)
    .orderBy("created_at", "desc")
    .orderBy("channel")
    .limit(200)
    .execute();

export async function newest(
  db: Db<Tables>,
  { toHash, parcel, limit }: { toHash: string | undefined; parcel: string | undefined; limit: number },
): Promise<MessageRow[]> {
  const query = db
    .selectFrom("notifications.message")
    .selectAll()
    .where("sealed_content", "is not", null)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(limit);
  return query
    .$if(toHash !== undefined, (q) => q.where("to_hash", "=", toHash!))
    .$if(parcel !== undefined, (q) => q.where("parcel", "=", parcel!))
    .execute();
}

/** Forgets what was written before `before`: contents, and whom and what they needed; not that there was a message. */
export async function forget(db: Db<Tables>, before: Date): Promise<void> {
  await db
    .updateTable("notifications.message")
    .set({ sealed_content: null, sealed_needs: null })
    .where("created_at", "<=", before)
    .where("state", "!=", "waiting")
    .execute();
  await db
    .updateTable("notifications.notice")
    .set({ sealed_recipient: null, sealed_details: null })
    .where("happened_at", "<=", before)
    .where("ended_at", "is not", null)
    .execute();
}

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
