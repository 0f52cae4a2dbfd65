import type { Db, Tx } from "@pigeonhole/kit/db";
import { CompiledQuery, sql } from "kysely";
import type { Claim, Need } from "../domain.ts";
import type { Tables } from "../tables.ts";

export interface Wanted {
  readonly claim: Claim;
  readonly need: Need;
  /** The station that shall take it: the same one, or another. */
  readonly station: string;
  /** This compartment and no other: the station has opened it by itself, also one of those that only it gives away. */
  readonly only?: number | undefined;
  readonly why: "unusable" | "diverted";
}

/**
 * Moves a claim, whose rows the caller has locked, to the best free compartment for its need, in one statement: the old compartment is left,
 * the new one taken, a lapsed claim that is in the way ended, and all of it told. It is one row that moves, so that the old claim and the new one
 * never both live; `one_live_claim` is the judge. Compartments that others are choosing right now are passed by (see `takeFree`). What was
 * left is free, or in quarantine when somebody has to look first. Undefined when there is none.
 */
export async function moveClaim(
  tx: Tx<Tables>,
  { claim, need, station, only, why }: Wanted,
  now: Date,
): Promise<{ readonly compartment: number; readonly size: Claim["size"] } | undefined> {
  const { rows } = await tx.executeQuery<{ compartment: number; size: Claim["size"] }>(
    CompiledQuery.raw(statement, [
      claim.id,
      claim.station,
      claim.compartment,
      station,
      need.rank,
      ...need.edges,
      now,
      claim.expiresAt,
      only ?? null,
      claim.expiresAt.toISOString(),
      why,
    ]),
  );
  return rows[0];
}

// $1 the claim, $2 $3 where it is, $4 the station that shall take it, $5 size rank, $6 $7 $8 edges ascending, $9 now, $10 until, $11 that compartment
// only, $12 until as text, $13 why
const statement = `/* prepared: reservations.reassign */
  with place as (
    select s.id, s.name, s.address, s.lat, s.lon from reservations.station s where s.id = $4::uuid and s.status = 'active' and (s.is_connected or $11::int is not null)
  ), chosen as (
    select c.station, c.compartment, c.size, c.reservation as lapsed from reservations.compartment c
    where c.station = $4::uuid and (c.station, c.compartment) <> ($2::uuid, $3::int) and exists (select from place)
      and (c.state = 'available' or (c.state = 'reserved' and c.until <= $9::timestamptz))
      and c.is_in_service and not c.is_quarantined and not c.is_shared
      and case when $11::int is null then c.size_rank >= $5::int and not c.is_walk_up
        and c.shortest_mm >= $6::int and c.middle_mm >= $7::int and c.longest_mm >= $8::int else c.compartment = $11::int end
    order by c.size_rank, c.state, c.turn limit 1 for update of c skip locked
  ), ended as (
    update reservations.reservation r set state = 'ended', end_reason = 'lapsed', ended_at = $9::timestamptz
    from chosen where r.id = chosen.lapsed and r.state in ('held', 'confirmed') returning r.*
  ), left_behind as (
    update reservations.compartment c set version = c.version + 1, reservation = null, parcel = null, until = null,
      state = case when c.is_quarantined then 'quarantined' when c.is_in_service then 'available' else 'maintenance' end
    from chosen where c.station = $2::uuid and c.compartment = $3::int and c.reservation = $1::uuid and c.state = 'reserved'
  ), taken as (
    update reservations.compartment c set state = 'reserved', version = c.version + 1, reservation = $1::uuid, parcel = null, until = $10::timestamptz
    from chosen where c.station = chosen.station and c.compartment = chosen.compartment returning c.station, c.compartment, c.size
  ), moved as (
    update reservations.reservation r set station = taken.station, compartment = taken.compartment, size = taken.size, is_unsuited = false, together_with = null,
      need_rank = greatest(r.need_rank, $5::int)
    from taken, (select count(*) from ended) as end_first where r.id = $1::uuid returning r.*
  ), told as (
    insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    select 'reservation', id::text, 'reservations.ended', $9::timestamptz,
      jsonb_build_object('reservation', id, 'station', station, 'compartment', compartment, 'parcel', parcel, 'reason', 'lapsed', 'isReturn', is_return) from ended
    union all
    select 'reservation', m.id::text, 'reservations.moved', $9::timestamptz,
      jsonb_build_object('reservation', m.id, 'parcel', m.parcel, 'deliverBy', $12::text, 'why', $13::text, 'isReturn', m.is_return,
        'from', jsonb_build_object('station', $2::uuid, 'compartment', $3::int),
        'to', jsonb_build_object('station', m.station, 'compartment', m.compartment, 'size', m.size, 'name', p.name, 'address', p.address, 'lat', p.lat, 'lon', p.lon))
    from moved m, place p
  )
  select compartment, size from moved`;

/** No other compartment was to be had: `rehouse` looks again and again, for what is needed by now. */
export async function markUnsuited(tx: Tx<Tables>, id: string, rank: number): Promise<void> {
  await sql`update reservations.reservation set is_unsuited = true, need_rank = greatest(need_rank, ${rank}) where id = ${id}`.execute(tx);
}

/**
 * Claims that wait for their parcel at a compartment that cannot be used, the oldest first, from after `after` on: somebody has to look
 * into it first, it is out of service, or a courier has found that it will not do.
 */
export async function unsuited(db: Db<Tables>, after: string, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from reservations.reservation r join reservations.station s on s.id = r.station
    where r.state = 'confirmed' and r.is_unsuited and r.expires_at > ${now} and s.status = 'active' and s.is_connected and r.id > ${after}
    union
    select r.id from reservations.compartment c join reservations.reservation r on r.id = c.reservation join reservations.station s on s.id = c.station
    where (c.is_quarantined or not c.is_in_service) and c.state = 'reserved' and r.state = 'confirmed' and r.expires_at > ${now}
      and s.status = 'active' and s.is_connected and r.id > ${after}
    union
    select r.id from reservations.compartment c join reservations.reservation r on r.together_with = c.reservation join reservations.station s on s.id = c.station
    where c.is_shared and (c.is_quarantined or not c.is_in_service) and r.state = 'confirmed' and r.expires_at > ${now}
      and s.status = 'active' and s.is_connected and r.id > ${after}
    order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
