import type { Db } from "@pigeonhole/kit/db";
import type { Grant } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import type { DeathReason } from "../domain.ts";
import { besideOf } from "../together/queries.ts";
import type { Tables } from "../tables.ts";
import { view, type GrantRow, type StationRow } from "./grants.ts";

/** What was held before a kiosk: the right behind it, as its station has it, and why the code is dead; null: it lives, or none was typed. */
export interface Found {
  readonly right: GrantRow;
  readonly view: Grant;
  readonly died: DeathReason | null;
}
const found = (row: (StationRow & { readonly died: DeathReason | null }) | undefined): Found | undefined =>
  row && { right: row, view: view(row), died: row.died };

export async function byCode(db: Db<Tables>, station: string, hash: string): Promise<Found | undefined> {
  const { rows } = await sql<StationRow & { died: DeathReason | null }>`
    select g.*, c.code_hash, ${besideOf} as beside, c.reason as died
    from access.code c join access.grant g on g.id = c."grant" and g.station = c.station
    where c.station = ${station} and c.code_hash = ${hash}`.execute(db);
  return found(rows[0]);
}

export async function byGrant(db: Db<Tables>, station: string, id: string): Promise<Found | undefined> {
  const { rows } = await sql<StationRow & { died: null }>`
    select g.*, c.code_hash, ${besideOf} as beside, null as died
    from access.grant g left join access.code c on c."grant" = g.id and c.died_at is null
    where g.station = ${station} and g.id = ${id}`.execute(db);
  return found(rows[0]);
}
