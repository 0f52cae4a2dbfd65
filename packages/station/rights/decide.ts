import { timingSafeEqual } from "node:crypto";
import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import type { QrRight } from "@pigeonhole/protocol/qr";
import type { HoldReason } from "@pigeonhole/protocol/reasons";
import type { Content } from "../store/contents.ts";

/** Two machines' clocks may differ by so much where one of them set a time that the other compares (I-65). Milliseconds. */
export const toleranceMs = 120_000;

/** Why a presented right opens nothing. */
export type Reason = "wrong" | "used" | "expired" | "not_yet" | "replaced" | "revoked" | "held" | "not_ours" | "blocked";
/** What a presented right opens. */
export type Right =
  | { readonly kind: "grant"; readonly grant: Grant; readonly compartment: number }
  | { readonly kind: "walk_up"; readonly deposit: string; readonly codeHash: string; readonly compartment: number };
export type Decision =
  | { readonly granted: Right }
  | {
      readonly refused: Reason;
      readonly compartment: number | null;
      /** Of one that is held: what is missing. */
      readonly missing?: readonly HoldReason[];
    };

/** What the station knows when it decides alone. */
export interface Known {
  readonly desired: Desired | null;
  readonly contents: {
    of(compartment: number): Content | undefined;
    allOf(compartment: number): readonly Content[];
    ofParcel(parcel: string): Content | undefined;
    ofCode(codeHash: string): Content | undefined;
    isSpent(id: string): boolean;
    isCodeSpent(codeHash: string): boolean;
  };
  /** In maintenance or quarantine: nothing new goes there. */
  readonly isBlocked: (compartment: number) => boolean;
}

/**
 * What time it is: `now` by the best knowledge, `least` what has surely been reached. A right that the station itself knows ends when that is
 * certain, so that a clock that is wrong keeps nobody from a parcel (G-22); a token that names its own end is refused when that is likely.
 */
export interface Moment {
  readonly now: Date;
  readonly least: Date;
  /**
   * Until when the backend was in reach; absent while it is. It may have given a window more time since then (F6), and the time out of
   * reach counts for nobody: a deadline that had not passed by then does not pass.
   */
  readonly heard?: Date | undefined;
}

/** Whether a typed code, as its keyed hash, opens something here and now. */
export function decideCode(known: Known, codeHash: string, moment: Moment): Decision {
  const { desired, contents } = known;
  const grant = find(desired?.grants, codeHash);
  const dead = find(desired?.deadCodes, codeHash);
  if (grant) return decideGrant(known, grant, moment);
  if (dead) return { refused: dead.reason, compartment: null };
  const walkUp = contents.ofCode(codeHash);
  if (walkUp?.deposit) {
    const { compartment, deposit } = walkUp;
    if (walkUp.state === "reserved") return { refused: "not_yet", compartment };
    if (walkUp.state !== "stored" || contents.isSpent(deposit)) return { refused: "used", compartment };
    // Half-open: at this instant it is no longer valid.
    if (walkUp.expiresAt !== null && moment.least >= new Date(walkUp.expiresAt)) return { refused: "expired", compartment };
    return { granted: { kind: "walk_up", deposit, codeHash, compartment } };
  }
  return { refused: contents.isCodeSpent(codeHash) ? "used" : "wrong", compartment: null };
}

/**
 * Every entry is compared, each in the same time, whether or not one before it matched: how long it takes says nothing about how near a guess
 * was. What is compared are keyed hashes, which nobody at the keypad can steer.
 */
function find<T extends { readonly codeHash: string | null }>(entries: readonly T[] | undefined, codeHash: string): T | undefined {
  const wanted = Buffer.from(codeHash);
  let found: T | undefined;
  for (const entry of entries ?? []) {
    const own = Buffer.from(entry.codeHash ?? "");
    if (own.length === wanted.length && timingSafeEqual(own, wanted)) found ??= entry;
  }
  return found;
}

