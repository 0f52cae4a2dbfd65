import type { Db, Tx } from "@pigeonhole/kit/db";
import { before } from "@pigeonhole/kit/moves";
import { sql, type RawBuilder, type Selectable } from "kysely";
import { dropMoves } from "../contract.ts";
import { soon } from "../mistakes/queries.ts";
import type { Tables } from "../tables.ts";

/** Beside a drop whose courier has taken back that it was in, until the station's log says so too. */
export const takenBack = "taken_back";
type Scan = Selectable<Tables["couriers.scan"]>;

/** Writes a scan down before anything follows from it; undefined when its key was used before. Takes `Db`: one statement. */
export const insertScan = (db: Db<Tables>, row: Scan): Promise<Scan | undefined> =>
  db
    .insertInto("couriers.scan")
    .values(row)
    .onConflict((c) => c.constraint("scan_key").doNothing())
    .returningAll()
    .executeTakeFirst();

export const scanByKey = (db: Db<Tables>, courier: string, key: string): Promise<Scan | undefined> =>
  db.selectFrom("couriers.scan").selectAll().where("courier", "=", courier).where("key", "=", key).executeTakeFirst();

interface SettledScan {
  readonly outcome: string;
  readonly reason: string | null;
  readonly command: string | null;
  readonly beside?: number | undefined;
}
/** Keeps the answer to a scan; what the station's log has said meanwhile stands. */
export async function settle(tx: Tx<Tables>, id: string, { outcome, reason, command, beside = 0 }: SettledScan): Promise<Scan> {
  await tx.updateTable("couriers.scan").set({ outcome, reason }).where("id", "=", id).where("outcome", "=", "pending").execute();
  return tx
    .updateTable("couriers.scan")
    .set((eb) => ({ command: eb.fn.coalesce("command", eb.val(command)), beside }))
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The key may be used again: nothing happened. */
export async function freeKey(tx: Tx<Tables>, id: string): Promise<void> {
  await tx.updateTable("couriers.scan").set({ key: null }).where("id", "=", id).execute();
}

/** The drop of a scan shows it: as the one that opened the door, or, as long as none has, as the last one. */
export async function showScan(tx: Tx<Tables>, { id, route, parcel, outcome }: Scan): Promise<void> {
  const drop = tx.updateTable("couriers.drop").where("route", "=", route).where("parcel", "=", parcel);
  if (outcome === "opened") await drop.set({ scan: id, state: "opened" }).where("state", "in", ["open", "opened"]).execute();
  else await drop.set({ scan: id }).where("state", "=", "open").execute();
}

/**
 * The station's log says that a command opened a door for this parcel: marks the scan that gave the command or, when its answer has not
 * come back, the newest one without an answer. Returns it; undefined when the opening was nobody's scan.
 */
export async function sawOpened(
  tx: Tx<Tables>,
  { parcel, command, epoch, seq }: { readonly parcel: string; readonly command: string; readonly epoch: number; readonly seq: number },
): Promise<Scan | undefined> {
  const { rows } = await sql<Scan>`
    update couriers.scan set outcome = 'opened', reason = null, command = ${command}, opened_epoch = ${epoch}, opened_seq = ${seq}
    where id = (select id from couriers.scan where parcel = ${parcel} and (command = ${command} or (command is null and outcome in ('pending', 'unknown')))
                order by command is null, at desc, id desc limit 1)
    returning *`.execute(tx);
  return rows[0];
}

/** The station's log says that a command opened nothing. */
export const sawFailed = (tx: Tx<Tables>, command: string, outcome: "refused" | "unknown", reason: string): Promise<Scan | undefined> =>
  tx
    .updateTable("couriers.scan")
    .set({ outcome, reason })
    .where("command", "=", command)
    .where("outcome", "in", ["pending", "unknown"])
    .returningAll()
    .executeTakeFirst();

/** The route of the scan that gave a command. */
export const routeOf = (command: string): RawBuilder<unknown> => sql`select route from couriers.scan where command = ${command}`;
/** Routes on which a door of a station stands open, as far as is known. */
export const routesAt = (station: string, compartment: number): RawBuilder<unknown> =>
  sql`select s.route from couriers.scan s join couriers.drop d on d.scan = s.id
      where d.station = ${station} and d.compartment = ${compartment} and not s.is_closed`;

/** A door has closed: every scan that had opened it, by an earlier entry of the same log, now knows. Returns their routes. */
export async function sawClosed(
  tx: Tx<Tables>,
  {
    station,
    compartment,
    epoch,
    seq,
    at,
  }: { readonly station: string; readonly compartment: number; readonly epoch: number; readonly seq: number; readonly at: Date },
): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string; route: string }>`
    update couriers.scan s set is_closed = true from couriers.drop d
    where d.scan = s.id and d.station = ${station} and d.compartment = ${compartment} and not s.is_closed and s.opened_epoch = ${epoch} and s.opened_seq < ${seq}
    returning s.id, s.route`.execute(tx);
  const ids = rows.map((row) => row.id);
  await soon(tx, ids, at);
  return [...new Set(rows.map((row) => row.route))];
}

