import { z } from "@hono/zod-openapi";
import { wearKinds } from "../events.ts";

/** What begins to fail at a station, since when it is known. */
export const Wear = z
  .object({
    kind: z.enum(wearKinds),
    /** Null: the station as a whole. */
    compartment: z.int().nullable(),
    since: z.iso.datetime(),
    amount: z.number(),
    usual: z.number().nullable(),
  })
  .openapi("Wear");
export type Wear = z.output<typeof Wear>;
