import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";
import { personPlace, proxyPlace } from "./proxies/proxies.ts";

/** Rights, what was commanded by them, and who collected for whom. Codes are sealed under keys of the installation and go when they are forgotten. */
export const accessHistory: History = {
  module: "access",
  tables: [
    {
      table: "access.code",
      shown: { no: "codes that open: those that were sent stand in the messages" },
      ofCases: (cases) => sql`t."grant" in (select id from access.grant where parcel = any (${cases}))`,
    },
    {
      table: "access.signature",
      shown: { no: "that a command was signed" },
      ofCases: (cases) => sql`t.command in (select id from access.command where parcel = any (${cases}))`,
      byAge: {
        at: sql`t.at`,
        where: () => sql`t.parcel is null and exists (select from access.command c where c.id = t.command and c.parcel is null)`,
      },
    },
    {
      table: "access.phone_attempt",
      shown: { as: "rights" },
      ofCases: (cases) => sql`t."grant" in (select id from access.grant where parcel = any (${cases}))`,
    },
    {
      table: "access.command",
      shown: { as: "rights", without: ["actor"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: {
        at: sql`t.given_at`,
        where: () => sql`t.parcel is null and not exists (select from access.signature s where s.command = t.id)`,
      },
    },
    { table: "access.condition", shown: { as: "rights", without: ["attested_by"] }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "access.grant", shown: { as: "rights" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "access.proxy",
      shown: { as: "proxies", without: ["token_hash"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      sealed: { sealed: (row) => proxyPlace(String(row["id"])) },
    },
    {
      table: "access.staff_opening",
      shown: { as: "openings", without: ["requested_by", "decided_by"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: { at: sql`t.requested_at`, where: () => sql`t.parcel is null and t.state <> 'waiting'` },
    },
    { table: "access.early_deposit", shown: { as: "way" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "access.vacation", shown: { as: "away" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "access.outage",
      shown: { no: "of a station, and of nobody" },
      byAge: {
        at: sql`t.ended_at`,
        // The clock of whatever still waits there stood still meanwhile.
        where: () => sql`t.ended_at is not null and not exists (
          select from access.grant g where g.station = t.station and g.state in ('issued', 'active') and g.began_at < t.ended_at)`,
      },
    },
  ],
  ofPersons: [
    {
      table: "access.person",
      shown: { as: "people" },
      ofPerson: ({ customer }) => sql`t.customer = ${customer}`,
      sealed: { sealed: (row) => personPlace(String(row["id"])) },
    },
  ],
  busy: (cases) => sql`select parcel as id from access.grant where parcel = any (${cases}) and state in ('issued', 'active')`,
};
