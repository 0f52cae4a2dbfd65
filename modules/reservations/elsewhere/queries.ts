import type { Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Claim } from "../domain.ts";
import { view, type Row } from "../queries/reservation.ts";
import type { Tables } from "../tables.ts";

/** What a redirect has taken: the reservation itself when it moved, else the one that waits. Under the lock of the reservation that it is about. */
export async function ofRedirect(tx: Tx<Tables>, redirect: string): Promise<Claim | undefined> {
  const { rows } = await sql<Row>`select * from reservations.reservation where redirect = ${redirect}`.execute(tx);
  return rows[0] && view(rows[0]);
}

/** Writes the waiting claim down, for the same owner and of the same need. */
export async function insertWaiting(
  tx: Tx<Tables>,
  at: Date,
  { id, station, compartment, size, expiresAt }: Claim,
  { of, redirect }: { readonly of: string; readonly redirect: string },
): Promise<void> {
  await sql`insert into reservations.reservation (id, station, compartment, size, state, owner, order_id, expires_at, held_at, need_rank, shortest_mm, middle_mm, longest_mm, redirect)
    select ${id}, ${station}, ${compartment}, ${size}, 'held', owner, order_id, ${expiresAt}, ${at}, need_rank, shortest_mm, middle_mm, longest_mm, ${redirect}
    from reservations.reservation where id = ${of}`.execute(tx);
  await setSuccessor(tx, of, id);
}

export async function setSuccessor(tx: Tx<Tables>, id: string, successor: string | null): Promise<void> {
  await tx.updateTable("reservations.reservation").set({ successor }).where("id", "=", id).where("state", "<>", "ended").execute();
}
export const successorOf = async (tx: Tx<Tables>, id: string): Promise<string | null> =>
  (await tx.selectFrom("reservations.reservation").select("successor").where("id", "=", id).executeTakeFirst())?.successor ?? null;

export async function setRedirect(tx: Tx<Tables>, id: string, redirect: string): Promise<void> {
  await tx.updateTable("reservations.reservation").set({ redirect }).where("id", "=", id).execute();
}
