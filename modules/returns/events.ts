import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { returnKinds } from "./contract.ts";
import { returnEndings, returnStates } from "./lifecycle.ts";

/** What all of them say of it. `parcel` is its own id, as stations, couriers and receipts know it; `of`: the parcel that it came in. */
const about = {
  parcel: z.uuid(),
  kind: z.enum(returnKinds),
  number: z.string(),
  of: z.uuid().nullable(),
  orderId: z.string(),
  /** Whoever it goes back to; `module:returns` where it goes on to another person. */
  owner: z.string(),
  /** Who puts it in, as `actorText` writes it. */
  customer: z.string(),
  carrier: z.string().nullable(),
  station: z.uuid(),
  compartment: z.int().nullable(),
  /** Half-open: from this instant it can no longer be put in. */
  until: z.iso.datetime(),
  /** The customer as a `Recipient`, sealed for them at place `returns.customer|<parcel>`; null where nobody is to be told any more. */
  sealedCustomer: z.string().nullable(),
};
/** A return or a sending went from one state to the next; `from` is null when it is new. `actor`: whoever caused it. */
export const ReturnMoved = fact("returns.moved", "parcel", {
  ...about,
  from: z.enum(returnStates).nullable(),
  to: z.enum(returnStates),
  ending: z.enum(returnEndings).nullable(),
  actor: z.string().nullable(),
});
/** Its customer's code is live, or another one has taken its place: `isNew` for the first. The code itself is asked of access. */
export const CodeReady = fact("returns.code_ready", "parcel", { ...about, isNew: z.boolean() });
/** A day before the end of its time it has not been put in. */
export const RunningOut = fact("returns.running_out", "parcel", about);
/** A sending goes on as a parcel, from its carrier to the station of its recipient. */
export const GoesOn = fact("returns.goes_on", "parcel", { ...about, onward: z.uuid() });
/** A shop allows one return. `sealedCustomer` at place `returns.authorised|<authorisation>`. */
export const Authorised = fact("returns.authorised", "authorisation", {
  authorisation: z.uuid(),
  owner: z.string(),
  orderId: z.string(),
  of: z.uuid().nullable(),
  until: z.iso.datetime(),
  sealedCustomer: z.string(),
});
