import type { Db, Tx } from "@pigeonhole/kit/db";
import { publishAll } from "@pigeonhole/kit/outbox";
import type { WantedFirmware } from "@pigeonhole/protocol/firmware";
import { sql, type Selectable } from "kysely";
import { stationStates, type Rollout, type Wave } from "./contract.ts";
import { silentMinutes, type Count, type Situation } from "./domain.ts";
import { WantedChanged } from "./events.ts";
import type { RolloutTable, Tables } from "./tables.ts";

export type RolloutRow = Selectable<RolloutTable>;
/** So many failures are shown. */
const maxFailures = 100;

export const lock = (tx: Tx<Tables>, id: string): Promise<RolloutRow | undefined> =>
  tx.selectFrom("firmware.rollout").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();

export const underWay = (db: Db<Tables>, model?: string): Promise<RolloutRow[]> => {
  const query = db
    .selectFrom("firmware.rollout")
    .selectAll()
    .where("state", "in", model === undefined ? ["running"] : ["running", "paused"]);
  return (model === undefined ? query : query.where("model", "=", model)).execute();
};

/** Stations of a model that run another release, in an order that nobody chose: by a hash of rollout and station. */
export async function candidates(db: Db<Tables>, rollout: string, model: string, release: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from firmware.station
    where model = ${model} and release is distinct from ${release} and status <> 'decommissioned'
    order by md5(${rollout} || id::text)`.execute(db);
  return rows.map(({ id }) => id);
}

export async function add(tx: Tx<Tables>, row: Omit<RolloutRow, `${"opened" | "failed"}_${"before" | "after"}`>): Promise<void> {
  await tx.insertInto("firmware.rollout").values(row).execute();
}
export async function addStations(
  tx: Tx<Tables>,
  rollout: string,
  stations: readonly { readonly station: string; readonly wave: number }[],
  at: Date,
): Promise<void> {
  await sql`insert into firmware.rollout_station (rollout, station, wave, state, at)
    select ${rollout}, s.station, s.wave, 'waiting', ${at}
    from jsonb_to_recordset(${JSON.stringify(stations)}::jsonb) as s(station uuid, wave integer)
    on conflict do nothing`.execute(tx);
}

/** The stations of a wave get their offer. */
export async function openWave(tx: Tx<Tables>, rollout: string, wave: number, at: Date): Promise<void> {
  await tx.updateTable("firmware.rollout").set({ wave, settled_at: null }).where("id", "=", rollout).execute();
  const { rows } = await sql<{ station: string }>`update firmware.rollout_station set state = 'offered', at = ${at}
    where rollout = ${rollout} and wave <= ${wave} and state = 'waiting' returning station`.execute(tx);
  await publishAll(tx, at, WantedChanged, rows);
}

/** After a change of state: every station that has not come to an end looks at its wish again. */
export async function tellAll(tx: Tx<Tables>, rollout: string, at: Date): Promise<void> {
  const rows = await tx
    .selectFrom("firmware.rollout_station")
    .select("station")
    .where("rollout", "=", rollout)
    .where("state", "in", ["offered", "ready", "switching"])
    .execute();
  await publishAll(tx, at, WantedChanged, rows);
}

export async function update(
  tx: Tx<Tables>,
  rollout: string,
  change: Partial<Pick<RolloutRow, "state" | "reason" | "settled_at" | "ended_at">>,
): Promise<void> {
  await tx.updateTable("firmware.rollout").set(change).where("id", "=", rollout).execute();
}

/** Who changed over and has been silent for too long has failed. */
export async function failSilent(tx: Tx<Tables>, rollout: string, now: Date): Promise<void> {
  await tx
    .updateTable("firmware.rollout_station")
    .set({ state: "failed", reason: `silent for ${silentMinutes} minutes after it restarted into the release`, at: now })
    .where("rollout", "=", rollout)
    .where("state", "=", "switching")
    .where("at", "<=", new Date(now.getTime() - silentMinutes * 60_000))
    .execute();
}

/** A failed station is offered the release once more. False when it did not fail. */
export async function retry(tx: Tx<Tables>, rollout: string, station: string, at: Date): Promise<boolean> {
  const { rows } = await sql<{ station: string }>`
    update firmware.rollout_station set state = 'offered', reason = null, attempt = attempt + 1, at = ${at}
    where rollout = ${rollout} and station = ${station} and state = 'failed' returning station`.execute(tx);
  await publishAll(tx, at, WantedChanged, rows);
  return rows.length === 1;
}

async function countsOf(db: Db<Tables>, rollouts: readonly string[]): Promise<(Count & { rollout: string })[]> {
  if (rollouts.length === 0) return [];
  return db
    .selectFrom("firmware.rollout_station as r")
    .innerJoin("firmware.station as s", "s.id", "r.station")
    .where("r.rollout", "in", rollouts)
    .groupBy(["r.rollout", "r.wave", "r.state", "s.connected"])
    .select(["r.rollout", "r.wave", "r.state", "s.connected"])
    .select((e) => e.cast<number>(e.fn.countAll(), "integer").as("stations"))
    .execute();
}

export async function situation(db: Db<Tables>, row: RolloutRow): Promise<Situation> {
  return {
    wave: row.wave,
    waves: row.waves,
    soakMinutes: row.soak_minutes,
    settledAt: row.settled_at,
    counts: await countsOf(db, [row.id]),
    openings: openingsOf(row),
  };
}
const openingsOf = (row: RolloutRow) => ({
  before: { opened: row.opened_before, failed: row.failed_before },
  after: { opened: row.opened_after, failed: row.failed_after },
});

export async function list(db: Db<Tables>, filter: { readonly id?: string; readonly limit: number }): Promise<Rollout[]> {
  let query = db.selectFrom("firmware.rollout").selectAll();
  if (filter.id !== undefined) query = query.where("id", "=", filter.id);
  const rows = await query.orderBy("created_at", "desc").limit(filter.limit).execute();
  const ids = rows.map(({ id }) => id);
  const counts = await countsOf(db, ids);
  const { rows: failures } = await sql<{ rollout: string; station: string; name: string; reason: string; at: Date; attempt: number }>`
    select * from (
      select r.rollout, r.station, s.name, coalesce(r.reason, '') as reason, r.at, r.attempt,
        row_number() over (partition by r.rollout order by r.at desc) as place
      from firmware.rollout_station r join firmware.station s on s.id = r.station
      where r.rollout = any(${ids}::uuid[]) and r.state = 'failed') f
    where place <= ${maxFailures} order by at desc`.execute(db);
  return rows.map((row) =>
    view(
      row,
      counts.filter(({ rollout }) => rollout === row.id),
      failures.filter(({ rollout }) => rollout === row.id),
    ),
  );
}

function view(
  row: RolloutRow,
  counts: readonly Count[],
  failures: readonly { station: string; name: string; reason: string; at: Date; attempt: number }[],
): Rollout {
  const wave = (index: number): Wave => {
    const mine = counts.filter((count) => count.wave === index);
    const states = Object.fromEntries(
      stationStates.map((state) => [state, mine.reduce((sum, count) => sum + (count.state === state ? count.stations : 0), 0)]),
    ) as Wave["states"];
    return { wave: index, isOpen: index <= row.wave, total: mine.reduce((sum, { stations }) => sum + stations, 0), states };
  };
  return {
    id: row.id,
    model: row.model,
    release: row.release,
    version: row.version,
    state: row.state,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    endedAt: row.ended_at?.toISOString() ?? null,
    soakMinutes: row.soak_minutes,
    quietHours: quietHours(row),
    nextWaveAt: row.settled_at ? new Date(row.settled_at.getTime() + row.soak_minutes * 60_000).toISOString() : null,
    waves: row.waves.map((_, index) => wave(index)),
    failures: failures.map(({ station, name, reason, at, attempt }) => ({ station, name, reason, at: at.toISOString(), attempt })),
    openings: openingsOf(row),
  };
}

const quietHours = (row: Pick<RolloutRow, "quiet_from" | "quiet_until">): WantedFirmware["quietHours"] =>
  row.quiet_from !== null && row.quiet_until !== null ? { from: row.quiet_from, until: row.quiet_until } : null;

export async function fleet(db: Db<Tables>): Promise<{ model: string; release: number; stations: number }[]> {
  const { rows } = await sql<{ model: string; release: number; stations: number }>`
    select model, release, count(*)::int as stations from firmware.station
    where model is not null and release is not null and status <> 'decommissioned' group by model, release order by model, release desc`.execute(
    db,
  );
  return rows;
}

/** The newest release that this station runs by a rollout, or is offered by one that goes on. A `failed` one is no wish any more. */
export async function wanted(db: Db<Tables>, station: string): Promise<Omit<WantedFirmware, "url"> | null> {
  const { rows } = await sql<{ release: number; attempt: number; quiet_from: string | null; quiet_until: string | null }>`
    select o.release, r.attempt, o.quiet_from, o.quiet_until
    from firmware.rollout_station r join firmware.rollout o on o.id = r.rollout
    where r.station = ${station}
      and (r.state = 'confirmed' or (r.state in ('offered', 'ready', 'switching') and o.state in ('running', 'done')))
    order by o.created_at desc limit 1`.execute(db);
  const [row] = rows;
  return row ? { release: row.release, attempt: row.attempt, quietHours: quietHours(row) } : null;
}
