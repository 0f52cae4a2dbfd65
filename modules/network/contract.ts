import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Layout } from "./layout.ts";
import { stationStatuses, suspensionCauses } from "./lifecycle.ts";

/** What the map shows of a station. Coordinates are WGS 84 degrees. */
export const StationPoint = z
  .object({ id: z.uuid(), name: z.string(), lat: z.number(), lon: z.number(), status: z.enum(stationStatuses) })
  .openapi("StationPoint");
export const Station = StationPoint.extend({
  /** Whose network the point belongs to, as imported; free text. */
  carrier: z.string().nullable(),
  address: z.string().nullable(),
  /** ISO 3166-1 alpha-2. */
  country: z.string().nullable(),
  /** IANA name, e.g. Europe/Tallinn. */
  timeZone: z.string(),
  /** OpenStreetMap syntax, e.g. `Mo-Fr 08:00-20:00; PH off`; null: always. */
  openingHours: z.string().nullable(),
  /** Reachable without a step. */
  stepFree: z.boolean(),
  /** Shown at the kiosk when something fails. */
  supportPhone: z.string().nullable(),
  /** What holds it while it is suspended. */
  suspendedFor: z.enum(suspensionCauses).nullable(),
  layout: Layout,
  /** Doors that the station gives away by itself; the backend never claims them. */
  walkUp: z.array(z.int()),
  maintenance: z.array(z.int()),
}).openapi("Station");
export type Station = z.output<typeof Station>;

export const refusals = {
  not_found: { status: 404, title: "No such station" },
  no_such_compartment: { status: 404, title: "No such compartment at this station" },
  move_not_possible: { status: 409, title: "Not possible in the station's present state" },
  inspection_needed: { status: 409, title: "A technician's inspection has to be recorded first" },
  acceptance_needed: { status: 409, title: "The station's cabinet has to be accepted first" },
  opening_hours_invalid: { status: 422, title: "The opening hours cannot be read" },
} as const satisfies Refusals;

const text = line(200);
/** What may be said of a new station. Without a layout it has the standard one (A2.1). */
export const settable = z.strictObject({
  name: text,
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
  address: text.nullable().default(null),
  country: z
    .string()
    .regex(/^[A-Za-z]{2}$/, { error: "must be a country code of two letters" })
    .toUpperCase()
    .nullable()
    .default(null),
  carrier: text.nullable().default(null),
  openingHours: line(500).nullable().default(null),
  stepFree: z.boolean().default(false),
  supportPhone: line(40).nullable().default(null),
  status: z.enum(stationStatuses).default("provisioning"),
  layout: Layout.optional(),
  walkUp: z.array(z.int().min(1).max(999)).max(999).default([]),
  /** For a station that is `active` at once: why it serves without an acceptance of its cabinet. Stands in the audit trail, and on its page. */
  waiver: line(200, 3).optional(),
});
const params = z.object({ station: z.uuid() });

