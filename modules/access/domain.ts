import { Refused } from "@pigeonhole/kit/refused";
import type { HoldReason } from "@pigeonhole/protocol/reasons";
import { grantMoves, type GrantState } from "./contract.ts";

export type Service = "standard" | "prime" | "business";
export type DeathReason = "used" | "expired" | "replaced" | "revoked";
export type Verdict = "granted" | DeathReason | "wrong" | "not_yet" | "held";

/** How many days after its deposit a parcel can be collected (A6.4). */
export const pickupWindowDays: Readonly<Record<Service, number>> = { standard: 3, prime: 7, business: 14 };
/** A dead code is answered specifically for so long (A6.3), and drawn for nobody else. Days. */
export const rememberedDays = 30;
/** Fresh codes for one parcel within 24 hours at most. */
export const reissuesPerDay = 5;

/** A grant as far as decisions need it. */
export interface Right {
  readonly kind: "pickup" | "dropoff" | "return" | "collection";
  readonly state: GrantState;
  readonly generation: number;
  readonly not_before: Date;
  readonly expires_at: Date | null;
  readonly collected_at: Date | null;
  /** The clock stands still: nobody can get at the parcel (F6). */
  readonly stopped_since: Date | null;
  /** What has to happen before it opens (N11). */
  readonly held: readonly HoldReason[];
}

/** Half-open: at `expires_at` it is no longer valid, even while the job that says so is late. */
export const isOver = (right: Pick<Right, "expires_at" | "stopped_since">, now: Date): boolean =>
  right.expires_at !== null && right.stopped_since === null && now >= right.expires_at;
export const isLive = (right: Right, now: Date): boolean => (right.state === "issued" || right.state === "active") && !isOver(right, now);

/** The state after a fact that wants `to`; undefined when the grant has ended already or cannot go there. */
export const after = (state: GrantState, to: GrantState): GrantState | undefined => (grantMoves[state].includes(to) ? to : undefined);

const days = (count: number): number => count * 86_400_000;
/** A station's clock may run ahead, the window never begins in the future; exact hours, so that a change of the clocks shortens nothing (I-67). */
export const windowEnd = (depositedAt: Date, now: Date, windowDays: number): Date =>
  new Date(Math.min(depositedAt.getTime(), now.getTime()) + days(windowDays));
export const rememberedSince = (now: Date): Date => new Date(now.getTime() - days(rememberedDays));

/** What was presented at the kiosk: a typed code, whose own death counts, or a QR code of some generation. */
export type Presented = { readonly by: "code"; readonly died: DeathReason | null } | { readonly by: "qr"; readonly generation: number };

/** Whether what was presented opens the door. `right` is undefined when nothing like it is known. */
export function judge(right: Right | undefined, presented: Presented, now: Date): Verdict {
  // A courier's right is a QR code on a phone; nobody types one.
  const isCouriers = right?.kind === "dropoff" || right?.kind === "collection";
  if (!right || (isCouriers && presented.by === "code")) return "wrong";
  if (presented.by === "code" && presented.died) return presented.died;
  if (presented.by === "qr" && presented.generation > right.generation) return "wrong";
  if (presented.by === "qr" && presented.generation < right.generation) return "replaced";
  if (right.state === "issued" || (right.state === "active" && now < right.not_before)) return "not_yet";
  if (right.state !== "active") return right.state;
  return isOver(right, now) ? "expired" : right.held.length > 0 ? "held" : "granted";
}

/** What a fresh code does to the grant: a live one goes on under a higher generation; one that was used up while the parcel stayed inside has a successor. */
export function reissue(right: Right, now: Date): "raise" | "succeed" {
  if (right.state === "issued") throw new Refused("not_ready", "There is no code before the parcel is in the locker.");
  if (isOver(right, now)) throw new Refused("over", "The time to collect this parcel is over.");
  if (right.state === "active") return "raise";
  if (right.state === "used" && right.collected_at === null) return "succeed";
  throw new Refused(
    "over",
    right.state === "used" ? "This parcel has been collected." : "This parcel can no longer be collected with a code.",
  );
}

/**
 * What a deposit does to the newest pick-up right of its parcel. A plan that was called off before the parcel arrived does not strand it:
 * it lies in the box, and its owner gets a successor of the right that was withdrawn.
 */
export function deposit(right: Right): "begin" | "succeed" | "nothing" {
  if (right.state === "issued") return "begin";
  const wasCalledOff = (right.state === "expired" || right.state === "revoked") && right.expires_at === null;
  return wasCalledOff ? "succeed" : "nothing";
}

/** Whether a plan that was called off ends a right: one that a deposit has made active is no longer a matter of plans. */
export const endsWithPlan = (right: Pick<Right, "kind" | "state">): boolean => !(right.kind === "pickup" && right.state === "active");

/** Whether the parcel may be taken out by this grant now. */
export function mayPickUp(right: Right | undefined, now: Date): void {
  if (!right) throw new Refused("not_found", "There is no such parcel.");
  if (right.state === "issued") throw new Refused("not_ready", "The parcel is not in the locker yet.");
  if (right.state !== "active" || isOver(right, now))
    throw new Refused("over", right.state === "used" ? "This parcel has been collected." : "The time to collect this parcel is over.");
  if (right.held.length > 0)
    throw new Refused("condition_open", "Something is missing before this door opens. The parcel's page says what.", {
      missing: right.held,
    });
}

/** What couriers come for. */
export type CourierPurpose = "dropoff" | "collection";
const noRight: Readonly<Record<CourierPurpose, { readonly unknown: string; readonly used: string; readonly over: string }>> = {
  dropoff: {
    unknown: "No delivery of this parcel is expected.",
    used: "This parcel has been dropped off already.",
    over: "The delivery of this parcel is no longer expected.",
  },
  collection: {
    unknown: "Nobody takes this parcel out.",
    used: "This parcel has been taken out already.",
    over: "This parcel is no longer to be taken out.",
  },
};
/** Whether a courier may still come for this by the right. Throws Refused `not_found` or `no_right`. */
export function mayUse(purpose: CourierPurpose, right: Right | undefined, now: Date): void {
  const why = noRight[purpose];
  if (!right) throw new Refused("not_found", why.unknown);
  if (right.state === "used") throw new Refused("no_right", why.used);
  if (!isLive(right, now)) throw new Refused("no_right", why.over);
}

/** So long after the deposit its courier may say that it was the wrong parcel; later it is somebody else's to look into. Minutes. */
export const takeBackMinutes = 30;

/** So long after a door was opened for a courier their word about it counts, also when the right has been called off meanwhile. Minutes. */
export const wordMinutes = 30;

/** Throws Refused `no_right` when it is too late to take a deposit back (I-28). */
export function mayTakeBack(right: { readonly opened_at: Date | null }, now: Date): void {
  if (right.opened_at !== null && now.getTime() - right.opened_at.getTime() > takeBackMinutes * 60_000)
    throw new Refused("no_right", "It is too late to take this deposit back. Please call the station's operator.");
}

/**
 * How many attempts in a row the backend compares for one station, and how soon one is forgiven. The station's own keypad limit is the
 * first to bite; this one bounds what a station that lies about its limit can try: 20 and 24 a day of 90 million codes. Rightful
 * attempts are given back. Beyond it the station decides alone, so that nobody is locked out of their parcel (I-35).
 */
export const attemptLimits = {
  code: { burst: 20, forgiveSeconds: 3_600 },
  qr: { burst: 120, forgiveSeconds: 10 },
} as const;
