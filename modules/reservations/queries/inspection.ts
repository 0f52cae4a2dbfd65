import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Inspection } from "../inspections/contract.ts";
import type { Tables } from "../tables.ts";

type Row = Selectable<Tables["reservations.inspection"]>;

export const view = (row: Row): Inspection => ({
  id: row.id,
  station: row.station,
  compartment: row.compartment,
  parcel: row.parcel,
  reason: row.reason,
  what: row.what,
  at: row.at.toISOString(),
  isBlocking: row.is_blocking,
  resolvedAt: row.resolved_at?.toISOString() ?? null,
  resolvedBy: row.resolved_by,
  finding: row.finding,
  note: row.note,
});

type Fresh = Pick<Row, "id" | "station" | "compartment" | "parcel" | "what" | "at" | "epoch" | "seq" | "reason" | "is_blocking">;

/** A task. One for each entry of a log, however often it is heard: false when there is one already. */
export async function add(tx: Tx<Tables>, fresh: Fresh): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("reservations.inspection")
    .values({ ...fresh, resolved_at: null, resolved_by: null, finding: null, note: null })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
}

/** One that somebody has told of is the station's own from now on. True when there was one. */
export async function adopt(
  tx: Tx<Tables>,
  { station, compartment, reason, epoch, seq }: Pick<Row, "station" | "compartment" | "reason" | "epoch" | "seq">,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable("reservations.inspection")
    .set({ epoch, seq })
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .where("reason", "=", reason)
    .where("seq", "=", 0)
    .where("resolved_at", "is", null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Whether somebody is to look into this compartment for this very reason already. */
export const isOpen = async (tx: Tx<Tables>, station: string, compartment: number, reason: Row["reason"]): Promise<boolean> =>
  (await tx
    .selectFrom("reservations.inspection")
    .select("id")
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .where("reason", "=", reason)
    .where("resolved_at", "is", null)
    .limit(1)
    .executeTakeFirst()) !== undefined;

export const get = (db: Db<Tables>, id: string): Promise<Row | undefined> =>
  db.selectFrom("reservations.inspection").selectAll().where("id", "=", id).executeTakeFirst();

interface Filter {
  readonly station?: string | undefined;
  readonly all: boolean;
  readonly limit: number;
}
export async function list(db: Db<Tables>, { station, all, limit }: Filter): Promise<Inspection[]> {
  let query = db.selectFrom("reservations.inspection").selectAll();
  if (station !== undefined) query = query.where("station", "=", station);
  if (!all) query = query.where("resolved_at", "is", null);
  return (await query.orderBy("at").orderBy("epoch").orderBy("seq").orderBy("id").limit(limit).execute()).map(view);
}

interface Resolution {
  readonly finding: NonNullable<Row["finding"]>;
  readonly note: string;
  readonly by: string;
  readonly at: Date;
  /** Only those that the station itself raised. */
  readonly reasons?: readonly Row["reason"][];
}
/** Settles the open inspections of a compartment, whose row the caller has locked. Answers them. */
export async function resolve(
  tx: Tx<Tables>,
  station: string,
  compartment: number,
  { finding, note, by, at, reasons }: Resolution,
): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    update reservations.inspection set resolved_at = ${at}, resolved_by = ${by}, finding = ${finding}, note = ${note}
    where station = ${station} and compartment = ${compartment} and resolved_at is null
      and (${reasons ?? null}::text[] is null or reason = any(${reasons ?? []}::text[]))
    returning *`.execute(tx);
  return rows;
}

/** Whether somebody still has to look before the compartment is given to anybody. */
export async function isBlocked(tx: Tx<Tables>, station: string, compartment: number): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`select exists (select from reservations.inspection
    where station = ${station} and compartment = ${compartment} and resolved_at is null and is_blocking) as is`.execute(tx);
  return rows[0]!.is;
}
