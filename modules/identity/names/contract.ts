import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";

// What those who act are called, for operators who read that they did: tenants by name, couriers by name, operators by address. Customers never:
// whoever looks into what somebody was sent gives a reason (parcel-look-ups).

/** Actors of one question at most. */
export const mostActors = 200;
/** Couriers of one answer at most. */
export const mostCouriers = 50;

/** A courier as operators find them. */
export const KnownCourier = z
  .object({
    id: z.uuid(),
    username: z.string(),
    name: z.string(),
    /** Short name and name of the carrier. */
    carrier: z.string(),
    carrierName: z.string(),
  })
  .openapi("KnownCourier");
export type KnownCourier = z.output<typeof KnownCourier>;

/** Operators (support): what actors of the audit trail are called (`operator:…`, `courier:…`, `shop:…`, `carrier:…`). Others, and whoever is not known, are not in the answer. */
export const names = createRoute({
  method: "post",
  path: "/actor-names",
  operationId: "identity.actorNames",
  summary: "The names of those who acted",
  tags: ["identity"],
  request: { body: json(z.strictObject({ actors: z.array(z.string().max(100)).max(mostActors) })) },
  responses: { ...always, 200: answers("names by actor", z.object({ names: z.record(z.string(), z.string()) })) },
});
/** Operators (support): couriers whose user name begins with this, whoever employs them. */
export const findCouriers = createRoute({
  method: "get",
  path: "/courier-search",
  operationId: "identity.findCouriers",
  summary: "Find a courier",
  tags: ["identity"],
  request: { query: z.object({ q: line(80) }) },
  responses: { ...always, 200: answers("couriers", z.object({ couriers: z.array(KnownCourier) })) },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { names: RouteHandler<typeof names>; findCouriers: RouteHandler<typeof findCouriers> }) =>
  app.openapi(names, on.names).openapi(findCouriers, on.findCouriers);
export type NameApi = ReturnType<typeof mount>;
