import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** What a station has to know of grants and dead codes is no longer what it was told. */
export const GrantsChanged = fact("access.grants_changed", "station", { station: z.uuid() });
/** A pick-up code is live: after the deposit (`reason: deposited`) or because a fresh one replaces it (`reissued`). The code itself is asked of access. */
export const PickupReady = fact("access.pickup_ready", "parcel", {
  parcel: z.uuid(),
  grant: z.uuid(),
  generation: z.int(),
  station: z.uuid(),
  compartment: z.int(),
  expiresAt: z.iso.datetime(),
  reason: z.enum(["deposited", "reissued"]),
});
/** A remote command was given and how it ended, for the audit trail. */
export const CommandGiven = fact("access.command_given", "station", {
  station: z.uuid(),
  compartment: z.int(),
  command: z.uuid(),
  action: z.string(),
  purpose: z.string(),
  parcel: z.uuid().nullable(),
  actor: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
});
