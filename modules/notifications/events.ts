import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { channels } from "./contract.ts";

/** A message left, was given up, or its provider has told what became of it. */
export const MessageEnded = fact("notifications.message_ended", "message", {
  message: z.uuid(),
  parcel: z.uuid().nullable().default(null),
  channel: z.string(),
  template: z.string(),
  state: z.enum(["sent", "failed", "delivered", "bounced"]),
});
/** A message about a parcel came back. `isAddress`: the address is no good, and whoever gave it to us may know a better one. */
export const Bounced = fact("notifications.bounced", "parcel", {
  parcel: z.uuid(),
  message: z.uuid(),
  channel: z.enum(channels),
  template: z.string(),
  isAddress: z.boolean(),
});
