import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/** What holds of rights and codes between any two transactions. */
export const accessInvariants: readonly Invariant[] = [
  {
    id: "I-31",
    says: "two live codes of a station differ",
    settleSeconds: 0,
    breaches: () => sql`
      select 'station ' || station || ' has one ' || count(*) || ' times' as what from access.code
      where died_at is null group by station, code_hash having count(*) > 1`,
  },
  {
    id: "I-36",
    says: "of one right only the newest code lives",
    settleSeconds: 0,
    breaches: () => sql`
      select 'an older one of grant ' || c."grant" || ' does' as what from access.code c join access."grant" g on g.id = c."grant"
      where c.died_at is null and c.generation < g.generation`,
  },
  {
    id: "I-32",
    says: "a code lives only as long as its right",
    settleSeconds: 0,
    breaches: () => sql`
      select 'grant ' || g.id || ' is ' || g.state as what from access.code c join access."grant" g on g.id = c."grant"
      where c.died_at is null and g.state not in ('issued', 'active')`,
  },
  {
    id: "I-12",
    says: "a right to collect is held by exactly what is asked for and not attested",
    settleSeconds: 0,
    breaches: () => sql`
      select 'grant ' || g.id || ' is held for ' || g.held::text as what from access."grant" g
      where g.kind = 'pickup' and g.state in ('issued', 'active') and exists (
        select from (values ('age_check'), ('cash_on_delivery')) as reason (kind)
        where (reason.kind = any (g.held)) <> exists (
          select from access.condition c where c.parcel = g.parcel and c.kind = reason.kind and c.state <> 'met'
            and (c.kind <> 'age_check' or c.proxy is not distinct from g.proxy)))`,
  },
  {
    id: "I-27",
    says: "of a parcel that nobody can collect nothing is asked any more",
    settleSeconds: 60,
    breaches: () => sql`
      select 'condition ' || c.id || ' of parcel ' || c.parcel || ' is open' as what from access.condition c
      where c.state = 'open' and not exists (
        select from access."grant" g where g.parcel = c.parcel and g.kind in ('pickup', 'collection') and g.state in ('issued', 'active'))
        and exists (select from access."grant" g where g.parcel = c.parcel and g.collected_at is not null)`,
  },
  {
    id: "I-37",
    says: "nothing is signed that was not written down as an order to that station",
    settleSeconds: 0,
    isLasting: true,
    breaches: ({ since }) => sql`
      select 'order ' || s.command || ' was signed for station ' || s.station as what
      from access.signature s left join access.command c on c.id = s.command
      where s.at > ${since} and (c.id is null or c.station <> s.station or c.action <> s.action)`,
  },
  {
    id: "I-72",
    says: "every order has an outcome, if only that nobody knows it",
    settleSeconds: 0,
    isLiveness: true,
    breaches: ({ now }) => sql`
      select 'order ' || id || ' was given ' || given_at as what from access.command
      where outcome is null and given_at < ${now}::timestamptz - interval '5 minutes'`,
  },
];
