import type { Specification } from "../operation.ts";

/** What is asked of one compartment. `who` is the reservation; a parcel without one (a walk-up) has a name of its own. */
export type CompartmentCall =
  | { readonly do: "claim" | "cancel" | "put in" | "take out" | "walk in"; readonly who: string }
  /** Somebody looks when all has come to rest. */
  | { readonly do: "look" };
export type CompartmentAnswer =
  | "claimed"
  | "cancelled"
  | "wrong_state"
  | "in"
  | "out"
  | "free"
  | `claimed by ${string}`
  | `holds ${string}`;

export interface CompartmentState {
  readonly claim: string | null;
  readonly isInside: boolean;
  /** Called off: asked once more they are answered the same, whoever has it then. */
  readonly cancelled: readonly string[];
}

/**
 * I-01, I-02, I-03, I-09: one claim at a time, nothing goes in that is not expected, nothing comes out that is not in, and who has called off has
 * called off. That it is free again counts from the moment its parcel is taken out: the backend may hear of it later, and gives it away no sooner.
 */
export const compartment: Specification<CompartmentState, CompartmentCall, CompartmentAnswer> = {
  of: "compartment",
  initial: { claim: null, isInside: false, cancelled: [] },
  next(state, call, answer) {
    const possible = steps(state, call);
    return answer === null
      ? [state, ...possible.map(({ to }) => to)]
      : possible.filter((step) => step.answer === answer).map(({ to }) => to);
  },
  // Without somebody's claim, and all that follows from it, the box is free for whoever else was answered.
  about: (call, answer) => (call.do === "look" ? (/^(?:claimed by|holds) (.*)$/.exec(answer ?? "")?.[1] ?? null) : call.who),
  tell: (call, answer) => `${call.do}${call.do === "look" ? "" : ` ${call.who}`}${answer === null ? "" : ` → ${answer}`}`,
};

interface Step {
  readonly answer: CompartmentAnswer;
  readonly to: CompartmentState;
}

function steps(state: CompartmentState, call: CompartmentCall): readonly Step[] {
  if (call.do === "look") return [{ answer: seen(state), to: state }];
  const { who } = call;
  const isFree = state.claim === null;
  const isTheirs = state.claim === who;
  switch (call.do) {
    case "claim":
      return isFree && !state.cancelled.includes(who) ? [{ answer: "claimed", to: { ...state, claim: who } }] : [];
    case "cancel":
      if (state.cancelled.includes(who)) return [{ answer: "cancelled", to: state }];
      if (isTheirs && !state.isInside)
        return [{ answer: "cancelled", to: { claim: null, isInside: false, cancelled: [...state.cancelled, who].toSorted() } }];
      return [{ answer: "wrong_state", to: state }];
    case "put in":
      return isTheirs && !state.isInside ? [{ answer: "in", to: { ...state, isInside: true } }] : [];
    case "take out":
      return isTheirs && state.isInside ? [{ answer: "out", to: { ...state, claim: null, isInside: false } }] : [];
    case "walk in":
      return isFree ? [{ answer: "in", to: { ...state, claim: who, isInside: true } }] : [];
  }
}

const seen = ({ claim, isInside }: CompartmentState): CompartmentAnswer =>
  claim === null ? "free" : isInside ? `holds ${claim}` : `claimed by ${claim}`;
