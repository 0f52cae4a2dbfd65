import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** Somebody took a part of the trail away as a file: which part, and up to which entry. */
export const Exported = fact("audit.exported", "actor", {
  actor: z.string(),
  format: z.string(),
  filter: z.record(z.string(), z.union([z.string(), z.number()])),
  upTo: z.int(),
});
