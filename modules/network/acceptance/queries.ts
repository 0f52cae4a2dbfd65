import { hasPassed, type AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { acceptedWiring, recordDigest } from "@pigeonhole/protocol/acceptance-digest";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Envelope } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";
import type { Acceptance, KeptAcceptance } from "./contract.ts";
import { unknownCabinet, type Cabinet } from "./domain.ts";

/** Former records that are shown. */
const mostFormer = 20;

interface Row {
  id: string;
  wiring: string | null;
  is_waived: boolean;
  passed: number[] | null;
  failed: number[] | null;
  accepted_wiring: string | null;
}

/** What is known of the cabinets of these stations. */
export async function cabinets(db: Db<Tables> | Tx<Tables>, stations: readonly string[]): Promise<ReadonlyMap<string, Cabinet>> {
  const { rows } = await sql<Row>`
    select s.id, w.wiring, v.station is not null as is_waived, a.passed, a.failed, a.wiring as accepted_wiring
    from unnest(${stations as string[]}::uuid[]) as s (id)
    left join network.wiring w on w.station = s.id
    left join network.waiver v on v.station = s.id
    left join lateral (select passed, failed, wiring from network.acceptance where station = s.id order by epoch desc, seq desc limit 1) a on true`.execute(
    db,
  );
  return new Map(
    rows.map((row) => [
      row.id,
      {
        accepted: row.passed === null ? undefined : { passed: row.passed, failed: row.failed ?? [], wiring: row.accepted_wiring ?? "" },
        wiring: row.wiring ?? undefined,
        isWaived: row.is_waived,
      },
    ]),
  );
}
export const cabinet = async (db: Db<Tables> | Tx<Tables>, station: string): Promise<Cabinet> =>
  (await cabinets(db, [station])).get(station) ?? unknownCabinet;

interface Told {
  readonly station: string;
  readonly epoch: number;
  readonly seq: number;
  readonly record: AcceptanceRecord;
  readonly entry: Envelope;
  readonly certificate: string;
}
/** Keeps a record. The same one again, of a later enrolment, is the present one again and keeps its first evidence. */
export async function keep(tx: Tx<Tables>, { station, epoch, seq, record, entry, certificate }: Told, at: Date): Promise<void> {
  const [passed, failed] = [record.doors.filter(hasPassed), record.doors.filter((door) => !hasPassed(door))];
  await tx
    .insertInto("network.acceptance")
    .values({
      station,
      digest: recordDigest(record),
      epoch,
      seq,
      accepted_at: new Date(record.at),
      received_at: at,
      record: JSON.stringify(record),
      passed: passed.map(({ door }) => door),
      failed: failed.map(({ door }) => door),
      wiring: acceptedWiring(record),
      entry: JSON.stringify(entry),
      certificate,
    })
    .onConflict((on) => on.columns(["station", "digest"]).doUpdateSet({ epoch, seq }))
    .execute();
}

/** The cabinet says how it is wired now. */
export async function noteWiring(tx: Tx<Tables>, station: string, wiring: string, at: Date): Promise<void> {
  await tx
    .insertInto("network.wiring")
    .values({ station, wiring, told_at: at })
    .onConflict((on) => on.column("station").doUpdateSet({ wiring, told_at: at }))
    .execute();
}

export async function waive(tx: Tx<Tables>, station: string, reason: string, actor: string, at: Date): Promise<void> {
  await tx
    .insertInto("network.waiver")
    .values({ station, reason, actor, since: at })
    .onConflict((on) => on.column("station").doUpdateSet({ reason, actor, since: at }))
    .execute();
}
/** Whether there was one. */
export async function endWaiver(tx: Tx<Tables>, station: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom("network.waiver").where("station", "=", station).executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Everything that is kept of one station's acceptance; what it lacks is for the domain to say. */
export async function kept(db: Db<Tables>, station: string): Promise<Pick<Acceptance, "waiver" | "current" | "former">> {
  const waiver = await db.selectFrom("network.waiver").selectAll().where("station", "=", station).executeTakeFirst();
  const rows = await db
    .selectFrom("network.acceptance")
    .selectAll()
    .where("station", "=", station)
    .orderBy("epoch", "desc")
    .orderBy("seq", "desc")
    .limit(mostFormer + 1)
    .execute();
  const [newest, ...former] = rows;
  return {
    waiver: waiver ? { reason: waiver.reason, actor: waiver.actor, since: waiver.since?.toISOString() ?? null } : null,
    current: newest
      ? ({
          digest: newest.digest,
          receivedAt: newest.received_at.toISOString(),
          record: newest.record,
          entry: newest.entry,
          epoch: newest.epoch,
          seq: Number(newest.seq),
          certificate: newest.certificate,
        } satisfies KeptAcceptance)
      : null,
    former: former.map(({ digest, record, failed }) => ({
      digest,
      at: record.at,
      technician: record.technician,
      doors: record.doors.length,
      failed,
    })),
  };
}

/** Stations that are suspended until they have been accepted anew. */
export async function waiting(db: Db<Tables>, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from network.station where suspended_for = 'acceptance' order by id limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
