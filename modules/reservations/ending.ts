import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { movesTo, type Claim, type EndReason } from "./domain.ts";
import { Ended } from "./events.ts";
import * as compartments from "./queries/compartment.ts";
import * as claims from "./queries/reservation.ts";
import { stepAside } from "./together/leaving.ts";
import type { Tables } from "./tables.ts";

/**
 * A locked compartment with nothing in it any more: free, or reserved again for a claim that still waits for it (a surprising deposit
 * had pushed it aside).
 */
export async function free(tx: Tx<Tables>, at: Date, compartment: compartments.Compartment): Promise<void> {
  const live = await claims.liveAt(tx, compartment.station, compartment.compartment);
  const nothing = { reservation: null, parcel: null, until: null };
  if (live === undefined || live.state === "fulfilled")
    return compartments.move(tx, compartment, movesTo(compartment.state, compartments.freeState(compartment)), at, nothing);
  const steps = [...movesTo(compartment.state, "available"), "reserved"] as const;
  await compartments.move(tx, compartment, steps, at, { reservation: live.id, parcel: null, until: live.expiresAt });
}

/**
 * Ends a claim, once: what has ended already stays as it ended (I-09). Its compartment becomes free unless something may be in it;
 * `isEmptied` says that it was taken out. Tells `reservations.ended`.
 */
export async function end(
  tx: Tx<Tables>,
  at: Date,
  id: string,
  reason: EndReason,
  { isEmptied }: { readonly isEmptied: boolean },
): Promise<Claim | undefined> {
  const claim = await claims.lock(tx, id);
  if (!claim || claim.state === "ended") return claim;
  const ended: Claim = { ...claim, state: "ended", endReason: reason };
  const compartment = await compartments.lock(tx, claim.station, claim.compartment);
  const isShared = compartment !== undefined && (await stepAside(tx, at, claim, compartment));
  await claims.save(tx, at, ended);
  const isLeft = compartment?.reservation === id && (compartment.state === "reserved" || isEmptied);
  if (isLeft && !isShared) await free(tx, at, compartment);
  const { station, compartment: number, parcel, isReturn } = claim;
  await publish(tx, at, Ended, { reservation: id, station, compartment: number, parcel, reason, isReturn });
  return ended;
}
