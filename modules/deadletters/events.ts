import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** Somebody let a module try again what it had given up; `seq` is null for all of it. */
export const Replayed = fact("deadletters.replayed", "consumer", {
  consumer: z.string(),
  seq: z.int().nullable(),
  count: z.int(),
  actor: z.string(),
  reason: z.string(),
});
