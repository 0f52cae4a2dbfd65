import type { Db, Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import { sizes } from "@pigeonhole/network/layout";
import { quarantineOf, type DepositReason } from "@pigeonhole/protocol/reasons";
import type { Place, Reassigned } from "./contract.ts";
import { mayGoTo, type Claim, type Need } from "./domain.ts";
import { find } from "./finding.ts";
import { suspect } from "./inspecting.ts";
import * as compartments from "./queries/compartment.ts";
import { markUnsuited, moveClaim, unsuited, type Wanted } from "./queries/reassign.ts";
import * as claims from "./queries/reservation.ts";
import { getStation } from "./queries/station.ts";
import type { Tables } from "./tables.ts";
import { stepAside } from "./together/leaving.ts";
import { setShared } from "./together/queries.ts";

/** So many other stations are named when this one has no room, so far around it at most. Metres. */
const others = { limit: 10, radiusMetres: 5_000 } as const;
const first = "00000000-0000-0000-0000-000000000000";

export interface Wish {
  readonly parcel: string;
  readonly from: { readonly station: string; readonly compartment: number };
  readonly reason: DepositReason;
  /** Another station; null: another compartment of the same one. */
  readonly to: string | null;
}

/**
 * The compartment could not be used at the door (A2.10): it gets what is due, and the claim another one that will do, larger where the parcel
 * did not fit. Asked again with the same words the answer is the same: a claim that has left `from` is where it is. Where there is none, the
 * claim waits and the stations near by that have room are named.
 */
export async function reassign(tx: Tx<Tables>, at: Date, newId: NewId, wish: Wish): Promise<Reassigned> {
  const { parcel, from, reason } = wish;
  const id = await claims.idOfParcel(tx, parcel);
  const claim = id === undefined ? undefined : await claims.lock(tx, id);
  if (!claim) throw new Refused("not_found", "No compartment is claimed for this parcel.");
  if (claim.state !== "confirmed") return { outcome: "over", state: claim.state };
  if (claim.station !== from.station || claim.compartment !== from.compartment)
    return { outcome: "moved", to: await placeOf(tx, claim, claim) };
  const box = await compartments.lock(tx, from.station, from.compartment);
  const isShared = box?.is_shared === true;
  // Beside another parcel of the same person it is not empty, and need not be: there is no room for both (N5).
  const due = isShared && reason === "not_empty" ? undefined : quarantineOf(reason);
  if (due) await suspect(tx, { id: newId(), ...from, parcel, reason: due, at });
  const known = await claims.needOf(tx, claim.id);
  const need = reason === "does_not_fit" && !isShared ? larger(known, claim) : known;
  const station = wish.to ?? from.station;
  if (!mayGoTo(claim, station)) throw new Refused("perishable", "Goods that perish are never diverted to another station.");
  const moved = await moveAway(tx, { claim, need, station, why: station === from.station ? "unusable" : "diverted" }, at);
  if (moved) return { outcome: "moved", to: await placeOf(tx, claim, { station, ...moved }) };
  await markUnsuited(tx, claim.id, Math.min(need.rank, sizes.length - 1));
  // Goods that perish stay with their station: there is none to propose (N6).
  if (claim.isPerishable) return { outcome: "none", alternatives: [] };
  const old = (await getStation(tx, from.station))!;
  const { candidates } = await find(tx, at, { lat: old.lat, lon: old.lon, need, stepFree: false, except: from.station, ...others });
  return { outcome: "none", alternatives: candidates.filter(({ distanceMetres }) => distanceMetres <= others.radiusMetres) };
}

/** `moveClaim` for a claim that may share its compartment: whoever is in there with it stays (N5). */
async function moveAway(tx: Tx<Tables>, wanted: Wanted, at: Date): ReturnType<typeof moveClaim> {
  const { station, compartment } = wanted.claim;
  const box = await compartments.lock(tx, station, compartment);
  const isShared = box !== undefined && (await stepAside(tx, at, wanted.claim, box));
  const moved = await moveClaim(tx, wanted, at);
  // There is none: it still waits there, with the others.
  if (!moved && isShared) await setShared(tx, box, true);
  return moved;
}

/** What did not fit needs a larger one than it had; what is known of its edges goes on to be true. */
const larger = ({ rank, edges }: Need, { size }: Pick<Claim, "size">): Need => ({ rank: Math.max(rank, sizes.indexOf(size) + 1), edges });

async function placeOf(
  tx: Tx<Tables>,
  claim: Claim,
  { station, compartment, size }: Pick<Claim, "station" | "compartment" | "size">,
): Promise<Place> {
  const known = (await getStation(tx, station))!;
  const { name, address, lat, lon } = known;
  return { reservation: claim.id, station, compartment, size, name, address, lat, lon };
}

/** The station has given one of its own compartments to a parcel that could not go into the planned one: that is so, and the claim follows. */
export async function followStation(
  tx: Tx<Tables>,
  at: Date,
  { parcel, station, compartment }: { readonly parcel: string; readonly station: string; readonly compartment: number },
): Promise<void> {
  const id = await claims.idOfParcel(tx, parcel);
  const claim = id === undefined ? undefined : await claims.lock(tx, id);
  if (claim?.state !== "confirmed" || claim.station !== station || claim.compartment === compartment) return;
  await moveAway(tx, { claim, need: await claims.needOf(tx, claim.id), station, only: compartment, why: "unusable" }, at);
}

/**
 * Finds another compartment, in its own station, for every claim that waits at one that cannot be used: jammed since, quarantined, too small.
 * Whatever cannot be moved now is looked at again (A2.10).
 */
export async function resettleAll(db: Db<Tables>, at: Date, batch: number): Promise<void> {
  for (let after = first; ;) {
    const ids = await unsuited(db, after, at, batch);
    for (const id of ids) await db.transaction().execute((tx) => resettle(tx, at, id));
    if (ids.length < batch) return;
    after = ids.at(-1)!;
  }
}

async function resettle(tx: Tx<Tables>, at: Date, id: string): Promise<void> {
  const claim = await claims.lock(tx, id);
  if (claim?.state !== "confirmed") return;
  const box = await compartments.lock(tx, claim.station, claim.compartment);
  if (!box || (box.reservation !== id && claim.togetherWith !== box.reservation) || (box.state !== "reserved" && !box.is_shared)) return;
  await moveAway(tx, { claim, need: await claims.needOf(tx, id), station: claim.station, why: "unusable" }, at);
}
