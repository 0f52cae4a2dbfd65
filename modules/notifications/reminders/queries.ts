import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import { leaseSeconds } from "../domain.ts";
import type { Tables } from "../tables.ts";
import type { Window } from "./domain.ts";

type Read = Db<Tables>;
type Write = Tx<Tables>;
export type WindowRow = Selectable<Tables["notifications.pickup_window"]>;
export type ReminderRow = Selectable<Tables["notifications.reminder"]>;

/** A window as it is reckoned with. */
export const shapeOf = ({ began_at, expires_at, is_stopped, pauses }: WindowRow): Window => ({
  beganAt: began_at,
  expiresAt: expires_at,
  isStopped: is_stopped,
  pauses: pauses.map(({ from, to }) => ({ from: new Date(from), to: to === null ? null : new Date(to) })),
});

/** What is planned for a parcel is void from now on, in the transaction that says why. */
export const voidPlanned = (tx: Write, parcel: string) =>
  tx.updateTable("notifications.reminder").set({ state: "void" }).where("parcel", "=", parcel).where("state", "=", "planned").execute();

/** A window began, or moved: its reminders are planned anew. */
export async function keep(
  tx: Write,
  window: Window & { readonly parcel: string; readonly station: string },
  how: "began" | "moved",
  now: Date,
): Promise<void> {
  const row = {
    parcel: window.parcel,
    station: window.station,
    began_at: window.beganAt,
    expires_at: window.expiresAt,
    is_stopped: window.isStopped,
    pauses: JSON.stringify(window.pauses),
    next_at: now,
  };
  await tx
    .insertInto("notifications.pickup_window")
    .values({ ...row, ended_at: null, collected_at: null, recipient_hash: null })
    .onConflict((c) =>
      c.column("parcel").doUpdateSet((eb) => ({
        station: row.station,
        expires_at: row.expires_at,
        is_stopped: row.is_stopped,
        pauses: row.pauses,
        next_at: now,
        attempts: 0,
        revision: eb("notifications.pickup_window.revision", "+", 1),
        // A window that is there again after it had ended began anew.
        ...(how === "began" ? { began_at: row.began_at, ended_at: null } : {}),
      })),
    )
    .execute();
  await voidPlanned(tx, window.parcel);
}

/** Whether nobody was told yet of the pause that ended then; from now on they were. */
export async function isNewPause(tx: Write, parcel: string, endedAt: Date): Promise<boolean> {
  const fresh = await tx
    .updateTable("notifications.pickup_window")
    .set({ pause_told: endedAt })
    .where("parcel", "=", parcel)
    .where((eb) => eb.or([eb("pause_told", "is", null), eb("pause_told", "<", endedAt)]))
    .returning("parcel")
    .executeTakeFirst();
  return fresh !== undefined;
}

/** Whether the recipient has not been told yet of this outage, or of one that began later. */
export async function isNewHindrance(tx: Write, parcel: string, began: Date): Promise<boolean> {
  const fresh = await tx
    .updateTable("notifications.pickup_window")
    .set({ hindered_told: began })
    .where("parcel", "=", parcel)
    .where((eb) => eb.or([eb("hindered_told", "is", null), eb("hindered_told", "<", began)]))
    .returning("parcel")
    .executeTakeFirst();
  return fresh !== undefined;
}

/** Nothing more is told of this parcel's window. */
export async function end(tx: Write, parcel: string, at: Date, collectedAt: Date | null): Promise<void> {
  await tx
    .updateTable("notifications.pickup_window")
    .set({ ended_at: at, ...(collectedAt === null ? {} : { collected_at: collectedAt }) })
    .where("parcel", "=", parcel)
    .execute();
  await voidPlanned(tx, parcel);
}

