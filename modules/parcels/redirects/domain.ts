import type { RedirectReason, RedirectState } from "./contract.ts";

/** What is heard of a redirect: answers to what was asked for it, words of people, facts of stations, and time. */
export type RedirectNews =
  | "agreed"
  | "declined"
  | "withdrawn"
  /** The time to answer is over. */
  | "late"
  /** Nothing was inside yet: the claim is at the new place. */
  | "moved"
  /** A compartment waits at the new place. */
  | "claimed"
  /** None was given; `reason` says why. */
  | "not_taken"
  /** The code is dead and a courier has been asked for. */
  | "recalled"
  /** It could not be recalled: somebody has collected it, or its time is over. */
  | "not_recalled"
  /** A courier has taken it out, and its claim is at the new place. */
  | "left"
  /** It lies in the new place. */
  | "arrived"
  /** No courier came while the compartment waited. */
  | "lapsed"
  /** The parcel's own life has come to an end elsewhere: collected, sent back, cancelled. */
  | "over"
  /** Everything is as it was. */
  | "restored"
  /** It can not be as it was: the parcel is in nobody's compartment any more. */
  | "not_restored"
  /** The same step has failed too often. */
  | "failed"
  | "retried";

interface Next {
  readonly to: RedirectState;
  /** Where the news itself brings no better one. */
  readonly reason?: RedirectReason;
}

/**
 * What follows from which news, in whatever order they come; news that a state does not name changes nothing. Each state either ends, waits for
 * news that will come (a deadline stands behind every wait), or has a step of its own (steps.ts) whose every outcome stands here.
 */
export const redirectTable: Readonly<Record<RedirectState, Partial<Readonly<Record<RedirectNews, Next>>>>> = {
  proposed: {
    agreed: { to: "agreed" },
    declined: { to: "declined" },
    late: { to: "unanswered" },
    withdrawn: { to: "withdrawn", reason: "withdrawn" },
    over: { to: "withdrawn", reason: "not_possible_now" },
  },
  agreed: {
    moved: { to: "done" },
    claimed: { to: "claimed" },
    not_taken: { to: "refused", reason: "not_possible_now" },
    // Whether a compartment was taken is not known for certain: undoing finds out.
    withdrawn: { to: "undoing", reason: "withdrawn" },
    over: { to: "undoing", reason: "not_possible_now" },
    failed: { to: "undoing", reason: "failed" },
  },
  claimed: {
    recalled: { to: "leaving" },
    not_recalled: { to: "undoing", reason: "not_possible_now" },
    withdrawn: { to: "undoing", reason: "withdrawn" },
    lapsed: { to: "undoing", reason: "no_courier" },
    over: { to: "undoing", reason: "collected" },
    failed: { to: "undoing", reason: "failed" },
  },
  leaving: {
    left: { to: "travelling" },
    withdrawn: { to: "undoing", reason: "withdrawn" },
    lapsed: { to: "undoing", reason: "no_courier" },
    over: { to: "undoing", reason: "collected" },
  },
  // It was called off on the way: it is expected nowhere, and whoever has it keeps it.
  travelling: { arrived: { to: "done" }, over: { to: "undone", reason: "cancelled" } },
  undoing: {
    restored: { to: "undone" },
    moved: { to: "done" },
    left: { to: "travelling" },
    not_restored: { to: "parked", reason: "failed" },
    failed: { to: "parked", reason: "failed" },
  },
  parked: { retried: { to: "undoing" }, arrived: { to: "done" } },
  done: {},
  declined: {},
  unanswered: {},
  withdrawn: {},
  refused: {},
  undone: {},
};

export const next = (state: RedirectState, news: RedirectNews): Next | undefined => redirectTable[state][news];
/** Nothing more can happen. */
export const isOver = (state: RedirectState): boolean => Object.keys(redirectTable[state]).length === 0;

/** A step that failed is tried again after so long, doubling; after so many times it is given up. Seconds. */
export const tries = { most: 8, firstSeconds: 5, longestSeconds: 900 } as const;
export const pauseSeconds = (attempts: number): number => Math.min(tries.longestSeconds, tries.firstSeconds * 2 ** (attempts - 1));
