import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { sizes } from "@pigeonhole/network/layout";
import { Candidate, refusals as reservationRefusals } from "../contract.ts";

// A claim goes on at another station, because somebody asked for it (N6). For the module that knows who may ask: parcels.

export const refusals = {
  ...reservationRefusals,
  perishable: { status: 409, title: "Goods that perish are never diverted" },
} as const satisfies Refusals;

/** `moved`: nothing was inside yet, and the claim is at the new place. `claimed`: a compartment waits there until the parcel has been taken out. */
export const Elsewhere = z.object({
  how: z.enum(["moved", "claimed"]),
  /** Of the compartment there: the same one when it moved, one that waits when it was claimed. */
  reservation: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  size: z.enum(sizes),
});
export type Elsewhere = z.output<typeof Elsewhere>;

const params = z.object({ id: z.uuid() });
const of = z.strictObject({ redirect: z.uuid() });

/** Modules only: stations near this reservation's own where it could go on, nearest first; none for goods that perish. */
export const places = createRoute({
  method: "get",
  path: "/internal/reservations/{id}/places",
  operationId: "reservations.places",
  tags: ["internal"],
  request: { params, query: z.object({ limit: z.coerce.number().int().min(1).max(20).default(8) }) },
  responses: { ...always, 200: answers("places", z.object({ candidates: z.array(Candidate) })), 404: refusal(refusals, "not_found") },
});
/**
 * Modules only: takes a compartment at that station. A claim whose parcel is not there yet moves at once, new and old in one transaction; for
 * one that is inside the new compartment waits until `keepUntil`. Asked again for the same redirect it answers the same.
 */
export const take = createRoute({
  method: "post",
  path: "/internal/reservations/{id}/elsewhere",
  operationId: "reservations.takeElsewhere",
  tags: ["internal"],
  request: { params, body: json(of.extend({ station: z.uuid(), keepUntil: z.iso.datetime() })) },
  responses: {
    ...always,
    200: answers("taken", Elsewhere),
    404: refusal(refusals, "not_found", "no_such_station"),
    409: refusal(refusals, "station_full", "station_unavailable", "wrong_state", "perishable"),
  },
});
/** Modules only: the waiting compartment is free again. `isMoved`: too late, the parcel has left and its claim is at the new place. */
export const giveUp = createRoute({
  method: "post",
  path: "/internal/reservations/{id}/elsewhere/give-up",
  operationId: "reservations.giveUpElsewhere",
  tags: ["internal"],
  request: { params, body: json(of) },
  responses: { ...always, 200: answers("given up", z.object({ isMoved: z.boolean() })), 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: { places: RouteHandler<typeof places>; take: RouteHandler<typeof take>; giveUp: RouteHandler<typeof giveUp> },
) => app.openapi(places, on.places).openapi(take, on.take).openapi(giveUp, on.giveUp);
export type ElsewhereApi = ReturnType<typeof mount>;
