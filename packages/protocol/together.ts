import { z } from "zod";

/** Parcels of one person that lie in one compartment, at most (N5). */
export const mostTogether = 4;
/** The others of them. */
export const beside = z
  .array(z.uuid())
  .min(1)
  .max(mostTogether - 1);

/** What a station may be able to do beyond version 1 of this protocol; it says so in `Hello.can`, and is asked for nothing else. */
export const abilities = ["hold", "share"] as const;
/** One of them. */
export type Ability = (typeof abilities)[number];
