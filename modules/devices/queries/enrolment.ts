import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { sql } from "kysely";
import { Disconnected, Enrolled, Renewed, Revoked } from "../events.ts";
import type { Issued } from "../certificates.ts";
import type { Tables } from "../tables.ts";

interface Token {
  readonly hash: string;
  readonly station: string;
  readonly createdBy: string;
  readonly at: Date;
  readonly expiresAt: Date;
}
/** One statement, its own transaction. */
export async function addToken(db: Db<Tables>, { hash, station, createdBy, at, expiresAt }: Token): Promise<void> {
  await db
    .insertInto("devices.enrolment_token")
    .values({ hash, station, created_by: createdBy, created_at: at, expires_at: expiresAt, used_at: null, serial: null })
    .execute();
}

export interface LockedToken {
  readonly station: string;
  /** What the token was used for before, if that still counts: an answer may have been lost on its way. */
  readonly used: { readonly epoch: number; readonly certificate: string; readonly publicKey: string } | undefined;
}
/** Undefined when there is no valid token of this kind, or it was used for something that no longer counts. */
export async function lockToken(tx: Tx<Tables>, hash: string, at: Date): Promise<LockedToken | undefined> {
  const row = await tx
    .selectFrom("devices.enrolment_token")
    .selectAll()
    .where("hash", "=", hash)
    .where("expires_at", ">", at)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  if (row.serial === null) return { station: row.station, used: undefined };
  const used = await tx
    .selectFrom("devices.certificate")
    .selectAll()
    .where("serial", "=", row.serial)
    .where("revoked_at", "is", null)
    .executeTakeFirst();
  return used && { station: row.station, used: { epoch: used.epoch, certificate: used.certificate, publicKey: used.public_key } };
}

/** A new epoch begins: what went before counts no more, every position starts from the beginning. Returns the epoch. */
export async function beginEpoch(tx: Tx<Tables>, station: string, at: Date): Promise<number> {
  await tx
    .updateTable("devices.certificate")
    .set({ revoked_at: at })
    .where("station", "=", station)
    .where("revoked_at", "is", null)
    .execute();
  const { rows } = await sql<{ epoch: number }>`
    insert into devices.device as d (station, epoch, enrolled_at) values (${station}, 1, ${at})
    on conflict (station) do update set epoch = d.epoch + 1, enrolled_at = excluded.enrolled_at, revoked_at = null, boot_id = null, command_seq = 0,
      event_seq = 0, event_digest = repeat('0', 64), reported_version = null, pending_events = null, open_doors = '{}', quarantine = null,
      inspected_seq = 0, every_seconds = 20
    returning epoch`.execute(tx);
  return rows[0]!.epoch;
}

interface Enrolment {
  readonly station: string;
  readonly epoch: number;
  readonly tokenHash: string;
  readonly issued: Issued;
  readonly sealedCodeKey: string;
}
/** Uses the token up for this certificate. */
export async function addCertificate(
  tx: Tx<Tables>,
  { station, epoch, tokenHash, issued, sealedCodeKey }: Enrolment,
  at: Date,
): Promise<void> {
  await tx
    .insertInto("devices.certificate")
    .values({
      serial: issued.serial,
      station,
      epoch,
      public_key: issued.publicKey,
      certificate: issued.certificate,
      issued_at: at,
      expires_at: issued.expiresAt,
      revoked_at: null,
      replaced_at: null,
    })
    .execute();
  await tx.updateTable("devices.enrolment_token").set({ used_at: at, serial: issued.serial }).where("hash", "=", tokenHash).execute();
  await publish(tx, at, Enrolled, { station, epoch, sealedCodeKey });
}

/** Cuts a station off. False when it has no certificate that could be revoked. */
export async function revoke(tx: Tx<Tables>, station: string, reason: string, actor: string, at: Date): Promise<boolean> {
  const before = await tx
    .selectFrom("devices.device")
    .select(["connected", "revoked_at"])
    .where("station", "=", station)
    .forUpdate()
    .executeTakeFirst();
  if (!before) return false;
  if (before.revoked_at) return true;
  await tx
    .updateTable("devices.certificate")
    .set({ revoked_at: at })
    .where("station", "=", station)
    .where("revoked_at", "is", null)
    .execute();
  await tx.updateTable("devices.device").set({ revoked_at: at, connected: false }).where("station", "=", station).execute();
  await publish(tx, at, Revoked, { station, reason, actor });
  if (before.connected) await publish(tx, at, Disconnected, { station });
  return true;
}

export interface LiveCertificate {
  readonly serial: string;
  readonly station: string;
  readonly epoch: number;
  readonly public_key: string;
  readonly certificate: string;
  readonly expires_at: Date;
  /** It has taken the place of one that has not expired yet. */
  readonly hasFormer: boolean;
}
/** The certificate of a station that has no successor, locked. */
export async function lockCertificate(tx: Tx<Tables>, station: string, at: Date): Promise<LiveCertificate | undefined> {
  const { rows } = await sql<LiveCertificate>`
    select c.*, exists (select from devices.certificate f where f.station = c.station and f.epoch = c.epoch and f.replaced_at is not null
      and f.revoked_at is null and f.expires_at > ${at}) as "hasFormer"
    from devices.certificate c where c.station = ${station} and c.revoked_at is null and c.replaced_at is null for update of c`.execute(tx);
  return rows[0];
}

/** The next certificate for the same key and epoch. */
export async function replaceCertificate(tx: Tx<Tables>, former: LiveCertificate, issued: Issued, at: Date): Promise<void> {
  await tx.updateTable("devices.certificate").set({ replaced_at: at }).where("serial", "=", former.serial).execute();
  await tx
    .insertInto("devices.certificate")
    .values({
      serial: issued.serial,
      station: former.station,
      epoch: former.epoch,
      public_key: issued.publicKey,
      certificate: issued.certificate,
      issued_at: at,
      expires_at: issued.expiresAt,
      revoked_at: null,
      replaced_at: null,
    })
    .execute();
  await publish(tx, at, Renewed, { station: former.station, expiresAt: issued.expiresAt.toISOString() });
}