/** Whether a signed QR right, whose signature has been checked, opens something here and now. */
export function decideQr(known: Known, right: QrRight, station: string, moment: Moment): Decision {
  if (right.station !== station) return { refused: "not_ours", compartment: null };
  const grant = known.desired?.grants.find((g) => g.id === right.grant);
  // A courier looks again, or lets it go; the taking out itself uses the right up.
  const isOnce = grant === undefined || grant.kind === "pickup";
  if (isOnce && known.contents.isSpent(right.grant)) return { refused: "used", compartment: right.compartment };
  // The desired document is whole: a grant that it no longer names has been withdrawn, or has run out.
  if (!grant) return { refused: moment.now >= right.expiresAt ? "expired" : "revoked", compartment: right.compartment };
  if (right.generation < grant.generation) return { refused: "replaced", compartment: right.compartment };
  // A window that was given more time, or whose clock stands still, outlives what was written into its QR code.
  const isProlonged = grant.state === "active" && (grant.expiresAt === null || new Date(grant.expiresAt) > right.expiresAt);
  if (!isProlonged && moment.now.getTime() >= right.expiresAt.getTime() + toleranceMs)
    return { refused: "expired", compartment: right.compartment };
  return decideGrant(known, grant, moment);
}

/** Whether a right takes something out; the others put something in. */
export const isTakingOut = ({ kind }: Pick<Grant, "kind">): boolean => kind === "pickup" || kind === "collection";

function decideGrant({ contents, isBlocked }: Known, grant: Grant, { now, least, heard }: Moment): Decision {
  const isOut = isTakingOut(grant);
  // A parcel that is being put in may have been given another compartment in the same visit.
  const own = contents.ofParcel(grant.parcel);
  const first = contents.of(grant.compartment);
  // Parcels of one person in one compartment have one code: it counts for whichever of them is there (N5).
  const isMate = first?.parcel != null && grant.beside?.includes(first.parcel) === true;
  const content = own?.state === "reserved" || (isOut && !(own === undefined && isMate)) ? own : first;
  // Where the parcel lies is a fact and beats the plan (architecture §3).
  const compartment = content?.compartment ?? grant.compartment;
  const granted: Decision = { granted: { kind: "grant", grant, compartment } };
  // The depositor again, who has not said yet that it is in.
  const isDepositAgain = !isOut && content?.state === "reserved" && content.parcel === grant.parcel;
  // The courier again, who has not said yet what became of it.
  const isAgain = isDepositAgain || (grant.kind === "collection" && content?.state === "retrieving");
  if (contents.isSpent(grant.id) && !isAgain) return { refused: "used", compartment };
  if (now.getTime() < new Date(grant.notBefore).getTime() - toleranceMs) return { refused: "not_yet", compartment };
  const reached = isOut && heard !== undefined && heard < least ? heard : least;
  if (grant.expiresAt !== null && reached >= new Date(grant.expiresAt)) return { refused: "expired", compartment };
  if (!isOut) {
    if (isAgain) return granted;
    // Parcels of two people never lie in one box, whatever the plan says.
    const mayShare = mayLieBeside(contents.allOf(compartment), grant.parcel, grant.beside ?? []);
    return !mayShare || isBlocked(compartment) ? { refused: "blocked", compartment } : granted;
  }
  if (content === undefined) return { refused: contents.isSpent(grant.parcel) ? "used" : "not_yet", compartment };
  if (content.state === "reserved") return { refused: "not_yet", compartment };
  if (content.state === "collecting" || content.state === "retrieving") return isAgain ? granted : { refused: "used", compartment };
  // A customer's return is the carrier's to take out.
  if (grant.kind === "pickup" && content.isReturn) return { refused: "used", compartment };
  // The code alone does not open (N11). Only what the backend signed ends that, never an answer of the moment.
  return grant.held ? { refused: "held", compartment, missing: grant.held } : granted;
}

/** Whether a parcel may go in where these lie: none, or parcels of the same person that are surely there and are nobody else's to take out (N5, I-03). */
export const mayLieBeside = (inside: readonly Content[], parcel: string, mates: readonly string[]): boolean =>
  inside.every(
    (each) => each.state === "stored" && each.parcel !== null && each.parcel !== parcel && !each.isReturn && mates.includes(each.parcel),
  );

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
