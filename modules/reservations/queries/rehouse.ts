import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Need } from "../domain.ts";
import type { Tables } from "../tables.ts";
import type { Compartment } from "./compartment.ts";

/** Ids of claims that wait for a parcel at a station that has been given up, the oldest first, from after `after` on. */
export async function stranded(db: Db<Tables>, after: string, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from reservations.station s join reservations.reservation r on r.station = s.id
    where s.status = 'decommissioned' and r.state in ('held', 'confirmed') and r.id > ${after} order by r.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Locks the compartment of an active, connected station that a claim with this need would get, as claim.ts chooses: the exact size first,
 * then the next larger one (A2.7). Compartments that somebody is choosing right now are passed by and never waited for: whoever asks may
 * therefore hold the locks of another claim already, against the lock order of claim.ts, and no circle of waiting can come of it.
 */
export async function takeFree(
  tx: Tx<Tables>,
  station: string,
  { rank, edges: [shortest, middle, longest] }: Need,
  now: Date,
): Promise<Compartment | undefined> {
  const { rows } = await sql<Compartment>`
    select c.* from reservations.compartment c
    where c.station = ${station} and c.size_rank >= ${rank} and c.shortest_mm >= ${shortest} and c.middle_mm >= ${middle} and c.longest_mm >= ${longest}
      and not c.is_walk_up and c.is_in_service and not c.is_quarantined and not c.is_shared and (c.state = 'available' or (c.state = 'reserved' and c.until <= ${now}))
      and exists (select from reservations.station s where s.id = c.station and s.status = 'active' and s.is_connected)
    order by c.size_rank, c.state, c.turn limit 1 for update of c skip locked`.execute(tx);
  return rows[0];
}
