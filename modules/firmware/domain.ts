import type { StationState } from "./contract.ts";

/**
 * Of a release that breaks one station in twenty, a canary group of so many shows a failure with 99.9 % certainty: 0.95^140 < 0.001
 * (G-13). A small fleet cannot afford so many: there it is a share.
 */
export const canary = { most: 140, share: 0.15 } as const;
/** After the canary group so much of the fleet, then all of it. */
const half = 0.5;
/** A station that changed over and says nothing for so long is broken. Minutes. */
export const silentMinutes = 20;
/** Of the stations that can be reached, so many must have arrived before a wave counts as through. */
const arrivedShare = 0.9;
/** In the canary group the first failure stops. Later, this share of those that have come to an end, and at least two. */
const failedShare = 0.01;
/** Openings that fail: at least so many, and so many times as often as before (at least as if one in a hundred had failed). */
const openings = { least: 5, times: 3, usual: 0.01 } as const;

/** How many stations have been reached when each wave is through, e.g. [140, 500, 1000]. */
export function planWaves(stations: number): number[] {
  const first = Math.min(canary.most, Math.max(1, Math.ceil(stations * canary.share)));
  return [...new Set([first, Math.max(first, Math.ceil(stations * half)), stations])];
}
/** The wave of the station at this place of the order, both counted from 0. */
export const waveOf = (waves: readonly number[], place: number): number => waves.findIndex((upTo) => place < upTo);

/** One line of what is so: how many stations of a wave are in a state. */
export interface Count {
  readonly wave: number;
  readonly state: StationState;
  readonly connected: boolean;
  readonly stations: number;
}
export interface Situation {
  /** The last open wave. */
  readonly wave: number;
  readonly waves: readonly number[];
  readonly soakMinutes: number;
  /** When the open waves had all arrived, as a former decision found. */
  readonly settledAt: Date | null;
  readonly counts: readonly Count[];
  readonly openings: Readonly<Record<"before" | "after", { readonly opened: number; readonly failed: number }>>;
}
export type Decision =
  | { readonly kind: "stop"; readonly reason: string }
  | { readonly kind: "open"; readonly wave: number }
  | { readonly kind: "done" }
  | { readonly kind: "settled" | "unsettled" | "wait" };

/** What a rollout does next, from the facts alone. Stopping comes first: no wave opens on a fleet that shows trouble. */
export function decide({ wave, waves, soakMinutes, settledAt, counts, openings: seen }: Situation, now: Date): Decision {
  const sum = (...states: StationState[]): number =>
    counts.filter(({ state }) => states.includes(state)).reduce((total, { stations }) => total + stations, 0);
  const [confirmed, failed] = [sum("confirmed"), sum("failed")];
  if (failed > 0 && wave === 0) return { kind: "stop", reason: `${plural(failed, "station")} of the canary group failed` };
  if (failed >= 2 && failed > failedShare * (confirmed + failed))
    return { kind: "stop", reason: `${failed} of ${confirmed + failed} stations failed` };
  const trouble = risen(seen.before, seen.after);
  if (trouble) return { kind: "stop", reason: trouble };

  // Who is away holds up nobody: it gets the release when it is back. But nobody at all would prove nothing.
  const underWay = counts.filter(
    ({ state, connected }) => connected && (state === "offered" || state === "ready" || state === "switching"),
  );
  const pending = underWay.reduce((total, { stations }) => total + stations, 0);
  const isLast = wave === waves.length - 1;
  const hasArrived = confirmed > 0 && (isLast ? pending === 0 : confirmed >= arrivedShare * (confirmed + pending + failed));
  if (!hasArrived) return { kind: settledAt ? "unsettled" : "wait" };
  if (now.getTime() < (settledAt ?? now).getTime() + soakMinutes * 60_000) return { kind: settledAt ? "wait" : "settled" };
  return isLast ? { kind: "done" } : { kind: "open", wave: wave + 1 };
}

function risen(before: { opened: number; failed: number }, after: { opened: number; failed: number }): string | undefined {
  const rate = ({ opened, failed }: { opened: number; failed: number }): number => (failed === 0 ? 0 : failed / (opened + failed));
  const usual = Math.max(openings.usual, rate(before));
  if (after.failed < openings.least || rate(after) <= openings.times * usual) return undefined;
  return `${after.failed} of ${after.opened + after.failed} openings failed after the change, ${before.failed} of ${before.opened + before.failed} before`;
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Where a station stands after a word of its own; undefined when the word changes nothing. An end is an end until an operator lets it retry. */
export function moved(
  state: StationState,
  stage: "running" | "ready" | "switching" | "confirmed" | "rolled_back" | "refused",
): StationState | undefined {
  if (stage === "confirmed") return state === "confirmed" ? undefined : "confirmed";
  if (stage === "rolled_back" || stage === "refused") return state === "failed" ? undefined : "failed";
  if (stage === "ready") return state === "offered" ? "ready" : undefined;
  if (stage === "switching") return state === "offered" || state === "ready" ? "switching" : undefined;
  return undefined;
}
