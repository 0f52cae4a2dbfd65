import type { Candidate } from "@pigeonhole/reservations/contract";
import { Refused } from "@pigeonhole/kit/refused";
import type { Diversion } from "@pigeonhole/parcels/diversion/contract";
import { problemMoves, type Next, type ProblemReason, type ProblemState, type Proposal } from "./contract.ts";

/** A parcel is diverted no farther than this without being asked for: a walk for whoever waits for it, who is told at once (N6). Metres. */
export const divertMetres = 2_000;
/** A courier who has not answered a proposal after so long has gone on. Milliseconds. */
export const proposalMs = 15 * 60_000;
/** The station is asked again after so long, doubling to the longest; the first time soon enough that the courier still stands there. Milliseconds. */
const pause = { firstMs: 5_000, longestMs: 300_000 } as const;
/** After so many answers that it cannot be so, the station is no longer asked: a person has to see to it. */
export const mostRefusals = 12;

export const nextTry = (now: Date, tries: number): Date =>
  new Date(now.getTime() + Math.min(pause.longestMs, pause.firstMs * 2 ** Math.min(tries, 16)));

/** Throws unless the table of the contract allows it: a bug, for nobody asks for a state by name. */
export function move(from: ProblemState, to: ProblemState): ProblemState {
  if (!problemMoves[from].includes(to)) throw new Error(`a problem that is ${from} cannot become ${to}`);
  return to;
}

/** After these the compartment will not do and another one is looked for; after `wrong_parcel` it is the same one; after the others the parcel goes back. */
const looksElsewhere: ReadonlySet<ProblemReason> = new Set(["does_not_fit", "not_empty", "will_not_close", "will_not_open"]);
export const wayOf = (reason: ProblemReason): "elsewhere" | "same" | "back" =>
  looksElsewhere.has(reason) ? "elsewhere" : reason === "wrong_parcel" ? "same" : "back";

/** Whether the door has to be shut before the station can say that nothing is in. */
export const needsShutDoor = (reason: ProblemReason): boolean => reason !== "will_not_close";

/**
 * Which station is proposed: the next that the route goes to anyway, however far, else the nearest within a walk. `ahead` are the stations of
 * later stops, in driving order. None when the recipient has said once for all that they do not want it: then it is brought again (N6).
 */
export function propose(alternatives: readonly Candidate[], ahead: readonly string[], said: Diversion | null): Proposal | undefined {
  if (said === "never") return undefined;
  const near = alternatives.filter(({ distanceMetres }) => distanceMetres <= divertMetres);
  const onRoute = ahead.flatMap((station) => alternatives.find((one) => one.station === station) ?? [])[0];
  const found = onRoute ?? near[0];
  if (!found) return undefined;
  const { station, name, address, lat, lon, distanceMetres } = found;
  return { station, name, address, lat, lon, distanceMetres, isOnRoute: onRoute !== undefined, isAgreed: said === "near" };
}

/** What of a problem its courier's screen needs. */
export interface Standing {
  readonly state: ProblemState;
  readonly outcome: string | null;
  readonly reason: ProblemReason;
  readonly proposal: Proposal | null;
}
/** What the courier does now; null when there is nothing left to say. */
export function nextOf(
  problem: Standing,
  drop: { readonly compartment: number; readonly size: "small" | "medium" | "large" | "oversized" },
  isDoorOpen: boolean,
): Next | null {
  switch (problem.state) {
    case "reported":
      return isDoorOpen && needsShutDoor(problem.reason) ? { kind: "shut_the_door" } : { kind: "wait" };
    case "released":
      return { kind: "wait" };
    case "proposed":
      return problem.proposal === null ? { kind: "wait" } : { kind: "another_station", ...problem.proposal };
    case "taken_back":
      return { kind: "take_back" };
    case "settled":
      if (problem.outcome === "another_box") return { kind: "another_box", compartment: drop.compartment, size: drop.size };
      return problem.outcome === "same_box" ? { kind: "same_box", compartment: drop.compartment } : null;
  }
}

/** Throws Refused `wrong_state` unless a proposal waits for the courier's answer. */
export function requireProposed(state: ProblemState | undefined): void {
  if (state !== "proposed") throw new Refused("wrong_state", "Nothing is proposed for this parcel now.");
}
