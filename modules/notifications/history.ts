import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

type Row = Readonly<Record<string, unknown>>;
const placed =
  (column: string, key: string) =>
  (row: Row): string =>
    `notifications.${column}|${String(row[key])}`;
const nobody = sql`'00000000-0000-0000-0000-000000000000'::uuid`;

/** What was told to whom: with the parcel that it was about, or by age where it was about none. */
export const notificationsHistory: History = {
  module: "notifications",
  tables: [
    {
      table: "notifications.message",
      shown: { as: "messages", without: ["to_hash", "recipient_hash", "sealed_needs"], isSaid: true },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: {
        at: sql`t.created_at`,
        where: ({ persons }) => sql`t.parcel is null and t.state <> 'waiting' and coalesce(t.subject, ${nobody}) <> all (${persons})`,
      },
      sealed: {
        sealed_to: placed("to", "id"),
        sealed_needs: placed("needs", "id"),
        sealed_content: placed("content", "id"),
      },
    },
    { table: "notifications.reminder", shown: { as: "reminders" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "notifications.notice",
      shown: { as: "notices", without: ["acknowledged_by"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: { at: sql`t.ended_at`, where: () => sql`t.parcel is null and t.ended_at is not null` },
      sealed: { sealed_recipient: placed("recipient", "event"), sealed_details: placed("details", "event") },
    },
    {
      table: "notifications.pickup_window",
      shown: { as: "reminders", without: ["recipient_hash"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
    },
  ],
  ofPersons: [{ table: "notifications.push_subscription", shown: { no: "the module shows them itself: browsers" } }],
  busy: (cases) => sql`select parcel as id from notifications.message where parcel = any (${cases}) and state = 'waiting'
    union select parcel from notifications.notice where parcel = any (${cases}) and ended_at is null`,
};
