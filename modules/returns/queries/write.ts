import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import { daysAfter } from "../domain.ts";
import type { ReturnState } from "../lifecycle.ts";
import type { Tables } from "../tables.ts";

export type Row = Selectable<Tables["returns.return"]>;

export async function nextNumber(tx: Tx<Tables>): Promise<number> {
  const { rows } = await sql<{ value: string }>`select nextval('returns.number') as value`.execute(tx);
  return Number(rows[0]!.value);
}

/** Writes a new one down; undefined while another one of the same parcel, or by the same authorisation, lives. */
export const insert = (tx: Tx<Tables>, row: Insertable<Tables["returns.return"]>): Promise<Row | undefined> =>
  tx
    .insertInto("returns.return")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();

export const lock = (tx: Tx<Tables>, id: string): Promise<Row | undefined> =>
  tx.selectFrom("returns.return").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();

export const change = (tx: Tx<Tables>, id: string, set: Partial<Omit<Row, "id">>): Promise<Row> =>
  tx.updateTable("returns.return").set(set).where("id", "=", id).returningAll().executeTakeFirstOrThrow();

export interface Entry {
  readonly at: Date;
  readonly actor: string | null;
  readonly proof: { readonly station: string; readonly epoch: number; readonly seq: number } | null;
}
/** Adds an entry to its time line. Under the lock of the return. */
export async function note(tx: Tx<Tables>, id: string, state: ReturnState, { at, actor, proof }: Entry): Promise<void> {
  await sql`insert into returns.timeline (return, number, state, at, actor, station, epoch, seq)
    select ${id}, count(*) + 1, ${state}, ${at}, ${actor}, ${proof?.station ?? null}, ${proof?.epoch ?? null}, ${proof?.seq ?? null}
    from returns.timeline where return = ${id}`.execute(tx);
}

/** Those whose next step is due, the longest waiting first. */
export async function due(db: Db<Tables>, now: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from returns.return where next_at <= ${now} order by next_at limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/** Those whose time to be put in ends before `before` and who have not been reminded, locked and marked. */
export async function remind(tx: Tx<Tables>, before: Date, at: Date, limit: number): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`
    update returns.return r set reminded_at = ${at}
    from (select id from returns.return where state = 'ready' and reminded_at is null and until <= ${before} and until > ${at}
      order by until limit ${limit} for update skip locked) due
    where r.id = due.id returning r.*`.execute(tx);
  return rows;
}

/** What lies at a station, or is to be put in there. */
export const at = (tx: Tx<Tables>, station: string): Promise<Row[]> =>
  tx
    .selectFrom("returns.return")
    .selectAll()
    .where("station", "=", station)
    .where("state", "in", ["dropped_off", "missing"])
    .orderBy("id")
    .forUpdate()
    .execute();

/** The sending that goes on as this parcel, locked. */
export const lockOnward = (tx: Tx<Tables>, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("returns.return").selectAll().where("onward", "=", parcel).forUpdate().executeTakeFirst();

/** A customer's sendings: those under way, and those of the last thirty days. One customer's are counted one after the other. */
export async function countSendings(tx: Tx<Tables>, customer: string, now: Date): Promise<{ underWay: number; recent: number }> {
  await sql`select pg_advisory_xact_lock(hashtext('returns.sendings'), hashtext(${customer}))`.execute(tx);
  const { rows } = await sql<{ underWay: number; recent: number }>`
    select count(*) filter (where state not in ('received', 'cancelled', 'lapsed', 'refused'))::int as "underWay",
      count(*) filter (where created_at > ${daysAfter(now, -30)} and state <> 'refused')::int as recent
    from returns.return where customer = ${customer} and kind = 'sending'`.execute(tx);
  return rows[0]!;
}

/** Somebody is to be forgotten: what is sealed for them goes. */
export async function forget(tx: Tx<Tables>, subject: string): Promise<void> {
  await tx.updateTable("returns.return").set({ sealed_customer: null, subject: null }).where("subject", "=", subject).execute();
  await tx.updateTable("returns.authorisation").set({ sealed_customer: null, subject: null }).where("subject", "=", subject).execute();
}
