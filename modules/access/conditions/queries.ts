import type { Db, Tx } from "@pigeonhole/kit/db";
import { before } from "@pigeonhole/kit/moves";
import type { HoldReason } from "@pigeonhole/protocol/reasons";
import { sql, type Insertable, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import { conditionMoves, type ConditionState } from "./contract.ts";

export type ConditionRow = Selectable<Tables["access.condition"]>;

/** Asked for once, however often the fact of it is heard. */
export const insert = async (tx: Tx<Tables>, rows: readonly Insertable<Tables["access.condition"]>[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx
    .insertInto("access.condition")
    .values([...rows])
    .onConflict((on) => on.doNothing())
    .execute();
};

/** Everything that is or was asked for of a parcel, its recipient's first. */
export const ofParcel = (db: Db<Tables>, parcel: string): Promise<ConditionRow[]> =>
  db
    .selectFrom("access.condition")
    .selectAll()
    .where("parcel", "=", parcel)
    .orderBy("proxy", (order) => order.asc().nullsFirst())
    .orderBy("kind")
    .limit(100)
    .execute();

/** Locked. */
export const lock = (tx: Tx<Tables>, parcel: string, kind: HoldReason, proxy: string | null): Promise<ConditionRow | undefined> =>
  tx
    .selectFrom("access.condition")
    .selectAll()
    .where("parcel", "=", parcel)
    .where("kind", "=", kind)
    .where("proxy", proxy === null ? "is" : "=", proxy)
    .forUpdate()
    .executeTakeFirst();

/** Somebody attests it: an open condition is met. */
export const meet = (
  tx: Tx<Tables>,
  id: string,
  { at, ...word }: Required<Pick<ConditionRow, "attested_by" | "how" | "reason">> & { readonly at: Date },
): Promise<ConditionRow> =>
  tx
    .updateTable("access.condition")
    .set({ state: "met", ended_at: at, ...word })
    .where("id", "=", id)
    .where("state", "in", before<ConditionState>(conditionMoves, "met"))
    .returningAll()
    .executeTakeFirstOrThrow();

/** The rights that it held are held for it no longer: those that live, at their stations, and those before them, from which a successor begins. */
export async function release(
  tx: Tx<Tables>,
  { parcel, kind, proxy }: Pick<ConditionRow, "parcel" | "kind" | "proxy">,
): Promise<readonly { readonly station: string; readonly state: string; readonly proxy: string | null; readonly held: HoldReason[] }[]> {
  const theirs = kind === "age_check" ? sql`proxy is not distinct from ${proxy}::uuid` : sql`true`;
  const { rows } = await sql<{ station: string; state: string; proxy: string | null; held: HoldReason[] }>`
    update access.grant set held = array_remove(held, ${kind}) where parcel = ${parcel} and ${kind} = any (held) and ${theirs}
    returning station, state, proxy, held`.execute(tx);
  return rows;
}

/**
 * The parcel waits for nobody any more (`over`), or does after all (`open`); or so it is with what was asked of these proxies alone. What was attested
 * stays.
 */
export async function move(
  tx: Tx<Tables>,
  whose: { readonly parcel: string } | { readonly proxies: readonly string[] },
  to: "open" | "over",
  at: Date,
): Promise<readonly ConditionRow[]> {
  const query = tx
    .updateTable("access.condition")
    .set({ state: to, ended_at: to === "open" ? null : at })
    .where("state", "in", before<ConditionState>(conditionMoves, to));
  if ("parcel" in whose) return query.where("parcel", "=", whose.parcel).returningAll().execute();
  return whose.proxies.length === 0
    ? []
    : query
        .where("proxy", "in", [...whose.proxies])
        .returningAll()
        .execute();
}

/** Whether a station says that it can hold a right back. */
export async function canHold(db: Db<Tables>, station: string): Promise<boolean> {
  const row = await db.selectFrom("access.station").select("can_hold").where("station", "=", station).executeTakeFirst();
  return row?.can_hold === true;
}
/** Returns whether that is news. */
export async function setCanHold(tx: Tx<Tables>, station: string, can_hold: boolean): Promise<boolean> {
  const before = await canHold(tx, station);
  await tx
    .insertInto("access.station")
    .values({ station, can_hold })
    .onConflict((on) => on.column("station").doUpdateSet({ can_hold }))
    .execute();
  return before !== can_hold;
}
