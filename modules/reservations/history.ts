import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

/** Claims that have ended and what somebody was sent to look at: with their parcel, or by age where there never was one. */
export const reservationsHistory: History = {
  module: "reservations",
  tables: [
    {
      table: "reservations.inspection",
      shown: { as: "inspections", without: ["resolved_by"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: { at: sql`t.resolved_at`, where: () => sql`t.parcel is null and t.resolved_at is not null` },
    },
    {
      table: "reservations.reservation",
      shown: { as: "claims" },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: {
        at: sql`t.ended_at`,
        where: () => sql`t.parcel is null and t.state = 'ended'
          and not exists (select from reservations.reservation r where r.successor = t.id)`,
      },
    },
  ],
  ofPersons: [
    {
      table: "reservations.promise",
      shown: { as: "claims" },
      ofPerson: ({ subject }) => sql`t.subject = ${subject}`,
    },
  ],
  busy: (cases) => sql`
    select parcel as id from reservations.reservation where parcel = any (${cases}) and state <> 'ended'
    union select parcel from reservations.compartment where parcel = any (${cases})
    union select parcel from reservations.inspection where parcel = any (${cases}) and resolved_at is null`,
};
