import type { z } from "@hono/zod-openapi";
import type { Db } from "@pigeonhole/kit/db";
import { maxKept, type UnderWay } from "@pigeonhole/privacy/kept/contract";
import type { Recipient } from "@pigeonhole/reservations/contract";
import type { ParcelState } from "./contract.ts";
import * as read from "./queries/read.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly recipientIn: (parcel: string, sealed: string) => Promise<z.output<typeof Recipient> | null>;
}

/** Nothing is awaited of these any more, whatever the table of moves allows after a mistake. */
const over: ReadonlySet<ParcelState> = new Set(["collected", "returned", "cancelled"]);

/** What is kept here of a person, in clear for their own eyes; and what has to end before they can be forgotten. */
export async function personOf({ db, recipientIn }: Needs, subject: string, customer: string | undefined) {
  const rows = await read.ofPerson(db, subject, customer, maxKept);
  const theirs = rows.filter((row) => row.recipient_subject === subject);
  const records = await Promise.all(
    rows.map(async (row) => ({
      number: row.number,
      state: row.state,
      orderId: row.order_id,
      orderedAt: row.created_at.toISOString(),
      depositedAt: row.deposited_at?.toISOString() ?? null,
      collectedAt: row.collected_at?.toISOString() ?? null,
      recipient:
        row.recipient_subject === subject && row.sealed_recipient !== null ? await recipientIn(row.id, row.sealed_recipient) : null,
    })),
  );
  const underWay: UnderWay[] = rows
    .filter((row) => !over.has(row.state))
    .map(({ id, number, state, station }) => ({ parcel: id, number, state, station }));
  return { kept: [{ what: "parcels" as const, records }], underWay, parcels: theirs.map(({ id }) => id) };
}
