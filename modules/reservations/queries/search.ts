import type { Db } from "@pigeonhole/kit/db";
import type { Size } from "@pigeonhole/network/layout";
import { CompiledQuery, sql } from "kysely";
import { cellsAround } from "../cells.ts";
import type { Need } from "../domain.ts";
import type { Tables } from "../tables.ts";

interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly radiusMetres: number;
  readonly need: Need;
  readonly stepFree: boolean;
  readonly now: Date;
  readonly limit: number;
  /** So many that fit have to be free at the least; usually one. */
  readonly least?: number | undefined;
}

export interface Found {
  readonly station: string;
  readonly name: string;
  readonly address: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly country: string | null;
  readonly timeZone: string;
  readonly openingHours: string | null;
  readonly stepFree: boolean;
  readonly metres: number;
  readonly free: number;
  readonly size: Size;
}

/**
 * Stations within the radius with a compartment that would be given now, nearest first; `free` counts those that fit, `size` is the
 * smallest of them. Cells first (one index range per row of the grid), then the distance of what they hold, then the doors of the nearest
 * until there are enough: PostgreSQL stops counting at the limit. What counts as free is what the claim takes, lapsed holds included.
 */
export async function near(
  db: Db<Tables>,
  { lat, lon, radiusMetres, need, stepFree, now, limit, least = 1 }: Place,
): Promise<readonly Found[]> {
  const cells = cellsAround(lat, lon, radiusMetres);
  const values = [
    cells.map(({ low }) => low),
    cells.map(({ high }) => high),
    lat,
    lon,
    radiusMetres,
    stepFree,
    need.rank,
    ...need.edges,
    now,
    limit,
    least,
  ];
  return (await db.executeQuery<Found>(CompiledQuery.raw(statement, values))).rows;
}

// $1 $2 cell ranges, $3 $4 the place, $5 metres, $6 step-free only, $7 size rank, $8 $9 $10 edges ascending, $11 now, $12 limit, $13 the least that has to be free
const statement = `/* prepared: reservations.search */
  with close as (
    select s.*, 12742017.6 * asin(least(1, sqrt(sin(radians(s.lat - $3::float8) / 2) ^ 2
      + cos(radians($3::float8)) * cos(radians(s.lat)) * sin(radians(s.lon - $4::float8) / 2) ^ 2))) as metres
    from unnest($1::int[], $2::int[]) as range (low, high)
    join reservations.station s on s.cell between range.low and range.high and s.status = 'active' and s.is_connected
    where s.step_free or not $6::boolean
  ), nearest as (
    select * from close where metres <= $5::float8 order by metres, id
  )
  select n.id as station, n.name, n.address, n.lat, n.lon, n.country, n.time_zone as "timeZone", n.opening_hours as "openingHours", n.step_free as "stepFree", n.metres,
    f.free::int, (array['small', 'medium', 'large', 'oversized'])[f.rank + 1] as size
  from nearest n cross join lateral (
    select count(*) as free, min(c.size_rank) as rank from reservations.compartment c
    where c.station = n.id and c.size_rank >= $7::int and c.shortest_mm >= $8::int and c.middle_mm >= $9::int and c.longest_mm >= $10::int
      and not c.is_walk_up and c.is_in_service and not c.is_quarantined and (c.state = 'available' or (c.state = 'reserved' and c.until <= $11::timestamptz))
  ) f
  where f.free >= $13::int limit $12::int`;

export interface PassedOver extends Pick<Found, "station" | "name" | "lat" | "lon" | "metres"> {
  readonly why: "full" | "unreachable" | "too_small";
}

/** The active stations within the radius that `near` does not answer, nearest first, each with the reason. */
export async function passedOver(
  db: Db<Tables>,
  { lat, lon, radiusMetres, need, stepFree, now, limit }: Place,
): Promise<readonly PassedOver[]> {
  const cells = cellsAround(lat, lon, radiusMetres);
  const fits = sql`c.station = s.id and not c.is_walk_up and c.size_rank >= ${need.rank} and c.shortest_mm >= ${need.edges[0]}
    and c.middle_mm >= ${need.edges[1]} and c.longest_mm >= ${need.edges[2]}`;
  const { rows } = await sql<PassedOver>`
    with close as (
      select s.*, 12742017.6 * asin(least(1, sqrt(sin(radians(s.lat - ${lat}::float8) / 2) ^ 2
        + cos(radians(${lat}::float8)) * cos(radians(s.lat)) * sin(radians(s.lon - ${lon}::float8) / 2) ^ 2))) as metres
      from unnest(${cells.map(({ low }) => low)}::int[], ${cells.map(({ high }) => high)}::int[]) as range (low, high)
      join reservations.station s on s.cell between range.low and range.high and s.status = 'active'
      where s.step_free or not ${stepFree}::boolean
    )
    select s.id as station, s.name, s.lat, s.lon, s.metres, case
      when not exists (select from reservations.compartment c where ${fits}) then 'too_small'
      when not s.is_connected then 'unreachable' else 'full' end as why
    from close s
    where s.metres <= ${radiusMetres} and not (s.is_connected and exists (select from reservations.compartment c
      where ${fits} and c.is_in_service and not c.is_quarantined and (c.state = 'available' or (c.state = 'reserved' and c.until <= ${now}))))
    order by s.metres, s.id limit ${limit}`.execute(db);
  return rows;
}

/** Whether any compartment of the station would do if all were free. */
export async function couldFit(db: Db<Tables>, station: string, { rank, edges: [shortest, middle, longest] }: Need): Promise<boolean> {
  const { rows } = await sql<{
    could: boolean;
  }>`select exists (select from reservations.compartment where station = ${station} and not is_walk_up and size_rank >= ${rank}
    and shortest_mm >= ${shortest} and middle_mm >= ${middle} and longest_mm >= ${longest}) as could`.execute(db);
  return rows[0]!.could;
}