/** Stations in a rectangle, for maps; at most `limit`. Public. */
export const list = createRoute({
  method: "get",
  path: "/stations",
  operationId: "network.list",
  summary: "Stations in a rectangle",
  tags: ["network"],
  request: {
    query: z.object({
      west: z.coerce.number().min(-180).max(180).default(-180),
      south: z.coerce.number().min(-90).max(90).default(-90),
      east: z.coerce.number().min(-180).max(180).default(180),
      north: z.coerce.number().min(-90).max(90).default(90),
      q: line(100, 0).optional(),
      limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
    }),
  },
  responses: { ...always, 200: answers("stations", z.object({ stations: z.array(StationPoint), truncated: z.boolean() })) },
});
export const get = createRoute({
  method: "get",
  path: "/stations/{station}",
  operationId: "network.get",
  summary: "A station",
  tags: ["network"],
  request: { params },
  responses: { ...always, 200: answers("the station", Station), 404: refusal(refusals, "not_found") },
});
export const create = createRoute({
  method: "post",
  path: "/stations",
  operationId: "network.create",
  summary: "Create a station",
  tags: ["network"],
  request: { body: json(settable) },
  responses: {
    ...always,
    201: answers("created", Station),
    409: refusal(refusals, "acceptance_needed"),
    422: refusal(refusals, "opening_hours_invalid"),
  },
});
export const change = createRoute({
  method: "patch",
  path: "/stations/{station}",
  operationId: "network.change",
  summary: "Change a station",
  tags: ["network"],
  request: {
    params,
    body: json(
      z.strictObject({
        name: text.optional(),
        address: text.nullable().optional(),
        openingHours: line(500).nullable().optional(),
        stepFree: z.boolean().optional(),
        supportPhone: line(40).nullable().optional(),
        walkUp: z.array(z.int().min(1).max(999)).max(999).optional(),
      }),
    ),
  },
  responses: {
    ...always,
    200: answers("changed", Station),
    404: refusal(refusals, "not_found"),
    422: refusal(refusals, "opening_hours_invalid"),
  },
});
/** Takes a compartment out of service or back in. */
export const setCompartment = createRoute({
  method: "put",
  path: "/stations/{station}/compartments/{compartment}/state",
  operationId: "network.setCompartment",
  summary: "Take a compartment out of service, or back in",
  tags: ["network"],
  request: {
    params: params.extend({ compartment: z.coerce.number().int().min(1).max(999) }),
    body: json(z.strictObject({ state: z.enum(["in_service", "maintenance"]), reason: text })),
  },
  responses: {
    ...always,
    200: answers("changed", Station),
    404: refusal(refusals, "not_found", "no_such_compartment"),
    409: refusal(refusals, "acceptance_needed"),
  },
});
/** Administrators: the station's next state (lifecycle.ts). `active` asks for an acceptance of its cabinet as it is now (acceptance/). Decommissioning revokes its certificate, moves what is ordered there, and is final. */
export const move = createRoute({
  method: "post",
  path: "/stations/{station}/moves",
  operationId: "network.move",
  summary: "Move a station to its next state",
  tags: ["network"],
  request: {
    params,
    body: json(
      z.strictObject({
        to: z.enum(stationStatuses),
        reason: line(200, 3),
        /** For `suspended`. */
        cause: z.enum(suspensionCauses).optional(),
        /** What a technician found: needed to end a suspension for tampering. */
        inspection: line(500, 3).optional(),
        /** For `active`, where no acceptance record holds: why it serves all the same. Stands in the audit trail, and on the station's page. */
        waiver: line(200, 3).optional(),
      }),
    ),
  },
  responses: {
    ...always,
    200: answers("the station in its new state", Station),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "move_not_possible", "inspection_needed", "acceptance_needed"),
  },
});
/** Modules only: suspends a station at once, for what it has reported itself. Said again it changes nothing. */
export const suspend = createRoute({
  method: "post",
  path: "/internal/network/stations/{station}/suspension",
  operationId: "network.suspend",
  tags: ["internal"],
  request: { params, body: json(z.strictObject({ cause: z.enum(suspensionCauses), reason: line(200, 3) })) },
  responses: {
    ...always,
    200: answers("the suspended station", Station),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "move_not_possible"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    list: RouteHandler<typeof list>;
    get: RouteHandler<typeof get>;
    create: RouteHandler<typeof create>;
    change: RouteHandler<typeof change>;
    setCompartment: RouteHandler<typeof setCompartment>;
    move: RouteHandler<typeof move>;
    suspend: RouteHandler<typeof suspend>;
  },
) =>
  app
    .openapi(list, on.list)
    .openapi(get, on.get)
    .openapi(create, on.create)
    .openapi(change, on.change)
    .openapi(setCompartment, on.setCompartment)
    .openapi(move, on.move)
    .openapi(suspend, on.suspend);
export type NetworkApi = ReturnType<typeof mount>;
