import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import type { QrRight } from "@pigeonhole/protocol/qr";
import type { Content } from "../store/contents.ts";

/** Two machines' clocks may differ by so much where one of them set a time that the other compares (I-65). Milliseconds. */
export const toleranceMs = 120_000;

/** Why a presented right opens nothing. */
export type Reason = "wrong" | "used" | "expired" | "not_yet" | "replaced" | "revoked" | "not_ours";
/** What a presented right opens. */
export type Right =
  | { readonly kind: "grant"; readonly grant: Grant; readonly compartment: number }
  | { readonly kind: "walk_up"; readonly deposit: string; readonly codeHash: string; readonly compartment: number };
export type Decision = { readonly granted: Right } | { readonly refused: Reason; readonly compartment: number | null };

/** What the station knows when it decides alone. */
export interface Known {
  readonly desired: Desired | null;
  readonly contents: {
    of(compartment: number): Content | undefined;
    ofParcel(parcel: string): Content | undefined;
    ofCode(codeHash: string): Content | undefined;
    isSpent(id: string): boolean;
    isCodeSpent(codeHash: string): boolean;
  };
}

/** Whether a typed code, as its keyed hash, opens something here and now. */
export function decideCode({ desired, contents }: Known, codeHash: string, now: Date): Decision {
  const grant = desired?.grants.find((g) => g.codeHash === codeHash);
  if (grant) return decideGrant({ desired, contents }, grant, now);
  const dead = desired?.deadCodes.find((d) => d.codeHash === codeHash);
  if (dead) return { refused: dead.reason, compartment: null };
  const walkUp = contents.ofCode(codeHash);
  if (walkUp?.deposit) {
    const { compartment, deposit } = walkUp;
    if (walkUp.state === "reserved") return { refused: "not_yet", compartment };
    if (walkUp.state !== "stored" || contents.isSpent(deposit)) return { refused: "used", compartment };
    // Half-open: at this instant it is no longer valid.
    if (walkUp.expiresAt !== null && now >= new Date(walkUp.expiresAt)) return { refused: "expired", compartment };
    return { granted: { kind: "walk_up", deposit, codeHash, compartment } };
  }
  return { refused: contents.isCodeSpent(codeHash) ? "used" : "wrong", compartment: null };
}

/** Whether a signed QR right, whose signature has been checked, opens something here and now. */
export function decideQr(known: Known, right: QrRight, station: string, now: Date): Decision {
  if (right.station !== station) return { refused: "not_ours", compartment: null };
  if (known.contents.isSpent(right.grant)) return { refused: "used", compartment: right.compartment };
  const grant = known.desired?.grants.find((g) => g.id === right.grant);
  // The desired document is whole: a grant that it no longer names has been withdrawn, or has run out.
  if (!grant) return { refused: now >= right.expiresAt ? "expired" : "revoked", compartment: right.compartment };
  if (right.generation < grant.generation) return { refused: "replaced", compartment: right.compartment };
  if (now.getTime() >= right.expiresAt.getTime() + toleranceMs) return { refused: "expired", compartment: right.compartment };
  return decideGrant(known, grant, now);
}

function decideGrant({ contents }: Known, grant: Grant, now: Date): Decision {
  const content = grant.kind === "pickup" ? contents.ofParcel(grant.parcel) : contents.of(grant.compartment);
  // Where the parcel lies is a fact and beats the plan (architecture §3).
  const compartment = content?.compartment ?? grant.compartment;
  if (contents.isSpent(grant.id)) return { refused: "used", compartment };
  if (now.getTime() < new Date(grant.notBefore).getTime() - toleranceMs) return { refused: "not_yet", compartment };
  if (grant.expiresAt !== null && now >= new Date(grant.expiresAt)) return { refused: "expired", compartment };
  if (grant.kind === "dropoff") {
    const isFree = content === undefined || (content.state === "reserved" && content.parcel === grant.parcel);
    return isFree ? { granted: { kind: "grant", grant, compartment } } : { refused: "used", compartment };
  }
  if (content === undefined) return { refused: contents.isSpent(grant.parcel) ? "used" : "not_yet", compartment };
  if (content.state === "reserved") return { refused: "not_yet", compartment };
  if (content.state === "collecting") return { refused: "used", compartment };
  return { granted: { kind: "grant", grant, compartment } };
}

/**
 * The backend's word and the station's, together. Both must say yes (I-37): the backend knows of withdrawn rights, the station of what lies
 * behind its doors; and the answer travels unsigned, so that it alone opens nothing. One "no" of the backend's does not count: that
 * it has not heard of the deposit yet, which the station knows better.
 */
export function together(
  local: Decision,
  backend: { readonly outcome: "granted" } | { readonly outcome: "refused"; readonly reason: Reason } | null,
): Decision {
  if (backend === null || backend.outcome === "granted") return local;
  if ("granted" in local) return backend.reason === "not_yet" ? local : { refused: backend.reason, compartment: local.granted.compartment };
  // Both refuse: the more telling reason.
  return local.refused === "wrong" ? { refused: backend.reason, compartment: null } : local;
}
