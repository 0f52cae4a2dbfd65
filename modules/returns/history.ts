import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";
import { customerPlace } from "./starting.ts";
import { recipientPlace } from "./steps.ts";

/** States after which nothing more happens to a return. */
const finished = sql`('received', 'cancelled', 'lapsed', 'refused')`;

/** A return is a parcel of its own to everybody else, and leaves as one; what a shop allowed leaves by age, when no return of it is left. */
export const returnsHistory: History = {
  module: "returns",
  tables: [
    { table: "returns.timeline", shown: { as: "returns", without: ["actor"] }, ofCases: (cases) => sql`t.return = any (${cases})` },
    {
      table: "returns.return",
      shown: { as: "returns" },
      ofCases: (cases) => sql`t.id = any (${cases})`,
      sealed: {
        sealed_customer: (row) => customerPlace(String(row["id"])),
        sealed_recipient: (row) => recipientPlace(String(row["id"])),
      },
    },
    {
      table: "returns.authorisation",
      shown: { as: "returns" },
      ofPerson: ({ subject }) => sql`t.subject = ${subject}::uuid`,
      byAge: {
        at: sql`t.until`,
        where: ({ cases, persons }) => sql`not exists (select from returns.return r where r.authorisation = t.id)
          and (t.parcel is null or t.parcel <> all (${cases})) and (t.subject is null or t.subject <> all (${persons}))`,
      },
      sealed: { sealed_customer: (row) => `returns.authorised|${String(row["id"])}` },
    },
  ],
  busy: (cases) => sql`
    select of_parcel as id from returns.return where of_parcel = any (${cases}) and state not in ${finished}
    union select onward from returns.return where onward = any (${cases}) and state not in ${finished}
    union select parcel from returns.authorisation where parcel = any (${cases})`,
  ended: (before, after, limit) => sql`
    select r.id, r.subject as person, r.created_at as began_at from returns.return r
    where r.state in ${finished} and r.created_at <= ${before} and (r.created_at, r.id) > (${after.at}::timestamptz, ${after.id}::uuid)
      and not exists (select from returns.timeline t where t.return = r.id and t.at > ${before})
    order by r.created_at, r.id limit ${limit}`,
  casesOf: (persons) => sql`select id from returns.return where subject = any (${persons})`,
};
