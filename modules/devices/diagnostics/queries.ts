import { violates, type Db, type Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { diagnosisMinutes, type DiagnosisMessage } from "@pigeonhole/protocol/diagnostics";
import { sql, type Selectable } from "kysely";
import { askForRebuild } from "../enrol.ts";
import { DiagnosisBegan, DiagnosisEnded } from "../events.ts";
import type { Tables } from "../tables.ts";
import { looksPerHour, type Look } from "./contract.ts";

type Row = Selectable<Tables["devices.diagnosis"]>;
/** So many of the newest lines are kept of a look. */
const maxLines = 400;
const keptDays = 30;

export const view = (row: Row): Look => ({
  session: row.session,
  station: row.station,
  askedBy: row.asked_by,
  reason: row.reason,
  beganAt: row.began_at.toISOString(),
  until: row.until.toISOString(),
  connectedAt: row.connected_at?.toISOString() ?? null,
  endedAt: row.ended_at?.toISOString() ?? null,
  endedWhy: row.ended_why,
  log: row.log,
  status: row.status,
  selfTest: row.self_test,
  network: row.network,
});

interface Wish {
  readonly session: string;
  readonly station: string;
  readonly askedBy: string;
  readonly reason: string;
}
/** Begins a look; the station is told by its document. Refuses a second one at a time, and too many an hour. */
export async function begin(db: Db<Tables>, { session, station, askedBy, reason }: Wish, now: Date): Promise<Look> {
  try {
    return await db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ recent: number }>`select count(*)::int as recent from devices.diagnosis
        where station = ${station} and began_at > ${new Date(now.getTime() - 3_600_000)}`.execute(tx);
      if (rows[0]!.recent >= looksPerHour)
        throw new Refused("looked_too_often", `At most ${looksPerHour} looks an hour.`, { retryAfterSeconds: 3_600 });
      const until = new Date(now.getTime() + diagnosisMinutes * 60_000);
      const row = await tx
        .insertInto("devices.diagnosis")
        .values({ session, station, asked_by: askedBy, reason, began_at: now, until })
        .returningAll()
        .executeTakeFirstOrThrow();
      await publish(tx, now, DiagnosisBegan, { station, session, actor: askedBy, reason });
      await askForRebuild(tx, station);
      return view(row);
    });
  } catch (error) {
    if (violates(error, "open_diagnosis")) throw new Refused("already_open", "Somebody is looking inside this station already.");
    throw error;
  }
}

export async function latest(db: Db<Tables>, station: string): Promise<Look | undefined> {
  const row = await db
    .selectFrom("devices.diagnosis")
    .selectAll()
    .where("station", "=", station)
    .orderBy("began_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && view(row);
}
/** The look that stands in the station's document. */
export async function open(db: Db<Tables>, station: string): Promise<{ session: string; until: Date } | undefined> {
  return db
    .selectFrom("devices.diagnosis")
    .select(["session", "until"])
    .where("station", "=", station)
    .where("ended_at", "is", null)
    .executeTakeFirst();
}

/** The station has opened its line; true for the first connection of an open look alone. One statement, its own transaction. */
export async function connect(db: Db<Tables>, session: string, station: string, now: Date): Promise<Date | undefined> {
  const { rows } = await sql<{ until: Date }>`update devices.diagnosis set connected_at = ${now}
    where session = ${session} and station = ${station} and connected_at is null and ended_at is null and until > ${now} returning until`.execute(
    db,
  );
  return rows[0]?.until;
}

export interface News {
  readonly lines: readonly string[];
  readonly status: Extract<DiagnosisMessage, { kind: "status" }> | null;
  readonly selfTest: Extract<DiagnosisMessage, { kind: "self_test" }> | null;
  readonly network: Look["network"];
}
/** Adds what the station has said. False when the look has ended meanwhile. One statement, its own transaction. */
export async function add(db: Db<Tables>, session: string, { lines, status, selfTest, network }: News): Promise<boolean> {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  const { rows } = await sql`update devices.diagnosis set
      log = (log || ${[...lines]}::text[])[greatest(1, cardinality(log) + ${lines.length} - ${maxLines - 1}):],
      status = coalesce(${json(status)}::jsonb, status), self_test = coalesce(${json(selfTest)}::jsonb, self_test),
      network = coalesce(${json(network)}::jsonb, network)
    where session = ${session} and ended_at is null returning session`.execute(db);
  return rows.length === 1;
}

/** Ends the open look of a station; the station is told by its document. */
export async function end(tx: Tx<Tables>, station: string, why: string, now: Date): Promise<void> {
  const { rows } = await sql<{ session: string }>`update devices.diagnosis set ended_at = ${now}, ended_why = ${why}
    where station = ${station} and ended_at is null returning session`.execute(tx);
  for (const { session } of rows) {
    await publish(tx, now, DiagnosisEnded, { station, session, why });
    await askForRebuild(tx, station);
  }
}

/** Whoever asked has seen enough. */
export const finish = (db: Db<Tables>, station: string, now: Date): Promise<void> =>
  db.transaction().execute((tx) => end(tx, station, "asked", now));

/** Ends what has lasted too long, and forgets what is old. */
export async function tidy(db: Db<Tables>, now: Date): Promise<void> {
  const over = await db
    .selectFrom("devices.diagnosis")
    .select("station")
    .where("ended_at", "is", null)
    .where("until", "<=", now)
    .limit(100)
    .execute();
  for (const { station } of over) await db.transaction().execute((tx) => end(tx, station, "time", now));
  await db
    .deleteFrom("devices.diagnosis")
    .where("began_at", "<", new Date(now.getTime() - keptDays * 86_400_000))
    .execute();
}
