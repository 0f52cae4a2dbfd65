import { fact } from "@pigeonhole/kit/fact";
import { sizes } from "@pigeonhole/network/layout";
import { z } from "zod";
import { Conditions } from "./conditions/contract.ts";
import { compartmentStates } from "./lifecycle.ts";
import { OrderWindows } from "./windows/contract.ts";

const claim = { reservation: z.uuid(), station: z.uuid(), compartment: z.int() };
/** What is or was to be put in comes from a customer and is no delivery: `parcel` is the id of a return. */
const isReturn = z.boolean().default(false);
/** A compartment is claimed until `expiresAt`; nobody else can claim it meanwhile. */
export const Held = fact("reservations.held", "reservation", { ...claim, size: z.enum(sizes), expiresAt: z.iso.datetime() });
/** The claim became firm; a parcel is expected until `deliverBy`. `sealedRecipient` is a Recipient as JSON, sealed at place `recipient|<parcel>`. */
export const Confirmed = fact("reservations.confirmed", "reservation", {
  ...claim,
  size: z.enum(sizes),
  parcel: z.uuid(),
  owner: z.string(),
  carrier: z.string().nullable(),
  orderId: z.string(),
  barcode: z.string().nullable(),
  dimensions: z.object({ lengthMm: z.int(), widthMm: z.int(), heightMm: z.int(), weightGrams: z.int() }).nullable(),
  service: z.enum(["standard", "prime", "business"]),
  deliverBy: z.iso.datetime(),
  /** How long it waits; where an order was placed before there were such limits, its service says. */
  windows: OrderWindows.optional(),
  sealedRecipient: z.string(),
  isPerishable: z.boolean().default(false),
  /** Another parcel of the same recipient, in whose compartment this one goes, with the same code (N5). */
  togetherWith: z.uuid().nullable().default(null),
  /** What has to happen before it is given out (N11). */
  conditions: Conditions.nullable().default(null),
});
/**
 * The claim goes on at another compartment, of the same station or another: same owner, same parcel. `station_gone`: its station was given up;
 * `redirected`: somebody with the right to it asked for another one; `unusable`: its compartment could not be used; `diverted`: nor was another
 * one to be had at that station. Its rights at the old place are void; where the parcel lay inside there, it has been taken out.
 */
export const Moved = fact("reservations.moved", "reservation", {
  reservation: z.uuid(),
  parcel: z.uuid(),
  deliverBy: z.iso.datetime(),
  why: z.enum(["station_gone", "redirected", "unusable", "diverted"]).default("station_gone"),
  from: z.object({ station: z.uuid(), compartment: z.int() }),
  to: z.object({
    station: z.uuid(),
    compartment: z.int(),
    size: z.enum(sizes),
    name: z.string(),
    address: z.string().nullable(),
    lat: z.number(),
    lon: z.number(),
  }),
  isReturn,
});
/**
 * A compartment is bound until `until` for what a customer puts in that goes back, or on to somebody else (A7.1). `parcel`: its id, as stations and
 * couriers will know it.
 */
export const ReturnClaimed = fact("reservations.return_claimed", "reservation", {
  ...claim,
  size: z.enum(sizes),
  parcel: z.uuid(),
  owner: z.string(),
  until: z.iso.datetime(),
});
/** The claim is over, once, and its compartment free unless something is still in it. */
export const Ended = fact("reservations.ended", "reservation", {
  ...claim,
  parcel: z.uuid().nullable(),
  reason: z.enum(["cancelled", "lapsed", "collected", "returned", "station_gone", "missing", "moved"]),
  isReturn,
});
/**
 * A compartment went from one state to the next. What a hold, a lapse or a cancellation does to it is told by `reservations.held` and
 * `reservations.ended`, and what a new drawing of the cabinet does by `network.station_changed`: those change many at once.
 */
export const CompartmentMoved = fact("reservations.compartment_moved", "station", {
  station: z.uuid(),
  compartment: z.int(),
  from: z.enum(compartmentStates),
  to: z.enum(compartmentStates),
  reservation: z.uuid().nullable(),
  parcel: z.uuid().nullable(),
});
/** Something about a compartment contradicts itself, or the plan: somebody has to look. */
export const InspectionOpened = fact("reservations.inspection_opened", "station", {
  station: z.uuid(),
  compartment: z.int(),
  inspection: z.uuid(),
  parcel: z.uuid().nullable(),
  reason: z.string(),
});
/** Somebody has looked: everything up to this entry of the station's log is settled for this compartment. */
export const Inspected = fact("reservations.inspected", "station", {
  station: z.uuid(),
  compartment: z.int(),
  epoch: z.int(),
  seq: z.int(),
  isEmpty: z.boolean(),
  /** Those that it was about. */
  parcels: z.array(z.uuid()).default([]),
  actor: z.string(),
  note: z.string(),
});

/** An operator has set the limits of a shop's or carrier's orders (`owner`: `shop:…` or `carrier:…`), and why; for the audit trail. */
export const WindowsSet = fact("reservations.windows_set", "tenant", {
  owner: z.string(),
  tenant: z.uuid(),
  actor: z.string(),
  reason: z.string(),
});
