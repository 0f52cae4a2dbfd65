import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** The release that a station shall run may have changed: ask `firmware.wanted`. */
export const WantedChanged = fact("firmware.wanted_changed", "station", { station: z.uuid() });
/** A rollout began, opened a wave, was paused, resumed, stopped or ended; `actor` is an operator, or `firmware` itself. For the audit trail. */
export const RolloutChanged = fact("firmware.rollout_changed", "rollout", {
  rollout: z.uuid(),
  model: z.string(),
  release: z.int(),
  change: z.enum(["began", "wave_opened", "paused", "resumed", "stopped", "ended", "retried"]),
  reason: z.string().nullable(),
  actor: z.string(),
});
