import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { movesTo, type Claim } from "./domain.ts";
import { end, free } from "./ending.ts";
import { Moved } from "./events.ts";
import * as compartments from "./queries/compartment.ts";
import { stranded, takeFree } from "./queries/rehouse.ts";
import * as claims from "./queries/reservation.ts";
import { near, type Found } from "./queries/search.ts";
import { getStation } from "./queries/station.ts";
import type { Tables } from "./tables.ts";
import { stepAside } from "./together/leaving.ts";

/**
 * How often claims at stations that were given up are looked for, in seconds, and so many in one look. Metres: how far from the old
 * station a new one may be, so that it is still a walk or a short ride. So many stations are tried, the nearest first.
 */
export const rehousing = { everySeconds: 3, batch: 100, radiusMetres: 5_000, stations: 20 } as const;
const first = "00000000-0000-0000-0000-000000000000";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
}

/**
 * Finds a new place for every claim that waits at a station that was given up (A10.3). Each in a transaction of its own: whoever is killed
 * between two of them, or runs twice, leaves nothing half moved, for what is still to do is read from the claims themselves. The oldest
 * come first where there is not room for all.
 */
export async function rehouseAll({ db, now, log }: Needs): Promise<void> {
  for (let after = first; ;) {
    const ids = await stranded(db, after, rehousing.batch);
    for (const id of ids)
      await db
        .transaction()
        .execute((tx) => rehouse(tx, now(), id))
        .catch((error: unknown) =>
          log.error({ err: error, reservation: id }, "a reservation could not leave its station; it is tried again"),
        );
    if (ids.length < rehousing.batch) return;
    after = ids.at(-1)!;
  }
}

/**
 * Moves one claim to the nearest station with room, or ends it when there is none within the radius. A hold ends: its customer is still
 * choosing, and chooses again. So does one whose time is over. Where the last free compartments near by are just being chosen by others,
 * it stays for the next look.
 */
async function rehouse(tx: Tx<Tables>, at: Date, id: string): Promise<void> {
  const claim = await claims.lock(tx, id);
  const old = claim && (await getStation(tx, claim.station));
  if (old?.status !== "decommissioned" || (claim?.state !== "held" && claim?.state !== "confirmed")) return;
  // Goods that perish are not diverted (N6): their sender hears of it, as where there is no room.
  const isOver = claim.state === "held" || claim.parcel === null || claim.expiresAt <= at || claim.isPerishable;
  if (!isOver) {
    const { radiusMetres, stations: limit } = rehousing;
    const need = await claims.needOf(tx, id);
    const candidates = await near(tx, { lat: old.lat, lon: old.lon, radiusMetres, need, stepFree: false, now: at, limit });
    for (const candidate of candidates) {
      const box = await takeFree(tx, candidate.station, need, at);
      if (box) return void (await moveInto(tx, at, { ...claim, parcel: claim.parcel }, candidate, box, "station_gone"));
    }
    if (candidates.length > 0) return;
  }
  await end(tx, at, id, "station_gone", { isEmptied: false });
}

/** The claim goes on in this free compartment, which is locked; the one that it had is free. Answers the compartment. */
export async function moveInto(
  tx: Tx<Tables>,
  at: Date,
  claim: Claim & { readonly parcel: string },
  { name, address, lat, lon }: Pick<Found, "name" | "address" | "lat" | "lon">,
  box: compartments.Compartment,
  why: "station_gone" | "redirected" = "redirected",
): Promise<compartments.Compartment> {
  const { id, station, compartment, parcel, expiresAt, isReturn } = claim;
  if (box.reservation !== null) await end(tx, at, box.reservation, "lapsed", { isEmptied: false });
  const taken = (await compartments.lock(tx, box.station, box.compartment)) ?? box;
  const former = await compartments.lock(tx, station, compartment);
  if (former) await stepAside(tx, at, claim, former);
  await claims.relocate(tx, id, taken);
  const steps = [...(taken.state === "available" ? [] : movesTo(taken.state, "available")), "reserved"] as const;
  await compartments.move(tx, taken, steps, at, { reservation: id, parcel: null, until: expiresAt });
  const left = await compartments.lock(tx, station, compartment);
  if (left?.reservation === id && left.state === "reserved") await free(tx, at, left);
  await publish(tx, at, Moved, {
    reservation: id,
    parcel,
    deliverBy: expiresAt.toISOString(),
    why,
    from: { station, compartment },
    to: { station: taken.station, compartment: taken.compartment, size: taken.size, name, address, lat, lon },
    isReturn,
  });
  return taken;
}
