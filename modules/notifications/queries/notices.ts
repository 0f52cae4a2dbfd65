import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import type { TemplateName } from "../contract.ts";
import { leaseSeconds } from "../domain.ts";
import type { Tables } from "../tables.ts";

export type NoticeRow = Selectable<Tables["notifications.notice"]>;

export const insert = (tx: Tx<Tables>, row: Insertable<Tables["notifications.notice"]>) =>
  tx
    .insertInto("notifications.notice")
    .values(row)
    .onConflict((c) => c.columns(["event", "template"]).doNothing())
    .execute();

/**
 * Takes up what is due, at most `limit`: counted and leased in one statement, its own transaction, before anything is asked or sent.
 * Other processes take others; what a crashed one had taken up is due again when its lease is over.
 */
export async function take(db: Db<Tables>, now: Date, limit: number): Promise<readonly NoticeRow[]> {
  const leaseEnd = new Date(now.getTime() + leaseSeconds * 1_000);
  const { rows } = await sql<NoticeRow>`
    update notifications.notice n set attempts = n.attempts + 1, next_at = ${leaseEnd}
    from (select id from notifications.notice where ended_at is null and next_at <= ${now} order by next_at limit ${limit} for update skip locked) due
    where n.id = due.id returning n.*`.execute(db);
  return rows;
}

export const change = (
  tx: Db<Tables>,
  id: string,
  set: { readonly next_at?: Date; readonly ended_at?: Date; readonly attempts?: number; readonly error: string | null },
) =>
  tx
    .updateTable("notifications.notice")
    // Whom it was for, and what is personal in it, stand in the messages that were made of it, under that person's key.
    .set(set.ended_at === undefined ? set : { ...set, sealed_recipient: null, sealed_details: null })
    .where("id", "=", id)
    .where("ended_at", "is", null)
    .execute();

/** What was not addressed yet and is not true any more. */
export const overtake = (tx: Tx<Tables>, parcel: string, templates: readonly TemplateName[], now: Date) =>
  tx
    .updateTable("notifications.notice")
    .set({ ended_at: now, error: "overtaken by what happened since" })
    .where("parcel", "=", parcel)
    .where("ended_at", "is", null)
    .where("template", "in", templates as Exclude<TemplateName, "sign_in_code">[])
    .execute();

/** Whether such news were told of something that happened since `from`, and not after `until`. */
export async function wasTold(tx: Tx<Tables>, template: Exclude<TemplateName, "sign_in_code">, from: Date, until: Date): Promise<boolean> {
  const row = await tx
    .selectFrom("notifications.notice")
    .select("id")
    .where("template", "=", template)
    .where("happened_at", ">", from)
    .where("happened_at", "<=", until)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How somebody showed that they know: they opened the parcel's page, a link or a notification, or they collected. */
export type Acknowledgement = "page" | "link" | "collected";
/** Whatever was told of a parcel until now has been seen. */
export const acknowledge = (tx: Tx<Tables>, parcel: string, by: Acknowledgement, at: Date) =>
  tx
    .updateTable("notifications.notice")
    .set({ acknowledged_at: at, acknowledged_by: by })
    .where("parcel", "=", parcel)
    .where("acknowledged_at", "is", null)
    .where("happened_at", "<=", at)
    .execute();
