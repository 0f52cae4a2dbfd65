import type { StationFact } from "@pigeonhole/protocol/messages";
import type { OutageCause } from "../events.ts";

/** A station that is away for less is on the line again before anybody stands in front of it in vain. Milliseconds. */
export const graceMs = 15 * 60_000;
/** The whole station. */
export const wholeStation = 0;

export interface Change {
  readonly does: "begin" | "end";
  readonly compartment: number;
  readonly cause: OutageCause;
}
/** What an entry of a station's log says of whether its parcels can be got at. */
export function changesOf(fact: StationFact): readonly Change[] {
  switch (fact.type) {
    case "standby_entered":
      return [{ does: "begin", compartment: wholeStation, cause: "power" }];
    case "power_restored":
      return [{ does: "end", compartment: wholeStation, cause: "power" }];
    case "tampered":
      return [{ does: "begin", compartment: wholeStation, cause: "tamper" }];
    case "tamper_cleared":
      return [{ does: "end", compartment: wholeStation, cause: "tamper" }];
    case "open_failed": {
      // Its lock was fired for somebody with a right, and the door stayed shut.
      const isInVain = fact.outcome === "refused" && (fact.cause.kind === "grant" || fact.cause.kind === "walk_up");
      return isInVain ? [{ does: "begin", compartment: fact.compartment, cause: "door" }] : [];
    }
    case "compartment_opened":
      return [{ does: "end", compartment: fact.compartment, cause: "door" }];
    default:
      return [];
  }
}
