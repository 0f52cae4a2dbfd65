import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { Email, languages, Phone } from "@pigeonhole/identity/contract";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { sizes } from "@pigeonhole/network/layout";
import { depositReasons } from "@pigeonhole/protocol/reasons";
import { conditionWishes } from "./conditions/contract.ts";
import { inspectionRefusals, inspections, resolve } from "./inspections/contract.ts";
import { compartmentStates, endReasons, reservationStates } from "./lifecycle.ts";

/** Outer dimensions in millimetres and weight in grams; geometry decides what fits, turned any way (A1.7, A2.1). */
export const ParcelDimensions = z.strictObject({
  lengthMm: z.int().min(1).max(3_000),
  widthMm: z.int().min(1).max(3_000),
  heightMm: z.int().min(1).max(3_000),
  weightGrams: z.int().min(1).max(100_000),
});
export type ParcelDimensions = z.output<typeof ParcelDimensions>;

export const Reservation = z
  .object({
    id: z.uuid(),
    station: z.uuid(),
    compartment: z.int(),
    size: z.enum(sizes),
    state: z.enum(reservationStates),
    endReason: z.enum(endReasons).nullable(),
    /** Half-open: a hold blocks nobody from this instant; a confirmed one lapses then unless the parcel has been dropped off. */
    expiresAt: z.iso.datetime(),
    orderId: z.string(),
    parcel: z.uuid().nullable(),
    /** It shares its compartment with another parcel of the same recipient, under the same code (N5). Absent in the answer to a hold, which never does. */
    isTogether: z.boolean().optional(),
  })
  .openapi("Reservation");
export type Reservation = z.output<typeof Reservation>;

/** A station that could take the parcel now. `freeCompartments` counts those that fit. */
export const Candidate = z
  .object({
    station: z.uuid(),
    name: z.string(),
    address: z.string().nullable(),
    lat: z.number(),
    lon: z.number(),
    distanceMetres: z.int(),
    timeZone: z.string(),
    openNow: z.boolean(),
    openingHours: z.string().nullable(),
    stepFree: z.boolean(),
    freeCompartments: z.int(),
    size: z.enum(sizes),
  })
  .openapi("Candidate");
export type Candidate = z.output<typeof Candidate>;

/** Why a station that is near is no candidate: every door that fits is taken; no word from it; none of its doors would ever fit. */
export const whyPassedOver = ["full", "unreachable", "too_small"] as const;
/** A station that the search passed over, so that a screen can say why. */
export const PassedOver = z
  .object({
    station: z.uuid(),
    name: z.string(),
    lat: z.number(),
    lon: z.number(),
    distanceMetres: z.int(),
    why: z.enum(whyPassedOver),
  })
  .openapi("PassedOver");
export type PassedOver = z.output<typeof PassedOver>;

/** Where a compartment stands now; operators see it live. */
export const CompartmentView = z
  .object({
    compartment: z.int(),
    size: z.enum(sizes),
    state: z.enum(compartmentStates),
    walkUp: z.boolean(),
    version: z.int(),
    reservation: z.uuid().nullable(),
    parcel: z.uuid().nullable(),
    /** Every parcel that is inside or expected: more than one where parcels of one recipient share it (N5). */
    parcels: z.array(z.uuid()),
  })
  .openapi("CompartmentView");

export const Recipient = z
  .strictObject({ name: line(120), email: Email, phone: Phone.nullable().default(null), language: z.enum(languages).default("en") })
  .openapi("Recipient");
export type Recipient = z.output<typeof Recipient>;

/** Where a claim is: its compartment, and what of the station somebody has to know who goes there. */
export const Place = z.object({
  reservation: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  size: z.enum(sizes),
  name: z.string(),
  address: z.string().nullable(),
  lat: z.number(),
  lon: z.number(),
});
export type Place = z.output<typeof Place>;
/** What became of a claim whose compartment could not be used. `none`: it waits, and these stations have room; `over`: it no longer waits for its parcel. */
export const Reassigned = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("moved"), to: Place }),
  z.object({ outcome: z.literal("none"), alternatives: z.array(Candidate) }),
  z.object({ outcome: z.literal("over"), state: z.enum(reservationStates) }),
]);
export type Reassigned = z.output<typeof Reassigned>;

