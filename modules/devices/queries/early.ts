import type { Tx } from "@pigeonhole/kit/db";
import { sql } from "kysely";
import type { Entry } from "../journal.ts";
import type { Tables } from "../tables.ts";

/** The entries beyond a position that phones have brought, as number and digest. */
export async function waiting(tx: Tx<Tables>, station: string, epoch: number, afterSeq: number): Promise<ReadonlyMap<number, string>> {
  const rows = await tx
    .selectFrom("devices.early_event")
    .select(["seq", "digest"])
    .where("station", "=", station)
    .where("epoch", "=", epoch)
    .where("seq", ">", afterSeq)
    .where("confirmed_at", "is", null)
    .execute();
  return new Map(rows.map(({ seq, digest }) => [seq, digest]));
}

export async function keep(tx: Tx<Tables>, { event, digest, envelope }: Entry, by: string, at: Date): Promise<void> {
  const { station, epoch, seq } = event;
  await tx
    .insertInto("devices.early_event")
    .values({ station, epoch, seq, digest, body: envelope.body, carried_by: by, received_at: at, confirmed_at: null })
    .execute();
}

/** The log has brought these numbers itself. */
export async function confirm(tx: Tx<Tables>, station: string, epoch: number, seqs: readonly number[], at: Date): Promise<void> {
  if (seqs.length === 0) return;
  await tx
    .updateTable("devices.early_event")
    .set({ confirmed_at: at })
    .where("station", "=", station)
    .where("epoch", "=", epoch)
    .where("seq", "=", sql<number>`any(${seqs as number[]}::bigint[])`)
    .execute();
}
