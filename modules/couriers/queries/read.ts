import type { Db } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Route, Scan } from "../contract.ts";
import { outcomeOf } from "../domain.ts";
import { nextOf } from "../mistakes/domain.ts";
import * as retrievals from "../retrievals/queries.ts";
import type { Tables } from "../tables.ts";

type Row = Selectable<Tables["couriers.route"]>;
type DropRow = Selectable<Tables["couriers.drop"]>;
export type ScanRow = Selectable<Tables["couriers.scan"]>;

/** Whose routes somebody may see; a condition of the query itself. */
export type Sight =
  | { readonly kind: "all" }
  | { readonly kind: "carrier"; readonly tenant: string }
  | { readonly kind: "courier"; readonly tenant: string; readonly courier: string };

const visible = (db: Db<Tables>, sight: Sight) => {
  const query = db.selectFrom("couriers.route").selectAll();
  switch (sight.kind) {
    case "all":
      return query;
    case "carrier":
      return query.where("tenant", "=", sight.tenant);
    case "courier":
      return query.where("tenant", "=", sight.tenant).where("courier", "=", sight.courier);
  }
};

/** Routes with their stops and drops, in a few queries for all. */
async function whole(db: Db<Tables>, rows: readonly Row[]): Promise<Route[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [stops, drops, toTakeOut] = await Promise.all([
    db.selectFrom("couriers.stop").selectAll().where("route", "in", ids).orderBy("position").execute(),
    db.selectFrom("couriers.drop").selectAll().where("route", "in", ids).orderBy("compartment").orderBy("parcel").execute(),
    retrievals.onRoutes(db, ids),
  ]);
  const dropsAt = Map.groupBy(drops, (drop) => `${drop.route} ${drop.station}`);
  const toTakeOutAt = Map.groupBy(toTakeOut, ({ row }) => `${row.route} ${row.station}`);
  const stopsOf = Map.groupBy(stops, (stop) => stop.route);
  return rows.map(({ id, name, day, courier, state }) => ({
    id,
    name,
    day,
    courier,
    state,
    stops: (stopsOf.get(id) ?? []).map(({ route: _, ...stop }) => ({
      ...stop,
      drops: (dropsAt.get(`${id} ${stop.station}`) ?? []).map(dropView),
      retrievals: (toTakeOutAt.get(`${id} ${stop.station}`) ?? []).map(retrievals.view),
    })),
  }));
}

const dropView = ({ parcel, number, barcode, compartment, size, state, scan }: DropRow): Route["stops"][number]["drops"][number] => ({
  parcel,
  number,
  barcode,
  compartment,
  size,
  state,
  scan,
});

export async function get(db: Db<Tables>, sight: Sight, id: string): Promise<Route | undefined> {
  return (await whole(db, await visible(db, sight).where("id", "=", id).execute()))[0];
}

export interface Wanted {
  readonly day?: string | undefined;
  readonly courier?: string | undefined;
  readonly limit: number;
}
export async function list(db: Db<Tables>, sight: Sight, { day, courier, limit }: Wanted): Promise<Route[]> {
  const query = visible(db, sight)
    .$if(day !== undefined, (q) => q.where("day", "=", day!))
    .$if(courier !== undefined, (q) => q.where("courier", "=", courier!));
  return whole(db, await query.orderBy("day", "desc").orderBy("id", "desc").limit(limit).execute());
}

/** The courier's active route, then the planned ones of those days, first made first, then the finished ones, last finished first. */
export const candidates = (
  db: Db<Tables>,
  { tenant, courier }: { readonly tenant: string; readonly courier: string },
  days: readonly string[],
) =>
  db
    .selectFrom("couriers.route")
    .select(["id", "state", "day", "time_zone"])
    .where("tenant", "=", tenant)
    .where("courier", "=", courier)
    .where((eb) => eb.or([eb("state", "=", "active"), eb("day", "in", days)]))
    .orderBy(sql`array_position(array['active', 'planned', 'done'], state)`)
    .orderBy("done_at", (by) => by.desc().nullsFirst())
    .orderBy("day")
    .orderBy("id")
    .execute();

/** The courier's active route; there is one at most. */
export const activeOf = async (
  db: Db<Tables>,
  { tenant, courier }: { readonly tenant: string; readonly courier: string },
): Promise<string | undefined> =>
  (
    await db
      .selectFrom("couriers.route")
      .select("id")
      .where("tenant", "=", tenant)
      .where("courier", "=", courier)
      .where("state", "=", "active")
      .executeTakeFirst()
  )?.id;

/** A scan of this courier with its drop. */
export async function scan(
  db: Db<Tables>,
  { tenant, courier }: { readonly tenant: string; readonly courier: string },
  id: string,
): Promise<Seen | undefined> {
  const row = await db
    .selectFrom("couriers.scan as s")
    .innerJoin("couriers.route as r", "r.id", "s.route")
    .selectAll("s")
    .where("s.id", "=", id)
    .where("r.courier", "=", courier)
    .where("r.tenant", "=", tenant)
    .executeTakeFirst();
  if (!row || row.parcel === null) return undefined;
  const drop = await db
    .selectFrom("couriers.drop")
    .selectAll()
    .where("route", "=", row.route)
    .where("parcel", "=", row.parcel)
    .executeTakeFirst();
  const problem = await db.selectFrom("couriers.problem").selectAll().where("id", "=", id).executeTakeFirst();
  return drop && { scan: row, drop, problem };
}

interface Seen {
  readonly scan: ScanRow;
  readonly drop: DropRow;
  readonly problem: Selectable<Tables["couriers.problem"]> | undefined;
}
/** A scan shows the compartment that it was for, also after its parcel has got another one. */
export const scanView = ({ scan, drop, problem }: Seen): Scan => ({
  id: scan.id,
  parcel: drop.parcel,
  number: drop.number,
  station: scan.station,
  compartment: problem?.compartment ?? drop.compartment,
  size: drop.size,
  outcome: outcomeOf(scan.outcome),
  reason: scan.reason,
  beside: scan.beside,
  doorClosed: scan.is_closed,
  state: drop.state,
  problem: problem?.reason ?? null,
  next: problem ? nextOf(problem, drop, scan.outcome === "opened" && !scan.is_closed) : null,
});

export const drops = (db: Db<Tables>, route: string) => db.selectFrom("couriers.drop").selectAll().where("route", "=", route).execute();

/** A scan by its id; undefined for a problem that no scan began. */
export const scanRow = (db: Db<Tables>, id: string): Promise<ScanRow | undefined> =>
  db.selectFrom("couriers.scan").selectAll().where("id", "=", id).executeTakeFirst();

/** The stations of a route's stops after that one, in driving order. */
export const stationsAhead = async (db: Db<Tables>, route: string, station: string): Promise<string[]> =>
  (
    await db
      .selectFrom("couriers.stop")
      .select("station")
      .where("route", "=", route)
      .where("position", ">", (eb) =>
        eb.selectFrom("couriers.stop as here").select("here.position").where("here.route", "=", route).where("here.station", "=", station),
      )
      .orderBy("position")
      .execute()
  ).map((stop) => stop.station);
