import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { CourierRight } from "@pigeonhole/access/contract";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import type { Moves } from "@pigeonhole/kit/moves";
import { sizes } from "@pigeonhole/network/layout";
import { depositReasons } from "@pigeonhole/protocol/reasons";
import { giveUpStop, listProblems, Next, problemReasons } from "./mistakes/contract.ts";
import { Retrieval } from "./retrievals/contract.ts";

/** `planned` → `active` (the courier has started) → `done`. */
export const routeStates = ["planned", "active", "done"] as const;
/** Of one parcel on a stop: `open` → `opened` (its door was opened for the courier) → `deposited`; or `skipped`. */
export const dropStates = ["open", "opened", "deposited", "skipped"] as const;
export type RouteState = (typeof routeStates)[number];
export type DropState = (typeof dropStates)[number];
/** The moves a route may make. One that was done goes on when the courier takes back that the last parcel was in. */
export const routeMoves: Moves<RouteState> = { planned: ["active"], active: ["done"], done: ["active"] };
/** The moves of one parcel on a stop. That it is in is a fact, also when it had been given up; one that was given up may be planned again. */
export const dropMoves: Moves<DropState> = {
  open: ["opened", "deposited", "skipped"],
  // It got another compartment; or the same one, for it had been the wrong parcel that went in.
  opened: ["deposited", "skipped", "open"],
  skipped: ["open", "deposited"],
  deposited: ["open"],
};
/** What may be done in which state of the route (`start`, `addParcels`) or of the drop. A drop whose door would not open is given up too, else the route had no end. */
export const allowed = {
  start: ["planned"],
  addParcels: ["planned", "active"],
  giveUpStop: ["active"],
  scan: ["open", "opened"],
  deposited: ["opened"],
  abandon: ["open", "opened"],
  takeBack: ["deposited"],
} as const satisfies Record<string, readonly (RouteState | DropState)[]>;
/** Parcels of one route at most. */
export const maxParcels = 2_000;

export const Drop = z
  .object({
    parcel: z.uuid(),
    number: z.string(),
    barcode: z.string(),
    compartment: z.int(),
    size: z.enum(sizes),
    state: z.enum(dropStates),
    scan: z.uuid().nullable(),
  })
  .openapi("Drop");
export const Stop = z
  .object({
    station: z.uuid(),
    position: z.int(),
    name: z.string(),
    address: z.string().nullable(),
    lat: z.number(),
    lon: z.number(),
    drops: z.array(Drop),
    /** What is to be taken out here, or was, on this route. */
    retrievals: z.array(Retrieval),
  })
  .openapi("Stop");
export const Route = z
  .object({ id: z.uuid(), name: z.string(), day: z.iso.date(), courier: z.uuid(), state: z.enum(routeStates), stops: z.array(Stop) })
  .openapi("Route");
export type Route = z.output<typeof Route>;

/** The answer to a scan: which door opened, or why not. Three outcomes; after `unknown` the courier looks at the door. */
export const Scan = z
  .object({
    id: z.uuid(),
    parcel: z.uuid(),
    number: z.string(),
    station: z.uuid(),
    compartment: z.int(),
    size: z.enum(sizes),
    outcome: z.enum(["opened", "refused", "unknown"]),
    reason: z.string().nullable(),
    /** So many parcels of the same recipient are in there already: this one goes in beside them (N5). */
    beside: z.int(),
    doorClosed: z.boolean(),
    state: z.enum(dropStates),
    /** What the courier has said is wrong, and what to do now. */
    problem: z.enum(problemReasons).nullable(),
    next: Next.nullable(),
  })
  .openapi("Scan");
export type Scan = z.output<typeof Scan>;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  no_route: { status: 404, title: "No route for you now" },
  not_on_route: { status: 403, title: "This parcel is not on your route at this stop" },
  unknown_barcode: { status: 404, title: "No parcel has this barcode" },
  unknown_parcel: { status: 422, title: "A stop names a parcel that is not yours or not for that station" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  door_open: { status: 409, title: "The door is still open" },
  station_unreachable: { status: 503, title: "The station cannot be reached" },
} as const satisfies Refusals;

