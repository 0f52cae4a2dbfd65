import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Payload } from "@pigeonhole/kit/fact";
import type { StationChanged } from "@pigeonhole/network/events";
import type { Ability } from "@pigeonhole/protocol/together";
import { CompiledQuery } from "kysely";
import { cellOf } from "../cells.ts";
import { edgesOf } from "../domain.ts";
import type { Tables } from "../tables.ts";

/**
 * Takes over a station as network says it is: its row and one row for each door, all in one statement. What is reserved, occupied or
 * waits for return keeps its state whatever the layout says; it goes to maintenance when it becomes free. A door that is gone is deleted,
 * unless a reservation names it: then it stays, out of service.
 */
export async function apply(tx: Tx<Tables>, station: Payload<typeof StationChanged>): Promise<void> {
  const [inMaintenance, walkUp] = [new Set(station.maintenance), new Set(station.walkUp)];
  const doors = station.layout.columns.flatMap((column) =>
    column.doors.map(({ number, size, widthMm, heightMm, depthMm }) => {
      const [shortest_mm, middle_mm, longest_mm] = edgesOf(widthMm, heightMm, depthMm);
      return {
        compartment: number,
        size,
        shortest_mm,
        middle_mm,
        longest_mm,
        is_walk_up: walkUp.has(number),
        is_in_service: !inMaintenance.has(number),
      };
    }),
  );
  const { station: id, name, address, lat, lon, country, timeZone, openingHours, stepFree, status } = station;
  await tx.executeQuery(
    CompiledQuery.raw(takeOver, [
      id,
      name,
      address,
      lat,
      lon,
      country,
      timeZone,
      openingHours,
      stepFree,
      status,
      cellOf(lat, lon),
      JSON.stringify(doors),
    ]),
  );
}

// $1 … $11 the columns of reservations.station but is_connected, $12 doors
const takeOver = `/* prepared: reservations.take_over_station */
  with station as (
    insert into reservations.station (id, name, address, lat, lon, country, time_zone, opening_hours, step_free, status, cell, is_connected)
    select $1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce((select is_connected from reservations.link where station = $1::uuid), false)
    on conflict (id) do update set name = excluded.name, address = excluded.address, lat = excluded.lat, lon = excluded.lon, country = excluded.country,
      time_zone = excluded.time_zone, opening_hours = excluded.opening_hours, step_free = excluded.step_free, status = excluded.status, cell = excluded.cell
  ), door as (
    select * from jsonb_to_recordset($12::jsonb) as d (compartment integer, size text, shortest_mm integer, middle_mm integer, longest_mm integer, is_walk_up boolean, is_in_service boolean)
  ), kept as (
    insert into reservations.compartment as c (station, compartment, size, shortest_mm, middle_mm, longest_mm, is_walk_up, is_in_service, state)
    select $1::uuid, d.*, case when d.is_in_service then 'available' else 'maintenance' end from door d
    on conflict (station, compartment) do update set size = excluded.size, shortest_mm = excluded.shortest_mm, middle_mm = excluded.middle_mm,
      longest_mm = excluded.longest_mm, is_walk_up = excluded.is_walk_up, is_in_service = excluded.is_in_service, version = c.version + 1,
      state = case when c.state in ('available', 'maintenance') then excluded.state else c.state end
    where (c.size, c.shortest_mm, c.middle_mm, c.longest_mm, c.is_walk_up, c.is_in_service)
      is distinct from (excluded.size, excluded.shortest_mm, excluded.middle_mm, excluded.longest_mm, excluded.is_walk_up, excluded.is_in_service)
  ), gone as (
    select c.compartment, c.state in ('available', 'maintenance') and not exists (
      select from reservations.reservation r where r.station = c.station and r.compartment = c.compartment) as is_unused
    from reservations.compartment c where c.station = $1::uuid and c.compartment not in (select compartment from door)
  ), deleted as (
    delete from reservations.compartment c using gone where c.station = $1::uuid and c.compartment = gone.compartment and gone.is_unused
  )
  update reservations.compartment c set is_in_service = false, version = c.version + 1, state = case c.state when 'available' then 'maintenance' else c.state end
  from gone where c.station = $1::uuid and c.compartment = gone.compartment and not gone.is_unused and c.is_in_service`;

/** Remembers whether the station is connected, also before network has told of it. */
export async function setConnected(tx: Tx<Tables>, station: string, isConnected: boolean): Promise<void> {
  await tx
    .insertInto("reservations.link")
    .values({ station, is_connected: isConnected })
    .onConflict((on) => on.column("station").doUpdateSet({ is_connected: isConnected }))
    .execute();
  await tx.updateTable("reservations.station").set({ is_connected: isConnected }).where("id", "=", station).execute();
}

/** What a station can do, as it says itself. */
export async function setAbilities(tx: Tx<Tables>, station: string, can: readonly string[]): Promise<void> {
  const can_share = can.includes("share" satisfies Ability);
  await tx
    .insertInto("reservations.link")
    .values({ station, is_connected: false, can_share })
    .onConflict((on) => on.column("station").doUpdateSet({ can_share }))
    .execute();
}

/** Where a station stands and what it is called. */
export async function placeOf(db: Db<Tables>, id: string): Promise<(StationRow & { readonly address: string | null }) | undefined> {
  const [known, row] = [
    await getStation(db, id),
    await db.selectFrom("reservations.station").select("address").where("id", "=", id).executeTakeFirst(),
  ];
  return known && { ...known, address: row?.address ?? null };
}

export interface StationRow {
  readonly id: string;
  readonly lat: number;
  readonly lon: number;
  readonly name: string;
  readonly address: string | null;
  readonly status: string;
  readonly isUsable: boolean;
  readonly isConnected: boolean;
}

export async function getStation(db: Db<Tables>, id: string): Promise<StationRow | undefined> {
  const row = await db
    .selectFrom("reservations.station")
    .select(["id", "lat", "lon", "name", "address", "status", "is_connected"])
    .where("id", "=", id)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      lat: row.lat,
      lon: row.lon,
      name: row.name,
      address: row.address,
      status: row.status,
      isConnected: row.is_connected,
      isUsable: row.status === "active" && row.is_connected,
    }
  );
}
