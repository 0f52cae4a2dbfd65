import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";

export const authority = async (db: Db<Tables>): Promise<string | undefined> =>
  (await db.selectFrom("devices.authority").select("sealed").executeTakeFirst())?.sealed;

/** Keeps `sealed` in place of what was there `before`; false when something else is there by now. One statement, its own transaction. */
export async function keepAuthority(db: Db<Tables>, sealed: string, before: string | undefined, at: Date): Promise<boolean> {
  const { rows } = await sql`insert into devices.authority (sealed, created_at) values (${sealed}, ${at})
    on conflict (only_one) do update set sealed = excluded.sealed, created_at = excluded.created_at
    where devices.authority.sealed = ${before ?? null}::text returning only_one`.execute(db);
  return rows.length === 1;
}

/** Of these certificates those that count: issued here, not revoked, not expired. For the broker. */
export async function admitted(db: Db<Tables>, serials: readonly string[], at: Date): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("devices.certificate")
    .select("serial")
    .where("serial", "=", sql<string>`any(${serials as string[]})`)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", at)
    .execute();
  return new Set(rows.map((row) => row.serial));
}

/** The stations that have a certificate which counts; all, or whether `station` is one. */
export async function admittedStations(db: Db<Tables>, at: Date, station?: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom("devices.certificate")
    .select("station")
    .distinct()
    .where("revoked_at", "is", null)
    .where("expires_at", ">", at)
    .$if(station !== undefined, (query) => query.where("station", "=", station!))
    .execute();
  return new Set(rows.map((row) => row.station));
}

/** Every revoked certificate that has not expired, for the revocation list. */
export async function revocations(db: Db<Tables>, at: Date): Promise<readonly { readonly serial: string; readonly at: Date }[]> {
  const rows = await db
    .selectFrom("devices.certificate")
    .select(["serial", "revoked_at"])
    .where("revoked_at", "is not", null)
    .where("expires_at", ">", at)
    .orderBy("serial")
    .execute();
  return rows.map((row) => ({ serial: row.serial, at: row.revoked_at! }));
}

/** Certificates that a station has had; a key that signed a receipt does not unsign it when it is replaced. At most the last 20. */
export async function ofStation(db: Db<Tables>, station: string): Promise<string[]> {
  const rows = await db
    .selectFrom("devices.certificate")
    .select("certificate")
    .where("station", "=", station)
    .orderBy("issued_at", "desc")
    .limit(20)
    .execute();
  return rows.map((row) => row.certificate);
}