/** Takes up windows whose reminders are not what they should be, as `takeNotices` does. */
export async function takeToPlan(db: Read, now: Date, limit: number): Promise<readonly WindowRow[]> {
  const leaseEnd = new Date(now.getTime() + leaseSeconds * 1_000);
  const { rows } = await sql<WindowRow>`
    update notifications.pickup_window w set attempts = w.attempts + 1, next_at = ${leaseEnd}
    from (select parcel from notifications.pickup_window where ended_at is null and planned < revision and next_at <= ${now}
          order by next_at limit ${limit} for update skip locked) due
    where w.parcel = due.parcel returning w.*`.execute(db);
  return rows;
}

export const lockWindow = (tx: Write, parcel: string): Promise<WindowRow | undefined> =>
  tx.selectFrom("notifications.pickup_window").selectAll().where("parcel", "=", parcel).forUpdate().executeTakeFirst();

export const planned = (tx: Write, { parcel, revision }: WindowRow, recipientHash: string | null) =>
  tx
    .updateTable("notifications.pickup_window")
    .set({ planned: revision, attempts: 0, ...(recipientHash === null ? {} : { recipient_hash: recipientHash }) })
    .where("parcel", "=", parcel)
    .execute();

export const postpone = (db: Read, parcel: string, nextAt: Date) =>
  db.updateTable("notifications.pickup_window").set({ next_at: nextAt }).where("parcel", "=", parcel).execute();

export const insert = (tx: Write, rows: readonly Insertable<Tables["notifications.reminder"]>[]) =>
  rows.length === 0
    ? Promise.resolve([])
    : tx
        .insertInto("notifications.reminder")
        .values([...rows])
        .execute();

/** Reminders that somebody heard of, or may still: one whose messages were all overtaken counts as never told, and the new plan may say it. */
export async function told(tx: Write, parcel: string): Promise<readonly ReminderRow[]> {
  const { rows } = await sql<ReminderRow>`
    select r.* from notifications.reminder r where r.parcel = ${parcel} and r.state = 'told' and (
      exists (select from notifications.message m where m.event = r.id and m.state not in ('void', 'stands_by'))
      or exists (select from notifications.notice n where n.event = r.id and n.ended_at is null))`.execute(tx);
  return rows;
}

/** Reminders that are due. */
export const due = (db: Read, now: Date, limit: number): Promise<ReminderRow[]> =>
  db
    .selectFrom("notifications.reminder")
    .selectAll()
    .where("state", "=", "planned")
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit)
    .execute();

/** The reminder if it still is planned, locked after its window. */
export const lockPlanned = (tx: Write, id: string) =>
  tx.selectFrom("notifications.reminder").selectAll().where("id", "=", id).where("state", "=", "planned").forUpdate().executeTakeFirst();

/** Whether another reminder of the same parcel is due as well, after this one. */
export async function isLaterDue(tx: Write, { parcel, due_at }: ReminderRow, now: Date): Promise<boolean> {
  const later = await tx
    .selectFrom("notifications.reminder")
    .select("id")
    .where("parcel", "=", parcel)
    .where("state", "=", "planned")
    .where("due_at", "<=", now)
    .where("due_at", ">", due_at)
    .limit(1)
    .executeTakeFirst();
  return later !== undefined;
}

export const settle = (tx: Write, id: string, set: { state: "told"; told_at: Date } | { state: "void" }) =>
  tx.updateTable("notifications.reminder").set(set).where("id", "=", id).where("state", "=", "planned").execute();

/** Whether the newest message with a code about the parcel was seen by anybody. */
export async function isAcknowledged(db: Read, parcel: string): Promise<boolean> {
  const found = await db
    .selectFrom("notifications.notice")
    .select("id")
    .where("parcel", "=", parcel)
    .where("acknowledged_at", "is not", null)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

export const ofParcel = (db: Read, parcel: string): Promise<ReminderRow[]> =>
  db.selectFrom("notifications.reminder").selectAll().where("parcel", "=", parcel).orderBy("due_at").orderBy("id").execute();

/** The window of a parcel; undefined for one of which nothing was ever told. */
export const windowOf = (db: Read, parcel: string): Promise<WindowRow | undefined> =>
  db.selectFrom("notifications.pickup_window").selectAll().where("parcel", "=", parcel).executeTakeFirst();
