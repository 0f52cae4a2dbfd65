import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import { maxPoints, metrics, type Curve, type Metric, type Point, type RefusedReason } from "./contract.ts";
import type { Keeping } from "./domain.ts";
import type { TelemetryTables } from "./tables.ts";

type Reading = Db<TelemetryTables>;
const dayMs = 24 * 3_600_000;
/** So many rows are forgotten by one statement. */
const forgottenAtOnce = 10_000;
/** Arrivals of so long are summarised by one statement. Milliseconds. */
const sliceMs = 600_000;
/** A transaction that stored samples may have become visible so much after its time of arrival. Milliseconds. */
const overlapMs = 60_000;

/** Stores samples; one that is there already stays as it is. One statement, its own transaction. */
export async function store(
  db: Reading,
  station: string,
  samples: readonly { readonly at: Date; readonly values: readonly (number | null)[] }[],
  receivedAt: Date,
): Promise<void> {
  if (samples.length === 0) return;
  const rows = samples.map(
    ({ at, values }) => sql`(${station}::uuid, ${at}::timestamptz, ${receivedAt}::timestamptz, ${[...values]}::real[])`,
  );
  await sql`insert into devices.telemetry (station, at, received_at, value) values ${sql.join(rows)} on conflict do nothing`.execute(db);
}

/** Adds to what was not kept. One statement, its own transaction. */
export async function countRefused(db: Reading, station: string, reason: RefusedReason, count: number, at: Date): Promise<void> {
  await sql`insert into devices.telemetry_refused (station, reason, count, last_at) values (${station}, ${reason}, ${count}, ${at})
    on conflict (station, reason) do update set count = devices.telemetry_refused.count + excluded.count, last_at = excluded.last_at`.execute(
    db,
  );
}
export async function refused(db: Reading, station: string): Promise<{ reason: RefusedReason; count: number; lastAt: string }[]> {
  const rows = await db.selectFrom("devices.telemetry_refused").selectAll().where("station", "=", station).orderBy("reason").execute();
  return rows.map(({ reason, count, last_at }) => ({ reason: reason as RefusedReason, count, lastAt: last_at.toISOString() }));
}

interface Wish {
  readonly station: string;
  readonly metric: Metric;
  readonly from: Date;
  readonly to: Date;
}
/** The newest points of a time, oldest first; one more than an answer may hold when there are more. */
export async function points(db: Reading, { station, metric, from, to }: Wish, seconds: number | null): Promise<Point[]> {
  const i = metrics.indexOf(metric) + 1;
  type Row = { at: Date; low: number; mean: number; high: number; samples: number };
  const { rows } =
    seconds === null
      ? await sql<Row>`select at, value[${i}] as low, value[${i}] as mean, value[${i}] as high, 1 as samples from devices.telemetry
          where station = ${station} and at >= ${from} and at < ${to} and value[${i}] is not null order by at desc limit ${maxPoints + 1}`.execute(
          db,
        )
      : await sql<Row>`select at, low[${i}] as low, mean[${i}] as mean, high[${i}] as high, samples[${i}] as samples from devices.telemetry_summary
          where station = ${station} and seconds = ${seconds} and at >= ${from} and at < ${to} and samples[${i}] > 0
          order by at desc limit ${maxPoints + 1}`.execute(db);
  return rows.toReversed().map((row) => ({ ...row, at: row.at.toISOString() }));
}
export const curveOf = (metric: Metric, resolution: Curve["resolution"], found: Point[]): Curve => ({
  metric,
  resolution,
  points: found.slice(-maxPoints),
  isTruncated: found.length > maxPoints,
});

/**
 * Summarises whatever arrived since the last time, anew from the samples themselves: run twice it changes nothing, and what came late
 * is in. False when somebody else is at it, or nothing is left to do.
 */
export async function summarise(tx: Tx<TelemetryTables>, seconds: number, now: Date): Promise<boolean> {
  const { rows } = await sql<{ received_until: Date }>`
    select received_until from devices.telemetry_progress where seconds = ${seconds} for update skip locked`.execute(tx);
  const progress = rows[0]?.received_until;
  if (!progress || progress >= now) return false;
  const first = await sql<{ at: Date | null }>`
    select min(received_at) as at from devices.telemetry where received_at >= ${new Date(progress.getTime() - overlapMs)}`.execute(tx);
  const since = first.rows[0]?.at ?? now;
  const until = new Date(Math.min(now.getTime(), Math.max(since.getTime(), progress.getTime()) + sliceMs));
  await sql`
    with touched as (
      select distinct station, date_bin(make_interval(secs => ${seconds}), at, timestamptz 'epoch') as bucket
      from devices.telemetry where received_at >= ${since} and received_at <= ${until}
    ), each_value as (
      select t.station, touched.bucket, v.position, v.value
      from touched
      join devices.telemetry t on t.station = touched.station and t.at >= touched.bucket and t.at < touched.bucket + make_interval(secs => ${seconds})
      cross join unnest(t.value) with ordinality v(value, position)
    ), each_metric as (
      select station, bucket, position, count(value)::int as samples, min(value) as low, avg(value)::real as mean, max(value) as high
      from each_value group by station, bucket, position
    )
    insert into devices.telemetry_summary (station, seconds, at, samples, low, mean, high)
    select station, ${seconds}::int, bucket, array_agg(samples order by position), array_agg(low order by position),
      array_agg(mean order by position), array_agg(high order by position)
    from each_metric group by station, bucket
    on conflict (station, seconds, at) do update set samples = excluded.samples, low = excluded.low, mean = excluded.mean, high = excluded.high`.execute(
    tx,
  );
  await tx.updateTable("devices.telemetry_progress").set({ received_until: until }).where("seconds", "=", seconds).execute();
  return until < now;
}

/** Forgets what nobody needs any more. Each statement is its own transaction. */
export async function forget(db: Reading, keeping: Keeping, now: Date): Promise<void> {
  const before = (days: number): Date => new Date(now.getTime() - days * dayMs);
  const again = async (run: () => Promise<{ numAffectedRows?: bigint }>): Promise<void> => {
    while ((await run()).numAffectedRows === BigInt(forgottenAtOnce));
  };
  await again(() =>
    sql`delete from devices.telemetry where ctid = any(array(
      select ctid from devices.telemetry where at < ${before(keeping.rawDays)} limit ${forgottenAtOnce}))`.execute(db),
  );
  for (const [seconds, days] of [
    [300, keeping.fiveMinuteDays],
    [3_600, keeping.hourDays],
  ] as const) {
    await again(() =>
      sql`delete from devices.telemetry_summary where ctid = any(array(
        select ctid from devices.telemetry_summary where seconds = ${seconds} and at < ${before(days)} limit ${forgottenAtOnce}))`.execute(
        db,
      ),
    );
  }
}
