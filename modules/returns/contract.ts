import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { DropOff, refusals as codeRefusals } from "@pigeonhole/access/returning/contract";
import { languages, Phone } from "@pigeonhole/identity/contract";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { sizes } from "@pigeonhole/network/layout";
import { parcelStates } from "@pigeonhole/parcels/contract";
import { depositReasons } from "@pigeonhole/protocol/reasons";
import { Candidate, Recipient } from "@pigeonhole/reservations/contract";
import { returnEndings, returnStates } from "./lifecycle.ts";

export const returnKinds = ["return", "sending"] as const;
export type ReturnKind = (typeof returnKinds)[number];
/** Why a customer sends something back. */
export const returnReasons = ["wrong_size", "not_as_described", "damaged", "wrong_item", "changed_mind", "other"] as const;
export type ReturnReason = (typeof returnReasons)[number];

/** It has to be put in within so many days; then the compartment is somebody else's. */
export const dropOffDays = 3;
/** A customer's sendings that have not arrived, and those of the last thirty days, at most. */
export const sendingLimits = { underWay: 5, inThirtyDays: 20 } as const;
/** Sizes that customers send. */
export const sendingSizes = ["small", "medium", "large"] as const;
/** What may not be sent between customers; whoever sends says that none of it is inside. */
export const prohibited = ["dangerous", "living", "perishable", "money", "weapons", "illegal"] as const;
/** Of the list above: what was accepted stands with the sending. */
export const rulesVersion = "2026-01";

const Entry = z.object({
  at: z.iso.datetime(),
  state: z.enum(returnStates),
  /** As `actorText` writes it. */
  actor: z.string().nullable(),
  /** The entry of a station's signed log that shows it. */
  proof: z.object({ station: z.uuid(), epoch: z.int(), seq: z.int() }).nullable(),
});

export const Return = z
  .object({
    /** Also the id under which stations, couriers and receipts know what was put in. */
    id: z.uuid(),
    kind: z.enum(returnKinds),
    /** What people compare by eye: twelve digits. The carrier labels it with them; nothing is printed by whoever puts it in (N10). */
    number: z.string(),
    state: z.enum(returnStates),
    orderId: z.string(),
    /** The parcel that it came in, where it came through a locker. */
    parcel: z.uuid().nullable(),
    /** The shop's permission for this one return; null: the shop allows returns in general. */
    authorisation: z.uuid().nullable(),
    reason: z.enum(returnReasons).nullable(),
    station: z.uuid(),
    /** Null until one is bound. */
    compartment: z.int().nullable(),
    size: z.enum(sizes),
    /** Short name of the carrier that takes it out. */
    carrier: z.string().nullable(),
    /** Half-open: from this instant it can no longer be put in. */
    until: z.iso.datetime(),
    createdAt: z.iso.datetime(),
    droppedOffAt: z.iso.datetime().nullable(),
    /** Since when it is on a courier's route; null: on none yet. */
    assignedAt: z.iso.datetime().nullable(),
    retrievedAt: z.iso.datetime().nullable(),
    receivedAt: z.iso.datetime().nullable(),
    ending: z.enum(returnEndings).nullable(),
    /** At the door its compartment could not be used, and no other one is free there at present. */
    noOther: z.enum(depositReasons).nullable(),
    /** Of a sending: where it goes. */
    to: z.uuid().nullable(),
    /** Of a sending that a carrier has: the parcel that it goes on as, and how that stands; null while the station there has no room. */
    onward: z.object({ parcel: z.uuid(), state: z.enum(parcelStates) }).nullable(),
    timeline: z.array(Entry),
  })
  .openapi("Return");
export type Return = z.output<typeof Return>;

