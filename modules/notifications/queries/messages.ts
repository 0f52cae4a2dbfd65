import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import { statesBefore, type MessageState, type TemplateName } from "../contract.ts";
import { begun, leaseSeconds, type Channel } from "../domain.ts";
import type { Tables } from "../tables.ts";

export type MessageRow = Selectable<Tables["notifications.message"]>;

export const insert = (tx: Tx<Tables>, rows: readonly Insertable<Tables["notifications.message"]>[]) =>
  rows.length === 0
    ? Promise.resolve([])
    : tx
        .insertInto("notifications.message")
        .values([...rows])
        .onConflict((c) => c.columns(["event", "template", "channel"]).doNothing())
        .execute();

/**
 * Takes up messages of one channel, what is most urgent first, as notices are taken up. Until its outcome is recorded a row says that it was begun; one
 * that says so already was begun by a process that ended, and whether it left is not known.
 */
export async function take(db: Db<Tables>, channel: Channel, now: Date, limit: number): Promise<readonly MessageRow[]> {
  const leaseEnd = new Date(now.getTime() + leaseSeconds * 1_000);
  const { rows } = await sql<MessageRow>`
    update notifications.message m set attempts = m.attempts + 1, next_at = ${leaseEnd},
      unknowns = m.unknowns + case when m.error = ${begun} then 1 else 0 end, error = ${begun}
    from (select id from notifications.message where channel = ${channel} and state = 'waiting' and next_at <= ${now}
          order by priority, next_at limit ${limit} for update skip locked) due
    where m.id = due.id returning m.*`.execute(db);
  return rows;
}

type Change = Partial<Pick<MessageRow, "next_at" | "sent_at" | "delivered_at" | "acknowledged_at" | "error" | "unknowns" | "refusals">>;
/** Records what came of it, and whether it goes to another state by that; undefined when `messageMoves` does not let it, or it went there already. */
export async function settle(tx: Tx<Tables>, id: string, state: MessageState, change: Change): Promise<MessageRow | undefined> {
  const from: MessageState[] = state === "waiting" ? ["waiting"] : [...statesBefore(state)];
  return tx
    .updateTable("notifications.message")
    .set({ ...change, state })
    .where("id", "=", id)
    .where("state", "in", from)
    .returningAll()
    .executeTakeFirst();
}

/** The next channel that stands by for this message steps in; undefined when none does. */
export async function stepIn(tx: Tx<Tables>, { event, template }: Pick<MessageRow, "event" | "template">, now: Date) {
  const { rows } = await sql<MessageRow>`
    update notifications.message m set state = 'waiting', next_at = ${now}
    from (select id from notifications.message where event = ${event} and template = ${template} and state = 'stands_by'
          order by id limit 1 for update) next
    where m.id = next.id returning m.*`.execute(tx);
  return rows[0];
}

/** Codes that have waited since before `before` while another channel stands by for them. */
export const lateCodes = (db: Db<Tables>, before: Date, limit: number) =>
  db
    .selectFrom("notifications.message as m")
    .select(["m.event", "m.template"])
    .distinct()
    .where("m.state", "=", "waiting")
    .where("m.priority", "<=", 1)
    .where("m.created_at", "<=", before)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("notifications.message as other")
          .select("other.id")
          .whereRef("other.event", "=", "m.event")
          .whereRef("other.template", "=", "m.template")
          .where("other.state", "=", "stands_by"),
      ),
    )
    .limit(limit)
    .execute();

/** What has not been begun and is not true any more does not leave; what is on its way is looked at again if it comes back. */
export const overtake = (tx: Tx<Tables>, parcel: string, templates: readonly TemplateName[]) =>
  tx
    .updateTable("notifications.message")
    .set({ state: "void", error: "overtaken by what happened since" })
    .where("parcel", "=", parcel)
    .where("state", "in", ["waiting", "stands_by"])
    .where("template", "in", [...templates])
    .where((eb) => eb.or([eb("error", "is", null), eb("error", "!=", begun)]))
    .execute();

/** Of several messages of one template about a parcel only the newest is worth saying. */
export const replaceOlder = (tx: Tx<Tables>, parcel: string, template: TemplateName, event: string) =>
  tx
    .updateTable("notifications.message")
    .set({ state: "void", error: "a newer message says it" })
    .where("parcel", "=", parcel)
    .where("template", "=", template)
    .where("event", "!=", event)
    .where("state", "in", ["waiting", "stands_by"])
    .where((eb) => eb.or([eb("error", "is", null), eb("error", "!=", begun)]))
    .execute();

/** Whether so many messages of a channel wait that only codes may join them. */
export async function isFull(db: Db<Tables>, channel: Channel, most: number): Promise<boolean> {
  const { rows } = await sql<{ full: boolean }>`
    select exists (select from notifications.message where channel = ${channel} and state = 'waiting' offset ${most}) as full`.execute(db);
  return rows[0]!.full;
}

export const keepContent = (db: Db<Tables>, id: string, sealed: string) =>
  db.updateTable("notifications.message").set({ sealed_content: sealed }).where("id", "=", id).execute();

export const find = (db: Db<Tables>, id: string): Promise<MessageRow | undefined> =>
  db.selectFrom("notifications.message").selectAll().where("id", "=", id).executeTakeFirst();

/** The log of a parcel's messages, newest first; of one recipient's where one is named. */
export const ofParcel = (db: Db<Tables>, parcel: string, recipientHash?: string): Promise<MessageRow[]> =>
  db
    .selectFrom("notifications.message")
    .selectAll()
    .where("parcel", "=", parcel)
    .$if(recipientHash !== undefined, (q) => q.where("recipient_hash", "=", recipientHash!))
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
    .set({ state: "void", error: "was not needed" })
    .where("created_at", "<=", before)
    .where("state", "=", "stands_by")
    .execute();
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
