import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Claim, Edges } from "../domain.ts";
import type { Compartment } from "../queries/compartment.ts";
import { view, type Row } from "../queries/reservation.ts";
import type { Tables } from "../tables.ts";

/** What all that share a compartment have in common. */
export interface Company {
  readonly station: string;
  readonly owner: string;
  /** The recipient, by the id under which what is theirs is sealed. */
  readonly person: string;
  readonly carrier: string | null;
}

/** Writes down that a reservation may have company. */
export async function keepCompany(tx: Tx<Tables>, id: string, { person, carrier }: Company): Promise<void> {
  await tx.updateTable("reservations.reservation").set({ person, carrier }).where("id", "=", id).execute();
}

/**
 * Compartments of the station in which, or on the way to which, another parcel of the same recipient is, locked; those that somebody is working on
 * right now are passed by and never waited for (see `takeFree`).
 */
export async function boxesOf(
  tx: Tx<Tables>,
  { station, owner, person, carrier }: Company,
  except: string,
  now: Date,
): Promise<Compartment[]> {
  const { rows } = await sql<Compartment>`
    select c.* from reservations.reservation r join reservations.compartment c on c.reservation = r.id
    where r.station = ${station} and r.person = ${person} and r.owner = ${owner} and r.carrier is not distinct from ${carrier} and r.id <> ${except}
      and (r.state = 'fulfilled' or (r.state = 'confirmed' and r.expires_at > ${now})) and r.together_with is null and r.successor is null
      and not r.is_unsuited and c.state in ('reserved', 'occupied') and c.is_in_service and not c.is_quarantined
      and exists (select from reservations.link l where l.station = r.station and l.is_connected and l.can_share)
    order by c.size_rank, c.compartment limit 5 for update of c skip locked`.execute(tx);
  return rows;
}

/** Every live claim on a locked compartment, those whose parcel is inside first. */
export async function claimsIn(
  tx: Tx<Tables>,
  { station, compartment }: Pick<Compartment, "station" | "compartment">,
): Promise<readonly (Claim & { readonly edges: Edges })[]> {
  const { rows } = await sql<Row>`select * from reservations.reservation
    where station = ${station} and compartment = ${compartment} and state in ('held', 'confirmed', 'fulfilled')
    order by state = 'fulfilled' desc, together_with nulls first, held_at, id`.execute(tx);
  return rows.map((row) => ({ ...view(row), edges: [row.shortest_mm, row.middle_mm, row.longest_mm] }));
}

/** A claim goes in with the one that the compartment is booked on; null: it is the one. */
export async function setTogether(tx: Tx<Tables>, ids: readonly string[], host: string | null): Promise<void> {
  if (ids.length === 0) return;
  await tx.updateTable("reservations.reservation").set({ together_with: host }).where("id", "in", ids).execute();
}

export async function setShared(
  tx: Tx<Tables>,
  { station, compartment }: Pick<Compartment, "station" | "compartment">,
  isShared: boolean,
): Promise<void> {
  await tx
    .updateTable("reservations.compartment")
    .set({ is_shared: isShared })
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .execute();
}

/** Claims on shared compartments that have lapsed, as `endLapsed` finds the others. */
export async function lapsedTogether(db: Db<Tables>, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from reservations.compartment c join reservations.reservation r on r.station = c.station and r.compartment = c.compartment
    join reservations.station s on s.id = r.station
    where c.is_shared and r.state = 'confirmed' and r.expires_at <= ${now} and s.is_connected order by r.id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
