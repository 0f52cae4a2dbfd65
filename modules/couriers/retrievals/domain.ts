import { Refused } from "@pigeonhole/kit/refused";
import { allowed, retrievalMoves, type RetrievalState } from "./contract.ts";

/** A door that was opened for a courier waits so long for their word; then the task is the carrier's again. Minutes. */
export const wordMinutes = 30;

/** In the sentences of refusals. */
const said: Readonly<Record<RetrievalState, string>> = {
  open: "on no route",
  assigned: "still in its compartment",
  opened: "being taken out",
  missing: "being looked for",
  taken_out: "taken out",
  cancelled: "no longer to be taken out",
};

/** Throws Refused `wrong_state` unless the table of the contract allows it. */
export function requireAllowed(verb: keyof typeof allowed, state: RetrievalState): void {
  if (!(allowed[verb] as readonly string[]).includes(state))
    throw new Refused("wrong_state", `Not possible: it is ${said[state]}.`, { state });
}

/** Throws Refused `wrong_state` unless `retrievalMoves` knows the move. */
export function requireMove(from: RetrievalState, to: RetrievalState): void {
  if (!retrievalMoves[from].includes(to)) throw new Refused("wrong_state", `Not possible: it is ${said[from]}.`, { state: from });
}

export const isLive = (state: RetrievalState): boolean => retrievalMoves[state].length > 0;