/** Barcode formats that phones read; kiosks and hand scanners type what they read. */
export const barcodeFormats = ["Code128", "Code39", "EAN-13", "ITF", "QRCode", "DataMatrix", "PDF417", "Aztec"] as const;

const params = z.object({ id: z.uuid() });
/** A calendar day that a database knows too: ISO 8601 has a year 0000, PostgreSQL has none. */
const Day = z.iso.date().refine((day) => !day.startsWith("0000"), { error: "there was no year 0" });

/** Carriers: stops in driving order, parcels by id or by barcode. A stop without parcels is one at which something is only taken out. */
export const createRouteRoute = createRoute({
  method: "post",
  path: "/routes",
  operationId: "couriers.createRoute",
  summary: "Plan a courier's route",
  tags: ["couriers"],
  request: {
    headers: idempotencyKey,
    body: json(
      z.strictObject({
        name: line(80),
        day: Day,
        courier: z.uuid(),
        stops: z
          .array(z.strictObject({ station: z.uuid(), parcels: z.array(line(80, 4)).max(500) }))
          .min(1)
          .max(200),
      }),
    ),
  },
  responses: { ...always, 201: answers("created", Route), 404: refusal(refusals, "not_found"), 422: refusal(refusals, "unknown_parcel") },
});
/** Carriers: more parcels for a stop of a route that is not done; a station that is no stop yet becomes the last one. */
export const addParcels = createRoute({
  method: "post",
  path: "/routes/{id}/parcels",
  operationId: "couriers.addParcels",
  summary: "Add parcels to a route",
  tags: ["couriers"],
  request: { params, body: json(z.strictObject({ station: z.uuid(), parcels: z.array(line(80, 4)).min(1).max(500) })) },
  responses: {
    ...always,
    200: answers("added", Route),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
    422: refusal(refusals, "unknown_parcel"),
  },
});
export const getRoute = createRoute({
  method: "get",
  path: "/routes/{id}",
  operationId: "couriers.getRoute",
  summary: "A route with its stops",
  tags: ["couriers"],
  request: { params },
  responses: { ...always, 200: answers("the route", Route), 404: refusal(refusals, "not_found") },
});
/** Carriers: their routes of a day; operators: everybody's. The latest first. */
export const listRoutes = createRoute({
  method: "get",
  path: "/routes",
  operationId: "couriers.listRoutes",
  summary: "Your routes of a day",
  tags: ["couriers"],
  request: {
    query: z.object({ day: Day.optional(), courier: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  },
  responses: { ...always, 200: answers("routes", z.object({ routes: z.array(Route) })) },
});
/** The signed-in courier's route: the active one, else today's next planned, else the one finished last today. */
export const myRoute = createRoute({
  method: "get",
  path: "/my/route",
  operationId: "couriers.myRoute",
  summary: "The route of the courier who is signed in",
  tags: ["couriers"],
  responses: { ...always, 200: answers("the route", Route), 404: refusal(refusals, "no_route") },
});
/**
 * The signed-in courier: for each parcel still to be dropped off or taken out on the active route, what opens its compartment at a station
 * without a network (A4.1). Fetched when the route begins and kept on the phone; empty before that.
 */
export const myRights = createRoute({
  method: "get",
  path: "/my/route/rights",
  operationId: "couriers.myRights",
  summary: "What the courier's phone carries for stations without network",
  tags: ["couriers"],
  responses: { ...always, 200: answers("rights", z.object({ rights: z.array(CourierRight) })) },
});
export const start = createRoute({
  method: "post",
  path: "/routes/{id}/start",
  operationId: "couriers.start",
  summary: "Start a route",
  tags: ["couriers"],
  request: { params },
  responses: { ...always, 200: answers("started", Route), 404: refusal(refusals, "not_found"), 409: refusal(refusals, "wrong_state") },
});
/** The courier stands at the station and has scanned or typed a label: its compartment opens, if it is theirs to open (A4.1). */
export const scan = createRoute({
  method: "post",
  path: "/routes/{id}/scans",
  operationId: "couriers.scan",
  summary: "Scan a label at the station: its door opens",
  tags: ["couriers"],
  request: { params, headers: idempotencyKey, body: json(z.strictObject({ station: z.uuid(), barcode: line(200, 4) })) },
  responses: {
    ...always,
    200: answers("what happened", Scan),
    403: refusal(refusals, "not_on_route"),
    404: refusal(refusals, "not_found", "unknown_barcode"),
    409: refusal(refusals, "wrong_state"),
    503: refusal(refusals, "station_unreachable"),
  },
});
export const getScan = createRoute({
  method: "get",
  path: "/scans/{id}",
  operationId: "couriers.getScan",
  summary: "What became of a scan",
  tags: ["couriers"],
  request: { params },
  responses: { ...always, 200: answers("the scan", Scan), 404: refusal(refusals, "not_found") },
});
/** The courier's word that the parcel is in, after the door has closed (A4.2). */
export const deposited = createRoute({
  method: "post",
  path: "/scans/{id}/deposited",
  operationId: "couriers.deposited",
  summary: "The parcel is in and the door is shut",
  tags: ["couriers"],
  request: { params },
  responses: {
    ...always,
    200: answers("recorded at the station", Scan),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state", "door_open"),
    503: refusal(refusals, "station_unreachable"),
  },
});
/**
 * One tap: what is wrong (N3). The station hears it, the compartment gets what is due, and the answer's `next` says what the courier does now: scan
 * again, for another compartment of this station has been assigned; shut the door first; bring it to another station; take it back. Asked
 * again, it goes on where it was. `wrong_parcel` also after "it is in": that word is taken back, and the same compartment opens once more.
 */
export const abandon = createRoute({
  method: "post",
  path: "/scans/{id}/abandon",
  operationId: "couriers.abandon",
  summary: "The parcel cannot be put in, and why",
  tags: ["couriers"],
  request: { params, body: json(z.strictObject({ reason: z.enum(depositReasons) })) },
  responses: {
    ...always,
    200: answers("recorded", Scan),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});
/** The courier's answer to `another_station`: to that station, or, with null, back. */
export const divert = createRoute({
  method: "post",
  path: "/scans/{id}/divert",
  operationId: "couriers.divert",
  summary: "Take the parcel to another station, or back",
  tags: ["couriers"],
  request: { params, body: json(z.strictObject({ station: z.uuid().nullable() })) },
  responses: {
    ...always,
    200: answers("recorded", Scan),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    createRoute: RouteHandler<typeof createRouteRoute>;
    addParcels: RouteHandler<typeof addParcels>;
    getRoute: RouteHandler<typeof getRoute>;
    listRoutes: RouteHandler<typeof listRoutes>;
    myRoute: RouteHandler<typeof myRoute>;
    myRights: RouteHandler<typeof myRights>;
    start: RouteHandler<typeof start>;
    scan: RouteHandler<typeof scan>;
    getScan: RouteHandler<typeof getScan>;
    deposited: RouteHandler<typeof deposited>;
    abandon: RouteHandler<typeof abandon>;
    divert: RouteHandler<typeof divert>;
    giveUpStop: RouteHandler<typeof giveUpStop>;
    listProblems: RouteHandler<typeof listProblems>;
  },
) =>
  app
    .openapi(createRouteRoute, on.createRoute)
    .openapi(addParcels, on.addParcels)
    .openapi(getRoute, on.getRoute)
    .openapi(listRoutes, on.listRoutes)
    .openapi(myRoute, on.myRoute)
    .openapi(myRights, on.myRights)
    .openapi(start, on.start)
    .openapi(scan, on.scan)
    .openapi(getScan, on.getScan)
    .openapi(deposited, on.deposited)
    .openapi(abandon, on.abandon)
    .openapi(divert, on.divert)
    .openapi(giveUpStop, on.giveUpStop)
    .openapi(listProblems, on.listProblems);
export type CourierApi = ReturnType<typeof mount>;
