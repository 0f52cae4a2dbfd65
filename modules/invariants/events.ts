import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

/** Something that always has to hold does not, and did not settle in its time (I-75). */
export const Broken = fact("invariants.broken", "breach", {
  breach: z.uuid(),
  /** As the catalogue numbers it, e.g. `I-01`. */
  invariant: z.string(),
  says: z.string(),
  what: z.string(),
});

/** It holds again, or somebody has looked into what cannot be undone: then `actor` and `note` say who and what was found. */
export const Mended = fact("invariants.mended", "breach", {
  breach: z.uuid(),
  invariant: z.string(),
  says: z.string(),
  what: z.string(),
  actor: z.string().nullable(),
  note: z.string().nullable(),
});
