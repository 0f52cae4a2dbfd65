import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

const isDone = sql`exists (select from couriers.route r where r.id = t.route and r.state = 'done')`;

/** What couriers did with a parcel leaves with it; a route that is done leaves when nothing that was on it is left. */
export const couriersHistory: History = {
  module: "couriers",
  tables: [
    {
      table: "couriers.attempt",
      shown: { as: "courier", without: ["courier", "key", "fingerprint"] },
      ofCases: (cases) => sql`t.retrieval in (select id from couriers.retrieval where parcel = any (${cases}))`,
    },
    { table: "couriers.retrieval", shown: { as: "courier" }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "couriers.problem", shown: { as: "courier", without: ["courier"] }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    { table: "couriers.drop", shown: { as: "courier", without: ["label_key"] }, ofCases: (cases) => sql`t.parcel = any (${cases})` },
    {
      table: "couriers.scan",
      shown: { as: "courier", without: ["courier", "key", "fingerprint", "beside"] },
      ofCases: (cases) => sql`t.parcel = any (${cases})`,
      byAge: { at: sql`t.at`, where: () => sql`t.parcel is null and ${isDone}` },
    },
    {
      table: "couriers.stop",
      shown: { no: "a courier's day; what of it was theirs stands in the drops" },
      byAge: {
        at: sql`(select r.done_at from couriers.route r where r.id = t.route)`,
        where: () => sql`${isDone} and not exists (select from couriers.drop d where d.route = t.route)`,
      },
    },
    {
      table: "couriers.route",
      shown: { no: "a courier's day; what of it was theirs stands in the drops" },
      byAge: {
        at: sql`t.done_at`,
        where: () => sql`t.state = 'done' and not exists (select from couriers.stop s where s.route = t.id)
          and not exists (select from couriers.drop d where d.route = t.id) and not exists (select from couriers.scan s where s.route = t.id)
          and not exists (select from couriers.problem p where p.route = t.id) and not exists (select from couriers.retrieval r where r.route = t.id)`,
      },
    },
  ],
  busy: (cases) => sql`
    select parcel as id from couriers.drop where parcel = any (${cases}) and state in ('open', 'opened')
    union select parcel from couriers.retrieval where parcel = any (${cases}) and ended_at is null
    union select parcel from couriers.problem where parcel = any (${cases}) and state <> 'settled'`,
};
