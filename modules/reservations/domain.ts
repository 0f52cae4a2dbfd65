import { requireMove, wayBetween } from "@pigeonhole/kit/moves";
import { Refused } from "@pigeonhole/kit/refused";
import { sizes, standardInnerMm, type Size } from "@pigeonhole/network/layout";
import type { ParcelDimensions } from "./contract.ts";
import {
  cancellable,
  compartmentMoves,
  reservationMoves,
  type CompartmentState,
  type endReasons,
  type reservationStates,
} from "./lifecycle.ts";

export type EndReason = (typeof endReasons)[number];

/** A reservation as it is stored; `expiresAt` is the end of the hold, then of the delivery window. */
export interface Claim {
  readonly id: string;
  readonly station: string;
  readonly compartment: number;
  readonly size: Size;
  readonly state: (typeof reservationStates)[number];
  readonly endReason: EndReason | null;
  readonly owner: string;
  readonly orderId: string;
  readonly parcel: string | null;
  readonly expiresAt: Date;
  /** Goods that perish. */
  readonly isPerishable: boolean;
  /** For what a customer puts in; `parcel` is then the id of a return. */
  readonly isReturn: boolean;
  /** It shares the compartment of this claim, which is of the same recipient (N5). */
  readonly togetherWith: string | null;
}

/** Edges ascending, millimetres. */
export type Edges = readonly [shortest: number, middle: number, longest: number];

/** What a compartment must be: at least that large in the order of sizes, and no edge shorter than the parcel's. */
export interface Need {
  readonly rank: number;
  readonly edges: Edges;
}

/** A1.7: longer than 19 inches or 35 pounds and heavier goes only into oversized compartments. Millimetres, grams. */
export const standardLimits = { edgeMm: 482.6, weightGrams: 15_875.7 } as const;

export const edgesOf = (a: number, b: number, c: number): Edges => [a, b, c].toSorted((x, y) => x - y) as unknown as Edges;

/** A parcel may be turned any way: it fits when, edges ascending, none is longer than the compartment's. */
export const fits = (parcel: Edges, inner: Edges): boolean => parcel.every((edge, i) => edge <= inner[i]!);

/** What the wish needs. A size asks for that size or a larger one (A2.7); dimensions decide by geometry and A1.7. Throws Refused `malformed` when it says neither. */
export function needOf({
  size,
  dimensions,
}: {
  readonly size?: Size | undefined;
  readonly dimensions?: ParcelDimensions | undefined;
}): Need {
  if (!size && !dimensions) throw new Refused("malformed", "State a size or the parcel's dimensions.");
  const rank = size ? sizes.indexOf(size) : 0;
  if (!dimensions) return { rank, edges: [0, 0, 0] };
  const edges = edgesOf(dimensions.lengthMm, dimensions.widthMm, dimensions.heightMm);
  const isStandard = edges[2] <= standardLimits.edgeMm && dimensions.weightGrams < standardLimits.weightGrams;
  return { rank: isStandard ? rank : sizes.indexOf("oversized"), edges };
}

/** The need after more has become known of the parcel: at least as large as before. */
export function narrower(need: Need, dimensions: ParcelDimensions): Need {
  const known = needOf({ dimensions });
  return { rank: Math.max(need.rank, known.rank), edges: known.edges };
}

/** Whether any standard compartment would do. */
export const fitsStandard = ({ rank, edges }: Need): boolean =>
  sizes.slice(rank).some((size) => {
    const { widthMm, heightMm, depthMm } = standardInnerMm[size];
    return fits(edges, edgesOf(widthMm, heightMm, depthMm));
  });

/** Half-open: a claim that waits for something blocks nobody from `expiresAt` on. */
export const hasLapsed = (claim: Pick<Claim, "state" | "expiresAt">, now: Date, isConnected: boolean): boolean =>
  claim.expiresAt <= now && (claim.state === "held" || (claim.state === "confirmed" && isConnected));

/**
 * The claim as it is at `now`, also while the job that records lapses is late. A confirmed one lapses only while its station is connected:
 * a station that is away may have taken the parcel in already and not yet said so (I-11).
 */
export const asOf = (claim: Claim, now: Date, isConnected: boolean): Claim =>
  hasLapsed(claim, now, isConnected) ? { ...claim, state: "ended", endReason: "lapsed" } : claim;

/** Whether a claim may go on at that station: goods that perish stay with theirs (N6). Another compartment of the same station is open to all. */
export const mayGoTo = (claim: Pick<Claim, "station" | "isPerishable">, station: string): boolean =>
  !claim.isPerishable || claim.station === station;

/** Throws Refused `hold_expired` or `wrong_state`. */
export function confirm(claim: Claim, parcel: string, now: Date, deliverBy: Date, isPerishable = false): Claim {
  const isLate = claim.endReason === "lapsed" && claim.parcel === null;
  if (isLate || (claim.state === "held" && claim.expiresAt <= now))
    throw new Refused("hold_expired", `The hold expired at ${claim.expiresAt.toISOString()}. Search again.`);
  // One whose parcel has been taken out is confirmed again by its redirect, and by nobody else.
  if (claim.state === "fulfilled") throw new Refused("wrong_state", "The parcel of this reservation has been dropped off.");
  requireMove(reservationMoves, claim.state, "confirmed", "A reservation");
  return { ...claim, state: "confirmed", parcel, expiresAt: deliverBy, isPerishable };
}

/** Throws Refused `wrong_state`; what is cancelled already stays so. */
export function cancel(claim: Claim): Claim {
  if (claim.endReason === "cancelled") return claim;
  if (!cancellable.includes(claim.state))
    throw new Refused("wrong_state", `A reservation that is ${claim.endReason ?? claim.state} cannot be cancelled.`, {
      state: claim.endReason ?? claim.state,
    });
  return { ...claim, state: "ended", endReason: "cancelled" };
}

/**
 * The legal moves from one state to another, the last of them `to`; a station's word is true even where the plan allowed no such move,
 * so a surprising deposit passes through the states between (A2.6). Shortest way; empty when nothing changes.
 */
export function movesTo(from: CompartmentState, to: CompartmentState): readonly CompartmentState[] {
  const way = wayBetween(compartmentMoves, from, to);
  if (!way) throw new Error(`no way from ${from} to ${to}`);
  return way;
}
