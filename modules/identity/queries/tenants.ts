import type { Db } from "@pigeonhole/kit/db";
import { violates } from "@pigeonhole/kit/db";
import { Refused } from "@pigeonhole/kit/refused";
import type { Insertable } from "kysely";
import type { Tables } from "../tables.ts";

/** Rows of a list at most. */
const listLimit = 1_000;

/** Runs one insert; a name that is taken is refused, not an error. */
async function unlessTaken(constraint: string, detail: string, insert: () => Promise<unknown>): Promise<void> {
  try {
    await insert();
  } catch (error) {
    if (violates(error, constraint)) throw new Refused("already_exists", detail);
    throw error;
  }
}

export const insertTenant = (db: Db<Tables>, row: Insertable<Tables["identity.tenant"]>): Promise<void> =>
  unlessTaken("tenant_slug", `There is already a tenant called ${row.slug}.`, () => db.insertInto("identity.tenant").values(row).execute());

export const listTenants = (db: Db<Tables>) =>
  db.selectFrom("identity.tenant").select(["id", "kind", "slug", "name"]).orderBy("slug").limit(listLimit).execute();

export const findTenant = (db: Db<Tables>, id: string) =>
  db.selectFrom("identity.tenant").select("id").where("id", "=", id).executeTakeFirst();

export async function insertKey(db: Db<Tables>, row: Insertable<Tables["identity.api_key"]>): Promise<void> {
  await db.insertInto("identity.api_key").values(row).execute();
}

/** Revokes a key, once: the first time stands. False when there is none. */
export async function revokeKey(db: Db<Tables>, id: string, at: Date): Promise<boolean> {
  const row = await db
    .updateTable("identity.api_key")
    .set((eb) => ({ revoked_at: eb.fn.coalesce("revoked_at", eb.val(at)) }))
    .where("id", "=", id)
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

export type CourierRow = Awaited<ReturnType<typeof listCouriers>>[number];

export const insertCourier = (db: Db<Tables>, row: Insertable<Tables["identity.courier"]>): Promise<void> =>
  unlessTaken("courier_username", `There is already a courier called ${row.username}.`, () =>
    db.insertInto("identity.courier").values(row).execute(),
  );

export const listCouriers = (db: Db<Tables>, tenant: string) =>
  db
    .selectFrom("identity.courier")
    .select(["id", "tenant", "username", "sealed_name"])
    .where("tenant", "=", tenant)
    .orderBy("username")
    .limit(listLimit)
    .execute();

export const findCourier = (db: Db<Tables>, id: string) =>
  db.selectFrom("identity.courier").select(["id", "tenant", "username", "sealed_name"]).where("id", "=", id).executeTakeFirst();

export const insertOperator = (db: Db<Tables>, row: Insertable<Tables["identity.operator"]>): Promise<void> =>
  unlessTaken("operator_email", "There is already an operator with this address.", () =>
    db.insertInto("identity.operator").values(row).execute(),
  );
