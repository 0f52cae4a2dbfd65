import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, refusal, type Refusals } from "@pigeonhole/kit/http";
import { outageCauses, type OutageCause } from "../events.ts";

/** What still works during an outage: a typed or scanned code at the station, opening from a phone. Read by server and screens alike. */
export const worksDuring: Readonly<Record<OutageCause, { readonly code: boolean; readonly phone: boolean }>> = {
  // It decides alone by what it holds (A9.5); no command reaches it.
  away: { code: true, phone: false },
  power: { code: false, phone: false },
  tamper: { code: false, phone: false },
  door: { code: false, phone: false },
};
/** What is past is told for so long. Days. */
export const outageDays = 30;

/** A time in which a station, or one of its doors (`compartment`), could not be used as usual; the deadlines of parcels there stood still (F6). */
export const Outage = z
  .object({
    compartment: z.int().nullable(),
    cause: z.enum(outageCauses),
    from: z.iso.datetime(),
    /** Null while it lasts. */
    to: z.iso.datetime().nullable(),
    works: z.object({ code: z.boolean(), phone: z.boolean() }),
  })
  .openapi("Outage");
export type Outage = z.output<typeof Outage>;

export const refusals = { not_found: { status: 404, title: "No such station" } } as const satisfies Refusals;

/** Public: the outages of a station, those that last and those of the last thirty days, the newest first (N15). */
export const list = createRoute({
  method: "get",
  path: "/stations/{station}/outages",
  operationId: "devices.outages",
  summary: "Outages of a station, now and before",
  tags: ["devices"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: {
    ...always,
    200: answers("outages", z.object({ outages: z.array(Outage), asOf: z.iso.datetime() })),
    404: refusal(refusals, "not_found"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { list: RouteHandler<typeof list> }) => app.openapi(list, on.list);
export type OutageApi = ReturnType<typeof mount>;
