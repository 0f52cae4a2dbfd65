import type { Db } from "@pigeonhole/kit/db";
import { Refused } from "@pigeonhole/kit/refused";
import type { Command } from "@pigeonhole/protocol/messages";
import type { CommandWish } from "./contract.ts";
import * as domain from "./domain.ts";
import * as grants from "./queries/grants.ts";
import type { Tables } from "./tables.ts";

type Purpose = CommandWish["purpose"];

/**
 * The right behind a courier's command, derived anew from this module's own record, for whoever gives it and again for whoever signs it (I-37).
 * Throws Refused `no_right` or `not_found`.
 */
export async function courierRight(
  db: Db<Tables>,
  { purpose, parcel, actor }: { readonly purpose: string; readonly parcel: string; readonly actor: string },
  now: Date,
): Promise<grants.GrantRow> {
  if (!actor.startsWith("courier:") || !isCouriers(purpose))
    throw new Refused("no_right", "Only a courier drops parcels off or takes them out.");
  const grant = await grants.ofParcel(db, parcel, purpose);
  domain.mayUse(purpose, grant, now);
  return grant!;
}
/** The right behind any command that waits to be signed: a courier's, or that of whoever opens by phone. Throws Refused `no_right` or `not_found`. */
export async function rightBehind(
  db: Db<Tables>,
  order: {
    readonly purpose: string;
    readonly parcel: string;
    readonly actor: string;
    readonly grant: string | null;
  },
  now: Date,
): Promise<grants.GrantRow> {
  if (order.purpose !== "pickup") return courierRight(db, order, now);
  const grant = order.grant === null ? undefined : await grants.get(db, order.grant);
  const isTheirs = grant?.kind === "pickup" && grant.parcel === order.parcel && /^(customer|proxy):/.test(order.actor);
  if (!isTheirs || grant.state !== "active" || domain.isOver(grant, now))
    throw new Refused("no_right", "Only whoever may collect a parcel opens its door from a phone.");
  return grant;
}
const isCouriers = (purpose: string): purpose is Purpose => purpose === "dropoff" || purpose === "collection";

/** What has to be in the compartment, by our own belief: nothing until a deposit is known, and what is to be taken out. A station that knows otherwise refuses. */
export const expectedOf = (purpose: string, parcel: string): Command["expected"] => ({ parcel: purpose === "dropoff" ? null : parcel });
