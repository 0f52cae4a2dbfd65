import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { sql } from "kysely";
import { WearNoticed, type WearKind } from "../events.ts";
import { metrics } from "../telemetry/contract.ts";
import type { Tables } from "../tables.ts";
import type { Wear } from "./contract.ts";
import { flapsADay, isSlowing, momentMs, slowing, spans } from "./domain.ts";

/** `compartment` 0: the whole station. */
export interface Found {
  readonly station: string;
  readonly kind: WearKind;
  readonly compartment: number;
  readonly amount: number;
  readonly usual: number | null;
}
const before = (now: Date, ms: number): Date => new Date(now.getTime() - ms);

/** Doors whose switches tell of openings without a right that are over at once. */
export async function flapping(db: Db<Tables>, now: Date): Promise<readonly Found[]> {
  const { rows } = await sql<{ station: string; compartment: number; amount: number }>`
    select station, compartment, count(*)::int as amount from (
      select station, compartment, type, at, body,
        lead(type) over door as next, lead(at) over door as next_at
      from devices.station_event
      where at > ${before(now, spans.recentMs)} and at <= ${now} and type in ('compartment_opened', 'compartment_closed')
      window door as (partition by station, compartment, epoch order by seq)
    ) as movement
    where type = 'compartment_opened' and body::jsonb->'event'->'cause'->>'kind' = 'forced'
      and next = 'compartment_closed' and next_at - at <= make_interval(secs => ${momentMs / 1_000})
    group by station, compartment having count(*) >= ${flapsADay}`.execute(db);
  return rows.map((row) => ({ ...row, kind: "flapping" as const, usual: null }));
}

/** Stations that have become slower than they were, by their hours. */
export async function slower(db: Db<Tables>, now: Date): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const limit of slowing) {
    const i = metrics.indexOf(limit.metric) + 1;
    const { rows } = await sql<{ station: string; is_recent: boolean; mean: number; samples: number }>`
      select station, at > ${before(now, spans.recentMs)} as is_recent, sum(mean[${i}] * samples[${i}])::float8 / sum(samples[${i}]) as mean,
        sum(samples[${i}])::int as samples
      from devices.telemetry_summary
      where seconds = 3600 and at > ${before(now, spans.recentMs + spans.usualMs)} and at <= ${now} and samples[${i}] > 0
      group by station, is_recent`.execute(db);
    const usual = new Map(rows.filter((row) => !row.is_recent).map((row) => [row.station, row]));
    for (const recent of rows.filter((row) => row.is_recent)) {
      const past = usual.get(recent.station);
      if (past && isSlowing(recent, past, limit))
        found.push({
          station: recent.station,
          kind: limit.kind,
          compartment: 0,
          amount: Math.round(recent.mean),
          usual: Math.round(past.mean),
        });
    }
  }
  return found;
}

/** What is found now takes the place of what was: what is new is told, what is no longer so goes. */
export async function replace(tx: Tx<Tables>, found: readonly Found[], now: Date): Promise<void> {
  const key = ({ station, kind, compartment }: { station: string; kind: string; compartment: number }) =>
    `${station} ${kind} ${compartment}`;
  const known = await tx.selectFrom("devices.wear").selectAll().forUpdate().execute();
  const [knownKeys, foundKeys] = [new Set(known.map(key)), new Set(found.map(key))];
  for (const each of known.filter((row) => !foundKeys.has(key(row))))
    await tx
      .deleteFrom("devices.wear")
      .where("station", "=", each.station)
      .where("kind", "=", each.kind)
      .where("compartment", "=", each.compartment)
      .execute();
  for (const each of found) {
    const { amount, usual } = each;
    await tx
      .insertInto("devices.wear")
      .values({ ...each, since: now })
      .onConflict((on) => on.columns(["station", "kind", "compartment"]).doUpdateSet({ amount, usual }))
      .execute();
    if (!knownKeys.has(key(each))) await publish(tx, now, WearNoticed, { ...each, compartment: each.compartment || null });
  }
}

/** What begins to fail, by station. */
export async function ofStations(db: Db<Tables>, stations: readonly string[]): Promise<ReadonlyMap<string, Wear[]>> {
  const rows = await db
    .selectFrom("devices.wear")
    .selectAll()
    .where("station", "=", sql<string>`any(${stations as string[]}::uuid[])`)
    .orderBy("kind")
    .orderBy("compartment")
    .execute();
  const wears = new Map<string, Wear[]>();
  for (const { station, kind, compartment, since, amount, usual } of rows) {
    const wear = { kind: kind as WearKind, compartment: compartment || null, since: since.toISOString(), amount, usual };
    wears.set(station, [...(wears.get(station) ?? []), wear]);
  }
  return wears;
}
