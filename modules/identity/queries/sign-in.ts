import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import { maxKept } from "@pigeonhole/privacy/kept/contract";
import { triesPerCode } from "../domain.ts";
import type { Tables } from "../tables.ts";

export type Code = Selectable<Tables["identity.sign_in_code"]>;

/** Until the transaction ends nobody else asks for a code for this address, so that limits hold under parallel requests. */
export async function lockAddress(tx: Tx<Tables>, emailHash: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`identity.email ${emailHash}`}, 0))`.execute(tx);
}

export const codesSince = (tx: Tx<Tables>, emailHash: string, since: Date) =>
  tx
    .selectFrom("identity.sign_in_code")
    .select(["created_at", "client"])
    .where("email_hash", "=", emailHash)
    .where("created_at", ">", since)
    .orderBy("created_at", "desc")
    .limit(100)
    .execute();

export async function insertCode(tx: Tx<Tables>, row: Insertable<Tables["identity.sign_in_code"]>): Promise<void> {
  await tx.insertInto("identity.sign_in_code").values(row).execute();
}

/**
 * Counts a try at the newest code of an address, before anybody compares, and returns that code; `exhausted` when it had no try left.
 * One statement, durable by itself.
 */
export async function tryCode(db: Db<Tables>, emailHash: string): Promise<Code | "exhausted" | undefined> {
  const { rows } = await sql<Code & { counted: boolean }>`
    with newest as (
      select id from identity.sign_in_code where email_hash = ${emailHash} order by created_at desc, id desc limit 1
    ), counted as (
      update identity.sign_in_code c set tries = tries + 1 from newest where c.id = newest.id and c.tries < ${triesPerCode} returning c.*
    )
    select *, true as counted from counted
    union all
    select c.*, false from identity.sign_in_code c, newest where c.id = newest.id and not exists (select from counted)`.execute(db);
  const row = rows[0];
  return row && (row.counted ? row : "exhausted");
}

/** Uses the code up; false when somebody else has. */
export async function useCode(tx: Tx<Tables>, id: string, at: Date): Promise<boolean> {
  const row = await tx
    .updateTable("identity.sign_in_code")
    .set({ used_at: at })
    .where("id", "=", id)
    .where("used_at", "is", null)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** The customer who is this person; undefined when there is none. */
export const customerOf = (db: Db<Tables>, subject: string) =>
  db.selectFrom("identity.customer").selectAll().where("subject", "=", subject).executeTakeFirst();

/** A customer from before people had keys of their own. */
export const formerCustomer = (tx: Tx<Tables>, emailHash: string) =>
  tx.selectFrom("identity.customer").select("id").where("email_hash", "=", emailHash).where("subject", "is", null).executeTakeFirst();
export const adopt = (tx: Tx<Tables>, id: string, subject: string, sealed_email: string) =>
  tx.updateTable("identity.customer").set({ subject, sealed_email, email_hash: null }).where("id", "=", id).execute();

/** The account of this person, with its sessions. */
export const deleteCustomer = (tx: Tx<Tables>, subject: string) =>
  tx.deleteFrom("identity.customer").where("subject", "=", subject).execute();

export const sessionsOf = (db: Db<Tables>, customer: string, now: Date) =>
  db
    .selectFrom("identity.session")
    .select(["created_at", "expires_at"])
    .where("customer", "=", customer)
    .where("expires_at", ">", now)
    .orderBy("created_at", "desc")
    .limit(maxKept)
    .execute();

export const insertCustomer = (tx: Tx<Tables>, row: Insertable<Tables["identity.customer"]>) =>
  tx.insertInto("identity.customer").values(row).execute();

export async function insertSession(tx: Tx<Tables>, row: Insertable<Tables["identity.session"]>): Promise<void> {
  await tx.insertInto("identity.session").values(row).execute();
}

export async function deleteSession(db: Db<Tables>, tokenHash: string): Promise<void> {
  await db.deleteFrom("identity.session").where("token_hash", "=", tokenHash).execute();
}

/** Everything about a live session, in one query. */
export const findSession = (db: Db<Tables>, tokenHash: string, now: Date) =>
  db
    .selectFrom("identity.session as s")
    .leftJoin("identity.customer as u", "u.id", "s.customer")
    .leftJoin("identity.operator as o", "o.id", "s.operator")
    .leftJoin("identity.courier as c", "c.id", "s.courier")
    .leftJoin("identity.tenant as t", "t.id", "c.tenant")
    .leftJoin("identity.second_factor as f", "f.operator", "s.operator")
    .select([
      "s.customer",
      "s.courier",
      "s.operator",
      "s.expires_at",
      "u.sealed_email as customer_email",
      "o.sealed_email as operator_email",
      "o.role",
      "f.confirmed_at as has_second_factor",
      "c.username",
      "t.id as tenant",
      "t.slug",
    ])
    .where("s.token_hash", "=", tokenHash)
    .where("s.expires_at", ">", now)
    .executeTakeFirst();
export type SessionRow = NonNullable<Awaited<ReturnType<typeof findSession>>>;

export const findKey = (db: Db<Tables>, prefix: string) =>
  db
    .selectFrom("identity.api_key as k")
    .innerJoin("identity.tenant as t", "t.id", "k.tenant")
    .select(["k.id", "k.secret_hash", "k.scopes", "t.id as tenant", "t.kind", "t.slug"])
    .where("k.prefix", "=", prefix)
    .where("k.revoked_at", "is", null)
    .executeTakeFirst();

export const findCourierByName = (db: Db<Tables>, carrier: string, username: string) =>
  db
    .selectFrom("identity.courier as c")
    .innerJoin("identity.tenant as t", "t.id", "c.tenant")
    .select(["c.id", "c.tenant", "c.username", "c.password_hash"])
    .where("t.slug", "=", carrier)
    .where("t.kind", "=", "carrier")
    .where("c.username", "=", username)
    .executeTakeFirst();

export const findOperator = (db: Db<Tables>, emailHash: string) =>
  db.selectFrom("identity.operator").select(["id", "role", "password_hash"]).where("email_hash", "=", emailHash).executeTakeFirst();

/** Forgets what is over since `before`: sessions, codes, counted tries. At most `limit` of each. */
export async function forget(db: Db<Tables>, now: Date, before: Date, limit: number): Promise<void> {
  await sql`delete from identity.session where id in (select id from identity.session where expires_at <= ${now} order by expires_at limit ${limit})`.execute(
    db,
  );
  await sql`delete from identity.sign_in_code where id in (select id from identity.sign_in_code where created_at <= ${before} order by created_at limit ${limit})`.execute(
    db,
  );
  await sql`delete from identity.attempt where subject in (select subject from identity.attempt where last_at <= ${before} and next_at <= ${now} order by last_at limit ${limit})`.execute(
    db,
  );
}
