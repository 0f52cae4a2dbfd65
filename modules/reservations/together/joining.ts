import type { Tx } from "@pigeonhole/kit/db";
import { edgesOf, type Claim, type Edges } from "../domain.ts";
import type { ParcelDimensions } from "../contract.ts";
import { free } from "../ending.ts";
import * as compartments from "../queries/compartment.ts";
import * as claims from "../queries/reservation.ts";
import type { Tables } from "../tables.ts";
import { fitTogether } from "./domain.ts";
import * as queries from "./queries.ts";

interface Order {
  readonly together: boolean;
  readonly dimensions: ParcelDimensions | null;
  readonly isPerishable: boolean;
  /** Something has to happen before it is given out (N11): half of an open box cannot be kept from anybody. */
  readonly isHeld: boolean;
}

/** The claim of an order that allows company, and whose it joins; undefined when it stays alone. `claim` has been saved, its compartment is locked. */
export async function joinOf(
  tx: Tx<Tables>,
  at: Date,
  claim: Claim,
  { together, dimensions, isPerishable, isHeld }: Order,
  company: queries.Company,
): Promise<{ readonly claim: Claim; readonly with: string } | undefined> {
  if (!together || !dimensions || isPerishable || isHeld) return undefined;
  await queries.keepCompany(tx, claim.id, company);
  return join(tx, at, claim, edgesOf(dimensions.lengthMm, dimensions.widthMm, dimensions.heightMm), company);
}

/**
 * Puts a confirmed claim, whose own compartment the caller has locked, with another parcel of the same recipient that waits at the station or is on its
 * way there (N5): same shop, same carrier, and room for all. The compartment that it had is free. Undefined when there is none; then it stays.
 */
async function join(
  tx: Tx<Tables>,
  at: Date,
  claim: Claim,
  edges: Edges,
  company: queries.Company,
): Promise<{ readonly claim: Claim; readonly with: string } | undefined> {
  for (const box of await queries.boxesOf(tx, company, claim.id, at)) {
    const inside = await queries.claimsIn(tx, box);
    const host = inside.find(({ id }) => id === box.reservation);
    const isSound = host?.parcel != null && !inside.some(({ isPerishable }) => isPerishable);
    const inner: Edges = [box.shortest_mm, box.middle_mm, box.longest_mm];
    if (!isSound || !fitTogether([...inside.map((each) => each.edges), edges], inner)) continue;
    const own = await compartments.lock(tx, claim.station, claim.compartment);
    const joined = { ...claim, compartment: box.compartment, size: box.size, togetherWith: host.id };
    await claims.relocate(tx, claim.id, joined, host.id);
    await queries.setShared(tx, box, true);
    if (own) await free(tx, at, own);
    if (box.until !== null && box.until < claim.expiresAt)
      await compartments.note(tx, box, { reservation: host.id, parcel: box.parcel, until: claim.expiresAt });
    return { claim: joined, with: host.parcel! };
  }
  return undefined;
}
