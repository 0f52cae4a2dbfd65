import type { Carried } from "@pigeonhole/protocol/carried";
import { stillHeld } from "@pigeonhole/protocol/held";
import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import { toleranceMs, type Reason } from "../rights/decide.ts";

/** What the station knows when a phone shows it a document whose signature is right. */
export interface Known {
  readonly desired: Desired | null;
  /** What phones have told before and no desired document has caught up with. */
  readonly told: readonly Carried[];
  readonly isSpent: (id: string) => boolean;
  readonly epoch: number;
  readonly now: Date;
}

/** `new` changes something, `known` does not, everything else is why it is refused. */
export type Weight = "new" | "known" | Reason;

/**
 * What a carried document is worth. The higher generation of a right counts, a withdrawal beats its own generation, and neither is ever
 * taken back by an older word (I-36); so does a word
 * by which less is missing before the door opens (N11). Of a right that the desired document no longer names, only a document that was signed later speaks.
 */
export function weigh({ desired, told, isSpent, epoch, now }: Known, { grant, ...document }: Carried): Weight {
  if (desired === null || !desired.compartments.some(({ compartment }) => compartment === grant.compartment)) return "wrong";
  // A former epoch's rights were told anew with the present one.
  if (document.epoch !== epoch) return "revoked";
  if (now.getTime() >= document.expiresAt.getTime() + toleranceMs) return "expired";
  const before = told.find((each) => each.grant.id === grant.id)?.grant;
  const planned = desired.grants.find(({ id }) => id === grant.id);
  const generation = Math.max(before?.generation ?? 0, planned?.generation ?? 0);
  if (grant.generation < generation) return "replaced";
  const isWithdrawn = before?.isWithdrawn === true && before.generation === generation;
  if (grant.generation === generation) {
    if (grant.isWithdrawn || isWithdrawn) return isWithdrawn ? (grant.isWithdrawn ? "known" : "revoked") : "new";
    const sofar = [planned, before].flatMap((each) => (each?.generation === generation ? [each.held] : []));
    return stillHeld(...sofar).length > stillHeld(...sofar, grant.held).length ? "new" : "known";
  }
  if (isSpent(grant.id) || isSpent(grant.parcel)) return "used";
  // The desired document is whole: signed later and without this right, it has withdrawn it.
  if (!planned && !before && new Date(desired.issuedAt) >= document.issuedAt) return grant.isWithdrawn ? "known" : "revoked";
  return "new";
}

/** Whether the desired document says as much as the phone did, or more. */
export function isCaughtUp(desired: Desired, { grant, issuedAt }: Carried): boolean {
  const planned = desired.grants.find(({ id }) => id === grant.id);
  if (!planned) return new Date(desired.issuedAt) > issuedAt;
  const isAsFree = stillHeld(planned.held).length === stillHeld(planned.held, grant.held).length;
  return planned.generation > grant.generation || (planned.generation === grant.generation && !grant.isWithdrawn && isAsFree);
}

/** The desired document with what phones have told since: its version stays, its grants and dead codes are those that count. */
export function withTold(desired: Desired, told: readonly Carried[]): Desired {
  return told
    .filter((each) => !isCaughtUp(desired, each))
    .reduce((sofar, { grant, issuedAt }) => {
      const planned = sofar.grants.find(({ id }) => id === grant.id);
      const others = sofar.grants.filter(({ id }) => id !== grant.id);
      const reason = grant.isWithdrawn ? ("revoked" as const) : ("replaced" as const);
      const dead = planned?.codeHash && planned.codeHash !== grant.codeHash ? [{ codeHash: planned.codeHash, reason }] : [];
      const fresh: Grant = {
        id: grant.id,
        kind: grant.kind,
        state: "active",
        compartment: grant.compartment,
        parcel: grant.parcel,
        codeHash: grant.codeHash,
        generation: grant.generation,
        notBefore: (planned ? new Date(planned.notBefore) : issuedAt).toISOString(),
        expiresAt: grant.expiresAt?.toISOString() ?? null,
        ...(planned?.beside && { beside: planned.beside }),
        ...(grant.held && { held: grant.held }),
      };
      return { ...sofar, grants: grant.isWithdrawn ? others : [...others, fresh], deadCodes: [...dead, ...sofar.deadCodes] };
    }, desired);
}
