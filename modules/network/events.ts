import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { Layout } from "./layout.ts";
import { stationStatuses, suspensionCauses } from "./lifecycle.ts";

/** A station is new or something of it changed; the whole of it as it is now, so that applying the newest alone is enough. */
export const StationChanged = fact("network.station_changed", "station", {
  station: z.uuid(),
  name: z.string(),
  address: z.string().nullable(),
  lat: z.number(),
  lon: z.number(),
  country: z.string().nullable().default(null),
  timeZone: z.string(),
  openingHours: z.string().nullable(),
  stepFree: z.boolean(),
  status: z.enum(stationStatuses),
  suspendedFor: z.enum(suspensionCauses).nullable().default(null),
  supportPhone: z.string().nullable(),
  layout: Layout,
  walkUp: z.array(z.int()),
  maintenance: z.array(z.int()),
});

/** An operator took a compartment out of service or back in, and why; for the audit trail. */
export const CompartmentSet = fact("network.compartment_set", "station", {
  station: z.uuid(),
  compartment: z.int(),
  state: z.enum(["in_service", "maintenance"]),
  reason: z.string(),
  actor: z.string(),
});

/** What a station's cabinet showed at its acceptance test has arrived; `isWhole`: it may be put into service. */
export const AcceptanceKept = fact("network.acceptance_kept", "station", {
  station: z.uuid(),
  acceptedAt: z.iso.datetime(),
  isWhole: z.boolean(),
  isSimulated: z.boolean(),
});
/** Somebody took it upon themselves that a station serves without an acceptance that holds, and why. */
export const AcceptanceWaived = fact("network.acceptance_waived", "station", { station: z.uuid(), reason: z.string(), actor: z.string() });

/** A station went from one state of its life to the next, why, and by whom; `inspection`: what a technician found. */
export const StationMoved = fact("network.station_moved", "station", {
  station: z.uuid(),
  from: z.enum(stationStatuses),
  to: z.enum(stationStatuses),
  cause: z.enum(suspensionCauses).nullable(),
  reason: z.string(),
  inspection: z.string().nullable(),
  actor: z.string(),
});
