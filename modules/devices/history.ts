import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

/**
 * The logs of the stations leave by age, entry by entry as they were signed; where a station's log stands remains in its row. What names a
 * parcel that is held stays.
 */
export const devicesHistory: History = {
  module: "devices",
  tables: [
    {
      table: "devices.station_event",
      shown: { no: "what stations did names no person" },
      byAge: {
        at: sql`t.received_at`,
        where: ({ cases }) => sql`not exists (select from unnest(${cases}) as held where strpos(t.body, held::text) > 0)`,
      },
    },
    {
      table: "devices.early_event",
      shown: { no: "what stations did names no person" },
      byAge: {
        at: sql`t.received_at`,
        where: ({ cases }) => sql`t.confirmed_at is not null
          and not exists (select from unnest(${cases}) as held where strpos(t.body, held::text) > 0)`,
      },
    },
    {
      table: "devices.command",
      shown: { no: "what stations did names no person" },
      byAge: {
        at: sql`t.sent_at`,
        where: ({ cases }) => sql`not exists (select from unnest(${cases}) as held where strpos(t.body, held::text) > 0)`,
      },
    },
    {
      table: "devices.outage",
      shown: { no: "what stations did names no person" },
      byAge: { at: sql`t.ended_at`, where: () => sql`t.ended_at is not null` },
    },
  ],
};
