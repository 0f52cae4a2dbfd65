import { numberOf } from "@pigeonhole/parcels/contract";
import { sizes, type Size } from "@pigeonhole/network/layout";
import type { Offer, Policy } from "./allowing/contract.ts";
import type { ReturnReason } from "./contract.ts";
import type { ReturnEnding, ReturnState } from "./lifecycle.ts";

/** What is heard of a return: answers to what was asked for it, words of people, facts of stations and couriers, and time. */
export type ReturnNews =
  /** A compartment is bound. */
  | "claimed"
  /** None was given; `ending` says why. */
  | "not_claimed"
  /** Its customer, its shop or an operator calls it off. */
  | "called_off"
  /** What was bound is given up. */
  | "given_up"
  /** It lies there already. */
  | "too_late"
  /** The same step has failed too often. */
  | "failed"
  /** Nobody put it in while its time lasted. */
  | "lapsed"
  /** Its station was given up, and none near by has room. */
  | "station_gone"
  | "deposited"
  | "taken_out"
  /** The courier found nothing. */
  | "missed"
  /** Somebody looked, and it is there. */
  | "found"
  /** Whoever it is for has it. */
  | "arrived"
  /** Nobody collected it, and a carrier has it again. */
  | "not_collected";

interface Next {
  readonly to: ReturnState;
  /** Where the news itself brings no better one. */
  readonly ending?: ReturnEnding;
}

/**
 * What follows from which news, in whatever order they come; news that a state does not name changes nothing. Each state either ends, waits for news
 * that will come (a deadline, or a task of somebody's, stands behind every wait), or has a step of its own (steps.ts) whose every outcome stands here.
 */
export const returnTable: Readonly<Record<ReturnState, Partial<Readonly<Record<ReturnNews, Next>>>>> = {
  claiming: {
    claimed: { to: "ready" },
    not_claimed: { to: "refused" },
    // Whether a compartment was bound is not known for certain: giving up finds out.
    failed: { to: "cancelling", ending: "failed" },
  },
  ready: {
    called_off: { to: "cancelling" },
    lapsed: { to: "lapsed", ending: "not_dropped_off" },
    station_gone: { to: "cancelled", ending: "station_gone" },
    deposited: { to: "dropped_off" },
    taken_out: { to: "retrieved" },
  },
  cancelling: {
    given_up: { to: "cancelled" },
    lapsed: { to: "cancelled" },
    station_gone: { to: "cancelled" },
    too_late: { to: "ready" },
    deposited: { to: "dropped_off" },
  },
  dropped_off: { taken_out: { to: "retrieved" }, missed: { to: "missing" } },
  missing: { found: { to: "dropped_off" }, taken_out: { to: "retrieved" }, arrived: { to: "received" } },
  retrieved: { arrived: { to: "received" }, not_collected: { to: "undelivered" } },
  undelivered: { arrived: { to: "received" } },
  received: {},
  cancelled: { deposited: { to: "dropped_off" }, taken_out: { to: "retrieved" } },
  lapsed: { deposited: { to: "dropped_off" }, taken_out: { to: "retrieved" } },
  refused: {},
};
export const next = (state: ReturnState, news: ReturnNews): Next | undefined => returnTable[state][news];

/** Nothing is awaited of these any more, whatever the table of moves allows after a surprise. */
export const isOver = (state: ReturnState): boolean => ["received", "cancelled", "lapsed", "refused"].includes(state);
/** A step that failed is tried again after so long, doubling; a wish is given up after so many times, a task never. Seconds. */
export const tries = { most: 8, firstSeconds: 5, longestSeconds: 900 } as const;
export const pauseSeconds = (attempts: number): number =>
  Math.min(tries.longestSeconds, tries.firstSeconds * 2 ** Math.min(attempts - 1, 10));

/** A reminder comes so long before the end of the time to put it in. Hours. */
export const remindHours = 24;

/** Parcels are numbered from one on; returns begin in the middle, so that no number ever names one of each. */
const firstNumber = 50_000_000_000;
export const returnNumber = (value: number): string => numberOf(firstNumber + value);

const dayMs = 86_400_000;
export const daysAfter = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs);

/** What of a parcel, its shop's policy and an authorisation decides whether it may go back. */
export interface Known {
  readonly collectedAt: Date | null;
  readonly policy: Policy;
  readonly authorisation: { readonly id: string; readonly until: Date } | null;
  /** Earlier returns of it, and the one that lives. */
  readonly attempts: number;
  readonly live: string | null;
}
/** Returns of one parcel, or by one authorisation, at most: called off, lapsed, and begun again. */
export const mostAttempts = 5;

/** Whether it may be sent back at `now`. An authorisation says more than a policy. */
export function offerOf({ collectedAt, policy, authorisation, attempts, live }: Known, now: Date): Offer {
  const no = (why: Extract<Offer, { isPossible: false }>["why"]): Offer => ({ isPossible: false, why, usedBy: live });
  if (live !== null) return no("under_way");
  if (attempts >= mostAttempts) return no("too_often");
  const reasons: ReturnReason[] = [...policy.reasons];
  if (authorisation && now < authorisation.until)
    return { isPossible: true, authorisation: authorisation.id, reasons, until: authorisation.until.toISOString() };
  if (collectedAt === null) return no("not_collected");
  if (!policy.isOpen) return no(authorisation ? "too_late" : "not_allowed");
  const until = daysAfter(collectedAt, policy.days);
  return now < until ? { isPossible: true, authorisation: null, reasons, until: until.toISOString() } : no("too_late");
}

/** Whether a compartment of the station could ever take it. */
export const couldTake = (doors: readonly { readonly size: Size }[], size: Size): boolean =>
  doors.some((door) => sizes.indexOf(door.size) >= sizes.indexOf(size));
