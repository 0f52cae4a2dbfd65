import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { parcelStates, recallReasons } from "./contract.ts";
import { cancellationStates } from "./cancelling/contract.ts";
import { redirectReasons, redirectStates } from "./redirects/contract.ts";

/** A parcel went from one state to the next; `from` is null when it is new. `expiresAt`: end of the pick-up window once deposited. */
export const ParcelMoved = fact("parcels.moved", "parcel", {
  parcel: z.uuid(),
  reservation: z.uuid().nullable(),
  station: z.uuid(),
  compartment: z.int(),
  owner: z.string(),
  carrier: z.string().nullable(),
  number: z.string(),
  from: z.enum(parcelStates).nullable(),
  to: z.enum(parcelStates),
  expiresAt: z.iso.datetime().nullable(),
});

/** A parcel goes to another station than was planned: that one has been given up, or somebody with the right to it wished so. Its state is the same. */
export const Redirected = fact("parcels.redirected", "parcel", {
  parcel: z.uuid(),
  reservation: z.uuid(),
  from: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
});

/**
 * A parcel that lies in a compartment is no longer its recipient's to collect, and not because its time is over: its code is dead, its compartment
 * return-pending, and a courier takes it out. Its state is the same until the station says that it is out.
 */
export const Recalled = fact("parcels.recalled", "parcel", {
  parcel: z.uuid(),
  number: z.string(),
  reservation: z.uuid().nullable(),
  owner: z.string(),
  carrier: z.string().nullable(),
  station: z.uuid(),
  compartment: z.int(),
  reason: z.enum(recallReasons),
});

/** A parcel that was recalled to go to another station stays where it lies: it gets its code back, and nobody comes for it. */
export const Stays = fact("parcels.stays", "parcel", {
  parcel: z.uuid(),
  reservation: z.uuid().nullable(),
  station: z.uuid(),
  compartment: z.int(),
});

/** A wish to send a parcel to another station went from one state to the next; `from` is null when it is new. `until`: to answer, or to take it out. */
export const RedirectMoved = fact("parcels.redirect_moved", "parcel", {
  redirect: z.uuid(),
  parcel: z.uuid(),
  /** Where it is to go, and where it was to lie or lies. */
  station: z.uuid(),
  fromStation: z.uuid(),
  by: z.string(),
  isInside: z.boolean(),
  from: z.enum(redirectStates).nullable(),
  to: z.enum(redirectStates),
  reason: z.enum(redirectReasons).nullable(),
  until: z.iso.datetime().nullable(),
});

/**
 * A cancellation went from one state to the next; `from` is null when it is new. `refundDue`: the recipient will not get the parcel, and what they
 * have paid is to be paid back.
 */
export const CancellationMoved = fact("parcels.cancellation_moved", "parcel", {
  parcel: z.uuid(),
  by: z.string(),
  reason: z.string(),
  from: z.enum(cancellationStates).nullable(),
  to: z.enum(cancellationStates),
  refundDue: z.boolean(),
});

/** The recipient of this parcel is away from `from` until `to`, both known or neither: the clock of its window stands still meanwhile (N8). */
export const VacationSet = fact("parcels.vacation_set", "parcel", {
  parcel: z.uuid(),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
});

/** Somebody of the staff looked up whose parcels somebody has (I-68). Nothing here says whose. */
export const LookedUp = fact("parcels.looked_up", "actor", { actor: z.string(), reason: z.string(), found: z.int() });
