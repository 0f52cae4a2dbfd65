import { sql } from "kysely";
import type { Db, Tx } from "../db.ts";
import type { Wrapped } from "./key-encryption.ts";

export interface KeyRow extends Wrapped {
  readonly subject: string;
  readonly generation: number;
  readonly made_at: Date;
}
export type Kind = "email" | "phone";

/** The keys of a person, newest first; none when they were destroyed. */
export async function keysOf<T>(db: Db<T>, subject: string): Promise<readonly KeyRow[]> {
  const { rows } = await sql<KeyRow>`select subject, generation, kek, wrapped, made_at from kit.subject_key
    where subject = ${subject} order by generation desc`.execute(db);
  return rows;
}

/** Everybody in a bucket with what they are known by, and the keys that open it. */
export async function bucket<T>(db: Db<T>, kind: Kind, number: number): Promise<readonly (KeyRow & { readonly sealed: string })[]> {
  const { rows } = await sql<KeyRow & { sealed: string }>`
    select k.subject, k.generation, k.kek, k.wrapped, k.made_at, h.sealed from kit.subject_handle h join kit.subject_key k using (subject)
    where h.kind = ${kind} and h.bucket = ${number}`.execute(db);
  return rows;
}

/** Until the transaction ends nobody else makes a person of this bucket. */
export async function lockBucket<T>(tx: Tx<T>, kind: Kind, number: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`kit.subject ${kind} ${number}`}, 0))`.execute(tx);
}

export async function addSubject<T>(tx: Tx<T>, id: string, at: Date): Promise<void> {
  await sql`insert into kit.subject (id, created_at, last_sealed_at) values (${id}, ${at}, ${at})`.execute(tx);
}
/** Notes that something is being sealed for them. False when they are erased, or being erased: this waits for whoever does. */
export async function touch<T>(tx: Tx<T>, id: string, at: Date): Promise<boolean> {
  const { rows } = await sql`update kit.subject set last_sealed_at = greatest(last_sealed_at, ${at}::timestamptz)
    where id = ${id} and erased_at is null returning id`.execute(tx);
  return rows.length === 1;
}
export async function addKey<T>(tx: Tx<T>, { subject, generation, kek, wrapped, made_at }: KeyRow): Promise<void> {
  await sql`insert into kit.subject_key (subject, generation, kek, wrapped, made_at)
    values (${subject}, ${generation}, ${kek}, ${wrapped}, ${made_at}) on conflict do nothing`.execute(tx);
}
export async function addHandle<T>(
  tx: Tx<T>,
  row: { readonly subject: string; readonly kind: Kind; readonly bucket: number; readonly sealed: string },
): Promise<void> {
  await sql`insert into kit.subject_handle (subject, kind, bucket, sealed)
    values (${row.subject}, ${row.kind}, ${row.bucket}, ${row.sealed})`.execute(tx);
}

/** When something was last sealed for this person; locked. Undefined when there is none, or they are erased. */
export async function lockSubject<T>(tx: Tx<T>, id: string): Promise<Date | undefined> {
  const { rows } = await sql<{ last_sealed_at: Date }>`select last_sealed_at from kit.subject
    where id = ${id} and erased_at is null for update`.execute(tx);
  return rows[0]?.last_sealed_at;
}
/** Destroys keys and handles. A person who is unknown here is noted as erased all the same. */
export async function destroy<T>(tx: Tx<T>, id: string, at: Date): Promise<boolean> {
  await sql`delete from kit.subject_handle where subject = ${id}`.execute(tx);
  const { rows } = await sql`delete from kit.subject_key where subject = ${id} returning generation`.execute(tx);
  await sql`insert into kit.subject (id, created_at, last_sealed_at, erased_at) values (${id}, ${at}, ${at}, ${at})
    on conflict (id) do update set erased_at = coalesce(kit.subject.erased_at, excluded.erased_at)`.execute(tx);
  return rows.length > 0;
}

/** The key of this name. */
export async function dataKey<T>(db: Db<T>, name: string): Promise<Wrapped | undefined> {
  return (await sql<Wrapped>`select kek, wrapped from kit.data_key where name = ${name}`.execute(db)).rows[0];
}
/** Keeps a key unless there is one of this name. One statement, its own transaction: what others have sealed under it must not be taken back. */
export async function addDataKey<T>(db: Db<T>, name: string, { kek, wrapped }: Wrapped, at: Date): Promise<void> {
  await sql`insert into kit.data_key (name, kek, wrapped, made_at) values (${name}, ${kek}, ${wrapped}, ${at}) on conflict do nothing`.execute(
    db,
  );
}
export async function destroyDataKey<T>(db: Db<T>, name: string): Promise<void> {
  await sql`delete from kit.data_key where name = ${name}`.execute(db);
}

/** Keys that another key has wrapped than `kek`, at most `limit` of each table. */
export async function wrappedByOthers<T>(db: Db<T>, kek: string, limit: number) {
  const { rows: subjects } = await sql<KeyRow>`select subject, generation, kek, wrapped, made_at from kit.subject_key
    where kek <> ${kek} limit ${limit}`.execute(db);
  const { rows: named } = await sql<Wrapped & { name: string }>`select name, kek, wrapped from kit.data_key
    where kek <> ${kek} limit ${limit}`.execute(db);
  return { subjects, named };
}
/** Puts what was wrapped anew in the place of the old, unless somebody else has, or has destroyed it. One statement each. */
export async function rewrapSubjects<T>(
  db: Db<T>,
  rows: readonly { readonly subject: string; readonly generation: number; readonly from: string; readonly to: Wrapped }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`update kit.subject_key k set kek = n.kek, wrapped = decode(n.wrapped, 'hex')
    from unnest(${rows.map((row) => row.subject)}::uuid[], ${rows.map((row) => row.generation)}::int[], ${rows.map((row) => row.from)}::text[],
                ${rows.map((row) => row.to.kek)}::text[], ${rows.map((row) => row.to.wrapped.toString("hex"))}::text[])
         as n (subject, generation, former, kek, wrapped)
    where k.subject = n.subject and k.generation = n.generation and k.kek = n.former`.execute(db);
}
export async function rewrapNamed<T>(db: Db<T>, name: string, from: string, to: Wrapped): Promise<void> {
  await sql`update kit.data_key set kek = ${to.kek}, wrapped = ${to.wrapped} where name = ${name} and kek = ${from}`.execute(db);
}
/** How many keys each key-encryption key has wrapped. */
export async function countByKek<T>(db: Db<T>): Promise<readonly { readonly kek: string; readonly keys: number }[]> {
  const { rows } = await sql<{ kek: string; keys: number }>`select kek, count(*)::int as keys
    from (select kek from kit.subject_key union all select kek from kit.data_key) as each group by kek order by kek`.execute(db);
  return rows;
}
