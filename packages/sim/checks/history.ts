import type { Invariant } from "@pigeonhole/kit/invariant";
import { sql } from "kysely";

/**
 * What only a whole history shows: every fact and every log from the beginning of the world. An installation archives what is old, so these are
 * looked at here alone; everything else is in the list of the product.
 */
export const history: readonly Invariant[] = [
  {
    id: "I-09",
    says: "that a reservation has ended is told once",
    settleSeconds: 0,
    breaches: () => sql`
      select 'reservation ' || r.id || ', ' || r.state || coalesce(' ' || r.end_reason, '') || ', was ' || count(o.seq) || ' times' as what from reservations.reservation r
      left join kit.outbox o on o.type = 'reservations.ended' and o.aggregateid = r.id::text
      group by r.id having count(o.seq) <> case when r.state = 'ended' and r.end_reason <> 'moved' then 1 else 0 end`,
  },
  {
    id: "I-25",
    says: "a deposit counts once",
    settleSeconds: 0,
    breaches: () => sql`
      with told as (select station, body::jsonb #>> '{event,parcel}' as parcel, type from devices.station_event)
      select 'parcel ' || parcel || ' at ' || station || ' more often' as what from told where parcel is not null group by station, parcel
      having count(*) filter (where type = 'parcel_deposited')
        > 1 + count(*) filter (where type in ('deposit_abandoned', 'parcel_retrieved', 'retrieval_left', 'pickup_disputed', 'parcel_collected'))`,
  },
  {
    id: "I-56",
    says: "each step of a parcel was told in the transaction that made it",
    settleSeconds: 0,
    breaches: () => sql`
      select 'parcel ' || t.parcel || ' became ' || t.state || ' without a word' as what from parcels.timeline t
      where not exists (
        select from kit.outbox o where o.type = 'parcels.moved' and o.aggregateid = t.parcel::text and o.payload ->> 'to' = t.state
          and (o.txid::text::numeric % 4294967296)::text = t.xmin::text)`,
  },
  {
    id: "I-56",
    says: "no step of a parcel is told that was not made",
    settleSeconds: 0,
    breaches: () => sql`
      select 'parcel ' || aggregateid || ' is said to be ' || to_state as what
      from (select aggregateid, payload ->> 'to' as to_state, count(*) as told from kit.outbox where type = 'parcels.moved' group by 1, 2) o
      where told > (select count(*) from parcels.timeline t where t.parcel::text = o.aggregateid and t.state = o.to_state)`,
  },
  {
    id: "I-58",
    says: "the log read from its beginning says what the tables say of reservations",
    settleSeconds: 0,
    breaches: () => sql`
      with last as (
        select distinct on (payload ->> 'reservation') payload ->> 'reservation' as reservation, type from kit.outbox
        where type in ('reservations.held', 'reservations.confirmed', 'reservations.ended') order by payload ->> 'reservation', txid desc, seq desc)
      select 'reservation ' || r.id || ' is ' || r.state || ', the last word is ' || coalesce(l.type, 'none') as what
      from reservations.reservation r left join last l on l.reservation = r.id::text
      where coalesce(l.type, '') <> case r.state when 'held' then 'reservations.held' when 'ended' then 'reservations.ended' else 'reservations.confirmed' end
        and not r.is_return and not (r.successor is not null or r.redirect is not null)
        and not exists (select from reservations.reservation o where o.successor = r.id)`,
  },
  {
    id: "I-58",
    says: "the log read from its beginning says what the tables say of parcels",
    settleSeconds: 0,
    breaches: () => sql`
      with last as (
        select distinct on (aggregateid) aggregateid, payload ->> 'to' as state from kit.outbox where type = 'parcels.moved'
        order by aggregateid, txid desc, seq desc)
      select 'parcel ' || p.id || ' is ' || p.state || ', the last word is ' || coalesce(l.state, 'none') as what
      from parcels.parcel p left join last l on l.aggregateid = p.id::text where l.state is distinct from p.state`,
  },
  {
    id: "I-59",
    says: "an order is one parcel, however often it is sent",
    settleSeconds: 0,
    breaches: () => sql`
      select 'order ' || order_id || ' is ' || count(*) as what from parcels.parcel group by owner, order_id having count(*) > 1`,
  },
  {
    id: "I-57",
    says: "each module has applied each of its facts once, and none waits",
    settleSeconds: 0,
    breaches: () => sql`
      select d.consumer || ' has not: ' || o.type || ' ' || d.state || ' ' || coalesce(d.error, '') as what from kit.delivery d join kit.outbox o using (seq)`,
  },
  {
    id: "I-64",
    says: "what a station gives away by itself is claimed by nobody",
    settleSeconds: 0,
    breaches: () => sql`
      select c.station || '/' || c.compartment || ' is, by ' || r.id as what from reservations.compartment c
      join reservations.reservation r on r.station = c.station and r.compartment = c.compartment where c.is_walk_up`,
  },
];
