import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { sizes } from "@pigeonhole/network/layout";
import { Candidate, ParcelDimensions } from "../contract.ts";

// Compartments for what a customer puts in (A7.1): claimed in one step, and not out of the last ones that are free.

export const refusals = {
  no_such_station: { status: 404, title: "No such station" },
  station_full: { status: 409, title: "No compartment to spare at this station" },
  station_unavailable: { status: 409, title: "The station cannot be used now" },
  over: { status: 409, title: "This claim has ended" },
} as const satisfies Refusals;

/** What is claimed: a compartment of this size or a larger one, that takes these dimensions, where they are known. */
const need = { size: z.enum(sizes), dimensions: ParcelDimensions.nullable().default(null) };

export const Claimed = z.object({ reservation: z.uuid(), station: z.uuid(), compartment: z.int(), size: z.enum(sizes) });
export type Claimed = z.output<typeof Claimed>;

/** Returns' module only: stations near a place that have a compartment to spare, nearest first. */
export const places = createRoute({
  method: "get",
  path: "/internal/reservations/return-places",
  operationId: "reservations.returnPlaces",
  tags: ["internal"],
  request: {
    query: z.object({
      lat: z.coerce.number().min(-90).max(90),
      lon: z.coerce.number().min(-180).max(180),
      size: z.enum(sizes),
      stepFree: z.enum(["true", "false"]).default("false"),
      openAt: z.iso.datetime().optional(),
      limit: z.coerce.number().int().min(1).max(20).default(10),
    }),
  },
  responses: { ...always, 200: answers("places", z.object({ candidates: z.array(Candidate) })) },
});
/**
 * Returns' module only: claims a compartment for what is put in until `until` under this id, firmly and at once. Asked again for the same id the
 * answer is the same. `station_full` also where what is free is kept for deliveries.
 */
export const claim = createRoute({
  method: "post",
  path: "/internal/reservations/returns/{id}/claim",
  operationId: "reservations.claimForReturn",
  tags: ["internal"],
  request: {
    params: z.object({ id: z.uuid() }),
    body: json(z.strictObject({ station: z.uuid(), ...need, orderId: z.string().max(100), until: z.iso.datetime() })),
  },
  responses: {
    ...always,
    200: answers("claimed", Claimed),
    404: refusal(refusals, "no_such_station"),
    409: refusal(refusals, "station_full", "station_unavailable", "over"),
  },
});
/** Returns' module only: nothing is put in any more. `isInside`: too late, it lies there. Done twice, or for what was never claimed, it is done. */
export const giveUp = createRoute({
  method: "post",
  path: "/internal/reservations/returns/{id}/give-up",
  operationId: "reservations.giveUpReturn",
  tags: ["internal"],
  request: { params: z.object({ id: z.uuid() }) },
  responses: { ...always, 200: answers("given up, or too late", z.object({ isInside: z.boolean() })) },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: { places: RouteHandler<typeof places>; claim: RouteHandler<typeof claim>; giveUp: RouteHandler<typeof giveUp> },
) => app.openapi(places, on.places).openapi(claim, on.claim).openapi(giveUp, on.giveUp);
export type ReturningApi = ReturnType<typeof mount>;
