import { z } from "zod";

/** Entries that may come without end are counted together when the log fills up; whose they are is told apart by compartment and reason. */
export const NoiseCount = z.strictObject({
  type: z.enum([
    "station_started",
    "code_refused",
    "command_refused",
    "compartment_opened",
    "compartment_closed",
    "door_left_open",
    "open_failed",
    "tampered",
  ]),
  compartment: z.int().min(1).max(999).nullable(),
  reason: z.string().max(80).nullable(),
  count: z.int().min(1),
});
export type NoiseCount = z.output<typeof NoiseCount>;
