import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";
import { proxyPlace } from "./proxies/proxies.ts";

/** Rights, what was commanded by them, and who collected for whom. Codes are sealed under keys of the installation and go when they are forgotten. */
export const accessHistory: History = {
  module: "access",
  tables: [
    { table: "access.code", ofCases: (cases) => sql`t."grant" in (select id from access.grant where parcel = any (${cases}))` },
    {
      table: "access.signature",
      ofCases: (cases) => sql`t.command in (select id from access.command where parcel = any (${cases}))`,
      byAge: {
        at: sql`t.at`,
        where: () => sql`t.parcel is null and exists (select from access.command c where c.id = t.command and c.parcel is null)`,
      },
    },
    { table: "access.phone_attempt", ofCases: (cases) => sql`t."grant" in (select id from access.grant where parcel = any (${cases}))` },
    {
      table: "access.command",
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: {
        at: sql`t.given_at`,
        where: () => sql`t.parcel is null and not exists (select from access.signature s where s.command = t.id)`,
      },
    },
    { table: "access.condition", ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "access.grant", ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "access.proxy",
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      sealed: { sealed: (row) => proxyPlace(String(row["id"])) },
    },
    {
      table: "access.staff_opening",
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: { at: sql`t.requested_at`, where: () => sql`t.parcel is null and t.state <> 'waiting'` },
    },
    { table: "access.early_deposit", ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "access.vacation", ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "access.outage",
      byAge: {
        at: sql`t.ended_at`,
        // The clock of whatever still waits there stood still meanwhile.
        where: () => sql`t.ended_at is not null and not exists (
          select from access.grant g where g.station = t.station and g.state in ('issued', 'active') and g.began_at < t.ended_at)`,
      },
    },
  ],
  busy: (cases) => sql`select parcel as id from access.grant where parcel = any (${cases}) and state in ('issued', 'active')`,
};
