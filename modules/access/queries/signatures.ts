import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";

type CommandRow = Selectable<Tables["access.command"]>;

/** The order as it was written down. */
export const order = (tx: Tx<Tables>, id: string): Promise<CommandRow | undefined> =>
  tx.selectFrom("access.command").selectAll().where("id", "=", id).executeTakeFirst();

export interface Signed {
  readonly isSigned: boolean;
  /** Openings signed since an instant, for this station and for all; and ever, for this parcel. */
  readonly station: number;
  readonly fleet: number;
  readonly parcel: number;
}
/** Whoever signs waits here for whoever is signing, until that transaction has ended: the limits count every process. */
export async function signedSince(
  tx: Tx<Tables>,
  { id, station, parcel }: Pick<CommandRow, "id" | "station" | "parcel">,
  since: Date,
): Promise<Signed> {
  await sql`select pg_advisory_xact_lock(hashtext('access.signature'))`.execute(tx);
  const { rows } = await sql<Signed>`
    select exists (select from access.signature where command = ${id}) as "isSigned",
      count(*) filter (where station = ${station})::int as station, count(*)::int as fleet,
      (select count(*)::int from access.signature where parcel = ${parcel} and action = 'open') as parcel
    from access.signature where action = 'open' and at > ${since}`.execute(tx);
  return rows[0]!;
}

export const add = (tx: Tx<Tables>, { id, station, parcel, action }: CommandRow, at: Date) =>
  tx.insertInto("access.signature").values({ command: id, station, parcel, action, at }).execute();

/** True for the first time within a minute. */
export async function isNewAlarm(tx: Tx<Tables>, scope: string, at: Date): Promise<boolean> {
  const { rows } = await sql`insert into access.signer_alarm (minute, scope) values (date_trunc('minute', ${at}::timestamptz), ${scope})
    on conflict do nothing returning scope`.execute(tx);
  return rows.length === 1;
}

export async function forget(db: Db<Tables>, before: Date): Promise<void> {
  await db.deleteFrom("access.signer_alarm").where("minute", "<", before).execute();
}
