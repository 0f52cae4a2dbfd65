import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { GrantRow } from "../queries/grants.ts";
import type { Tables } from "../tables.ts";

/** The other parcels of a right's group, as its station is told of them; null when it has none. To be selected beside `g.*`. */
export const besideOf = sql<string[] | null>`case when g.shared is not null then (select array_agg(distinct o.parcel order by o.parcel)
  from access.grant o where o.shared = g.shared and o.station = g.station and o.parcel <> g.parcel and o.kind = 'pickup' and o.state in ('issued', 'active')) end`;

/** Owners' live pick-up rights of a group, locked, those whose parcel is inside first; with whether it is theirs that has the code. */
export async function lockGroup(tx: Tx<Tables>, shared: string): Promise<(GrantRow & { readonly has_code: boolean })[]> {
  const { rows } = await sql<GrantRow & { has_code: boolean }>`
    select g.*, exists (select from access.code c where c."grant" = g.id and c.died_at is null) as has_code from access.grant g
    where g.shared = ${shared} and g.kind = 'pickup' and g.proxy is null and g.state in ('issued', 'active')
    order by g.state, g.id for update`.execute(tx);
  return rows;
}

/** The right of a group whose code opens for all of it, live or used up by a pick-up that was not carried out. */
export async function codeHolder(db: Db<Tables>, shared: string): Promise<GrantRow | undefined> {
  const { rows } = await sql<GrantRow>`
    select g.* from access.grant g join access.code c on c."grant" = g.id and c.died_at is null
    where g.shared = ${shared} and g.kind = 'pickup' and g.proxy is null and g.state in ('issued', 'active') limit 1`.execute(db);
  return rows[0];
}

/** The parcels that are in a group with this one, or will be. */
export async function mates(
  db: Db<Tables>,
  { shared, parcel, station }: Pick<GrantRow, "shared" | "parcel" | "station">,
): Promise<readonly string[]> {
  if (shared === null) return [];
  const rows = await db
    .selectFrom("access.grant")
    .select("parcel")
    .distinct()
    .where("shared", "=", shared)
    .where("station", "=", station)
    .where("parcel", "<>", parcel)
    .where("kind", "=", "pickup")
    .where("state", "in", ["issued", "active"])
    .orderBy("parcel")
    .execute();
  return rows.map((row) => row.parcel);
}

/** Every live right of a parcel at a station joins a group, or leaves the one that it was in. */
export async function setShared(
  tx: Tx<Tables>,
  { parcel, station }: Pick<GrantRow, "parcel" | "station">,
  shared: string | null,
): Promise<void> {
  await tx
    .updateTable("access.grant")
    .set({ shared })
    .where("parcel", "=", parcel)
    .where("station", "=", station)
    .where("state", "in", ["issued", "active"])
    .execute();
}

/** The groups at a station that still live. */
export async function groupsOf(db: Db<Tables>, station: string): Promise<readonly (string | null)[]> {
  const rows = await db
    .selectFrom("access.grant")
    .select("shared")
    .distinct()
    .where("station", "=", station)
    .where("shared", "is not", null)
    .where("kind", "=", "pickup")
    .where("state", "in", ["issued", "active"])
    .execute();
  return rows.map(({ shared }) => shared);
}

/** How many of a parcel's group are in the compartment already. */
export async function insideBeside(
  db: Db<Tables>,
  { shared, parcel, station }: Pick<GrantRow, "shared" | "parcel" | "station">,
): Promise<number> {
  if (shared === null) return 0;
  const { count } = await db
    .selectFrom("access.grant")
    .select(({ fn }) => fn.count<number>("id").as("count"))
    .where("shared", "=", shared)
    .where("station", "=", station)
    .where("parcel", "<>", parcel)
    .where("kind", "=", "pickup")
    .where("proxy", "is", null)
    .where("state", "=", "active")
    .executeTakeFirstOrThrow();
  return Number(count);
}
