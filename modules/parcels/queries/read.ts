import type { Db } from "@pigeonhole/kit/db";
import { sql, type Selectable } from "kysely";
import { labelKey, maxFound, pastStates, type Parcel, type ParcelState } from "../contract.ts";
import { timelineOrder } from "../domain.ts";
import type { Diversion } from "../diversion/contract.ts";
import { of as saidOf } from "../diversion/queries.ts";
import type { Tables } from "../tables.ts";

type Line = Selectable<Tables["parcels.timeline"]>;
type Plain = Omit<Parcel, "timeline">;

export const view = (row: Selectable<Tables["parcels.parcel"]>): Plain => ({
  id: row.id,
  number: row.number,
  state: row.state,
  reservation: row.reservation,
  station: row.station,
  compartment: row.compartment,
  size: row.size,
  orderId: row.order_id,
  barcode: row.barcode,
  carrier: row.carrier,
  createdAt: row.created_at.toISOString(),
  deliverBy: row.deliver_by.toISOString(),
  depositedAt: row.deposited_at?.toISOString() ?? null,
  collectedAt: row.collected_at?.toISOString() ?? null,
  expiresAt: row.expires_at?.toISOString() ?? null,
  isStopped: row.is_stopped,
  recalledFor: row.recalled_for,
  isPerishable: row.is_perishable,
  pauses: row.pauses,
  extensions: row.extensions,
  moreTime:
    row.state === "stored" && row.windows && row.recalled_for === null
      ? { left: Math.max(0, row.windows.extensions - row.extensions.length), days: row.windows.extensionDays }
      : null,
});

const entryOf = (line: Line): Parcel["timeline"][number] => ({
  at: line.at.toISOString(),
  state: line.state,
  actor: line.actor,
  proof:
    line.station !== null && line.epoch !== null && line.seq !== null ? { station: line.station, epoch: line.epoch, seq: line.seq } : null,
});

/** Adds the time lines, in one query for all. */
async function withTimelines(db: Db<Tables>, rows: readonly Selectable<Tables["parcels.parcel"]>[]): Promise<Parcel[]> {
  if (rows.length === 0) return [];
  const lines = await db
    .selectFrom("parcels.timeline")
    .selectAll()
    .where(
      "parcel",
      "in",
      rows.map((row) => row.id),
    )
    .execute();
  const byParcel = Map.groupBy(
    lines.toSorted((a, b) => a.leg - b.leg || timelineOrder.indexOf(a.state) - timelineOrder.indexOf(b.state)),
    (line) => line.parcel,
  );
  return rows.map((row) => ({ ...view(row), timeline: (byParcel.get(row.id) ?? []).map(entryOf) }));
}

/** Whose parcels somebody may see. Each kind is a condition of the query itself: what is not theirs is not found. */
export type Sight =
  | { readonly kind: "all" }
  | { readonly kind: "customer"; readonly owner: string; readonly subject: string | null; readonly recipientHash: string }
  | { readonly kind: "shop"; readonly owner: string }
  | { readonly kind: "carrier"; readonly owner: string; readonly slug: string };

const inSight = (sight: Sight) => {
  switch (sight.kind) {
    case "all":
      return sql<boolean>`true`;
    case "customer":
      return sql<boolean>`(owner = ${sight.owner} or recipient_subject = ${sight.subject}::uuid or recipient_hash = ${sight.recipientHash})`;
    case "shop":
      return sql<boolean>`owner = ${sight.owner}`;
    case "carrier":
      return sql<boolean>`(carrier = ${sight.slug} or owner = ${sight.owner})`;
  }
};

export async function get(db: Db<Tables>, sight: Sight, id: string): Promise<Parcel | undefined> {
  const row = await db.selectFrom("parcels.parcel").selectAll().where("id", "=", id).where(inSight(sight)).executeTakeFirst();
  return row && (await withTimelines(db, [row]))[0];
}

export const isOwner = async (db: Db<Tables>, id: string, owner: string): Promise<boolean> =>
  (await db.selectFrom("parcels.parcel").select("id").where("id", "=", id).where("owner", "=", owner).executeTakeFirst()) !== undefined;

interface Filter {
  readonly station?: string | undefined;
  readonly number?: string | undefined;
  readonly label?: string | undefined;
  readonly orderId?: string | undefined;
  readonly state?: ParcelState | undefined;
  readonly isPast?: "true" | "false" | undefined;
  readonly begins?: string | undefined;
  readonly before?: string | undefined;
  readonly limit: number;
}

