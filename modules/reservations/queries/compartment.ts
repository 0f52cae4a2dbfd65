import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { sql, type Selectable } from "kysely";
import type { CompartmentState } from "../lifecycle.ts";
import { CompartmentMoved } from "../events.ts";
import type { Tables } from "../tables.ts";

export type Compartment = Selectable<Tables["reservations.compartment"]>;

/** The compartments of a station as they stand at `now`, a lapsed hold counting as free; with the parcel that is expected or inside. */
export async function list(db: Db<Tables>, station: string, now: Date) {
  const { rows } = await sql<Compartment & { expected: string | null; company: string[] | null; has_lapsed: boolean }>`
    select c.*, r.parcel as expected, case when c.is_shared then (select array_agg(m.parcel order by m.held_at, m.id) from reservations.reservation m
        where m.station = c.station and m.compartment = c.compartment and m.state in ('confirmed', 'fulfilled')) end as company, c.state = 'reserved' and c.until <= ${now} and (r.id is null or r.state = 'held' or s.is_connected) as has_lapsed
    from reservations.compartment c join reservations.station s on s.id = c.station left join reservations.reservation r on r.id = c.reservation
    where c.station = ${station} order by c.compartment`.execute(db);
  return rows.map((row) => {
    const seen = { compartment: row.compartment, size: row.size, walkUp: row.is_walk_up, version: row.version };
    return row.has_lapsed
      ? { ...seen, state: freeState(row), reservation: null, parcel: null, parcels: [] }
      : { ...seen, state: row.state, reservation: row.reservation, ...contentOf(row.parcel ?? row.expected, row.company) };
  });
}

const contentOf = (parcel: string | null, company: string[] | null) => ({ parcel, parcels: company ?? (parcel === null ? [] : [parcel]) });

/** What a compartment becomes when nothing is in it and nobody has a claim on it. */
export const freeState = ({ is_in_service, is_quarantined }: Pick<Compartment, "is_in_service" | "is_quarantined">): CompartmentState =>
  is_quarantined ? "quarantined" : is_in_service ? "available" : "maintenance";

export async function lock(tx: Tx<Tables>, station: string, compartment: number): Promise<Compartment | undefined> {
  return tx
    .selectFrom("reservations.compartment")
    .selectAll()
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .forUpdate()
    .executeTakeFirst();
}

interface Content {
  readonly reservation: string | null;
  readonly parcel: string | null;
  readonly until: Date | null;
}

/** Moves a locked compartment step by step, each step a legal move (the database checks it), tells it, and says what is in it at the end. */
export async function move(
  tx: Tx<Tables>,
  { station, compartment, state: before }: Compartment,
  steps: readonly CompartmentState[],
  at: Date,
  content: Content,
): Promise<void> {
  let from = before;
  for (const [i, state] of steps.entries()) {
    const isFree = state === "available" || state === "maintenance" || state === "quarantined";
    const now = i === steps.length - 1 ? content : { reservation: null, parcel: null, until: null };
    const values = {
      state,
      reservation: isFree ? null : now.reservation,
      parcel: isFree ? null : now.parcel,
      until: state === "reserved" ? (now.until ?? at) : null,
    };
    await tx
      .updateTable("reservations.compartment")
      .set({ ...values, version: sql`version + 1` })
      .where("station", "=", station)
      .where("compartment", "=", compartment)
      .execute();
    const { reservation, parcel } = values;
    if (from !== state) await publish(tx, at, CompartmentMoved, { station, compartment, from, to: state, reservation, parcel });
    from = state;
  }
}

/** Changes what is known of a compartment that stays in its state. */
export async function note(
  tx: Tx<Tables>,
  { station, compartment }: Pick<Compartment, "station" | "compartment">,
  content: Content,
): Promise<void> {
  await tx
    .updateTable("reservations.compartment")
    .set({ ...content, version: sql`version + 1` })
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .execute();
}

/** Nobody is given it before somebody has looked; or somebody has. */
export async function setQuarantined(
  tx: Tx<Tables>,
  { station, compartment }: Pick<Compartment, "station" | "compartment">,
  isQuarantined: boolean,
): Promise<void> {
  await tx
    .updateTable("reservations.compartment")
    .set({ is_quarantined: isQuarantined, version: sql`version + 1` })
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .execute();
}

/** Compartments kept for whoever might come back to them are free when the time is over. One statement, its own transaction. */
export async function freeKept(db: Db<Tables>, now: Date): Promise<void> {
  await sql`with freed as (
    update reservations.compartment set version = version + 1, until = null,
      state = case when is_quarantined then 'quarantined' when is_in_service then 'available' else 'maintenance' end
    where state = 'reserved' and reservation is null and until <= ${now} returning station, compartment, state
  ) insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    select 'station', station::text, ${CompartmentMoved.type}, ${now}::timestamptz, jsonb_build_object('station', station,
      'compartment', compartment, 'from', 'reserved', 'to', state, 'reservation', null, 'parcel', null) from freed`.execute(db);
}
