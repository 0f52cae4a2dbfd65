import assert from "node:assert/strict";

/** The whole numbers below `N`, as a type: what is not in it can not be written. */
export type Upto<N extends number, Seen extends number[] = []> = Seen["length"] extends N
  ? Seen[number]
  : Upto<N, [...Seen, Seen["length"]]>;

/** A number from configuration becomes one of `first..last`, or the program is wrong. `what` names it: "CU48 address". */
export function among<T extends number>(value: number, first: number, last: number, what: string): T {
  assert.ok(Number.isInteger(value) && value >= first && value <= last, `${what} ${value} is not one of ${first}..${last}`);
  return value as T;
}
