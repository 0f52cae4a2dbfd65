import { createHash } from "node:crypto";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish, publishAll } from "@pigeonhole/kit/outbox";
import { publicKeyOf } from "@pigeonhole/protocol/envelope";
import type { KeyObject } from "node:crypto";
import { sql } from "kysely";
import type { z } from "zod";
import type { LoggedEvent } from "../contract.ts";
import { Attested, Quarantined, Reported } from "../events.ts";
import { compartmentOf, movesCustody, parcelOf, type Entry, type Position } from "../journal.ts";
import type { Tables } from "../tables.ts";

/** What could not be true is kept for so many messages per station and no more: a station gone mad must not fill the disk. */
const maxQuarantined = 100;

export interface Log extends Position {
  readonly key: KeyObject | undefined;
  /** The certificate of that key, PEM. */
  readonly certificate: string | undefined;
  readonly openDoors: readonly number[];
}
/** Where the station's log stands, locked until the transaction ends. Undefined for a station that never enrolled. */
export async function lockLog(tx: Tx<Tables>, station: string): Promise<Log | undefined> {
  const row = await tx
    .selectFrom("devices.device")
    .select(["epoch", "event_seq", "event_digest", "open_doors"])
    .where("station", "=", station)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const certificate = await tx
    .selectFrom("devices.certificate")
    .select(["public_key", "certificate"])
    .where("station", "=", station)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return {
    epoch: row.epoch,
    seq: row.event_seq,
    digest: row.event_digest,
    openDoors: row.open_doors,
    key: certificate && publicKeyOf(certificate.public_key),
    certificate: certificate?.certificate,
  };
}

export async function digestOf(tx: Tx<Tables>, station: string, epoch: number, seq: number): Promise<string | undefined> {
  return (
    await tx
      .selectFrom("devices.station_event")
      .select("digest")
      .where("station", "=", station)
      .where("epoch", "=", epoch)
      .where("seq", "=", seq)
      .executeTakeFirst()
  )?.digest;
}

/** Says once what entries tell, in their order; of what moves custody also the entry itself, as it was signed. Two statements, however many. */
export async function report(tx: Tx<Tables>, entries: readonly Entry[], certificate: string, at: Date): Promise<void> {
  const told = entries.map(({ event: { station, epoch, seq, event, at: happenedAt }, envelope }) => {
    const parcel = parcelOf(event);
    return { reported: { station, epoch, seq, at: happenedAt, parcel, event }, parcel, isCustody: movesCustody(event), envelope };
  });
  if (told.length > 0)
    await publishAll(
      tx,
      at,
      Reported,
      told.map(({ reported }) => reported),
    );
  const attested = told.flatMap(({ parcel, isCustody, envelope }) =>
    parcel !== null && isCustody ? [{ parcel, envelope, certificate }] : [],
  );
  if (attested.length > 0) await publishAll(tx, at, Attested, attested);
}

/** Stores entries that follow the log as it stands and reports each that no phone has brought before. */
export async function append(
  tx: Tx<Tables>,
  station: string,
  before: Log,
  entries: readonly Entry[],
  isReported: (seq: number) => boolean,
  at: Date,
): Promise<void> {
  const last = entries.at(-1);
  if (!last) return;
  await tx
    .insertInto("devices.station_event")
    .values(
      entries.map(({ event, digest, envelope }) => ({
        station,
        epoch: event.epoch,
        seq: event.seq,
        at: new Date(event.at),
        received_at: at,
        type: event.event.type,
        compartment: compartmentOf(event.event),
        digest,
        ...envelope,
      })),
    )
    .execute();
  const news = entries.filter(({ event }) => !isReported(event.seq));
  if (news.length > 0) await report(tx, news, before.certificate!, at);
  const doors = new Set(before.openDoors);
  for (const {
    event: { event },
  } of entries) {
    if (event.type === "compartment_opened") doors.add(event.compartment);
    if (event.type === "compartment_closed") doors.delete(event.compartment);
  }
  await tx
    .updateTable("devices.device")
    .set({ event_seq: last.event.seq, event_digest: last.digest, open_doors: [...doors].toSorted((a, b) => a - b), last_seen_at: at })
    .where("station", "=", station)
    .execute();
}

/** Keeps a message aside that could not be true, and says so once per message. */
export async function quarantine(tx: Tx<Tables>, station: string, reason: string, message: string, at: Date): Promise<void> {
  // Text columns take no NUL; what is kept is JSON, in which one may only stand raw by mistake.
  const kept = message.replaceAll("\0", "\\u0000").toWellFormed();
  const { rows } = await sql`
    insert into devices.quarantine (station, digest, reason, received_at, message)
    select ${station}, ${createHash("sha256").update(message).digest("hex")}, ${reason}, ${at}, ${kept}
    where (select count(*) from devices.quarantine where station = ${station}) < ${maxQuarantined}
    on conflict do nothing returning station`.execute(tx);
  if (rows.length === 0) return;
  await tx.updateTable("devices.device").set({ quarantine: reason }).where("station", "=", station).execute();
  await publish(tx, at, Quarantined, { station, reason });
}

interface Filter {
  readonly epoch: number;
  readonly compartment?: number | undefined;
  readonly type?: string | undefined;
  readonly beforeSeq?: number | undefined;
  readonly limit: number;
}
export async function list(
  db: Db<Tables>,
  station: string,
  { epoch, compartment, type, beforeSeq, limit }: Filter,
): Promise<z.output<typeof LoggedEvent>[]> {
  let query = db.selectFrom("devices.station_event").selectAll().where("station", "=", station).where("epoch", "=", epoch);
  if (compartment !== undefined) query = query.where("compartment", "=", compartment);
  if (type !== undefined) query = query.where("type", "=", type);
  if (beforeSeq !== undefined) query = query.where("seq", "<", beforeSeq);
  const rows = await query.orderBy("seq", "desc").limit(limit).execute();
  return rows.map((row) => ({
    epoch: row.epoch,
    seq: row.seq,
    at: row.at.toISOString(),
    receivedAt: row.received_at.toISOString(),
    type: row.type,
    compartment: row.compartment,
    event: (JSON.parse(row.body) as { event: unknown }).event,
  }));
}
