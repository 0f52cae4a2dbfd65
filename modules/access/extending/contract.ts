import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, refusal, type Refusals } from "@pigeonhole/kit/http";
import { refusals as accessRefusals } from "../contract.ts";

export const refusals = {
  ...accessRefusals,
  /** Its time is over, or so nearly that nobody would hear of it in time; or a courier comes for it. */
  too_late: { status: 409, title: "It is too late for more time" },
  /** As often, or as long, as the shop and the network allow. */
  no_more_time: { status: 409, title: "There is no more time for this parcel" },
} as const satisfies Refusals;

/** More time may be taken until so long before the end: the word has to reach everybody. Seconds. */
export const lastCallSeconds = 60;

/** The recipient or the customer who ordered it: more time to collect it, as much as its shop gives at once (N8). The same key takes it once. */
export const extend = createRoute({
  method: "post",
  path: "/parcels/{parcel}/extension",
  operationId: "access.extend",
  summary: "More time to collect",
  tags: ["access"],
  request: { params: z.object({ parcel: z.uuid() }), headers: idempotencyKey },
  responses: {
    ...always,
    200: answers("the new end", z.object({ expiresAt: z.iso.datetime(), left: z.int() })),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready", "too_late", "no_more_time"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { extend: RouteHandler<typeof extend> }) => app.openapi(extend, on.extend);
export type ExtensionApi = ReturnType<typeof mount>;
