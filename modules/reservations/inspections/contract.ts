import { createRoute, z } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { quarantineReasons } from "@pigeonhole/protocol/reasons";

/** Why somebody has to look into a compartment: the station's own words, or that its word is against what was known here. */
export const inspectionReasons = [...quarantineReasons, "against_plan", "two_parcels", "not_there"] as const;

/** A task: something contradicts itself, or the plan. `isBlocking`: the compartment is given to nobody before somebody has looked. */
export const Inspection = z
  .object({
    id: z.uuid(),
    station: z.uuid(),
    compartment: z.int(),
    /** The parcel that it is about, if any. */
    parcel: z.uuid().nullable(),
    reason: z.enum(inspectionReasons),
    /** What the station said against what was known, as a sentence; empty where the reason says it all. */
    what: z.string(),
    at: z.iso.datetime(),
    isBlocking: z.boolean(),
    resolvedAt: z.iso.datetime().nullable(),
    resolvedBy: z.string().nullable(),
    finding: z.enum(["empty", "as_recorded"]).nullable(),
    note: z.string().nullable(),
  })
  .openapi("Inspection");
export type Inspection = z.output<typeof Inspection>;

export const inspectionRefusals = {
  no_such_inspection: { status: 404, title: "No such inspection" },
  resolved_before: { status: 409, title: "Somebody has written down a finding already" },
} as const satisfies Refusals;

/** Operators: compartments that somebody has to look into, the oldest first; with `all`, also those that somebody has looked into. */
export const inspections = createRoute({
  method: "get",
  path: "/inspections",
  operationId: "reservations.inspections",
  summary: "Compartments that somebody has to look into",
  tags: ["reservations"],
  request: {
    query: z.object({
      station: z.uuid().optional(),
      all: z.enum(["true", "false"]).default("false"),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
  },
  responses: { ...always, 200: answers("inspections", z.object({ inspections: z.array(Inspection) })) },
});
/** Operators (support): what somebody found in the compartment. Settles all that is open about it, and the station is told. */
export const resolve = createRoute({
  method: "post",
  path: "/inspections/{id}/resolve",
  operationId: "reservations.resolve",
  summary: "What was found in a compartment",
  tags: ["reservations"],
  request: {
    params: z.object({ id: z.uuid() }),
    body: json(z.strictObject({ finding: z.enum(["empty", "as_recorded"]), note: line(500, 3) })),
  },
  responses: {
    ...always,
    200: answers("resolved", Inspection),
    404: refusal(inspectionRefusals, "no_such_inspection"),
    409: refusal(inspectionRefusals, "resolved_before"),
  },
});
