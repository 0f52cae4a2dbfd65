import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { SelfTest, Status, diagnosisMinutes } from "@pigeonhole/protocol/diagnostics";

/** How the line of the look itself carries: measured by pings, since it began. */
export const Network = z.object({ roundTripMs: z.number().nullable(), slowestMs: z.number().nullable(), sent: z.int(), answered: z.int() });
/** A look inside a station. It ends by itself after a quarter of an hour. */
export const Look = z
  .object({
    session: z.uuid(),
    station: z.uuid(),
    askedBy: z.string(),
    reason: z.string(),
    beganAt: z.iso.datetime(),
    until: z.iso.datetime(),
    /** Null until the station has opened its line. */
    connectedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    /** `asked`, `time`, `lost` (the line broke) or `too_much` (the station said more than it may). */
    endedWhy: z.string().nullable(),
    /** Newest last, masked by the station. */
    log: z.array(z.string()),
    status: Status.nullable(),
    selfTest: SelfTest.nullable(),
    network: Network.nullable(),
  })
  .openapi("Look");
export type Look = z.output<typeof Look>;

/** So many looks into one station within an hour. */
export const looksPerHour = 6;

export const refusals = {
  not_found: { status: 404, title: "No such station" },
  no_look: { status: 404, title: "Nobody has looked inside this station" },
  already_open: { status: 409, title: "Somebody is looking inside this station already" },
  unreachable: { status: 503, title: "The station is not connected" },
  looked_too_often: { status: 429, title: "Too many looks inside this station within an hour" },
} as const satisfies Refusals;

const request = { params: z.object({ station: z.uuid() }) };

/** Support and administrators: asks the station to open its line. Who and why stand in the audit trail. */
export const begin = createRoute({
  method: "post",
  path: "/stations/{station}/diagnosis",
  operationId: "devices.diagnose",
  summary: "Ask a station for a look inside",
  tags: ["devices"],
  description: `Ends by itself after ${diagnosisMinutes} minutes; one at a time, at most ${looksPerHour} an hour.`,
  request: { ...request, body: json(z.strictObject({ reason: line(200, 3) })) },
  responses: {
    ...always,
    201: answers("the look that has begun", Look),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "already_open"),
    429: refusal(refusals, "looked_too_often"),
    503: refusal(refusals, "unreachable"),
  },
});
/** Support and administrators: the latest look, as it stands now. */
export const get = createRoute({
  method: "get",
  path: "/stations/{station}/diagnosis",
  operationId: "devices.diagnosis",
  summary: "The latest look inside a station",
  tags: ["devices"],
  request,
  responses: { ...always, 200: answers("the latest look", Look), 204: { description: "nobody has looked yet" } },
});
/** Support and administrators: ends it. Ended already, it stays so. */
export const end = createRoute({
  method: "delete",
  path: "/stations/{station}/diagnosis",
  operationId: "devices.endDiagnosis",
  summary: "End the look inside a station",
  tags: ["devices"],
  request,
  responses: { ...always, 200: answers("the look that has ended", Look), 404: refusal(refusals, "no_look") },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: { begin: RouteHandler<typeof begin>; get: RouteHandler<typeof get>; end: RouteHandler<typeof end> },
) => app.openapi(begin, on.begin).openapi(get, on.get).openapi(end, on.end);
export type DiagnosisApi = ReturnType<typeof mount>;
