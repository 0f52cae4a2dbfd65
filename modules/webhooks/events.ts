import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** An endpoint came, was changed or went; or its secret was. The secret is not among it. */
export const EndpointChanged = fact("webhooks.endpoint_changed", "endpoint", {
  endpoint: z.uuid(),
  owner: z.string(),
  change: z.enum(["created", "changed", "removed", "secret_rotated", "gone", "replayed"]),
});
