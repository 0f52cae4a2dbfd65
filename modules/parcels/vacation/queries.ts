import type { Db, Tx } from "@pigeonhole/kit/db";
import { publishAll } from "@pigeonhole/kit/outbox";
import { VacationSet } from "../events.ts";
import type { Tables } from "../tables.ts";
import type { Away } from "./domain.ts";

type Write = Tx<Tables>;

export async function of(db: Db<Tables>, subject: string): Promise<Away | undefined> {
  const row = await db.selectFrom("parcels.vacation").selectAll().where("subject", "=", subject).executeTakeFirst();
  return row && { from: row.began_at, to: row.ended_at };
}

/** Keeps it, or forgets it. */
export async function keep(tx: Write, subject: string, away: Away | null): Promise<void> {
  await tx.deleteFrom("parcels.vacation").where("subject", "=", subject).execute();
  if (away) await tx.insertInto("parcels.vacation").values({ subject, began_at: away.from, ended_at: away.to }).execute();
}

/** Tells it of everything that is on its way to this person or waits for them. */
export async function tellOfAll(tx: Write, at: Date, subject: string, away: Away | null): Promise<void> {
  const rows = await tx
    .selectFrom("parcels.parcel")
    .select("id")
    .where("recipient_subject", "=", subject)
    .where("state", "in", ["reserved", "shipped", "delivered", "stored"])
    .orderBy("id")
    .execute();
  const [from, to] = [away?.from.toISOString() ?? null, away?.to.toISOString() ?? null];
  await publishAll(
    tx,
    at,
    VacationSet,
    rows.map(({ id }) => ({ parcel: id, from, to })),
  );
}
