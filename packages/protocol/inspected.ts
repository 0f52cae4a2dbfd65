import { z } from "zod";

/**
 * Somebody has looked into a compartment that was in quarantine: whatever gave rise to it up to this entry of the station's log is settled.
 * `isEmpty`: nothing is in it; otherwise what the station believed to be in it is in it.
 */
export const Inspected = z.strictObject({
  compartment: z.int().min(1).max(999),
  epoch: z.int().min(1),
  seq: z.int().min(0),
  isEmpty: z.boolean(),
});
/** Such a word, read. */
export type Inspected = z.output<typeof Inspected>;
