import type { Db } from "@pigeonhole/kit/db";
import { Refused } from "@pigeonhole/kit/refused";
import type { Command } from "@pigeonhole/protocol/messages";
import type { CommandWish } from "./contract.ts";
import * as domain from "./domain.ts";
import * as attempts from "./queries/attempts.ts";
import * as grants from "./queries/grants.ts";
import { isApproved, staffText } from "./staff/domain.ts";
import * as openings from "./staff/queries.ts";
import type { Tables } from "./tables.ts";

type Purpose = CommandWish["purpose"];

/**
 * The right behind a courier's command, derived anew from this module's own record, for whoever gives it and again for whoever signs it (I-37).
 * Throws Refused `no_right` or `not_found`.
 */
export async function courierRight(
  db: Db<Tables>,
  { purpose, parcel, actor, isTakenBack, action }: CourierOrder,
  now: Date,
): Promise<grants.GrantRow> {
  if (!actor.startsWith("courier:") || !isCouriers(purpose))
    throw new Refused("no_right", "Only a courier drops parcels off or takes them out.");
  const grant = await grants.ofParcel(db, parcel, purpose);
  if (isTakenBack && grant?.state === "used") domain.mayTakeBack(grant, now);
  else if (!grant || action === "open" || !(await hasOpened(db, grant, actor, now))) domain.mayUse(purpose, grant, now);
  return grant!;
}
/**
 * Whether this courier's door was opened by a right that has been called off since. What became of it is a fact, and only they can tell: without
 * their word the compartment would hold nobody knows what.
 */
const hasOpened = async (db: Db<Tables>, { state, parcel, station, compartment, kind }: grants.GrantRow, actor: string, now: Date) =>
  (state === "revoked" || state === "expired") &&
  attempts.wasOpenedFor(db, { purpose: kind, parcel, station, compartment, actor }, new Date(now.getTime() - domain.wordMinutes * 60_000));
interface CourierOrder {
  readonly purpose: string;
  readonly parcel: string;
  readonly actor: string;
  /** `open`, or a word about a door that was opened. */
  readonly action: string;
  /** The word that a parcel was in is taken back: by a right that is used up already (I-28). */
  readonly isTakenBack: boolean;
}
/** Whether an order takes back the word that a parcel was in. */
export const takesBack = (order: { readonly action: string; readonly reason?: string | null | undefined }): boolean =>
  order.action === "release" && order.reason === "wrong_parcel";
/** The right behind any command that waits to be signed: a courier's, or that of whoever opens by phone, or of two members of staff. Throws Refused `no_right` or `not_found`. */
export async function rightBehind(
  db: Db<Tables>,
  order: {
    readonly id: string;
    readonly purpose: string;
    readonly parcel: string | null;
    readonly actor: string;
    readonly action: string;
    readonly grant: string | null;
    readonly release_reason: string | null;
  },
  now: Date,
): Promise<Pick<grants.GrantRow, "station" | "compartment">> {
  if (order.purpose === "service") return staffRight(db, order, now);
  if (order.parcel === null) throw new Refused("no_right", "Only staff open an empty compartment.");
  if (order.purpose !== "pickup")
    return courierRight(db, { ...order, parcel: order.parcel, isTakenBack: takesBack({ ...order, reason: order.release_reason }) }, now);
  const grant = order.grant === null ? undefined : await grants.get(db, order.grant);
  const isTheirs = grant?.kind === "pickup" && grant.parcel === order.parcel && /^(customer|proxy):/.test(order.actor);
  if (!isTheirs || grant.state !== "active" || domain.isOver(grant, now) || grant.held.length > 0)
    throw new Refused("no_right", "Only whoever may collect a parcel opens its door from a phone.");
  return grant;
}
/** The request that another person approved just now, and that this very command carries out. Throws Refused `no_right`. */
async function staffRight(
  db: Db<Tables>,
  { id, parcel, actor }: { readonly id: string; readonly parcel: string | null; readonly actor: string },
  now: Date,
): Promise<Pick<grants.GrantRow, "station" | "compartment">> {
  const request = await openings.ofCommand(db, id);
  if (!request || !isApproved(request, now) || request.parcel !== parcel || staffText(request) !== actor)
    throw new Refused("no_right", "No second person has approved this opening.");
  return request;
}
const isCouriers = (purpose: string): purpose is Purpose => purpose === "dropoff" || purpose === "collection";

/** What has to be in the compartment, by our own belief: nothing until a deposit is known, and what is to be taken out. A station that knows otherwise refuses. */
export const expectedOf = (purpose: string, parcel: string | null): Command["expected"] => ({
  parcel: purpose === "dropoff" ? null : parcel,
});
