import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Insertable, Selectable } from "kysely";
import { usualQuiet, type Quiet } from "../quiet.ts";
import type { Tables } from "../tables.ts";

export type PreferenceRow = Selectable<Tables["notifications.preference"]>;

/** What is usual for whoever has wished nothing else. */
export const usual = {
  language: null,
  time_zone: null,
  quiet_from: usualQuiet.fromMinute,
  quiet_to: usualQuiet.toMinute,
  email: "at_once",
  sms: "at_once",
  push: "at_once",
  reminders: true,
} as const satisfies Omit<PreferenceRow, "to_hash" | "updated_at">;
export type Wishes = Omit<PreferenceRow, "to_hash" | "updated_at">;

export async function wishesOf(db: Db<Tables>, toHash: string | null): Promise<Wishes> {
  if (toHash === null) return usual;
  return (await db.selectFrom("notifications.preference").selectAll().where("to_hash", "=", toHash).executeTakeFirst()) ?? usual;
}

/** Quiet hours by the recipient's own clock where it is known, else by that of the station. */
export const quietIn = ({ time_zone, quiet_from, quiet_to }: Wishes, stationZone: string): Quiet => ({
  timeZone: time_zone ?? stationZone,
  fromMinute: quiet_from,
  toMinute: quiet_to,
});
export const quietOf = async (db: Db<Tables>, toHash: string | null, stationZone: string): Promise<Quiet> =>
  quietIn(await wishesOf(db, toHash), stationZone);

export const wish = (tx: Tx<Tables>, row: Insertable<Tables["notifications.preference"]>) =>
  tx
    .insertInto("notifications.preference")
    .values(row)
    .onConflict((c) => c.column("to_hash").doUpdateSet({ ...row }))
    .execute();

/** The reminders of everything that waits for this recipient are planned anew. */
export const replan = (tx: Tx<Tables>, toHash: string, now: Date) =>
  tx
    .updateTable("notifications.pickup_window")
    .set((eb) => ({ revision: eb("revision", "+", 1), next_at: now }))
    .where("recipient_hash", "=", toHash)
    .where("ended_at", "is", null)
    .execute();
