import type { Attempt } from "@pigeonhole/kit/idempotency";
import { violates, type Db } from "@pigeonhole/kit/db";
import { CompiledQuery } from "kysely";
import type { Reservation } from "../contract.ts";
import type { Need } from "../domain.ts";
import type { Tables } from "../tables.ts";

export interface Wish {
  /** Id of the reservation to be. */
  readonly id: string;
  readonly station: string;
  readonly need: Need;
  readonly owner: string;
  readonly orderId: string;
  readonly expiresAt: Date;
}

/**
 * Holds the best-fitting free compartment (A2.7: the smallest size that will do), or nothing. One statement, one
 * round trip, its own transaction, hence `Db`: choose, remember the key with the answer, end a lapsed claim that is in the way, claim, tell.
 * Parts of one statement run in no given order: `held` reads `ended`, so that the old claim is gone before the unique index sees the new
 * one. Nothing comes back when no compartment is free, or when the key was used before: `keyed` then inserts nothing and everything after
 * it is empty. Two at once with one key: the second waits at the key for the first to commit.
 *
 * Choosing looks at the exact size first, from a random turn on by the index, and only when that finds nothing at all the doors that would
 * do. Measured by `npm run bench -- claims` as the ratio to the yardstick, on two cores that others kept busy, so only roughly: this 0.24 to
 * 0.42 in four runs; in one run each, one look over all doors with the lowest number first 0.33 (everybody reaches for the same doors), the
 * same sorted in a random order 0.22. While each transaction notified (kit's migration 0002) an earlier form was at a half to a third.
 *
 * Lock order everywhere in this module: compartment, then idempotency key, then reservation. With `patient` it waits for compartments
 * that others are choosing right now instead of passing them by: slower, but what it does not find is not there.
 */
export async function claim(
  db: Db<Tables>,
  { id, station, need, owner, orderId, expiresAt }: Wish,
  { client, key, fingerprint, at }: Attempt,
  patient = false,
): Promise<Reservation | undefined> {
  const values = [
    id,
    station,
    owner,
    orderId,
    expiresAt,
    need.rank,
    ...need.edges,
    at,
    client,
    key,
    fingerprint,
    expiresAt.toISOString(),
    parseInt(id.slice(-6), 16) % 1_000,
  ];
  for (let attempts = 1; ; attempts++) {
    try {
      const { rows } = await db.executeQuery<{ answer: Reservation }>(CompiledQuery.raw(patient ? patiently : hurriedly, values));
      return rows[0]?.answer;
    } catch (error) {
      if (!violates(error, "one_live_claim") || attempts === maxAttempts) throw error;
    }
  }
}

/**
 * A claim that began and lapsed while this statement waited is seen at the compartment, whose newest version is locked, but not among the
 * reservations, which are read as they were at the beginning: then the judge refuses, and the next attempt sees both.
 */
const maxAttempts = 5;

// $1 id, $2 station, $3 owner, $4 order, $5 expires_at, $6 size rank, $7 $8 $9 edges ascending, $10 now, $11 client, $12 key, $13 fingerprint,
// $14 expires_at as text, $15 the turn at which to begin: the id's last digits are random
const statement = (name: string, locking: string): string => `/* prepared: ${name} */
  with usable as (
    select from reservations.station s where s.id = $2::uuid and s.status = 'active' and s.is_connected
  ), exact as (
    select c.station, c.compartment, c.size, null::uuid as lapsed from reservations.compartment c
    where c.station = $2::uuid and c.size_rank = $6::int and c.turn >= $15::int and c.state = 'available' and not c.is_walk_up and c.is_in_service
      and c.shortest_mm >= $7::int and c.middle_mm >= $8::int and c.longest_mm >= $9::int and exists (select from usable)
    order by c.turn limit 1 for update ${locking}
  ), other as (
    select c.station, c.compartment, c.size, c.reservation as lapsed from reservations.compartment c
    where c.station = $2::uuid and c.size_rank >= $6::int and (c.state = 'available' or (c.state = 'reserved' and c.until <= $10::timestamptz))
      and not c.is_walk_up and c.is_in_service and not c.is_quarantined and not c.is_shared and c.shortest_mm >= $7::int and c.middle_mm >= $8::int and c.longest_mm >= $9::int
      and exists (select from usable) and not exists (select from exact)
    order by c.size_rank, c.state, c.turn limit 1 for update ${locking}
  ), chosen as (
    select * from exact union all select * from other
  ), keyed as (
    insert into kit.idempotency (client, key, fingerprint, created_at, status, answer)
    select $11::text, $12::text, $13::text, $10::timestamptz, 201, jsonb_build_object('id', $1::uuid, 'station', $2::uuid, 'compartment', compartment,
      'size', size, 'state', 'held', 'endReason', null, 'expiresAt', $14::text, 'orderId', $4::text, 'parcel', null)
    from chosen on conflict do nothing returning answer
  ), ended as (
    update reservations.reservation r set state = 'ended', end_reason = 'lapsed', ended_at = $10::timestamptz
    from chosen, keyed where r.id = chosen.lapsed and r.state in ('held', 'confirmed') returning r.*
  ), claimed as (
    update reservations.compartment c set state = 'reserved', version = version + 1, reservation = $1::uuid, until = $5::timestamptz
    from chosen, keyed where c.station = chosen.station and c.compartment = chosen.compartment returning c.compartment, c.size
  ), held as (
    insert into reservations.reservation (id, station, compartment, size, state, owner, order_id, expires_at, held_at, need_rank, shortest_mm, middle_mm, longest_mm)
    select $1::uuid, $2::uuid, compartment, size, 'held', $3::text, $4::text, $5::timestamptz, $10::timestamptz, $6::int, $7::int, $8::int, $9::int
    from claimed, (select count(*) from ended) as end_first
  ), told as (
    insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    select 'reservation', id::text, 'reservations.ended', $10::timestamptz,
      jsonb_build_object('reservation', id, 'station', station, 'compartment', compartment, 'parcel', parcel, 'reason', 'lapsed', 'isReturn', is_return) from ended
    union all
    select 'reservation', $1::text, 'reservations.held', $10::timestamptz,
      jsonb_build_object('reservation', $1::uuid, 'station', $2::uuid, 'compartment', compartment, 'size', size, 'expiresAt', $14::text) from claimed
  )
  select answer from keyed`;
const hurriedly = statement("reservations.hold", "skip locked");
const patiently = statement("reservations.hold_patiently", "");
