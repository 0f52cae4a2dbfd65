import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { problemReasons } from "./mistakes/contract.ts";
import { retrievalProblems, retrievalReasons, retrievalStates } from "./retrievals/contract.ts";

/** The courier has set out with these parcels. */
export const RouteStarted = fact("couriers.route_started", "route", {
  route: z.uuid(),
  courier: z.uuid(),
  tenant: z.uuid(),
  parcels: z.array(z.uuid()),
});
/** Something on a route is no longer as the courier's screen shows it. */
export const RouteChanged = fact("couriers.route_changed", "route", { route: z.uuid() });
/** A courier scanned a label at a station; for the audit trail. */
export const Scanned = fact("couriers.scanned", "route", {
  route: z.uuid(),
  courier: z.uuid(),
  station: z.uuid(),
  parcel: z.uuid().nullable(),
  outcome: z.string(),
});
/**
 * A retrieval went from one state to the next; `from` is null when it is new. While it is neither taken out nor cancelled a courier may have the
 * right to open the compartment. `byHand`: taken out of a station that can say nothing any more, by the word of the one who did it.
 */
export const RetrievalMoved = fact("couriers.retrieval_moved", "parcel", {
  retrieval: z.uuid(),
  parcel: z.uuid(),
  number: z.string(),
  reservation: z.uuid().nullable(),
  owner: z.string(),
  carrier: z.string().nullable(),
  station: z.uuid(),
  compartment: z.int(),
  reason: z.enum(retrievalReasons),
  from: z.enum(retrievalStates).nullable(),
  to: z.enum(retrievalStates),
  route: z.uuid().nullable(),
  courier: z.uuid().nullable(),
  problem: z.enum(retrievalProblems).nullable(),
  byHand: z.boolean(),
});
const problem = {
  route: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  parcel: z.uuid(),
  reason: z.enum(problemReasons),
};
/** A courier could not put a parcel in, and why (N3). */
export const ProblemReported = fact("couriers.problem_reported", "parcel", { ...problem, courier: z.uuid() });
/** What became of it: a new place (`another_box`, `same_box`, `another_station`), `taken_back` for another attempt, or an end (`put_in`, `tried_again`, `over`). */
export const ProblemSettled = fact("couriers.problem_settled", "parcel", { ...problem, outcome: z.string() });
