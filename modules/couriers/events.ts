import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** The courier has set out with these parcels. */
export const RouteStarted = fact("couriers.route_started", "route", {
  route: z.uuid(),
  courier: z.uuid(),
  tenant: z.uuid(),
  parcels: z.array(z.uuid()),
});
/** Something on a route is no longer as the courier's screen shows it. */
export const RouteChanged = fact("couriers.route_changed", "route", { route: z.uuid() });
/** A courier scanned a label at a station; for the audit trail. */
export const Scanned = fact("couriers.scanned", "route", {
  route: z.uuid(),
  courier: z.uuid(),
  station: z.uuid(),
  parcel: z.uuid().nullable(),
  outcome: z.string(),
});
