import { publishAll } from "@pigeonhole/kit/outbox";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Station, StationPoint } from "./contract.ts";
import { factOf } from "./domain.ts";
import { StationChanged } from "./events.ts";
import type { Tables } from "./tables.ts";
import type { z } from "zod";

type Row = Selectable<Tables["network.station"]> & { maintenance: number[] };
type Point = z.output<typeof StationPoint>;

const view = (row: Row): Station => ({
  id: row.id,
  name: row.name,
  lat: row.lat,
  lon: row.lon,
  status: row.status,
  suspendedFor: row.suspended_for,
  carrier: row.carrier,
  address: row.address,
  country: row.country,
  timeZone: row.time_zone,
  openingHours: row.opening_hours,
  stepFree: row.step_free,
  supportPhone: row.support_phone,
  layout: row.layout,
  walkUp: row.walk_up,
  maintenance: row.maintenance,
});
const whole = sql`s.*, array(select m.compartment from network.maintenance m where m.station = s.id order by 1) as maintenance`;

interface Rectangle {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
  readonly q?: string | undefined;
  readonly limit: number;
}

/** The stations of a rectangle by id, one more than `limit` when there are more; west of `east` and east of `west` when it crosses the antimeridian. */
export async function list(db: Db<Tables>, { west, east, south, north, q, limit }: Rectangle): Promise<readonly Point[]> {
  const pattern = q === undefined || q === "" ? null : `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  const { rows } = await sql<Point>`
    select id, name, lat, lon, status from network.station
    where lat between ${south} and ${north} and (case when ${west}::float8 <= ${east}::float8 then lon between ${west} and ${east} else lon >= ${west} or lon <= ${east} end)
      and (${pattern}::text is null or name ilike ${pattern} or address ilike ${pattern})
    order by id limit ${limit + 1}`.execute(db);
  return rows;
}

export async function get(db: Db<Tables>, id: string): Promise<Station | undefined> {
  const { rows } = await sql<Row>`select ${whole} from network.station s where s.id = ${id}`.execute(db);
  return rows[0] && view(rows[0]);
}

export async function lock(tx: Tx<Tables>, id: string): Promise<Station | undefined> {
  const { rows } = await sql<Row>`select ${whole} from network.station s where s.id = ${id} for update`.execute(tx);
  return rows[0] && view(rows[0]);
}

/** One import at a time works on a batch, so that two of the same file do not make one station twice. */
export async function lockImports(tx: Tx<Tables>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('network.import'))`.execute(tx);
}

/** The stations that an import has under these keys, or that have these ids, locked. */
export async function lockKnown(
  tx: Tx<Tables>,
  keys: readonly string[],
  ids: readonly string[],
): Promise<readonly { readonly key: string | null; readonly station: Station }[]> {
  const { rows } = await sql<Row>`select ${whole} from network.station s
    where s.import_key = any(${keys as string[]}) or s.id = any(${ids as string[]}::uuid[]) order by s.id for update`.execute(tx);
  return rows.map((row) => ({ key: row.import_key, station: view(row) }));
}

/** Writes the stations as they are now, each with its fact. `key` is kept when null is given. */
export async function save(
  tx: Tx<Tables>,
  at: Date,
  stations: readonly { readonly key: string | null; readonly station: Station }[],
): Promise<void> {
  if (stations.length === 0) return;
  const rows = stations.map(({ key, station: s }) => ({
    id: s.id,
    import_key: key,
    name: s.name,
    lat: s.lat,
    lon: s.lon,
    carrier: s.carrier,
    address: s.address,
    country: s.country,
    time_zone: s.timeZone,
    opening_hours: s.openingHours,
    step_free: s.stepFree,
    support_phone: s.supportPhone,
    status: s.status,
    suspended_for: s.suspendedFor,
    layout: s.layout,
    walk_up: s.walkUp,
  }));
  await sql`
    insert into network.station
    select * from jsonb_populate_recordset(null::network.station, ${JSON.stringify(rows)}::jsonb)
    on conflict (id) do update set
      import_key = coalesce(excluded.import_key, station.import_key), name = excluded.name, lat = excluded.lat, lon = excluded.lon, carrier = excluded.carrier,
      address = excluded.address, country = excluded.country, time_zone = excluded.time_zone, opening_hours = excluded.opening_hours, step_free = excluded.step_free,
      support_phone = excluded.support_phone, status = excluded.status, suspended_for = excluded.suspended_for, layout = excluded.layout, walk_up = excluded.walk_up`.execute(
    tx,
  );
  const inMaintenance = stations.map(({ station }) => ({ id: station.id, maintenance: station.maintenance }));
  await sql`delete from network.maintenance m using jsonb_to_recordset(${JSON.stringify(inMaintenance)}::jsonb) as s (id uuid, maintenance integer[])
    where m.station = s.id and m.compartment <> all (s.maintenance)`.execute(tx);
  await publishAll(
    tx,
    at,
    StationChanged,
    stations.map(({ station }) => factOf(station)),
  );
}

/** Records why a compartment is out of service; the first reason stays. `save` takes away what is back in service. */
export async function noteMaintenance(tx: Tx<Tables>, at: Date, station: string, compartment: number, reason: string): Promise<void> {
  await tx
    .insertInto("network.maintenance")
    .values({ station, compartment, reason, since: at })
    .onConflict((on) => on.doNothing())
    .execute();
}
