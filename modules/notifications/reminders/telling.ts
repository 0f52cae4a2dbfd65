import type { Db } from "@pigeonhole/kit/db";
import type { NoticeRow } from "../queries/notices.ts";
import type { Quiet } from "../quiet.ts";
import type { Tables } from "../tables.ts";
import { isStanding, mayBeTold, reminderKinds, type ReminderKind } from "./domain.ts";
import * as queries from "./queries.ts";

interface ReminderNotice {
  readonly id: string;
  readonly kind: ReminderKind;
  readonly parcel: string;
}

/** The reminder that a notice is made of; null for other news. */
export function reminderOf({ event, template, parcel }: Pick<NoticeRow, "event" | "template" | "parcel">): ReminderNotice | null {
  const kind = reminderKinds.find((each) => each === template);
  return kind === undefined || parcel === null ? null : { id: event, kind, parcel };
}

/** Why a reminder is not worth saying any more; null while it is. Asked again when it leaves: much may have happened while it waited. */
export async function notTrue(db: Db<Tables>, { id, parcel }: ReminderNotice, now: Date): Promise<string | null> {
  const window = await queries.windowOf(db, parcel);
  if (!window || window.ended_at !== null) return "the parcel does not wait any more";
  if (isStanding(queries.shapeOf(window), now)) return "the clock stands still";
  if (now >= window.expires_at) return "the time is over";
  const all = await queries.ofParcel(db, parcel);
  const own = all.find((reminder) => reminder.id === id);
  if (!own || own.deadline.getTime() !== window.expires_at.getTime()) return "the time ends at another hour";
  const isLast = all.every(({ state, told_at }) => state !== "told" || told_at! <= own.told_at!);
  return isLast ? null : "a later reminder has taken its place";
}

type When = { readonly kind: "at"; readonly at: Date } | { readonly kind: "never"; readonly why: string };

/** When a reminder that is due may be told: at night only what would otherwise come too late. */
export async function whenToTell(db: Db<Tables>, reminder: ReminderNotice, now: Date, quiet: Quiet): Promise<When> {
  const why = await notTrue(db, reminder, now);
  if (why !== null) return { kind: "never", why };
  const window = await queries.windowOf(db, reminder.parcel);
  const at = mayBeTold(reminder.kind, { expiresAt: window!.expires_at }, now, quiet);
  return at === null ? { kind: "never", why: "it would come too late" } : { kind: "at", at };
}
