import type { Db } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Return } from "../contract.ts";
import type { ReturnState } from "../lifecycle.ts";
import type { Tables } from "../tables.ts";
import type { Row } from "./write.ts";

type Line = Selectable<Tables["returns.timeline"]>;

const entryOf = ({ state, at, actor, station, epoch, seq }: Line): Return["timeline"][number] => ({
  at: at.toISOString(),
  state,
  actor,
  proof: station !== null && epoch !== null && seq !== null ? { station, epoch, seq } : null,
});

const view = (row: Row, lines: readonly Line[]): Return => ({
  id: row.id,
  kind: row.kind,
  number: row.number,
  state: row.state,
  orderId: row.order_id,
  parcel: row.of_parcel,
  authorisation: row.authorisation,
  reason: row.reason,
  station: row.station,
  compartment: row.compartment,
  size: row.size,
  carrier: row.carrier,
  until: row.until.toISOString(),
  createdAt: row.created_at.toISOString(),
  droppedOffAt: row.dropped_off_at?.toISOString() ?? null,
  assignedAt: row.assigned_at?.toISOString() ?? null,
  retrievedAt: row.retrieved_at?.toISOString() ?? null,
  receivedAt: row.received_at?.toISOString() ?? null,
  ending: row.ending,
  noOther: row.no_other,
  to: row.to_station,
  onward: row.onward === null ? null : { parcel: row.onward, state: row.onward_state ?? "reserved" },
  timeline: lines.map(entryOf),
});

/** Adds the time lines, in one query for all. */
async function withTimelines(db: Db<Tables>, rows: readonly Row[]): Promise<Return[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const lines = await db.selectFrom("returns.timeline").selectAll().where("return", "in", ids).orderBy("number").execute();
  const byReturn = Map.groupBy(lines, (line) => line.return);
  return rows.map((row) => view(row, byReturn.get(row.id) ?? []));
}

/** Whose somebody may see. Each kind is a condition of the query itself: what is not theirs is not found. */
export type Sight =
  | { readonly kind: "all" }
  | { readonly kind: "customer" | "shop"; readonly is: string }
  | { readonly kind: "carrier"; readonly slug: string };

const inSight = (sight: Sight) => {
  switch (sight.kind) {
    case "all":
      return sql<boolean>`true`;
    case "customer":
      return sql<boolean>`customer = ${sight.is}`;
    case "shop":
      return sql<boolean>`owner = ${sight.is}`;
    case "carrier":
      return sql<boolean>`carrier = ${sight.slug} and state not in ('claiming', 'cancelling', 'refused')`;
  }
};

export const row = (db: Db<Tables>, id: string): Promise<Row | undefined> =>
  db.selectFrom("returns.return").selectAll().where("id", "=", id).executeTakeFirst();

export async function get(db: Db<Tables>, sight: Sight, id: string): Promise<Return | undefined> {
  const found = await db.selectFrom("returns.return").selectAll().where("id", "=", id).where(inSight(sight)).executeTakeFirst();
  return found && (await withTimelines(db, [found]))[0];
}

interface Filter {
  readonly parcel?: string | undefined;
  readonly number?: string | undefined;
  readonly orderId?: string | undefined;
  readonly station?: string | undefined;
  readonly state?: ReturnState | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}
/** Newest first: ids grow with time. */
export async function list(
  db: Db<Tables>,
  sight: Sight,
  { parcel, number, orderId, station, state, before, limit }: Filter,
): Promise<{ returns: Return[]; next: string | null }> {
  let query = db
    .selectFrom("returns.return")
    .selectAll()
    .where(inSight(sight))
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (parcel !== undefined) query = query.where("of_parcel", "=", parcel);
  if (number !== undefined) query = query.where("number", "=", number);
  if (orderId !== undefined) query = query.where("order_id", "=", orderId);
  if (station !== undefined) query = query.where((or) => or.or([or("station", "=", station), or("to_station", "=", station)]));
  if (state !== undefined) query = query.where("state", "=", state);
  if (before !== undefined) query = query.where("id", "<", before);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  return { returns: await withTimelines(db, page), next: rows.length > limit ? page.at(-1)!.id : null };
}

/** Earlier returns of a parcel, or by an authorisation, and the one that lives. */
export async function attempts(
  db: Db<Tables>,
  { parcel, authorisation }: { readonly parcel: string | null; readonly authorisation: string | null },
): Promise<{ readonly attempts: number; readonly live: string | null }> {
  const { rows } = await sql<{ attempts: number; live: string | null }>`
    select count(*)::int as attempts, (array_agg(id) filter (where state not in ('received', 'cancelled', 'lapsed', 'refused')))[1] as live
    from returns.return where of_parcel = ${parcel}::uuid or authorisation = ${authorisation}::uuid`.execute(db);
  return rows[0]!;
}

/** Whose it is, as it is kept. */
export const owner = (db: Db<Tables>, id: string) =>
  db
    .selectFrom("returns.return")
    .select(["sealed_customer as sealedCustomer", "subject", "station", "number", "kind"])
    .where("id", "=", id)
    .executeTakeFirst();
