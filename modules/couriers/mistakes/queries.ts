import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import { ownerOf, type Problem } from "./contract.ts";
import { move } from "./domain.ts";

export type Row = Selectable<Tables["couriers.problem"]>;

export const view = (row: Row): Problem => ({
  id: row.id,
  route: row.route,
  courier: row.courier,
  carrier: row.carrier,
  parcel: row.parcel,
  number: row.number,
  station: row.station,
  compartment: row.compartment,
  reason: row.reason,
  state: row.state,
  outcome: row.outcome,
  owner: ownerOf[row.state],
  at: row.at.toISOString(),
  changedAt: row.changed_at.toISOString(),
});

/** Writes a problem down; false when it is known, or its parcel has an open one already. */
export async function add(tx: Tx<Tables>, row: Insertable<Tables["couriers.problem"]>): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("couriers.problem")
    .values(row)
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

export const get = (db: Db<Tables>, id: string): Promise<Row | undefined> =>
  db.selectFrom("couriers.problem").selectAll().where("id", "=", id).executeTakeFirst();
export const lock = (tx: Tx<Tables>, id: string): Promise<Row | undefined> =>
  tx.selectFrom("couriers.problem").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
/** The one problem of a parcel that is not settled. */
export const openOf = (tx: Tx<Tables>, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("couriers.problem").selectAll().where("parcel", "=", parcel).where("state", "<>", "settled").forUpdate().executeTakeFirst();
export const stateOf = async (db: Db<Tables>, parcel: string): Promise<Row["state"] | undefined> =>
  (await db.selectFrom("couriers.problem").select("state").where("parcel", "=", parcel).where("state", "<>", "settled").executeTakeFirst())
    ?.state;
/** Whether a problem of this parcel with this very compartment is known, settled or not. */
export const isKnown = async (tx: Tx<Tables>, parcel: string, station: string, compartment: number): Promise<boolean> =>
  (await tx
    .selectFrom("couriers.problem")
    .select("id")
    .where("parcel", "=", parcel)
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .limit(1)
    .executeTakeFirst()) !== undefined;

type Change = { readonly to: Row["state"]; readonly outcome?: Row["outcome"]; readonly proposal?: Row["proposal"]; readonly nextAt?: Date };
/** Moves a locked problem by the table of the contract. */
export async function change(
  tx: Tx<Tables>,
  row: Row,
  at: Date,
  { to, outcome = null, proposal = row.proposal, nextAt = at }: Change,
): Promise<void> {
  await tx
    .updateTable("couriers.problem")
    .set({ state: move(row.state, to), outcome, proposal: proposal && JSON.stringify(proposal), tries: 0, next_at: nextAt, changed_at: at })
    .where("id", "=", row.id)
    .execute();
}

/** Another station is proposed in place of one that was full by then. */
export async function propose(tx: Tx<Tables>, id: string, proposal: NonNullable<Row["proposal"]>, at: Date, nextAt: Date): Promise<void> {
  await tx
    .updateTable("couriers.problem")
    .set({ proposal: JSON.stringify(proposal), changed_at: at, next_at: nextAt })
    .where("id", "=", id)
    .execute();
}

/** It is tried again at `nextAt`. One statement. */
export async function later(db: Db<Tables>, id: string, nextAt: Date): Promise<void> {
  await sql`update couriers.problem set tries = tries + 1, next_at = ${nextAt} where id = ${id} and state <> 'settled'`.execute(db);
}
/** The station has said something: it is tried at once. One statement. */
export async function soon(db: Db<Tables>, scans: readonly string[], at: Date): Promise<void> {
  if (scans.length === 0) return;
  await db.updateTable("couriers.problem").set({ next_at: at }).where("id", "in", scans).where("state", "=", "reported").execute();
}

export const due = (db: Db<Tables>, at: Date, limit: number): Promise<Row[]> =>
  db
    .selectFrom("couriers.problem")
    .selectAll()
    .where("state", "in", ["reported", "released", "proposed"])
    .where("next_at", "<=", at)
    .orderBy("next_at")
    .limit(limit)
    .execute();

interface Filter {
  readonly tenant?: string | undefined;
  readonly station?: string | undefined;
  readonly parcel?: string | undefined;
  readonly all: boolean;
  readonly limit: number;
}
export async function list(db: Db<Tables>, { tenant, station, parcel, all, limit }: Filter): Promise<Problem[]> {
  let query = db.selectFrom("couriers.problem").selectAll();
  if (tenant !== undefined) query = query.where("tenant", "=", tenant);
  if (station !== undefined) query = query.where("station", "=", station);
  if (parcel !== undefined) query = query.where("parcel", "=", parcel);
  if (!all) query = query.where("state", "<>", "settled");
  return (
    await query
      .orderBy("at", all ? "desc" : "asc")
      .orderBy("id")
      .limit(limit)
      .execute()
  ).map(view);
}
