// Histories that have been judged by hand, to judge the checker by.
import type { Operation } from "./operation.ts";
import type { CompartmentAnswer, CompartmentCall } from "./specifications/compartment.ts";
import type { KeyAnswer, KeyCall } from "./specifications/idempotency-key.ts";
import type { RightAnswer, RightCall } from "./specifications/right.ts";

/** From when to when; without an end nobody heard an answer. */
type Span = readonly [from: number, to?: number];
const made =
  <Call, Answer>() =>
  (by: string, call: Call, [from, to]: Span, answer: Answer | null = null): Operation<Call, Answer> => ({
    by,
    call,
    from,
    to: to ?? null,
    answer,
  });

const onCompartment = made<CompartmentCall, CompartmentAnswer>();
const onRight = made<RightCall, RightAnswer>();
const onKey = made<KeyCall, KeyAnswer>();

/** Short words for what is done, so that a history reads as a table. */
export const claim = (who: string, at: Span, answer: CompartmentAnswer | null = at.length > 1 ? "claimed" : null) =>
  onCompartment("shop", { do: "claim", who }, at, answer);
export const cancel = (who: string, at: Span, answer: CompartmentAnswer | null = at.length > 1 ? "cancelled" : null) =>
  onCompartment("shop", { do: "cancel", who }, at, answer);
export const putIn = (who: string, at: Span) => onCompartment("courier", { do: "put in", who }, at, at.length > 1 ? "in" : null);
export const takeOut = (who: string, at: Span) => onCompartment("customer", { do: "take out", who }, at, at.length > 1 ? "out" : null);
export const walkIn = (who: string, at: Span) => onCompartment("passer-by", { do: "walk in", who }, at, at.length > 1 ? "in" : null);
export const look = (at: Span, answer: CompartmentAnswer) => onCompartment("operator", { do: "look" }, at, answer);

export const issue = (at: Span) => onRight("courier", { do: "issue" }, at, at.length > 1 ? "issued" : null);
export const withdraw = (at: Span, answer: RightAnswer | null = at.length > 1 ? "withdrawn" : null) =>
  onRight("shop", { do: "withdraw" }, at, answer);
export const type = (at: Span, answer: RightAnswer | null = null) => onRight("customer", { do: "try" }, at, answer);
export const lookAtRight = (at: Span, answer: RightAnswer) => onRight("operator", { do: "look" }, at, answer);

export const ask = (wish: string, at: Span, answer: KeyAnswer | null = null) => onKey("shop", { do: "ask", wish }, at, answer);
export const count = (at: Span, answer: KeyAnswer) => onKey("operator", { do: "count" }, at, answer);
