import type { Db, Tx } from "@pigeonhole/kit/db";
import { before } from "@pigeonhole/kit/moves";
import { publish } from "@pigeonhole/kit/outbox";
import { sql, type Insertable, type RawBuilder, type Selectable } from "kysely";
import { dropMoves, routeMoves } from "../contract.ts";
import { RouteChanged } from "../events.ts";
import type { Tables } from "../tables.ts";

export type Route = Selectable<Tables["couriers.route"]>;

export async function insertRoute(tx: Tx<Tables>, row: Route): Promise<void> {
  await tx.insertInto("couriers.route").values(row).execute();
}

/**
 * Locks the routes that a change concerns, before anything of theirs is changed: whoever writes takes the route first, then its drops and
 * scans. Without that order two writers could wait for each other, or each miss that the other has ended the last drop.
 */
export async function lockRoutes(tx: Tx<Tables>, ids: RawBuilder<unknown>): Promise<void> {
  await sql`select from couriers.route where id in (${ids}) order by id for no key update`.execute(tx);
}
export const lockRoute = (tx: Tx<Tables>, id: string): Promise<void> => lockRoutes(tx, sql`select ${id}::uuid`);
/** The routes that a parcel is or was on. */
export const routesOf = (parcel: string): RawBuilder<unknown> => sql`select route from couriers.drop where parcel = ${parcel}`;

/** Locks a route of this carrier, or of this courier of the carrier. */
export function lock(tx: Tx<Tables>, id: string, tenant: string, courier?: string): Promise<Route | undefined> {
  const query = tx.selectFrom("couriers.route").selectAll().where("id", "=", id).where("tenant", "=", tenant).forNoKeyUpdate();
  return (courier ? query.where("courier", "=", courier) : query).executeTakeFirst();
}

/** Whether a carrier of this short name has ever had a route. */
export const drives = async (db: Db<Tables>, carrier: string): Promise<boolean> =>
  (await db.selectFrom("couriers.route").select("id").where("carrier", "=", carrier).limit(1).executeTakeFirst()) !== undefined;

export async function setActive(tx: Tx<Tables>, id: string, at: Date): Promise<void> {
  await tx
    .updateTable("couriers.route")
    .set({ state: "active", started_at: at })
    .where("id", "=", id)
    .where("state", "in", before(routeMoves, "active"))
    .execute();
}

/** Adds a stop at the end unless the route stops there already; says whether it is new. */
export async function addStop(tx: Tx<Tables>, stop: Omit<Insertable<Tables["couriers.stop"]>, "position">): Promise<boolean> {
  const { rows } = await sql`insert into couriers.stop (route, station, position, name, address, lat, lon)
    select ${stop.route}::uuid, ${stop.station}::uuid, coalesce(max(position), 0) + 1, ${stop.name}::text, ${stop.address}::text, ${stop.lat}::float8, ${stop.lon}::float8
    from couriers.stop where route = ${stop.route} on conflict (route, station) do nothing returning station`.execute(tx);
  return rows.length === 1;
}

/**
 * A drop goes to another station: at the stop that the route makes there already, else at a new one. A stop at which nothing is left to put in or
 * to take out goes, and the new one has its place; otherwise the new one comes last.
 */
export async function redirect(
  tx: Tx<Tables>,
  route: string,
  parcel: string,
  to: Pick<Selectable<Tables["couriers.stop"]>, "station" | "name" | "address" | "lat" | "lon"> &
    Pick<Selectable<Tables["couriers.drop"]>, "compartment" | "size">,
): Promise<void> {
  const { station, name, address, lat, lon, compartment, size } = to;
  const mine = tx.selectFrom("couriers.drop").where("route", "=", route);
  const { station: from } = await mine.select("station").where("parcel", "=", parcel).executeTakeFirstOrThrow();
  const isNew = await addStop(tx, { route, station, name, address, lat, lon });
  await tx
    .updateTable("couriers.drop")
    .set({ station, compartment, size })
    .where("route", "=", route)
    .where("parcel", "=", parcel)
    .execute();
  if (from === station || (await mine.select("parcel").where("station", "=", from).limit(1).executeTakeFirst())) return;
  const takenOut = tx.selectFrom("couriers.retrieval").select("id").where("route", "=", route).where("station", "=", from);
  if (await takenOut.limit(1).executeTakeFirst()) return;
  const gone = await tx
    .deleteFrom("couriers.stop")
    .where("route", "=", route)
    .where("station", "=", from)
    .returning("position")
    .executeTakeFirstOrThrow();
  if (isNew)
    await tx
      .updateTable("couriers.stop")
      .set({ position: gone.position })
      .where("route", "=", route)
      .where("station", "=", station)
      .execute();
}

