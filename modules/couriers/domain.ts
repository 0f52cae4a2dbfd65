import { Refused } from "@pigeonhole/kit/refused";
import { allowed, type DropState, type RouteState } from "./contract.ts";

/** Throws Refused `wrong_state` unless the table of the contract allows it. */
export function requireState(verb: keyof typeof allowed, state: RouteState | DropState): void {
  if (!(allowed[verb] as readonly string[]).includes(state)) throw new Refused("wrong_state", `Not possible: it is ${state}.`, { state });
}

/** The calendar day in a time zone, e.g. 2026-03-01. */
export function dayIn(timeZone: string, at: Date): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)!.value;
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** A parcel that was found for a stop. */
export interface Found {
  readonly id: string;
  readonly number: string;
  readonly labelKey: string;
  readonly station: string;
  readonly carrier: string | null;
  readonly state: string;
}

/** Which of the parcels found is meant by `text` (its id, label or number) at this carrier's stop; a label goes before a number; undefined when none or several are. */
export function meant<F extends Found>(found: readonly F[], text: string, key: string, carrier: string, station: string): F | undefined {
  const here = found.filter(
    (parcel) => parcel.carrier === carrier && parcel.station === station && (parcel.state === "reserved" || parcel.state === "shipped"),
  );
  const number = /^\d{1,12}$/.test(key) ? key.padStart(12, "0") : undefined;
  const ways = [
    here.filter(({ id }) => id === text.toLowerCase()),
    here.filter(({ labelKey }) => labelKey === key),
    here.filter((parcel) => parcel.number === number),
  ];
  const first = ways.find((way) => way.length > 0) ?? [];
  return first.length === 1 ? first[0] : undefined;
}

/** What the screen is told of a scan: while no answer is there, that it is not known. */
export const outcomeOf = (outcome: string): "opened" | "refused" | "unknown" =>
  outcome === "opened" ? "opened" : outcome === "pending" || outcome === "unknown" ? "unknown" : "refused";