/**
 * A parcel is in: its drop is deposited, whatever was planned; of one that was given up, the newest. `by`: the courier's own word; the station's
 * report, which counts for what was taken back only after the station has said so too; or what the parcel's state says, which may be about the time
 * before it was taken back. Returns the routes that change.
 */
export async function sawDeposited(
  tx: Tx<Tables>,
  parcel: string,
  station: string | null,
  by: "word" | "report" | "parcel",
): Promise<readonly string[]> {
  const isNews = {
    word: sql`true`,
    report: sql`d.skip_reason is distinct from ${takenBack}`,
    parcel: sql`not exists (select from couriers.problem p where p.route = d.route and p.parcel = d.parcel and p.outcome = 'same_box')`,
  }[by];
  const { rows } = await sql<{ route: string }>`
    update couriers.drop d set state = 'deposited', skip_reason = null
    where d.parcel = ${parcel} and (${station}::uuid is null or d.station = ${station}) and d.state = any(${before(dropMoves, "deposited")}::text[]) and ${isNews}
      and d.route = (select route from couriers.drop e join couriers.route r on r.id = e.route where e.parcel = ${parcel}
                     order by e.state in ('open', 'opened') desc, r.id desc limit 1)
    returning d.route`.execute(tx);
  return rows.map((row) => row.route);
}

export const isDeposited = async (tx: Tx<Tables>, route: string, parcel: string): Promise<boolean> =>
  (await lockDrop(tx, route, parcel)).state === "deposited";

/** The station has said as well that it was taken back: what it reports from now on is news. */
export async function sawTakenBack(tx: Tx<Tables>, parcel: string): Promise<void> {
  await tx
    .updateTable("couriers.drop")
    .set({ skip_reason: null })
    .where("parcel", "=", parcel)
    .where("skip_reason", "=", takenBack)
    .execute();
}

/** Gives up what is still open of a parcel, in the given states. Returns the routes that change. */
export async function sawGone(
  tx: Tx<Tables>,
  parcel: string,
  states: readonly ("open" | "opened")[],
  reason: string,
): Promise<readonly string[]> {
  const rows = await tx
    .updateTable("couriers.drop")
    .set({ state: "skipped", skip_reason: reason })
    .where("parcel", "=", parcel)
    .where("state", "in", states)
    .returning("route")
    .execute();
  return rows.map((row) => row.route);
}

/** The compartment may be another one than when the route was made. */
export async function sawMoved(tx: Tx<Tables>, parcel: string, station: string, compartment: number): Promise<readonly string[]> {
  const rows = await tx
    .updateTable("couriers.drop")
    .set({ compartment })
    .where("parcel", "=", parcel)
    .where("station", "=", station)
    .where("state", "in", ["open", "opened"])
    .where("compartment", "<>", compartment)
    .returning("route")
    .execute();
  return rows.map((row) => row.route);
}

export const lockDrop = (tx: Tx<Tables>, route: string, parcel: string) =>
  tx.selectFrom("couriers.drop").selectAll().where("route", "=", route).where("parcel", "=", parcel).forUpdate().executeTakeFirstOrThrow();