/** Where these parcels are under way now, locked, in a fixed order. */
export const underWay = (tx: Tx<Tables>, parcels: readonly string[]) =>
  tx
    .selectFrom("couriers.drop as d")
    .innerJoin("couriers.route as r", "r.id", "d.route")
    .select([
      "d.parcel",
      "d.number",
      "d.route",
      "d.state",
      "d.size",
      "r.state as route_state",
      "r.day",
      "r.tenant",
      "r.carrier",
      "r.courier",
    ])
    .where("d.parcel", "=", sql<string>`any(${parcels as string[]}::uuid[])`)
    .where("d.state", "in", ["open", "opened"])
    .orderBy("d.parcel")
    .forUpdate("d")
    .execute();

/** Gives a drop up, with why. */
export async function skip(tx: Tx<Tables>, route: string, parcel: string, reason: string): Promise<void> {
  await tx
    .updateTable("couriers.drop")
    .set({ state: "skipped", skip_reason: reason })
    .where("route", "=", route)
    .where("parcel", "=", parcel)
    .where("state", "in", before(dropMoves, "skipped"))
    .execute();
}

/** One whose door stands open is not given up: its courier says what became of it. That it is no longer wanted is kept beside. */
export async function markCalledOff(tx: Tx<Tables>, parcel: string): Promise<void> {
  await tx
    .updateTable("couriers.drop")
    .set({ skip_reason: "cancelled" })
    .where("parcel", "=", parcel)
    .where("state", "=", "opened")
    .execute();
}
export const isCalledOff = async (tx: Tx<Tables>, route: string, parcel: string): Promise<boolean> =>
  (await tx
    .selectFrom("couriers.drop")
    .select("parcel")
    .where("route", "=", route)
    .where("parcel", "=", parcel)
    .where("skip_reason", "=", "cancelled")
    .executeTakeFirst()) !== undefined;

/** It is to be put in again, by another scan, with `beside` kept until it is in; a route that was done goes on, unless its courier is on another one. */
export async function reopen(tx: Tx<Tables>, route: string, parcel: string, beside: string | null = null): Promise<void> {
  await sql`update couriers.route r set state = 'active', done_at = null where id = ${route} and state = 'done'
    and not exists (select from couriers.route o where o.courier = r.courier and o.state = 'active')`.execute(tx);
  await tx
    .updateTable("couriers.drop")
    .set({ state: "open", scan: null, skip_reason: beside })
    .where("route", "=", route)
    .where("parcel", "=", parcel)
    .execute();
}

/** The station has opened another of its compartments for it. */
export async function inCompartment(tx: Tx<Tables>, route: string, parcel: string, compartment: number): Promise<void> {
  await tx.updateTable("couriers.drop").set({ compartment }).where("route", "=", route).where("parcel", "=", parcel).execute();
}

/** Adds drops; one that the route has already stays, unless it had been skipped: then it is open again. Returns the parcels that are new or open again. */
export async function addDrops(tx: Tx<Tables>, drops: readonly Insertable<Tables["couriers.drop"]>[]): Promise<readonly string[]> {
  if (drops.length === 0) return [];
  const rows = await tx
    .insertInto("couriers.drop")
    .values([...drops])
    .onConflict((c) =>
      c
        .columns(["route", "parcel"])
        .doUpdateSet({ state: "open", scan: null, skip_reason: null })
        .where("drop.state" as never, "in", before(dropMoves, "open") as never),
    )
    .returning("parcel")
    .execute();
  return rows.map((row) => row.parcel);
}

/** A route of which nothing is left to do is done; its screen is told in any case. The caller has locked it (`lockRoutes`). */
export async function changed(tx: Tx<Tables>, route: string, at: Date): Promise<void> {
  await sql`update couriers.route set state = 'done', done_at = ${at} where id = ${route} and state = 'active'
    and not exists (select from couriers.drop where route = ${route} and state in ('open', 'opened'))
    and not exists (select from couriers.retrieval where route = ${route} and state in ('assigned', 'opened'))`.execute(tx);
  await publish(tx, at, RouteChanged, { route });
}
