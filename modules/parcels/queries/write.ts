import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { sql, type Selectable } from "kysely";
import type { ParcelState, RecallReason } from "../contract.ts";
import type { News, Proof } from "../domain.ts";
import { ParcelMoved } from "../events.ts";
import type { Tables } from "../tables.ts";

export type Row = Selectable<Tables["parcels.parcel"]>;
export type Fresh = Omit<
  Row,
  | "number"
  | "state"
  | "deposited_at"
  | "collected_at"
  | "expires_at"
  | "pauses"
  | "is_stopped"
  | "windows"
  | "extensions"
  | "recalled_for"
  | "former"
  | "leg"
  | "barcode"
  | "label_key"
>;

/** Until the transaction ends nobody else changes this parcel or notes early news of it: it need not exist yet. */
export async function holdStill(tx: Tx<Tables>, parcel: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`parcels.parcel ${parcel}`}, 0))`.execute(tx);
}

export const find = (tx: Tx<Tables>, parcel: string): Promise<Row | undefined> =>
  tx.selectFrom("parcels.parcel").selectAll().where("id", "=", parcel).forUpdate().executeTakeFirst();

export async function nextNumber(tx: Tx<Tables>): Promise<number> {
  const { rows } = await sql<{ value: number }>`select nextval('parcels.number') as value`.execute(tx);
  return rows[0]!.value;
}

/** Inserts a parcel; undefined when its label stands for another one that the carrier has under way. */
export const insert = (
  tx: Tx<Tables>,
  row: Omit<Row, "pauses" | "is_stopped" | "windows" | "extensions" | "recalled_for" | "former" | "leg">,
): Promise<Row | undefined> =>
  tx
    .insertInto("parcels.parcel")
    .values(row)
    .onConflict((c) => c.doNothing())
    .returningAll()
    .executeTakeFirst();

export interface Entry {
  readonly at: Date;
  readonly actor: string | null;
  readonly proof: Proof | null;
}

/** Adds an entry to the time line; one that stands already stays, but is completed by a proof that it lacks. */
export async function note(
  tx: Tx<Tables>,
  { id: parcel, leg }: Pick<Row, "id" | "leg">,
  state: ParcelState,
  { at, actor, proof }: Entry,
): Promise<void> {
  const row = { parcel, leg, state, at, actor, station: proof?.station ?? null, epoch: proof?.epoch ?? null, seq: proof?.seq ?? null };
  await tx
    .insertInto("parcels.timeline")
    .values(row)
    .onConflict((c) =>
      c
        .columns(["parcel", "leg", "state"])
        .doUpdateSet((eb) => ({
          at: eb.ref("excluded.at"),
          actor: eb.ref("excluded.actor"),
          station: eb.ref("excluded.station"),
          epoch: eb.ref("excluded.epoch"),
          seq: eb.ref("excluded.seq"),
        }))
        .where("timeline.seq" as never, "is", null)
        .where("excluded.seq" as never, "is not", null),
    )
    .execute();
}

export async function save(tx: Tx<Tables>, row: Row): Promise<void> {
  const { id, state, station, compartment, expires_at, deposited_at, collected_at, recalled_for, leg } = row;
  const set = { state, station, compartment, expires_at, deposited_at, collected_at, recalled_for, leg };
  await tx.updateTable("parcels.parcel").set(set).where("id", "=", id).execute();
}

/** Says that a parcel moved; `row` as it is after the move. */
export const tell = (tx: Tx<Tables>, at: Date, row: Row, from: ParcelState | null): Promise<void> =>
  publish(tx, at, ParcelMoved, {
    parcel: row.id,
    reservation: row.reservation,
    station: row.station,
    compartment: row.compartment,
    owner: row.owner,
    carrier: row.carrier,
    number: row.number,
    from,
    to: row.state,
    expiresAt: row.expires_at?.toISOString() ?? null,
  });

export async function keepEarly(tx: Tx<Tables>, parcel: string, news: News): Promise<void> {
  await tx
    .insertInto("parcels.early")
    .values({ parcel, news: JSON.stringify(news) })
    .execute();
}

/** The news of a parcel that came before it, in the order of their coming; they are forgotten here. */
export async function takeEarly(tx: Tx<Tables>, parcel: string): Promise<readonly News[]> {
  const rows = await tx.deleteFrom("parcels.early").where("parcel", "=", parcel).returning(["id", "news"]).execute();
  return rows.toSorted((a, b) => a.id - b.id).map((row) => row.news as News);
}

/** Stored parcels whose window has ended at `now`, at most `limit`, skipping those that somebody else is moving. */
export async function due(tx: Tx<Tables>, now: Date, limit: number): Promise<readonly Row[]> {
  return (
    tx
      .selectFrom("parcels.parcel")
      .selectAll()
      .where("state", "=", "stored")
      .where("expires_at", "<=", now)
      .where("is_stopped", "=", false)
      // What goes to another station gets a new window there, or this one back.
      .where((eb) => eb.or([eb("recalled_for", "is", null), eb("recalled_for", "<>", "redirected")]))
      .orderBy("expires_at")
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
  );
}

/** Whose it was to be is forgotten; that there was a parcel is not. */
export const forgetRecipient = (tx: Tx<Tables>, subject: string) =>
  tx
    .updateTable("parcels.parcel")
    .set({ sealed_recipient: null, recipient_subject: null })
    .where("recipient_subject", "=", subject)
    .execute();

/** Where the parcel is expected from now on, and until when; what the station says for which it was planned before still counts. */
export async function place(
  tx: Tx<Tables>,
  { id, station: before }: Pick<Row, "id" | "station">,
  to: Pick<Row, "station" | "compartment" | "size" | "deliver_by">,
): Promise<void> {
  const former = sql<string[]>`array_append(former, ${before}::uuid)`;
  await tx
    .updateTable("parcels.parcel")
    .set({ ...to, former })
    .where("id", "=", id)
    .execute();
}

/** The window ends at another time, or its clock stopped or goes on. */
export async function setWindow(
  tx: Tx<Tables>,
  id: string,
  expiresAt: Date,
  isStopped: boolean,
  pauses: readonly unknown[],
): Promise<void> {
  await tx
    .updateTable("parcels.parcel")
    .set({ expires_at: expiresAt, is_stopped: isStopped, pauses: JSON.stringify(pauses) })
    .where("id", "=", id)
    .execute();
}

/** What its order keeps of how long it may wait; what is kept already stays. */
export async function setWindows(tx: Tx<Tables>, id: string, windows: NonNullable<Row["windows"]>): Promise<void> {
  await tx.updateTable("parcels.parcel").set({ windows }).where("id", "=", id).where("windows", "is", null).execute();
}

/** Its recipient has taken more time. */
export async function addExtension(tx: Tx<Tables>, id: string, extension: Row["extensions"][number]): Promise<void> {
  await sql`update parcels.parcel set extensions = extensions || ${JSON.stringify([extension])}::jsonb where id = ${id}`.execute(tx);
}

/** It is taken out before its time is over; null: it stays. */
export async function setRecalled(tx: Tx<Tables>, id: string, reason: RecallReason | null): Promise<void> {
  await tx.updateTable("parcels.parcel").set({ recalled_for: reason }).where("id", "=", id).execute();
}

/** Ids of what lies at a station, as far as is known, in order. */
export const lyingAt = async (tx: Tx<Tables>, station: string): Promise<readonly string[]> =>
  (
    await tx
      .selectFrom("parcels.parcel")
      .select("id")
      .where("station", "=", station)
      .where("state", "in", ["delivered", "stored", "expired"])
      .orderBy("id")
      .execute()
  ).map(({ id }) => id);

/** Whether it is believed to lie in this very compartment. The caller need not hold it. */
export const liesAt = async (tx: Tx<Tables>, parcel: string, station: string, compartment: number): Promise<boolean> =>
  (await tx
    .selectFrom("parcels.parcel")
    .select("id")
    .where("id", "=", parcel)
    .where("station", "=", station)
    .where("compartment", "=", compartment)
    .where("state", "in", ["delivered", "stored", "expired"])
    .executeTakeFirst()) !== undefined;

/** Puts another label on; the unique index `parcel_label` refuses one that is taken. */
export async function label(tx: Tx<Tables>, id: string, barcode: string, key: string): Promise<void> {
  await tx.updateTable("parcels.parcel").set({ barcode, label_key: key }).where("id", "=", id).execute();
}
