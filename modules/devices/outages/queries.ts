import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { sql } from "kysely";
import { OutageBegan, OutageEnded, type OutageCause } from "../events.ts";
import type { Tables } from "../tables.ts";
import { changesOf, graceMs, wholeStation } from "./domain.ts";
import type { Entry } from "../journal.ts";

type Write = Tx<Tables>;
interface Place {
  readonly station: string;
  readonly compartment: number;
  readonly cause: OutageCause;
}
const view = (compartment: number): number | null => (compartment === wholeStation ? null : compartment);

/** An outage begins; one of the same cause that is open already goes on. `at`: since when, `now`: when that was noticed. */
export async function begin(tx: Write, { station, compartment, cause }: Place, at: Date, now: Date): Promise<void> {
  const { rows } =
    await sql`insert into devices.outage (station, compartment, cause, began_at) values (${station}, ${compartment}, ${cause}, ${at})
    on conflict do nothing returning station`.execute(tx);
  if (rows.length > 0) await publish(tx, now, OutageBegan, { station, compartment: view(compartment), cause, from: at.toISOString() });
}

/** The open outage of a cause ends, if there is one. */
export async function end(tx: Write, { station, compartment, cause }: Place, at: Date, now: Date): Promise<void> {
  const { rows } = await sql<{ began_at: Date; ended_at: Date }>`update devices.outage set ended_at = greatest(began_at, ${at}::timestamptz)
    where station = ${station} and compartment = ${compartment} and cause = ${cause} and ended_at is null returning began_at, ended_at`.execute(
    tx,
  );
  const [outage] = rows;
  if (!outage) return;
  const [from, to] = [outage.began_at.toISOString(), outage.ended_at.toISOString()];
  await publish(tx, now, OutageEnded, { station, compartment: view(compartment), cause, from, to });
}

/** What entries of a station's log say, by its own clock, which is never believed beyond ours. */
export async function follow(tx: Write, station: string, entries: readonly Entry[], now: Date): Promise<void> {
  for (const { event } of entries) {
    const at = new Date(Math.min(Date.parse(event.at), now.getTime()));
    for (const { does, ...place } of changesOf(event.event)) await (does === "begin" ? begin : end)(tx, { station, ...place }, at, now);
  }
}

/** Stations that have been away for longer than the grace are unreachable, since their last word. Returns how many are new, at most 500 at once. */
export async function beginAway(tx: Write, now: Date): Promise<number> {
  const { rows } = await sql<{ station: string; last_seen_at: Date }>`
    select d.station, d.last_seen_at from devices.device d
    where not d.connected and d.revoked_at is null and d.last_seen_at <= ${new Date(now.getTime() - graceMs)}
      and not exists (select from devices.outage o where o.station = d.station and o.compartment = ${wholeStation} and o.cause = 'away' and o.ended_at is null)
    order by d.station limit 500 for update of d skip locked`.execute(tx);
  for (const { station, last_seen_at } of rows) await begin(tx, { station, compartment: wholeStation, cause: "away" }, last_seen_at, now);
  return rows.length;
}
export const endAway = (tx: Write, station: string, at: Date): Promise<void> =>
  end(tx, { station, compartment: wholeStation, cause: "away" }, at, at);

export async function list(
  tx: Pick<Write, "selectFrom">,
  station: string,
  from: Date,
  to: Date,
): Promise<{ compartment: number | null; cause: OutageCause; from: string; to: string | null }[]> {
  const rows = await tx
    .selectFrom("devices.outage")
    .selectAll()
    .where("station", "=", station)
    .where("began_at", "<", to)
    .where((eb) => eb.or([eb("ended_at", "is", null), eb("ended_at", ">", from)]))
    .orderBy("began_at", "desc")
    .limit(500)
    .execute();
  return rows.map((row) => ({
    compartment: view(row.compartment),
    cause: row.cause,
    from: row.began_at.toISOString(),
    to: row.ended_at?.toISOString() ?? null,
  }));
}
