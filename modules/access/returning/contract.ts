import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, refusal, type Refusals } from "@pigeonhole/kit/http";

export const refusals = {
  not_found: { status: 404, title: "Nothing is to be put in under this id" },
  not_ready: { status: 409, title: "There is no code yet" },
  over: { status: 410, title: "Nothing can be put in with this code any more" },
} as const satisfies Refusals;

/** What opens an empty compartment at the station for what a customer puts in (A7.1, N10): the code is all there is, nothing is printed. For the customer alone. */
export const DropOff = z
  .object({
    station: z.uuid(),
    compartment: z.int(),
    code: z.string(),
    qr: z.string(),
    /** For a station that has no network and has not heard of this code; shown as a QR code. */
    carried: z.string().nullable(),
    generation: z.int(),
    expiresAt: z.iso.datetime(),
  })
  .openapi("DropOff");
export type DropOff = z.output<typeof DropOff>;

/** Returns' module, for the customer who puts it in; notifications', for the message to them. */
export const dropOff = createRoute({
  method: "get",
  path: "/internal/access/returns/{id}/drop-off",
  operationId: "access.dropOff",
  tags: ["internal"],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    ...always,
    200: answers("code and QR", DropOff),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready"),
    410: refusal(refusals, "over"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { dropOff: RouteHandler<typeof dropOff> }) => app.openapi(dropOff, on.dropOff);
export type DropOffApi = ReturnType<typeof mount>;
