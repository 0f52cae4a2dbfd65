import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Tables } from "../tables.ts";

export const tenants = async (db: Db<Tables>, ids: readonly string[]) =>
  ids.length === 0
    ? []
    : db
        .selectFrom("identity.tenant")
        .select(["id", "kind", "name"])
        .where("id", "in", [...ids])
        .execute();

const withCarrier = (db: Db<Tables>) =>
  db
    .selectFrom("identity.courier as c")
    .innerJoin("identity.tenant as t", "t.id", "c.tenant")
    .select(["c.id", "c.username", "c.sealed_name", "t.slug", "t.name as carrier_name"]);

export const couriers = async (db: Db<Tables>, ids: readonly string[]) =>
  ids.length === 0
    ? []
    : withCarrier(db)
        .where("c.id", "in", [...ids])
        .execute();

/** What stands for anything in a pattern stands for itself in a name. */
const literally = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);
export const couriersCalled = (db: Db<Tables>, prefix: string, limit: number) =>
  withCarrier(db)
    .where(sql<boolean>`c.username like ${`${literally(prefix)}%`}`)
    .orderBy("c.username")
    .limit(limit)
    .execute();

export const operators = async (db: Db<Tables>, ids: readonly string[]) =>
  ids.length === 0
    ? []
    : db
        .selectFrom("identity.operator")
        .select(["id", "sealed_email"])
        .where("id", "in", [...ids])
        .execute();
