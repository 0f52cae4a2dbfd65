import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";
import { recipientPlace } from "./keeping.ts";

/** States that a parcel leaves only by mistake: with the last of them its history is complete. */
const finished = sql`('collected', 'returned', 'cancelled')`;

/** A parcel's history is everybody's history of it (A12.4): here is said which parcels have ended, and when. */
export const parcelsHistory: History = {
  module: "parcels",
  tables: [
    {
      table: "parcels.early",
      shown: { no: "a fact that waits for the one before it" },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
    },
    { table: "parcels.timeline", shown: { as: "way", without: ["actor"] }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "parcels.redirect", shown: { as: "redirects", without: ["asked_by"] }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "parcels.cancellation",
      shown: { as: "redirects", without: ["asked_by"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
    },
    {
      table: "parcels.parcel",
      shown: { as: "parcels", without: ["recipient_hash", "label_key"], isSaid: true },
      ofCases: (cases) => sql`t.id = any (${cases})`,
      sealed: { sealed_recipient: (row) => recipientPlace(String(row["id"])) },
    },
  ],
  ofPersons: [
    { table: "parcels.vacation", shown: { as: "away" }, ofPerson: ({ subject }) => sql`t.subject = ${subject}::uuid` },
    { table: "parcels.diversion", shown: { as: "redirects" }, ofPerson: ({ subject }) => sql`t.subject = ${subject}::uuid` },
  ],
  busy: (cases) => sql`select parcel as id from parcels.redirect where parcel = any (${cases}) and ended_at is null
    union select parcel from parcels.cancellation where parcel = any (${cases}) and state in ('asked', 'leaving', 'parked')`,
  ended: (before, after, limit) => sql`
    select p.id, p.recipient_subject as person, p.created_at as began_at from parcels.parcel p
    where p.state in ${finished} and p.created_at <= ${before} and (p.created_at, p.id) > (${after.at}::timestamptz, ${after.id}::uuid)
      and not exists (select from parcels.timeline t where t.parcel = p.id and t.at > ${before})
    order by p.created_at, p.id limit ${limit}`,
  casesOf: (persons) => sql`select id from parcels.parcel where recipient_subject = any (${persons})`,
};
