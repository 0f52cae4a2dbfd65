import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** A message left, or was given up after its last attempt. */
export const MessageEnded = fact("notifications.message_ended", "message", {
  message: z.uuid(),
  parcel: z.uuid().nullable().default(null),
  channel: z.string(),
  template: z.string(),
  state: z.enum(["sent", "failed"]),
});
