import { Refused } from "@pigeonhole/kit/refused";
import type { OrderWindows } from "@pigeonhole/reservations/windows/contract";
import type { GrantState } from "../contract.ts";
import { lastCallSeconds } from "./contract.ts";

const dayMs = 86_400_000;

export interface Waiting {
  readonly state: GrantState;
  readonly beganAt: Date | null;
  readonly promisedUntil: Date | null;
  /** With the times given back in which nobody could get at it. */
  readonly expiresAt: Date | null;
  readonly isStopped: boolean;
  readonly extended: number;
  readonly windows: OrderWindows | null;
}

/**
 * The end that is promised from now on. Throws Refused with a sentence for the one who asks. `isCourierComing`: somebody has the right to take
 * it out. Whole days of 24 hours, whatever the clocks on walls do (I-67).
 */
export function extended(waiting: Waiting, isCourierComing: boolean, now: Date): Date {
  const { state, beganAt, promisedUntil, expiresAt, isStopped, windows } = waiting;
  if (isCourierComing) throw new Refused("too_late", "A courier has been asked to take this parcel out. Please talk to its sender.");
  if (state === "issued") throw new Refused("not_ready", "The parcel is not in the locker yet: its time has not begun.");
  if (state !== "active" || beganAt === null || promisedUntil === null || expiresAt === null)
    throw new Refused("too_late", "This parcel no longer waits for you.");
  if (!isStopped && now.getTime() >= expiresAt.getTime() - lastCallSeconds * 1_000)
    throw new Refused("too_late", "The time for this parcel is over.");
  if (windows === null || waiting.extended >= windows.extensions)
    throw new Refused("no_more_time", "You have taken as much more time as this shop gives.");
  const limit = new Date(beganAt.getTime() + windows.mostDays * dayMs);
  const wished = new Date(promisedUntil.getTime() + windows.extensionDays * dayMs);
  const until = wished < limit ? wished : limit;
  if (until <= promisedUntil) throw new Refused("no_more_time", "It has waited as long as a parcel may wait here.");
  return until;
}

/** How often more time may still be taken. */
export const left = ({ extended: taken, windows }: Pick<Waiting, "extended" | "windows">): number =>
  Math.max(0, (windows?.extensions ?? 0) - taken);