export const refusals = {
  not_found: { status: 404, title: "No such return" },
  no_such_station: { status: 404, title: "No such station" },
  not_returnable: { status: 409, title: "This cannot be sent back" },
  return_under_way: { status: 409, title: "It is being sent back already" },
  station_full: { status: 409, title: "No compartment to spare at this station" },
  station_unavailable: { status: 409, title: "The station cannot be used now" },
  too_many_sendings: { status: 409, title: "You have sent as many as one may" },
  same_station: { status: 409, title: "It goes to another station than it is put in" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  does_not_fit: { status: 422, title: "No compartment there is as large" },
  not_ready: codeRefusals.not_ready,
  over: codeRefusals.over,
} as const satisfies Refusals;

const params = z.object({ id: z.uuid() });
const acting = {
  ...always,
  200: answers("how it stands", Return),
  404: refusal(refusals, "not_found"),
  409: refusal(refusals, "wrong_state"),
};
const started = {
  ...always,
  201: answers("a compartment is bound, and the code is on its way", Return),
  404: refusal(refusals, "not_found", "no_such_station"),
};
const tags = ["returns"];

/** Customers: stations near a place with a compartment to spare for what is put in, nearest first; only such as are open then, where `openAt` says when. */
export const places = createRoute({
  method: "get",
  path: "/return-places",
  operationId: "returns.places",
  summary: "Where something can be put in",
  tags,
  request: {
    query: z.object({
      lat: z.coerce.number().min(-90).max(90),
      lon: z.coerce.number().min(-180).max(180),
      size: z.enum(sizes),
      stepFree: z.enum(["true", "false"]).default("false"),
      openAt: z.iso.datetime().optional(),
    }),
  },
  responses: { ...always, 200: answers("places", z.object({ candidates: z.array(Candidate) })) },
});
/** Customers: sends something back that they got: a parcel of theirs whose shop allows it, or what a shop has authorised. The same key starts it once. */
export const start = createRoute({
  method: "post",
  path: "/returns",
  operationId: "returns.start",
  summary: "Send something back",
  tags,
  request: {
    headers: idempotencyKey,
    body: json(
      z.strictObject({
        /** One of both. */
        parcel: z.uuid().optional(),
        authorisation: z.uuid().optional(),
        station: z.uuid(),
        size: z.enum(sizes),
        reason: z.enum(returnReasons),
      }),
    ),
  },
  responses: { ...started, 409: refusal(refusals, "not_returnable", "return_under_way", "station_full", "station_unavailable") },
});
/** Customers: sends something to another person: put in at `station`, it goes on to the station `to`, where its recipient gets a code (N10). */
export const send = createRoute({
  method: "post",
  path: "/sendings",
  operationId: "returns.send",
  summary: "Send something to somebody",
  tags,
  request: {
    headers: idempotencyKey,
    body: json(
      z.strictObject({
        station: z.uuid(),
        to: z.uuid(),
        size: z.enum(sendingSizes),
        /** Who sends it, for the messages about it; these go to the address of the account. */
        sender: z.strictObject({ name: line(120), phone: Phone.nullable().default(null), language: z.enum(languages).default("en") }),
        recipient: Recipient,
        /** The list of what may not be sent has been read, and none of it is inside. */
        acceptsRules: z.literal(rulesVersion),
      }),
    ),
  },
  responses: {
    ...started,
    409: refusal(refusals, "too_many_sendings", "same_station", "station_full", "station_unavailable"),
    422: refusal(refusals, "does_not_fit"),
  },
});
/** Customers: what they have put in or will; shops: what comes back to them; carriers: what is theirs to take out; operators: all. Newest first. */
export const list = createRoute({
  method: "get",
  path: "/returns",
  operationId: "returns.list",
  summary: "Returns and sendings",
  tags,
  request: {
    query: z.object({
      parcel: z.uuid().optional(),
      number: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
      orderId: line(100).optional(),
      station: z.uuid().optional(),
      state: z.enum(returnStates).optional(),
      before: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { ...always, 200: answers("returns", z.object({ returns: z.array(Return), next: z.uuid().nullable() })) },
});
export const get = createRoute({
  method: "get",
  path: "/returns/{id}",
  operationId: "returns.get",
  summary: "One of them",
  tags,
  request: { params },
  responses: { ...always, 200: answers("the return", Return), 404: refusal(refusals, "not_found") },
});
/** Its customer alone: the code and the QR code that open the compartment (I-40). */
export const code = createRoute({
  method: "get",
  path: "/returns/{id}/code",
  operationId: "returns.code",
  summary: "The drop-off code",
  tags,
  request: { params },
  responses: {
    ...always,
    200: answers("code and QR", DropOff),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready"),
    410: refusal(refusals, "over"),
  },
});
/** Its customer, its shop, or an operator (support): nothing is put in any more. Until it has been put in. */
export const cancel = createRoute({
  method: "post",
  path: "/returns/{id}/cancel",
  operationId: "returns.cancel",
  summary: "Call it off",
  tags,
  request: { params },
  responses: acting,
});
/** Its shop, the carrier that hands it over, or an operator (support): it has arrived. */
export const receive = createRoute({
  method: "post",
  path: "/returns/{id}/received",
  operationId: "returns.receive",
  summary: "It has arrived",
  tags,
  request: { params },
  responses: acting,
});

/** Modules only: whose it is, sealed for them at place `returns.customer|<id>`; null for somebody who was erased. */
export const customer = createRoute({
  method: "get",
  path: "/internal/returns/{id}/customer",
  operationId: "returns.customer",
  tags: ["internal"],
  request: { params },
  responses: {
    ...always,
    200: answers(
      "whose it is",
      z.object({
        sealedCustomer: z.string().nullable(),
        subject: z.uuid().nullable(),
        station: z.uuid(),
        number: z.string(),
        kind: z.enum(returnKinds),
      }),
    ),
    404: refusal(refusals, "not_found"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    places: RouteHandler<typeof places>;
    start: RouteHandler<typeof start>;
    send: RouteHandler<typeof send>;
    list: RouteHandler<typeof list>;
    get: RouteHandler<typeof get>;
    code: RouteHandler<typeof code>;
    cancel: RouteHandler<typeof cancel>;
    receive: RouteHandler<typeof receive>;
    customer: RouteHandler<typeof customer>;
  },
) =>
  app
    .openapi(places, on.places)
    .openapi(start, on.start)
    .openapi(send, on.send)
    .openapi(list, on.list)
    .openapi(get, on.get)
    .openapi(code, on.code)
    .openapi(cancel, on.cancel)
    .openapi(receive, on.receive)
    .openapi(customer, on.customer);
export type ReturnApi = ReturnType<typeof mount>;
