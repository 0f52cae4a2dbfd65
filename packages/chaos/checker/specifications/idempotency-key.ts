import type { Specification } from "../operation.ts";

/** What is asked under one Idempotency-Key. */
export type KeyCall =
  | { readonly do: "ask"; readonly wish: string }
  /** How many effects there are, when all has come to rest. */
  | { readonly do: "count" };
/** A refusal is not kept: the state may change, and asking again may succeed. */
export type KeyAnswer = `done ${string}` | "refused" | "idempotency_key_reused" | "no effect" | "one effect" | `${number} effects`;

/** Null: nothing has been done under it. `answer` null: it has been done, and nobody has heard yet how it was answered. */
export type KeyState = { readonly wish: string; readonly answer: string | null } | null;

/** G-32: what was asked is done once however often it is asked; each answer is the first one's; another wish is refused. */
export const idempotencyKey: Specification<KeyState, KeyCall, KeyAnswer> = {
  of: "idempotency key",
  initial: null,
  next(state, call, answer) {
    if (call.do === "count") return answer === null || answer === (state === null ? "no effect" : "one effect") ? [state] : [];
    if (answer === null) return state === null ? [null, { wish: call.wish, answer: null }] : [state];
    if (answer === "refused") return state === null ? [null] : [];
    if (answer === "idempotency_key_reused") return state !== null && state.wish !== call.wish ? [state] : [];
    if (state === null) return [{ wish: call.wish, answer }];
    if (state.wish !== call.wish) return [];
    return state.answer === null || state.answer === answer ? [{ ...state, answer }] : [];
  },
  tell: (call, answer) => `${call.do === "ask" ? `ask ${call.wish}` : "count"}${answer === null ? "" : ` → ${answer}`}`,
};
