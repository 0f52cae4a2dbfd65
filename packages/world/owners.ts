import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";

/** Something that nobody will ever take further: no deadline stands behind it, no job looks at it, no person has it as a task. */
export interface Unowned {
  readonly what: string;
  readonly id: string;
  readonly state: string;
  readonly why: string;
}

/** What a deadline may be overdue by before nobody seems to look at it: jobs look every few seconds. Minutes. */
const graceMinutes = 30;
const live = sql`('open', 'assigned', 'opened', 'missing')`;
const lying = sql`('delivered', 'stored', 'expired')`;

/**
 * Looks at everything that has states, over all modules at once, and answers what has neither an owner nor a next step (issue of every saga: I-60).
 * True when facts have reached everybody; while they are on their way, something may look unowned for a moment.
 */
export async function withoutOwner(db: Db<never>, now: Date): Promise<readonly Unowned[]> {
  const late = new Date(now.getTime() - graceMinutes * 60_000);
  const { rows } = await sql<Unowned>`
    with retrieval as (select * from couriers.retrieval where state in ${live}),
    claim as (select * from reservations.reservation where state <> 'ended'),
    looked as (select * from reservations.inspection where resolved_at is null),
    unowned as (
    -- Parcels.
    select 'parcel' as what, p.id::text, p.state, 'nothing is claimed for it, and it is expected' as why
      from parcels.parcel p where p.state in ('reserved', 'shipped') and not exists (select from claim c where c.id = p.reservation and c.state = 'confirmed')
    union all
    select 'parcel', p.id::text, p.state, 'it lies there, and no code opens for it and nobody takes it out'
      from parcels.parcel p where p.state in ('delivered', 'stored')
        and not exists (select from access.grant g where g.parcel = p.id and g.kind = 'pickup' and g.state in ('active', 'used'))
        and not exists (select from retrieval t where t.parcel = p.id)
    union all
    select 'parcel', p.id::text, p.state, 'it has been recalled, and nobody takes it out'
      from parcels.parcel p where p.state in ${lying} and p.recalled_for is not null and not exists (select from retrieval t where t.parcel = p.id)
    union all
    select 'parcel', p.id::text, p.state, 'it waits for ever'
      from parcels.parcel p where p.state = 'stored' and p.expires_at is null
    union all
    select 'parcel', p.id::text, p.state, 'its time is over, and nobody has noticed'
      from parcels.parcel p where p.state = 'stored' and p.expires_at < ${late} and not p.is_stopped and p.recalled_for is null
    union all
    select 'parcel', p.id::text, p.state, 'its time is over, and nobody takes it out'
      from parcels.parcel p where p.state = 'expired' and not exists (select from retrieval t where t.parcel = p.id)
    -- Compartments.
    union all
    select 'compartment', c.station || ' ' || c.compartment, c.state, 'it is kept for a claim that is over'
      from reservations.compartment c where c.state = 'reserved' and c.reservation is not null and not exists (select from claim where claim.id = c.reservation)
    union all
    select 'compartment', c.station || ' ' || c.compartment, c.state, 'it is kept beyond its time'
      from reservations.compartment c where c.state = 'reserved' and c.reservation is null and c.until < ${late}
    union all
    select 'compartment', c.station || ' ' || c.compartment, c.state, 'its parcel does not lie there: ' || coalesce(p.state, 'unknown')
      from reservations.compartment c left join parcels.parcel p on p.id = c.parcel
      where c.state in ('occupied', 'return_pending') and c.parcel is not null
        and (p.id is not null and p.state not in ('delivered', 'stored', 'expired', 'missing') or p.station <> c.station)
        and not exists (select from looked i where i.station = c.station and i.compartment = c.compartment)
    union all
    select 'compartment', c.station || ' ' || c.compartment, c.state, 'a courier is waited for, and none has been asked'
      from reservations.compartment c join parcels.parcel p on p.id = c.parcel
      where c.state = 'return_pending' and not exists (select from retrieval t where t.parcel = c.parcel)
    union all
    select 'compartment', c.station || ' ' || c.compartment, c.state, 'it is shut, and nobody looks into it'
      from reservations.compartment c where c.is_quarantined
        and not exists (select from looked i where i.station = c.station and i.compartment = c.compartment and i.is_blocking)
    -- Claims.
    union all
    select 'reservation', r.id::text, r.state, 'its time is over, and nobody has noticed'
      from claim r join reservations.station s on s.id = r.station where r.state in ('held', 'confirmed') and r.expires_at < ${late} and s.is_connected
    union all
    select 'reservation', r.id::text, r.state, 'its station has been given up'
      from claim r join reservations.station s on s.id = r.station where r.state in ('held', 'confirmed') and s.status = 'decommissioned'
        and not exists (select from reservations.station o where o.status = 'active' and o.id <> s.id)
    union all
    select 'reservation', r.id::text, r.state, 'its parcel is at its end: ' || p.state
      from claim r join parcels.parcel p on p.id = r.parcel where p.state in ('collected', 'returned', 'cancelled')
    union all
    select 'reservation', r.id::text, r.state, 'it waits for a parcel from another station that does not come'
      from claim r where r.state = 'held' and r.redirect is not null
        and not exists (select from parcels.redirect d where d.id = r.redirect and d.ended_at is null)
    -- Rights.
    union all
    select 'right', g.id::text, g.kind, 'it opens a door behind which nothing of it lies: ' || p.state
      from access.grant g join parcels.parcel p on p.id = g.parcel
      where g.state = 'active' and (g.kind = 'pickup' and p.state in ('collected', 'returned', 'cancelled', 'expired')
        or g.kind = 'dropoff' and p.state in ('collected', 'returned', 'cancelled')
        or g.kind = 'collection' and not exists (select from retrieval t where t.parcel = p.id))
    -- What couriers do.
    union all
    select 'retrieval', t.id::text, t.state, 'nothing is left to take out: ' || p.state
      from retrieval t join parcels.parcel p on p.id = t.parcel where p.state not in ('delivered', 'stored', 'expired', 'missing')
    union all
    select 'retrieval', t.id::text, t.state, 'it is on a route that has ended'
      from retrieval t join couriers.route o on o.id = t.route where t.state in ('assigned', 'opened') and o.state = 'done'
    union all
    select 'drop', d.route || ' ' || d.parcel, d.state, 'the courier is to bring what cannot be put in: ' || p.state
      from couriers.drop d join parcels.parcel p on p.id = d.parcel where d.state = 'open' and p.state not in ('reserved', 'shipped')
    union all
    select 'drop', d.route || ' ' || d.parcel, d.state, 'its route has ended'
      from couriers.drop d join couriers.route o on o.id = d.route where d.state in ('open', 'opened') and o.state = 'done'
    union all
    select 'route', o.id::text, o.state, 'nothing of it is left to do'
      from couriers.route o where o.state = 'active' and not exists (select from couriers.drop d where d.route = o.id and d.state in ('open', 'opened'))
        and not exists (select from retrieval t where t.route = o.id and t.state in ('assigned', 'opened'))
    union all
    select 'problem', b.id::text, b.state, 'nobody takes it further'
      from couriers.problem b where b.state in ('reported', 'released', 'proposed') and b.next_at < ${late}
    union all
    select 'problem', b.id::text, b.state, 'its parcel is at its end: ' || p.state
      from couriers.problem b join parcels.parcel p on p.id = b.parcel where b.state <> 'settled' and p.state in ('collected', 'returned', 'cancelled')
    -- Wishes.
    union all
    select 'redirect', d.id::text, d.state, 'its next step is overdue'
      from parcels.redirect d where d.ended_at is null and d.next_at < ${late}
    union all
    select 'redirect', d.id::text, d.state, 'it leaves, and nobody takes it out'
      from parcels.redirect d where d.state = 'leaving' and not exists (select from retrieval t where t.parcel = d.parcel)
    union all
    select 'redirect', d.id::text, d.state, 'its parcel is at its end: ' || p.state
      from parcels.redirect d join parcels.parcel p on p.id = d.parcel where d.ended_at is null and d.state <> 'parked'
        and p.state in ('collected', 'returned', 'cancelled')
    union all
    select 'cancellation', x.parcel::text, x.state, 'its next step is overdue'
      from parcels.cancellation x where x.state = 'asked' and x.next_at < ${late}
    union all
    select 'cancellation', x.parcel::text, x.state, 'its parcel is ' || p.state
      from parcels.cancellation x join parcels.parcel p on p.id = x.parcel
      where x.state = 'leaving' and p.state <> 'missing' and not exists (select from retrieval t where t.parcel = p.id)
        or x.state = 'called_off' and p.state <> 'cancelled' or x.state = 'given_back' and p.state <> 'returned'
    -- Words to people, and facts to modules.
    union all
    select 'notice', n.id::text, n.template, 'nobody has been told' from notifications.notice n where n.ended_at is null and n.next_at < ${late}
    union all
    select 'fact', d.seq::text, d.consumer || ' ' || d.state, coalesce(d.error, 'it waits behind another one') from kit.delivery d
    )
    select * from unowned order by what, id limit 200`.execute(db);
  return rows;
}
