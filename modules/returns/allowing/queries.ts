import type { Db, Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import { usualPolicy, type Authorisation, type Policy } from "./contract.ts";

export type AuthorisationRow = Selectable<Tables["returns.authorisation"]>;

/** What a shop allows in general. */
export const policyOf = async (db: Db<Tables>, owner: string): Promise<Policy> =>
  (await db.selectFrom("returns.policy").select("policy").where("owner", "=", owner).executeTakeFirst())?.policy ?? usualPolicy;

/** One statement, its own transaction. */
export async function setPolicy(db: Db<Tables>, owner: string, policy: Policy, at: Date): Promise<void> {
  const values = { policy: JSON.stringify(policy), set_at: at };
  await db
    .insertInto("returns.policy")
    .values({ owner, ...values })
    .onConflict((c) => c.column("owner").doUpdateSet(values))
    .execute();
}

export const insert = (tx: Tx<Tables>, row: Insertable<Tables["returns.authorisation"]>) =>
  tx.insertInto("returns.authorisation").values(row).execute();

export const get = (db: Db<Tables>, id: string): Promise<AuthorisationRow | undefined> =>
  db.selectFrom("returns.authorisation").selectAll().where("id", "=", id).executeTakeFirst();

/** The newest of a parcel that is open at `now`. */
export const openOfParcel = (db: Db<Tables>, parcel: string, now: Date): Promise<AuthorisationRow | undefined> =>
  db
    .selectFrom("returns.authorisation")
    .selectAll()
    .where("parcel", "=", parcel)
    .where("withdrawn_at", "is", null)
    .where("until", ">", now)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();

/** One statement, its own transaction. Withdrawn twice, it was withdrawn the first time. */
export async function withdraw(db: Db<Tables>, id: string, owner: string, at: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable("returns.authorisation")
    .set({ withdrawn_at: sql`coalesce(withdrawn_at, ${at})` })
    .where("id", "=", id)
    .where("owner", "=", owner)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

interface Whose {
  readonly owner?: string;
  /** For this person, and open at `openAt`. */
  readonly subject?: { readonly is: string | null; readonly openAt: Date };
  readonly id?: string;
  readonly before?: string | undefined;
  readonly limit: number;
}
/** Newest first, each with the newest return by it. */
export async function list(db: Db<Tables>, { owner, subject, id, before, limit }: Whose): Promise<Authorisation[]> {
  const { rows } = await sql<AuthorisationRow & { used_by: string | null; policy: Policy | null }>`
    select a.*, p.policy, (select r.id from returns.return r where r.authorisation = a.id order by r.id desc limit 1) as used_by
    from returns.authorisation a left join returns.policy p on p.owner = a.owner
    where (${owner ?? null}::text is null or a.owner = ${owner ?? null}::text) and (${id ?? null}::uuid is null or a.id = ${id ?? null}::uuid)
      and (${subject === undefined} or (a.subject = ${subject?.is ?? null}::uuid and a.withdrawn_at is null and a.until > ${subject?.openAt ?? null}::timestamptz))
      and (${before ?? null}::uuid is null or a.id < ${before ?? null}::uuid)
    order by a.id desc limit ${limit}`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    orderId: row.order_id,
    parcel: row.parcel,
    reasons: (row.policy ?? usualPolicy).reasons,
    createdAt: row.created_at.toISOString(),
    until: row.until.toISOString(),
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
    usedBy: row.used_by,
  }));
}
