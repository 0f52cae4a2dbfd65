import type { Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Claim, Need } from "../domain.ts";
import type { Tables } from "../tables.ts";

/** Whoever gives a compartment of this station to a return waits for whoever is doing so: two never count the same one as free. */
export const holdStill = (tx: Tx<Tables>, station: string) =>
  sql`select pg_advisory_xact_lock(hashtext('reservations.returns'), hashtext(${station}))`.execute(tx);

/** Compartments that would be given away now and would take it. */
export async function free(
  tx: Tx<Tables>,
  station: string,
  { rank, edges: [shortest, middle, longest] }: Need,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ free: number }>`
    select count(*)::int as free from reservations.compartment c
    where c.station = ${station} and c.size_rank >= ${rank} and c.shortest_mm >= ${shortest} and c.middle_mm >= ${middle} and c.longest_mm >= ${longest}
      and not c.is_walk_up and c.is_in_service and not c.is_quarantined and (c.state = 'available' or (c.state = 'reserved' and c.until <= ${now}))`.execute(
    tx,
  );
  return rows[0]!.free;
}

/** A claim that is firm from its beginning. */
export async function insert(tx: Tx<Tables>, at: Date, claim: Claim, { rank, edges: [shortest, middle, longest] }: Need): Promise<void> {
  await tx
    .insertInto("reservations.reservation")
    .values({
      id: claim.id,
      station: claim.station,
      compartment: claim.compartment,
      size: claim.size,
      state: claim.state,
      end_reason: null,
      owner: claim.owner,
      order_id: claim.orderId,
      parcel: claim.parcel,
      expires_at: claim.expiresAt,
      held_at: at,
      ended_at: null,
      need_rank: rank,
      shortest_mm: shortest,
      middle_mm: middle,
      longest_mm: longest,
      is_return: claim.isReturn,
    })
    .execute();
}
