import type { Tx } from "@pigeonhole/kit/db";
import type { Tables } from "../tables.ts";
import type { GrantRow } from "../queries/grants.ts";
import type { Outage } from "./domain.ts";

type Write = Tx<Tables>;
/** A right that waits for its parcel to be collected, with the window that was promised. */
export type Waiting = GrantRow & { readonly began_at: Date; readonly promised_until: Date; readonly expires_at: Date };
export const isWaiting = (row: GrantRow): row is Waiting =>
  row.kind === "pickup" && row.state === "active" && row.began_at !== null && row.promised_until !== null && row.expires_at !== null;

/** The rights that wait at a station, or in one of its compartments, locked in order. */
export async function lockWaiting(tx: Write, station: string, compartment: number | null): Promise<Waiting[]> {
  let query = tx
    .selectFrom("access.grant")
    .selectAll()
    .where("station", "=", station)
    .where("kind", "=", "pickup")
    // Their proxies' windows follow by themselves.
    .where("proxy", "is", null)
    .where("state", "=", "active");
  if (compartment !== null) query = query.where("compartment", "=", compartment);
  return (await query.orderBy("id").forUpdate().execute()).filter(isWaiting);
}

/** The active rights of those who collect for somebody at a station, locked in order. */
export const lockProxies = (tx: Write, station: string): Promise<GrantRow[]> =>
  tx
    .selectFrom("access.grant")
    .selectAll()
    .where("station", "=", station)
    .where("proxy", "is not", null)
    .where("state", "=", "active")
    .orderBy("id")
    .forUpdate()
    .execute();

export async function setWindow(tx: Write, id: string, until: Date, stoppedSince: Date | null): Promise<void> {
  await tx.updateTable("access.grant").set({ expires_at: until, stopped_since: stoppedSince }).where("id", "=", id).execute();
}

/** Outages of the station and of this compartment that ended after `since`, or have not ended. */
export async function outages(tx: Write, station: string, compartment: number, since: Date): Promise<Outage[]> {
  const rows = await tx
    .selectFrom("access.outage")
    .selectAll()
    .where("station", "=", station)
    .where("compartment", "in", [0, compartment])
    .where((eb) => eb.or([eb("ended_at", "is", null), eb("ended_at", ">", since)]))
    .execute();
  return rows.map(({ began_at: from, ended_at: to, cause }) => ({ from, to, cause }));
}

/** Keeps an outage as devices tells it; told again it is the same. */
export async function keep(
  tx: Write,
  outage: { station: string; compartment: number | null; cause: string; from: string; to: string | null },
): Promise<void> {
  const { station, compartment, cause, from, to } = outage;
  const ended_at = to === null ? null : new Date(to);
  await tx
    .insertInto("access.outage")
    .values({ station, compartment: compartment ?? 0, cause, began_at: new Date(from), ended_at })
    .onConflict((c) =>
      c
        .columns(["station", "compartment", "cause", "began_at"])
        .doUpdateSet((eb) => ({ ended_at: eb.fn.coalesce("access.outage.ended_at" as never, "excluded.ended_at" as never) })),
    )
    .execute();
}

/** When the recipient of a parcel is away. */
export async function vacation(tx: Write, parcel: string): Promise<{ readonly from: Date; readonly to: Date } | null> {
  const row = await tx.selectFrom("access.vacation").selectAll().where("parcel", "=", parcel).executeTakeFirst();
  return row ? { from: row.began_at, to: row.ended_at } : null;
}

/** Keeps what parcels told last. */
export async function keepVacation(tx: Write, parcel: string, away: { readonly from: Date; readonly to: Date } | null): Promise<void> {
  await tx.deleteFrom("access.vacation").where("parcel", "=", parcel).execute();
  if (away) await tx.insertInto("access.vacation").values({ parcel, began_at: away.from, ended_at: away.to }).execute();
}
