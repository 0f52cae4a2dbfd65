import type { Db } from "@pigeonhole/kit/db";
import { CompiledQuery } from "kysely";
import type { Tables } from "../tables.ts";

// What follows once `ended` has the claims that end: their compartments are free, and it is told. $1 is the instant.
const freeAndTell = `freed as (
    update reservations.compartment c
    set state = case when c.is_quarantined then 'quarantined' when c.is_in_service then 'available' else 'maintenance' end, version = c.version + 1, reservation = null, parcel = null, until = null
    from ended where c.station = ended.station and c.compartment = ended.compartment and c.reservation = ended.id and c.state = 'reserved'
  ), told as (
    insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    select 'reservation', id::text, 'reservations.ended', $1::timestamptz,
      jsonb_build_object('reservation', id, 'station', station, 'compartment', compartment, 'parcel', parcel, 'reason', end_reason, 'isReturn', is_return) from ended
  )
  select id from ended`;

/**
 * Ends up to `limit` claims that have lapsed at `now`, frees their compartments and tells, in one statement, its own transaction.
 * Compartments that somebody is working on are left for the next time. A confirmed claim lapses only while its station is connected (I-11).
 * The conditions stand in `ended` again: there PostgreSQL checks them on the row as it is once it has the lock. A claim that has moved to
 * another compartment meanwhile is left, for the one that is locked here is no longer its own; so is one that shares its compartment, which
 * is not free by its end (`lapsedTogether`). Returns how many it ended.
 */
export async function endLapsed(db: Db<Tables>, now: Date, limit: number): Promise<number> {
  const { rows } = await db.executeQuery<{ id: string }>(CompiledQuery.raw(lapsed, [now, limit]));
  return rows.length;
}

const lapsed = `/* prepared: reservations.lapse */
  with due as (
    select r.id, r.station, r.compartment from reservations.reservation r join reservations.station s on s.id = r.station
    where r.state in ('held', 'confirmed') and r.expires_at <= $1::timestamptz and (r.state = 'held' or s.is_connected)
    order by r.expires_at limit $2::int
  ), locked as (
    select c.station, c.compartment, due.id from due join reservations.compartment c using (station, compartment)
    where not c.is_shared for update of c skip locked
  ), ended as (
    update reservations.reservation r set state = 'ended', end_reason = 'lapsed', ended_at = $1::timestamptz
    from locked where r.id = locked.id and (r.station, r.compartment) = (locked.station, locked.compartment)
      and r.state in ('held', 'confirmed') and r.expires_at <= $1::timestamptz returning r.*
  ), ${freeAndTell}`;

/**
 * Cancels those of `ids` that are the owner's, still wait for a parcel and have not lapsed, frees their compartments and tells, in one
 * statement, its own transaction. Returns the ids that it ended; why another was not is for the caller to find out: one that moved to
 * another compartment at that moment can be asked for again, one that shares its compartment is not ended here.
 */
export async function cancel(db: Db<Tables>, now: Date, owner: string, ids: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.executeQuery<{ id: string }>(CompiledQuery.raw(cancelled, [now, owner, ids]));
  return rows.map(({ id }) => id);
}

const cancelled = `/* prepared: reservations.cancel */
  with asked as (
    select r.id, r.station, r.compartment, s.is_connected from reservations.reservation r join reservations.station s on s.id = r.station
    where r.id = any($3::uuid[]) and r.owner = $2::text and r.state in ('held', 'confirmed')
  ), locked as (
    select c.station, c.compartment, asked.id, asked.is_connected from asked join reservations.compartment c using (station, compartment)
    where not c.is_shared order by c.station, c.compartment for update of c
  ), ended as (
    update reservations.reservation r set state = 'ended', end_reason = 'cancelled', ended_at = $1::timestamptz
    from locked where r.id = locked.id and (r.station, r.compartment) = (locked.station, locked.compartment) and (r.expires_at > $1::timestamptz and r.state in ('held', 'confirmed') or r.state = 'confirmed' and not locked.is_connected) returning r.*
  ), ${freeAndTell}`;
