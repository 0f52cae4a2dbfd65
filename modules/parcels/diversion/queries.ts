import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Tables } from "../tables.ts";
import type { Diversion } from "./contract.ts";

/** What these persons have said; who has said nothing is not among them. */
export async function of(db: Db<Tables>, subjects: readonly string[]): Promise<ReadonlyMap<string, Diversion>> {
  if (subjects.length === 0) return new Map();
  const rows = await db
    .selectFrom("parcels.diversion")
    .selectAll()
    .where("subject", "in", [...subjects])
    .execute();
  return new Map(rows.map(({ subject, may }) => [subject, may]));
}

/** Their newest word. */
export async function keep(tx: Tx<Tables>, subject: string, may: Diversion, said_at: Date): Promise<void> {
  await tx
    .insertInto("parcels.diversion")
    .values({ subject, may, said_at })
    .onConflict((on) => on.column("subject").doUpdateSet({ may, said_at }))
    .execute();
}

export async function forget(tx: Tx<Tables>, subject: string): Promise<void> {
  await tx.deleteFrom("parcels.diversion").where("subject", "=", subject).execute();
}
