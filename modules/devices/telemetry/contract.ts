import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, refusal, type Refusals } from "@pigeonhole/kit/http";

/**
 * What is kept of each sample. The position of a name is where its value stands in the stored arrays: new ones go to the end.
 * `mains` is 1 or 0; its mean is the share of the time with mains. Counts (`doorCycles`, `lostMessages`, …) are per sample: mean × samples is their sum.
 */
export const metrics = [
  "temperatureC",
  "batteryPercent",
  "mains",
  "signalDbm",
  "roundTripMs",
  "lostMessages",
  "reconnects",
  "openDoors",
  "unknownDoors",
  "doorCycles",
  "unlockMs",
  "unlockFailures",
  "occupied",
  "maintenance",
  "pendingEvents",
] as const;
export type Metric = (typeof metrics)[number];

/** `raw`: each sample; else one point per so many seconds. `auto`: the finest that draws well over the asked time. */
export const resolutions = ["auto", "raw", "5min", "hour"] as const;
export const secondsOf = { "5min": 300, hour: 3_600 } as const;
/** One answer holds so many points at most, the newest; `isTruncated` says that there are more. */
export const maxPoints = 2_500;
/** One question spans so many days at most. */
export const maxDays = 800;

/** One point of a curve. At full resolution low, mean and high are the same. */
export const Point = z
  .object({ at: z.iso.datetime(), low: z.number(), mean: z.number(), high: z.number(), samples: z.int() })
  .openapi("Point");
export type Point = z.output<typeof Point>;

/** Why samples were not kept: another form or impossible values; a time that cannot be; more than a station may say; its own memory was full. */
export const refusedReasons = ["form", "time", "flood", "forgotten"] as const;
export type RefusedReason = (typeof refusedReasons)[number];

export const Curve = z
  .object({
    metric: z.enum(metrics),
    resolution: z.enum(["raw", "5min", "hour"]),
    points: z.array(Point),
    isTruncated: z.boolean(),
  })
  .openapi("Curve");
export type Curve = z.output<typeof Curve>;

export const refusals = {
  not_found: { status: 404, title: "No such station" },
  range_invalid: { status: 422, title: "The time asked for cannot be answered" },
} as const satisfies Refusals;

/** Operators: one metric of one station over a time, `from` included, `to` not. */
export const curve = createRoute({
  method: "get",
  path: "/stations/{station}/telemetry",
  operationId: "devices.telemetry",
  summary: "One metric of a station over a time",
  tags: ["devices"],
  request: {
    params: z.object({ station: z.uuid() }),
    query: z.object({
      metric: z.enum(metrics),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      resolution: z.enum(resolutions).default("auto"),
    }),
  },
  responses: {
    ...always,
    200: answers("the curve", Curve),
    404: refusal(refusals, "not_found"),
    422: refusal(refusals, "range_invalid"),
  },
});
/** Operators: what of a station's samples was not kept, and why. */
export const refused = createRoute({
  method: "get",
  path: "/stations/{station}/telemetry/refused",
  operationId: "devices.telemetryRefused",
  summary: "Samples of a station that were not kept, and why",
  tags: ["devices"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: {
    ...always,
    200: answers(
      "what was refused",
      z.object({ refused: z.array(z.object({ reason: z.enum(refusedReasons), count: z.int(), lastAt: z.iso.datetime() })) }),
    ),
    404: refusal(refusals, "not_found"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { curve: RouteHandler<typeof curve>; refused: RouteHandler<typeof refused> }) =>
  app.openapi(curve, on.curve).openapi(refused, on.refused);
export type TelemetryApi = ReturnType<typeof mount>;
