import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { parcelStates, recallReasons } from "./contract.ts";

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

/** A parcel on its way goes to another station than was planned: the one that was planned has been given up. Its state is the same. */
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