/** What stands for anything in a pattern stands for itself in what somebody types. */
const literally = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);
const beginsWith = (text: string) => {
  const digits = text.replaceAll(/\s/g, "");
  return sql<boolean>`(number like ${`${literally(digits)}%`} or order_id ilike ${`${literally(text.trim())}%`})`;
};

/** Newest first: ids grow with time. */
export async function list(
  db: Db<Tables>,
  sight: Sight,
  { station, number, label, orderId, state, isPast, begins, before, limit }: Filter,
): Promise<{ parcels: Parcel[]; next: string | null }> {
  let query = db
    .selectFrom("parcels.parcel")
    .selectAll()
    .where(inSight(sight))
    .orderBy("id", "desc")
    .limit(limit + 1);
  if (station) query = query.where("station", "=", station);
  if (number) query = query.where("number", "=", number);
  if (label) query = query.where("label_key", "=", labelKey(label));
  if (orderId) query = query.where("order_id", "=", orderId);
  if (state) query = query.where("state", "=", state);
  if (isPast) query = query.where("state", isPast === "true" ? "in" : "not in", [...pastStates]);
  // Within what one customer may see: a few rows, however it is written.
  if (begins && sight.kind === "customer") query = query.where(beginsWith(begins));
  if (before) query = query.where("id", "<", before);
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  return { parcels: await withTimelines(db, page), next: rows.length > limit ? page.at(-1)!.id : null };
}

/** What is addressed to somebody, the newest first. */
export async function addressedTo(
  db: Db<Tables>,
  { subject, hash }: { readonly subject: string | null; readonly hash: string },
  limit: number,
): Promise<Parcel[]> {
  const rows = await db
    .selectFrom("parcels.parcel")
    .selectAll()
    .where(sql<boolean>`(recipient_subject = ${subject}::uuid or recipient_hash = ${hash})`)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
  return withTimelines(db, rows);
}

/** By id, or by what is on the label, or by number; newest first. */
export async function find(
  db: Db<Tables>,
  { ids, texts, carrier }: { readonly ids: readonly string[]; readonly texts: readonly string[]; readonly carrier?: string | undefined },
): Promise<(Plain & { readonly diversion: Diversion | null })[]> {
  const keys = texts.map(labelKey);
  const asNumbers = keys.filter((key) => /^\d{1,12}$/.test(key)).map((key) => key.padStart(12, "0"));
  let query = db
    .selectFrom("parcels.parcel")
    .selectAll()
    .where((eb) =>
      eb.or([
        eb("id", "=", sql<string>`any(${ids as string[]}::uuid[])`),
        eb("label_key", "=", sql<string>`any(${keys}::text[])`),
        eb("number", "=", sql<string>`any(${asNumbers}::text[])`),
      ]),
    )
    .orderBy("id", "desc")
    .limit(maxFound);
  if (carrier !== undefined) query = query.where("carrier", "=", carrier);
  const rows = await query.execute();
  const said = await saidOf(
    db,
    rows.flatMap(({ recipient_subject: subject }) => subject ?? []),
  );
  return rows.map((row) => ({ ...view(row), diversion: said.get(row.recipient_subject ?? "") ?? null }));
}

export const recipient = (db: Db<Tables>, id: string) =>
  db
    .selectFrom("parcels.parcel")
    .select(["sealed_recipient", "recipient_subject", "owner", "station", "number"])
    .where("id", "=", id)
    .executeTakeFirst();

/** Whether the label stands for another parcel that the carrier (or, before there is one, the owner) has under way. */
export async function isTaken(
  db: Db<Tables>,
  {
    key,
    carrier,
    owner,
    reservation,
  }: { readonly key: string; readonly carrier: string | null; readonly owner: string; readonly reservation: string },
): Promise<boolean> {
  const row = await db
    .selectFrom("parcels.parcel")
    .select("id")
    .where("label_key", "=", key)
    .where("state", "not in", ["collected", "returned", "cancelled"])
    .where("reservation", "is distinct from", reservation)
    .where((eb) => (carrier === null ? eb("owner", "=", owner) : eb("carrier", "=", carrier)))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** The parcels for a person, or ordered by their account; newest first. */
export const ofPerson = (db: Db<Tables>, subject: string, customer: string | undefined, limit: number) =>
  db
    .selectFrom("parcels.parcel")
    .selectAll()
    .where((eb) => eb.or([eb("recipient_subject", "=", subject), eb("owner", "=", `customer:${customer ?? "nobody"}`)]))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
