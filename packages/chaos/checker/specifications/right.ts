import type { Specification } from "../operation.ts";

/** What is asked of one right to take a parcel out. */
export interface RightCall {
  /** `issue`: from the moment the depositor says that it is in until the owner has the code. `try`: the code is typed, or its QR read. */
  readonly do: "issue" | "withdraw" | "try" | "look";
}
/** A refusal that says nothing about the right (a door stands open, too many attempts) is not an operation. */
export type RightAnswer =
  | "issued"
  | "withdrawn"
  | "too_late"
  | "opened"
  | "code_used"
  | "code_revoked"
  | "not_yet"
  | "wrong_code"
  | "still_good"
  | "over";
/** `none`: no code opens yet. */
export type RightState = "none" | "live" | "used" | "withdrawn";

/** For each call and state: how it is answered, and what is so afterwards. */
const table: Readonly<Record<RightCall["do"], Readonly<Record<RightState, readonly (readonly [RightAnswer, RightState])[]>>>> = {
  issue: { none: [["issued", "live"]], live: [], used: [], withdrawn: [] },
  withdraw: {
    none: [["withdrawn", "withdrawn"]],
    live: [["withdrawn", "withdrawn"]],
    used: [["too_late", "used"]],
    withdrawn: [["withdrawn", "withdrawn"]],
  },
  try: {
    none: [
      ["not_yet", "none"],
      ["wrong_code", "none"],
    ],
    live: [["opened", "used"]],
    // A station that was told that all is over may know the code no more.
    used: [
      ["code_used", "used"],
      ["wrong_code", "used"],
    ],
    withdrawn: [
      ["code_revoked", "withdrawn"],
      ["wrong_code", "withdrawn"],
    ],
  },
  look: { none: [["still_good", "none"]], live: [["still_good", "live"]], used: [["over", "used"]], withdrawn: [["over", "withdrawn"]] },
};

/** I-14, I-26, I-27: a code opens once, not before its parcel is in, and never after it was withdrawn. */
export const right: Specification<RightState, RightCall, RightAnswer> = {
  of: "right",
  initial: "none",
  next(state, call, answer) {
    const possible = table[call.do][state];
    return answer === null ? [state, ...possible.map(([, to]) => to)] : possible.filter(([said]) => said === answer).map(([, to]) => to);
  },
  tell: (call, answer) => `${call.do}${answer === null ? "" : ` → ${answer}`}`,
};
