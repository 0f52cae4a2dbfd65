import type { Moves } from "@pigeonhole/kit/moves";

/**
 * The life of what a customer puts in (A7): a `return` goes back to its shop, a `sending` on to somebody else. `claiming`: a compartment is being
 * bound; `ready`: the code opens it; `cancelling`: what was bound is being given up; `dropped_off`: it lies there, return-pending, and a courier
 * comes; `missing`: the courier found nothing, somebody looks; `retrieved`: the carrier has it; `received`: whoever it is for has it;
 * `undelivered`: a sending that nobody collected, the carrier has it for its sender.
 */
export const returnStates = [
  "claiming",
  "ready",
  "cancelling",
  "dropped_off",
  "missing",
  "retrieved",
  "received",
  "undelivered",
  "cancelled",
  "lapsed",
  "refused",
] as const;
export type ReturnState = (typeof returnStates)[number];

/** The moves it may make; every other one is refused. That something was put in or taken out is a fact, whatever was planned. Read by server and screens alike. */
export const returnMoves: Moves<ReturnState> = {
  claiming: ["ready", "refused", "cancelling"],
  ready: ["dropped_off", "cancelling", "lapsed", "cancelled"],
  // Too late, it lies there already; or its station said so before it was asked.
  cancelling: ["cancelled", "ready", "dropped_off"],
  dropped_off: ["retrieved", "missing"],
  missing: ["dropped_off", "retrieved", "received"],
  retrieved: ["received", "undelivered"],
  undelivered: ["received"],
  received: [],
  // The station was out of reach and took it in by a right that had ended meanwhile.
  cancelled: ["dropped_off"],
  lapsed: ["dropped_off"],
  refused: [],
};

/**
 * What people may do in which state: its customer or its shop calls it off; its shop, or whoever carries it, says that it is there. While a compartment is
 * being bound, a moment or some minutes, nothing is called off: whether there is one to give up is not known.
 */
export const returnAllowed = {
  cancel: ["ready"],
  receive: ["retrieved", "undelivered", "missing"],
} as const satisfies Record<string, readonly ReturnState[]>;

/** Why it ended before anything was put in. */
export const returnEndings = [
  "by_customer",
  "by_shop",
  "by_operator",
  "not_dropped_off",
  "station_gone",
  "station_full",
  "station_unavailable",
  "no_such_station",
  "failed",
] as const;
export type ReturnEnding = (typeof returnEndings)[number];
