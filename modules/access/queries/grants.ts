import assert from "node:assert/strict";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { before } from "@pigeonhole/kit/moves";
import type { DeadCode, Grant } from "@pigeonhole/protocol/messages";
import { holdReasons } from "@pigeonhole/protocol/reasons";
import { sql, type Insertable, type Selectable } from "kysely";
import type { z } from "zod";
import { grantMoves } from "../contract.ts";
import type { Tables } from "../tables.ts";
import { besideOf } from "../together/queries.ts";

export type GrantRow = Selectable<Tables["access.grant"]>;

/** A station's document holds so many grants and dead codes at most (packages/protocol). */
const mostPerStation = 4_000;

/** A right with the code that lives for it, and the parcels beside it. */
export interface StationRow extends GrantRow {
  readonly code_hash: string | null;
  readonly beside: readonly string[] | null;
}
/** A grant as the station gets it. */
export const view = (row: StationRow): Grant => ({
  id: row.id,
  kind: row.kind,
  state: row.state === "issued" ? "issued" : "active",
  compartment: row.compartment,
  parcel: row.parcel,
  codeHash: row.code_hash,
  generation: row.generation,
  notBefore: row.not_before.toISOString(),
  // While its clock stands still a right has no end that the station could reach.
  expiresAt: row.stopped_since === null ? (row.expires_at?.toISOString() ?? null) : null,
  ...(row.beside !== null && row.kind !== "collection" && { beside: [...row.beside] }),
  ...(row.held.length > 0 && { held: holdReasons.filter((reason) => row.held.includes(reason)) }),
});

/** Whether its station may be sent a right: one that is held waits for a station that can hold it back (`Ability` of the protocol). */
const isSendable = sql`(g.held = '{}' or exists (select from access.station s where s.station = g.station and s.can_hold))`;

export const insert = (tx: Tx<Tables>, rows: readonly Insertable<Tables["access.grant"]>[]) =>
  tx
    .insertInto("access.grant")
    .values([...rows])
    .execute();

/** The newest grant of a kind for a parcel, a proxy's aside, locked: who changes a right waits for whoever is changing it. */
export const lockOfParcel = (tx: Tx<Tables>, parcel: string, kind: GrantRow["kind"]): Promise<GrantRow | undefined> =>
  tx
    .selectFrom("access.grant")
    .selectAll()
    .where("parcel", "=", parcel)
    .where("kind", "=", kind)
    .where("proxy", "is", null)
    .orderBy("generation", "desc")
    .limit(1)
    .forUpdate()
    .executeTakeFirst();

export const ofParcel = (db: Db<Tables>, parcel: string, kind: GrantRow["kind"]): Promise<GrantRow | undefined> =>
  db
    .selectFrom("access.grant")
    .selectAll()
    .where("parcel", "=", parcel)
    .where("kind", "=", kind)
    .where("proxy", "is", null)
    .orderBy("generation", "desc")
    .limit(1)
    .executeTakeFirst();

export const get = (db: Db<Tables>, id: string): Promise<GrantRow | undefined> =>
  db.selectFrom("access.grant").selectAll().where("id", "=", id).executeTakeFirst();

export const lock = (tx: Tx<Tables>, station: string, id: string): Promise<GrantRow | undefined> =>
  tx.selectFrom("access.grant").selectAll().where("station", "=", station).where("id", "=", id).forUpdate().executeTakeFirst();

/** Changes a locked right; where its state is another, by a move of `grantMoves`. */
export async function change(tx: Tx<Tables>, id: string, set: Partial<Omit<GrantRow, "id">>): Promise<void> {
  const query = tx.updateTable("access.grant").set(set).where("id", "=", id);
  const { state } = set;
  const { numUpdatedRows } = await (
    state === undefined ? query : query.where("state", "in", [state, ...before(grantMoves, state)])
  ).executeTakeFirstOrThrow();
  assert.equal(numUpdatedRows, 1n, `grant ${id} cannot become ${state}`);
}

/** The live grants of a parcel or a reservation, locked. */
export const lockLive = (tx: Tx<Tables>, by: "parcel" | "reservation", id: string): Promise<GrantRow[]> =>
  tx
    .selectFrom("access.grant")
    .selectAll()
    .where(by, "=", id)
    .where("state", "in", ["issued", "active"])
    .orderBy("id")
    .forUpdate()
    .execute();

/** The live rights of customers to put something in at a station, locked. */
export const lockReturns = (tx: Tx<Tables>, station: string): Promise<GrantRow[]> =>
  tx
    .selectFrom("access.grant")
    .selectAll()
    .where("station", "=", station)
    .where("kind", "=", "return")
    .where("state", "=", "active")
    .orderBy("id")
    .forUpdate()
    .execute();

/** Whether that station once had the right to take this parcel in. */
export async function wasPlanned(tx: Tx<Tables>, parcel: string, station: string): Promise<boolean> {
  const row = await tx
    .selectFrom("access.grant")
    .select("id")
    .where("parcel", "=", parcel)
    .where("station", "=", station)
    .where("kind", "=", "dropoff")
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Marks every grant that was opened for a parcel as done with. */
export const collected = (tx: Tx<Tables>, parcel: string, at: Date) =>
  tx
    .updateTable("access.grant")
    .set({ collected_at: at })
    .where("parcel", "=", parcel)
    .where("kind", "=", "pickup")
    .where("collected_at", "is", null)
    .execute();

/** Everything a station has to know: live rights, and the newest of the codes that died since `since`. */
export async function ofStation(
  db: Db<Tables>,
  station: string,
  now: Date,
  since: Date,
): Promise<{ grants: Grant[]; deadCodes: z.output<typeof DeadCode>[] }> {
  const grants = await sql<StationRow>`
    select g.*, c.code_hash, ${besideOf} as beside from access.grant g left join access.code c on c."grant" = g.id and c.died_at is null
    where g.station = ${station} and g.state in ('issued', 'active') and (g.expires_at is null or g.stopped_since is not null or g.expires_at > ${now})
      and ${isSendable} order by g.id limit ${mostPerStation}`.execute(db);
  const dead = await sql<z.output<typeof DeadCode>>`
    select code_hash as "codeHash", reason from access.code
    where station = ${station} and died_at > ${since} order by died_at desc limit ${mostPerStation}`.execute(db);
  return { grants: grants.rows.map(view), deadCodes: dead.rows };
}

/** Every right that a station may be told of and that has not come to its end, as the station gets it. */
export async function standing(db: Db<Tables>, station: string): Promise<ReadonlyMap<string, Grant>> {
  const { rows } = await sql<StationRow>`
    select g.*, c.code_hash, ${besideOf} as beside from access.grant g left join access.code c on c."grant" = g.id and c.died_at is null
    where g.station = ${station} and g.state in ('issued', 'active') and ${isSendable}`.execute(db);
  return new Map(rows.map((row) => [row.id, view(row)]));
}

export const keepEarlyDeposit = (tx: Tx<Tables>, deposit: Selectable<Tables["access.early_deposit"]>) =>
  tx
    .insertInto("access.early_deposit")
    .values(deposit)
    .onConflict((c) => c.doNothing())
    .execute();

export const takeEarlyDeposit = (tx: Tx<Tables>, parcel: string) =>
  tx.deleteFrom("access.early_deposit").where("parcel", "=", parcel).returningAll().executeTakeFirst();
