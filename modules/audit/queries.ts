import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Entry } from "./contract.ts";
import { link, type Access } from "./chain.ts";
import type { Tables } from "./tables.ts";

const view = (row: Selectable<Tables["audit.entry"]>): Entry => ({
  seq: row.seq,
  at: row.at.toISOString(),
  recordedAt: row.recorded_at.toISOString(),
  station: row.station,
  compartment: row.compartment,
  actor: row.actor,
  action: row.action,
  result: row.result,
  detail: row.detail,
  previous: row.previous,
  hash: row.hash,
});

export interface Head {
  readonly seq: number;
  readonly hash: string;
}

/** Appends one link; whoever appends at the same moment waits for the head row. */
export async function append(tx: Tx<Tables>, access: Access, recordedAt: Date): Promise<void> {
  const head = await tx.selectFrom("audit.head").select(["seq", "hash"]).forUpdate().executeTakeFirstOrThrow();
  const { recordedAt: _, ...entry } = link(head, access, recordedAt);
  await tx
    .insertInto("audit.entry")
    .values({ ...entry, at: access.at, recorded_at: recordedAt, detail: JSON.stringify(entry.detail) })
    .execute();
  await tx.updateTable("audit.head").set({ seq: entry.seq, hash: entry.hash }).execute();
}

export interface Filter {
  readonly station?: string | undefined;
  readonly compartment?: number | undefined;
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly result?: string | undefined;
  readonly parcel?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function found(db: Db<Tables>, { station, compartment, actor, action, result, parcel, from, to }: Filter) {
  let query = db.selectFrom("audit.entry").selectAll();
  if (station !== undefined) query = query.where("station", "=", station);
  if (compartment !== undefined) query = query.where("compartment", "=", compartment);
  if (actor !== undefined) query = query.where("actor", "=", actor);
  if (action !== undefined) query = query.where("action", "=", action);
  if (result !== undefined) query = query.where("result", "=", result);
  if (parcel !== undefined) query = query.where(sql<boolean>`detail ->> 'parcel' = ${parcel}`);
  if (from !== undefined) query = query.where("at", ">=", new Date(from));
  if (to !== undefined) query = query.where("at", "<", new Date(to));
  return query;
}

/** Newest first; the page after the one that ended with `beforeSeq`. */
export async function list(
  db: Db<Tables>,
  { beforeSeq, limit, ...filter }: Filter & { readonly beforeSeq?: number | undefined; readonly limit: number },
): Promise<Entry[]> {
  const query = found(db, filter).orderBy("seq", "desc").limit(limit);
  return (await (beforeSeq === undefined ? query : query.where("seq", "<", beforeSeq)).execute()).map(view);
}

/** Oldest first, up to the entry `upTo`; the page after the one that ended with `afterSeq`. */
export const listOn = async (db: Db<Tables>, filter: Filter, afterSeq: number, upTo: number, limit: number): Promise<Entry[]> =>
  (await found(db, filter).where("seq", ">", afterSeq).where("seq", "<=", upTo).orderBy("seq").limit(limit).execute()).map(view);

export const head = (db: Db<Tables>): Promise<Head | undefined> => db.selectFrom("audit.head").select(["seq", "hash"]).executeTakeFirst();

export const page = async (db: Db<Tables>, afterSeq: number, limit: number): Promise<Entry[]> =>
  (await db.selectFrom("audit.entry").selectAll().where("seq", ">", afterSeq).orderBy("seq").limit(limit).execute()).map(view);

export const count = async (db: Db<Tables>): Promise<number> =>
  (await sql<{ count: number }>`select count(*) as count from audit.entry`.execute(db)).rows[0]!.count;