export const refusals = {
  not_found: { status: 404, title: "No such reservation" },
  no_such_station: { status: 404, title: "No such station" },
  station_full: { status: 409, title: "No free compartment of that size" },
  station_unavailable: { status: 409, title: "The station cannot be used now" },
  does_not_fit: { status: 422, title: "The parcel fits no compartment of this station" },
  hold_expired: { status: 410, title: "The hold has expired" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  ...inspectionRefusals,
} as const satisfies Refusals;

// A size, or dimensions from which it follows.
const wish = { size: z.enum(sizes).optional(), dimensions: ParcelDimensions.optional() };
const params = z.object({ id: z.uuid() });
/** Modules only: whose the reservation is, as `actorText` writes it, e.g. `carrier:<tenant>`; anybody else's header is ignored. */
const onBehalfOf = z.object({
  "on-behalf-of": z
    .string()
    .regex(/^(customer|shop|carrier):[0-9a-f-]{36}$/)
    .optional(),
});
/** A hold lasts so long unless asked otherwise, or the shop has set otherwise, and at most so long. Minutes. */
export const holdMinutes = { normal: 15, most: 60 } as const;

/** Stations near a point with a compartment that fits, nearest first. Widens the radius by itself when nothing is free (A1.4). Public. */
export const search = createRoute({
  method: "get",
  path: "/search",
  operationId: "reservations.search",
  summary: "Stations near a place with room for a parcel",
  tags: ["reservations"],
  request: {
    query: z.object({
      lat: z.coerce.number().min(-90).max(90),
      lon: z.coerce.number().min(-180).max(180),
      radiusMetres: z.coerce.number().int().min(100).max(100_000).default(5_000),
      size: z.enum(sizes).optional(),
      lengthMm: z.coerce.number().int().min(1).max(3_000).optional(),
      widthMm: z.coerce.number().int().min(1).max(3_000).optional(),
      heightMm: z.coerce.number().int().min(1).max(3_000).optional(),
      weightGrams: z.coerce.number().int().min(1).max(100_000).optional(),
      openAt: z.iso.datetime().optional(),
      stepFree: z.enum(["true", "false"]).optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
      /** So many stations nearer than the last candidate are named that are none, and why. */
      passedOver: z.coerce.number().int().min(0).max(20).default(0),
    }),
  },
  responses: {
    ...always,
    200: answers(
      "candidates",
      z.object({
        candidates: z.array(Candidate),
        passedOver: z.array(PassedOver),
        radiusMetres: z.int(),
        widened: z.boolean(),
        asOf: z.iso.datetime(),
      }),
    ),
    422: refusal(refusals, "does_not_fit"),
  },
});
/** Claims one compartment for a while. The refusal `station_full` carries `alternatives`: candidates near by (A1.5). */
export const hold = createRoute({
  method: "post",
  path: "/stations/{station}/holds",
  operationId: "reservations.hold",
  summary: "Hold a compartment",
  tags: ["reservations"],
  request: {
    params: z.object({ station: z.uuid() }),
    headers: idempotencyKey.extend(onBehalfOf.shape),
    body: json(z.strictObject({ orderId: line(100), ...wish, holdMinutes: z.int().min(1).max(holdMinutes.most).optional() })),
  },
  responses: {
    ...always,
    201: answers("held", Reservation),
    404: refusal(refusals, "no_such_station"),
    409: refusal(refusals, "station_full", "station_unavailable"),
    422: refusal(refusals, "does_not_fit"),
  },
});
/** The order is placed: the compartment is bound until `expiresAt`, a parcel is expected. Same key, same answer. */
export const confirm = createRoute({
  method: "post",
  path: "/reservations/{id}/confirm",
  operationId: "reservations.confirm",
  summary: "Place the order: a parcel is expected",
  tags: ["reservations"],
  request: {
    params,
    headers: idempotencyKey.extend(onBehalfOf.shape),
    body: json(
      z.strictObject({
        recipient: Recipient,
        /** What is printed on the label, if it is known already. */
        barcode: line(80, 4).nullable().default(null),
        dimensions: ParcelDimensions.nullable().default(null),
        /** Short name of the carrier who brings it; null: the network's default carrier. */
        carrier: line(40).nullable().default(null),
        /** Pick-up window: 3, 7 or 14 days (A6.4), or what the shop has set. */
        service: z.enum(["standard", "prime", "business"]).default("standard"),
        isPerishable: z.boolean().default(false).openapi({ description: "Goods that perish: never diverted to another station (N6)." }),
        together: z.boolean().default(false).openapi({
          description:
            "Several parcels of one recipient in one compartment, with one code (N5): this one goes to another order of yours for the same recipient that waits at the station, or is on its way there with the same carrier, if both say so, both state dimensions, and there is room. The compartment that was held is free again; without such an order it is used.",
        }),
        ...conditionWishes,
        /** Days until the courier has to have dropped it off; by default the shop's own (`reservations.getWindows`). */
        deliverWithinDays: z.int().min(1).max(30).optional(),
      }),
    ),
  },
  responses: {
    ...always,
    200: answers("confirmed", Reservation),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
    410: refusal(refusals, "hold_expired"),
  },
});
export const cancel = createRoute({
  method: "post",
  path: "/reservations/{id}/cancel",
  operationId: "reservations.cancel",
  summary: "Cancel a reservation",
  tags: ["reservations"],
  request: { params },
  responses: {
    ...always,
    200: answers("cancelled", Reservation),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});
export const get = createRoute({
  method: "get",
  path: "/reservations/{id}",
  operationId: "reservations.get",
  summary: "A reservation",
  tags: ["reservations"],
  request: { params },
  responses: { ...always, 200: answers("the reservation", Reservation), 404: refusal(refusals, "not_found") },
});
/** Operators: the reservations of a station that have not ended, newest first. */
export const listAtStation = createRoute({
  method: "get",
  path: "/stations/{station}/reservations",
  operationId: "reservations.listAtStation",
  summary: "The open reservations of a station",
  tags: ["reservations"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: { ...always, 200: answers("reservations", z.object({ reservations: z.array(Reservation) })) },
});
/** Operators: each compartment of a station as it stands. */
export const compartments = createRoute({
  method: "get",
  path: "/stations/{station}/compartments",
  operationId: "reservations.compartments",
  summary: "The compartments of a station",
  tags: ["reservations"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: {
    ...always,
    200: answers("compartments", z.object({ compartments: z.array(CompartmentView) })),
    404: refusal(refusals, "no_such_station"),
  },
});

/**
 * Modules only: at the door the compartment of a parcel could not be used (A2.10). It gets what is due (free again, or quarantine with an inspection),
 * and the claim another one of this station, or of `to`, in one step.
 */
export const reassign = createRoute({
  method: "post",
  path: "/internal/reservations/reassign",
  operationId: "reservations.reassign",
  tags: ["internal"],
  request: {
    body: json(
      z.strictObject({
        parcel: z.uuid(),
        from: z.strictObject({ station: z.uuid(), compartment: z.int() }),
        reason: z.enum(depositReasons),
        to: z.uuid().nullable().default(null),
      }),
    ),
  },
  responses: { ...always, 200: answers("where it is now", Reassigned), 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    search: RouteHandler<typeof search>;
    hold: RouteHandler<typeof hold>;
    confirm: RouteHandler<typeof confirm>;
    cancel: RouteHandler<typeof cancel>;
    get: RouteHandler<typeof get>;
    listAtStation: RouteHandler<typeof listAtStation>;
    compartments: RouteHandler<typeof compartments>;
    inspections: RouteHandler<typeof inspections>;
    resolve: RouteHandler<typeof resolve>;
    reassign: RouteHandler<typeof reassign>;
  },
) =>
  app
    .openapi(search, on.search)
    .openapi(hold, on.hold)
    .openapi(confirm, on.confirm)
    .openapi(cancel, on.cancel)
    .openapi(get, on.get)
    .openapi(listAtStation, on.listAtStation)
    .openapi(compartments, on.compartments)
    .openapi(inspections, on.inspections)
    .openapi(resolve, on.resolve)
    .openapi(reassign, on.reassign);
export type ReservationApi = ReturnType<typeof mount>;
