import type { channels } from "./contract.ts";

export type Channel = (typeof channels)[number];

/** A message is begun so often at most, over about six hours. */
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
/** Contents are kept for so long, sealed. Days. */
export const keptDays = 30;
/** Browsers of one customer at most; the oldest makes room. */
export const maxSubscriptions = 10;

/** Of a pause that is shorter nobody is told: the parcel's page shows it. Milliseconds. */
const toldPauseMs = 3_600_000;
/** Whether the end of a pause of somebody's pick-up window is worth a message. */
export const isTold = ({
  isStopped,
  pauses,
}: {
  readonly isStopped: boolean;
  readonly pauses: readonly { from: string; to: string | null }[];
}): boolean => {
  const last = pauses.at(-1);
  return !isStopped && last?.to != null && Date.parse(last.to) - Date.parse(last.from) >= toldPauseMs;
};

/** What came of one attempt. A final failure is not tried again. `error` names no address and no content. */
export type Outcome = { readonly kind: "sent" } | { readonly kind: "failed"; readonly isFinal: boolean; readonly error: string };
export const sent: Outcome = { kind: "sent" };
export const failed = (error: string): Outcome => ({ kind: "failed", isFinal: false, error });
export const hopeless = (error: string): Outcome => ({ kind: "failed", isFinal: true, error });

/** Where the message stands after an attempt. */
export function after(
  outcome: Outcome,
  attempts: number,
  now: Date,
): { readonly state: "sent" | "failed" | "waiting"; readonly nextAt: Date; readonly error: string | null } {
  if (outcome.kind === "sent") return { state: "sent", nextAt: now, error: null };
  const isOver = outcome.isFinal || attempts >= maxAttempts;
  return { state: isOver ? "failed" : "waiting", nextAt: nextTry(now, attempts), error: outcome.error };
}
