import type { Tx } from "@pigeonhole/kit/db";
import { sql, type Insertable, type Selectable } from "kysely";
import type { Tables } from "../tables.ts";

export type HandOver = Selectable<Tables["custody.hand_over"]>;

/** Until the transaction ends nobody else hears of this parcel: it need not exist yet. */
export async function holdStill(tx: Tx<Tables>, parcel: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`custody.parcel ${parcel}`}, 0))`.execute(tx);
}

export const parcel = (tx: Tx<Tables>, id: string) => tx.selectFrom("custody.parcel").selectAll().where("id", "=", id).executeTakeFirst();

/** Keeps whose the parcel is; false when it was known. */
export async function addParcel(tx: Tx<Tables>, row: Insertable<Tables["custody.parcel"]>): Promise<boolean> {
  const added = await tx
    .insertInto("custody.parcel")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returning("id")
    .executeTakeFirst();
  return added !== undefined;
}

export async function setCarrier(tx: Tx<Tables>, id: string, carrier: string): Promise<void> {
  await tx.updateTable("custody.parcel").set({ carrier }).where("id", "=", id).where("carrier", "is distinct from", carrier).execute();
}

/** The newest hand-over: who has the parcel. */
export const last = (tx: Tx<Tables>, id: string): Promise<HandOver | undefined> =>
  tx.selectFrom("custody.hand_over").selectAll().where("parcel", "=", id).orderBy("number", "desc").limit(1).executeTakeFirst();

export const add = (tx: Tx<Tables>, row: HandOver) => tx.insertInto("custody.hand_over").values(row).execute();

export const keepEvidence = (tx: Tx<Tables>, row: Insertable<Tables["custody.evidence"]>) =>
  tx
    .insertInto("custody.evidence")
    .values(row)
    .onConflict((c) => c.column("digest").doNothing())
    .execute();

export const contradict = (tx: Tx<Tables>, row: Insertable<Tables["custody.contradiction"]>) =>
  tx
    .insertInto("custody.contradiction")
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();

export const keepEarly = (tx: Tx<Tables>, id: string, news: unknown) =>
  tx
    .insertInto("custody.early")
    .values({ parcel: id, news: JSON.stringify(news) })
    .execute();

/** The news that came before the parcel, in the order of their coming; forgotten here. */
export async function takeEarly(tx: Tx<Tables>, id: string): Promise<readonly unknown[]> {
  const rows = await tx.deleteFrom("custody.early").where("parcel", "=", id).returningAll().execute();
  return rows.toSorted((a, b) => a.id - b.id).map(({ news }) => news);
}
