import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json } from "@pigeonhole/kit/http";

/**
 * Whether a courier who finds no room at the door may bring a parcel to another station (N6). `near`: to one within a walk, or on the courier's way;
 * `never`: it goes back and is brought again. Who has not said is told at once when a courier does it.
 */
export const diversions = ["near", "never"] as const;
export type Diversion = (typeof diversions)[number];

const answer = answers("what they have said", z.object({ diversion: z.enum(diversions).nullable() }));

/** The signed-in customer: what they have said once for all; null: nothing yet. */
export const get = createRoute({
  method: "get",
  path: "/my/diversion",
  operationId: "parcels.diversion",
  summary: "Whether parcels may go to another station when there is no room",
  tags: ["parcels"],
  responses: { ...always, 200: answer },
});
/** For every parcel that is brought from now on. */
export const set = createRoute({
  method: "put",
  path: "/my/diversion",
  operationId: "parcels.setDiversion",
  summary: "Say whether parcels may go to another station when there is no room",
  tags: ["parcels"],
  request: { body: json(z.strictObject({ diversion: z.enum(diversions) })) },
  responses: { ...always, 200: answer },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { get: RouteHandler<typeof get>; set: RouteHandler<typeof set> }) =>
  app.openapi(get, on.get).openapi(set, on.set);
export type DiversionApi = ReturnType<typeof mount>;
