import type { ParcelState } from "../contract.ts";
import { cancellationMoves, type CancellationState } from "./contract.ts";

/** What is heard of a cancellation: answers to what was asked for it, words of people, and facts of the parcel. */
export type CancellationNews =
  /** Its claim is over, and nothing was inside. */
  | "called_off"
  /** Its code is dead, and a courier has been asked for. */
  | "recalled"
  /** It lies in a compartment after all. */
  | "arrived"
  /** It has left its compartment for another station, or was to leave and stays: what is to be done has to be found out anew. */
  | "left"
  | "asked_again"
  | "given_back"
  | "collected"
  /** Somebody looked, and it was not there. */
  | "lost"
  /** The same step has failed too often. */
  | "failed"
  | "retried";

const after: Readonly<Record<CancellationNews, CancellationState>> = {
  called_off: "called_off",
  recalled: "leaving",
  arrived: "asked",
  left: "asked",
  asked_again: "asked",
  given_back: "given_back",
  collected: "too_late",
  lost: "lost",
  failed: "parked",
  retried: "asked",
};
/** News that means something in some states alone, though the move itself may be made in others for another reason. */
const only: Partial<Readonly<Record<CancellationNews, readonly CancellationState[]>>> = {
  arrived: ["called_off", "lost"],
  left: ["leaving"],
  asked_again: ["too_late"],
  retried: ["parked"],
};

/** What follows from which news, in whatever order they come; undefined: nothing. */
export function next(state: CancellationState, news: CancellationNews): CancellationState | undefined {
  const to = after[news];
  const isMeant = only[news]?.includes(state) ?? true;
  return isMeant && cancellationMoves[state].includes(to) ? to : undefined;
}

/** In these states of its parcel a cancellation can be asked for; in the others the parcel is at its end, or nobody knows where it is. */
export const cancellableIn: readonly ParcelState[] = ["reserved", "shipped", "delivered", "stored", "expired"];

/** What a parcel's own moves mean for its cancellation. */
export const newsOf: Partial<Readonly<Record<ParcelState, CancellationNews>>> = {
  delivered: "arrived",
  stored: "arrived",
  shipped: "left",
  returned: "given_back",
  collected: "collected",
};
