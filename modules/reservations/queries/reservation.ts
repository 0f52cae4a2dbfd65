import assert from "node:assert/strict";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { before } from "@pigeonhole/kit/moves";
import { sql, type Selectable } from "kysely";
import { reservationMoves } from "../lifecycle.ts";
import type { Claim, Need } from "../domain.ts";
import type { Tables } from "../tables.ts";

export type Row = Selectable<Tables["reservations.reservation"]>;

export const view = (row: Row): Claim => ({
  id: row.id,
  station: row.station,
  compartment: row.compartment,
  size: row.size,
  state: row.state,
  endReason: row.end_reason,
  owner: row.owner,
  orderId: row.order_id,
  parcel: row.parcel,
  expiresAt: row.expires_at,
  isPerishable: row.is_perishable,
  isReturn: row.is_return,
  togetherWith: row.together_with,
});

/** A claim, and whether its station is connected. */
export interface Known {
  readonly claim: Claim;
  readonly isConnected: boolean;
}

export async function get(db: Db<Tables>, id: string): Promise<Known | undefined> {
  const { rows } = await sql<Row & { is_connected: boolean }>`
    select r.*, s.is_connected from reservations.reservation r join reservations.station s on s.id = r.station where r.id = ${id}`.execute(
    db,
  );
  return rows[0] && { claim: view(rows[0]), isConnected: rows[0].is_connected };
}

/** The reservations of a station that are not recorded as ended, newest first. */
export async function listAtStation(db: Db<Tables>, station: string): Promise<readonly Known[]> {
  const { rows } = await sql<Row & { is_connected: boolean }>`
    select r.*, s.is_connected from reservations.reservation r join reservations.station s on s.id = r.station
    where r.station = ${station} and r.state in ('held', 'confirmed', 'fulfilled') order by r.held_at desc, r.id`.execute(db);
  return rows.map((row) => ({ claim: view(row), isConnected: row.is_connected }));
}

/** The claim with its compartment, both locked, the compartment first (lock order: see claim.ts). */
export async function lock(tx: Tx<Tables>, id: string): Promise<Claim | undefined> {
  await sql`select from reservations.compartment c
    where (c.station, c.compartment) = (select station, compartment from reservations.reservation where id = ${id}) for update`.execute(tx);
  const { rows } = await sql<Row>`select * from reservations.reservation where id = ${id} for update`.execute(tx);
  return rows[0] && view(rows[0]);
}

/** The id of the reservation that expects or holds this parcel, whatever its state. */
export async function idOfParcel(db: Db<Tables>, parcel: string): Promise<string | undefined> {
  return (await db.selectFrom("reservations.reservation").select("id").where("parcel", "=", parcel).executeTakeFirst())?.id;
}

/** The live claim that a compartment is booked on; its lock is the compartment's. */
export async function liveAt(tx: Tx<Tables>, station: string, compartment: number): Promise<Claim | undefined> {
  const { rows } = await sql<Row>`select * from reservations.reservation
    where station = ${station} and compartment = ${compartment} and state in ('held', 'confirmed', 'fulfilled')
      and together_with is null`.execute(tx);
  return rows[0] && view(rows[0]);
}

/** Writes a locked claim as it is after a move of `reservationMoves`, or unmoved. */
export async function save(tx: Tx<Tables>, at: Date, claim: Claim): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("reservations.reservation")
    .set({
      state: claim.state,
      end_reason: claim.endReason,
      parcel: claim.parcel,
      expires_at: claim.expiresAt,
      ended_at: claim.state === "ended" ? at : null,
      is_perishable: claim.isPerishable,
    })
    .where("id", "=", claim.id)
    .where("state", "in", [claim.state, ...before(reservationMoves, claim.state)])
    .executeTakeFirstOrThrow();
  assert.equal(numUpdatedRows, 1n, `reservation ${claim.id} cannot become ${claim.state}`);
}

/** Moves a claim to another compartment: that in which its parcel really is, or one that was taken for it, or that is booked on `host`. Whoever shared its own stays there. */
export async function relocate(
  tx: Tx<Tables>,
  id: string,
  { station, compartment, size }: Pick<Claim, "station" | "compartment" | "size">,
  host: string | null = null,
): Promise<void> {
  await tx.updateTable("reservations.reservation").set({ station, compartment, size, together_with: host }).where("id", "=", id).execute();
}

/** What a compartment for this claim must be. */
export async function needOf(db: Db<Tables>, id: string): Promise<Need> {
  const row = await db
    .selectFrom("reservations.reservation")
    .select(["need_rank", "shortest_mm", "middle_mm", "longest_mm"])
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return { rank: row.need_rank, edges: [row.shortest_mm, row.middle_mm, row.longest_mm] };
}

/** Writes down what is known of the parcel's size only since the order was placed. */
export async function keepNeed(tx: Tx<Tables>, id: string, { rank, edges: [shortest_mm, middle_mm, longest_mm] }: Need): Promise<void> {
  await tx
    .updateTable("reservations.reservation")
    .set({ need_rank: rank, shortest_mm, middle_mm, longest_mm })
    .where("id", "=", id)
    .execute();
}
