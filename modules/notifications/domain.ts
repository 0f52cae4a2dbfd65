import type { channels } from "./contract.ts";

export type Channel = (typeof channels)[number];

/** A message is refused so often at most, over about six hours. */
export const maxRefusals = 14;
/** A message that may have left is sent again once: its Message-ID shows that both are one. A second time nobody knows: it is given up, and another channel steps in. */
export const maxUnknowns = 2;
/** What could not leave for so long, its provider being away, is given up. Hours. */
export const longestWaitHours = 72;
/** So often is tried to find out whom to tell of a notice, over about six hours. */
export const maxAttempts = 14;
/** After the first failure, doubling, to an hour at most. Seconds. */
const firstPauseSeconds = 5;
const longestPauseSeconds = 3_600;
export const pauseAfter = (attempts: number): number => Math.min(longestPauseSeconds, firstPauseSeconds * 2 ** (attempts - 1));
export const nextTry = (now: Date, attempts: number): Date => new Date(now.getTime() + pauseAfter(attempts) * 1_000);

/** Nobody else takes up a message that was begun for so long: longer than any channel waits for its answer. Seconds. */
export const leaseSeconds = 90;
/** What a row says between sending and recording. */
export const begun = "begun, and no outcome was recorded";
/** After so many attempts in a row that found the provider away, nobody tries but one message at a time, after a pause that doubles. */
export const opensAfter = 5;
export const firstProbeSeconds = 5;
export const longestProbeSeconds = 60;
/** So many messages of a channel wait at most; then only codes join them. */
export const mostWaiting = 200_000;
/** A code that has not left for so long is sent by the channel that stands by as well. Minutes. */
export const lateCodeMinutes = 10;

/** Contents are kept for so long, sealed. Days. */
export const keptDays = 30;
/** Browsers of one customer at most; the oldest makes room. */
export const maxSubscriptions = 10;

/** Of a pause that is shorter nobody is told: the parcel's page shows it. Milliseconds. */
const toldPauseMs = 3_600_000;
/**
 * The beginning of the outage that keeps a recipient from their parcel now; null when there is none, or codes open all the same: whoever is kept from
 * nothing needs no message (N15).
 */
export const hindranceToTell = ({
  isStopped,
  pauses,
}: {
  readonly isStopped: boolean;
  readonly pauses: readonly { from: string; to: string | null; cause: string }[];
}): Date | null => {
  const last = isStopped ? pauses.findLast(({ to }) => to === null) : undefined;
  return last && hindering.has(last.cause) ? new Date(last.from) : null;
};
/** Causes of outages, as devices tells them, in which no code opens. */
const hindering: ReadonlySet<string> = new Set(["tamper", "power", "door"]);

/**
 * The end of the pause of which a recipient is told; null when there is none: it is short, it lasts, or they wished for it and see it on the
 * parcel's page (N8).
 */
export const pauseToTell = (
  { isStopped, pauses }: { readonly isStopped: boolean; readonly pauses: readonly { from: string; to: string | null; cause: string }[] },
  now: Date,
): Date | null => {
  const last = pauses.filter(({ cause }) => cause !== "vacation").at(-1);
  if (isStopped || last?.to == null || Date.parse(last.to) > now.getTime()) return null;
  return Date.parse(last.to) - Date.parse(last.from) >= toldPauseMs ? new Date(last.to) : null;
};

/**
 * What came of one attempt. `failed`: this message was refused, for good where `isFinal`. `away`: nobody was there to refuse it, or all are refused alike.
 * `unknown`: it went out and no answer came back. `overtaken`: it is not true any more. `error` names no address and no content.
 */
export type Outcome =
  | { readonly kind: "sent" }
  | { readonly kind: "failed"; readonly isFinal: boolean; readonly error: string }
  | { readonly kind: "away" | "unknown" | "overtaken"; readonly error: string };
export const sent: Outcome = { kind: "sent" };
export const failed = (error: string): Outcome => ({ kind: "failed", isFinal: false, error });
export const hopeless = (error: string): Outcome => ({ kind: "failed", isFinal: true, error });
export const away = (error: string): Outcome => ({ kind: "away", error });
export const unknown = (error: string): Outcome => ({ kind: "unknown", error });
export const overtaken = (error: string): Outcome => ({ kind: "overtaken", error });

interface Attempted {
  readonly attempts: number;
  readonly refusals: number;
  readonly unknowns: number;
  readonly created_at: Date;
}
interface Standing {
  readonly state: "sent" | "failed" | "waiting" | "void";
  readonly nextAt: Date;
  readonly error: string | null;
  readonly refusals: number;
  readonly unknowns: number;
}

/** Where the message stands after an attempt. */
export function after(outcome: Outcome, { attempts, refusals, unknowns, created_at }: Attempted, now: Date): Standing {
  const same = { nextAt: now, refusals, unknowns };
  if (outcome.kind === "sent") return { ...same, state: "sent", error: null };
  const { error } = outcome;
  if (outcome.kind === "overtaken") return { ...same, state: "void", error };
  if (outcome.kind === "failed") {
    const isOver = outcome.isFinal || refusals + 1 >= maxRefusals;
    return { ...same, state: isOver ? "failed" : "waiting", nextAt: nextTry(now, refusals + 1), error, refusals: refusals + 1 };
  }
  if (outcome.kind === "unknown") {
    const isOver = unknowns + 1 >= maxUnknowns;
    return { ...same, state: isOver ? "failed" : "waiting", nextAt: nextTry(now, 5), error, unknowns: unknowns + 1 };
  }
  const isOld = now.getTime() - created_at.getTime() >= longestWaitHours * 3_600_000;
  const pause = Math.min(longestProbeSeconds, pauseAfter(attempts)) * 1_000;
  return { ...same, state: isOld ? "failed" : "waiting", nextAt: new Date(now.getTime() + pause), error };
}
