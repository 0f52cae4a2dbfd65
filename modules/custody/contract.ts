import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, refusal, type Refusals } from "@pigeonhole/kit/http";

/** Who can have a parcel; at any time exactly one of them does (I-05). */
export const custodianKinds = ["shop", "carrier", "station", "customer"] as const;

export const Custodian = z.object({ kind: z.enum(custodianKinds), id: z.string().nullable() }).openapi("Custodian");

/** One hand-over. `station`, `epoch` and `seq` name the signed entry of the station's log that proves it; null where the network's own record does. */
export const HandOver = z
  .object({
    number: z.int(),
    from: Custodian.nullable(),
    to: Custodian,
    at: z.iso.datetime(),
    compartment: z.int().nullable(),
    proof: z.object({ station: z.uuid(), epoch: z.int(), seq: z.int() }).nullable(),
    /** SHA-256 of the signed statement; the next hand-over names it. */
    digest: z.string(),
  })
  .openapi("HandOver");
export type HandOver = z.output<typeof HandOver>;

export const Custody = z
  .object({
    parcel: z.uuid(),
    parcelNumber: z.string(),
    /** Who has it now. */
    holder: Custodian,
    handOvers: z.array(HandOver),
    /** A station said something that does not follow from what is known; somebody has to look. */
    isContradicted: z.boolean(),
  })
  .openapi("Custody");
export type Custody = z.output<typeof Custody>;

export const refusals = { not_found: { status: 404, title: "No such parcel" } } as const satisfies Refusals;

const request = { params: z.object({ parcel: z.uuid() }) };

/** Recipient, sender, shop, carrier, the courier who handed it over, operators: who had the parcel when. */
export const get = createRoute({
  method: "get",
  path: "/parcels/{parcel}/custody",
  operationId: "custody.get",
  summary: "Who had the parcel when",
  tags: ["custody"],
  request,
  responses: { ...always, 200: answers("the way of the parcel", Custody), 404: refusal(refusals, "not_found") },
});
/** The same readers: the receipts as one file (docs/guides/receipts.md), which proves all of it to whoever pins the network's authority. Keep its bytes as they are. */
export const file = createRoute({
  method: "get",
  path: "/parcels/{parcel}/receipts",
  operationId: "custody.file",
  summary: "The signed receipts of a parcel as one file",
  tags: ["custody"],
  request,
  responses: {
    ...always,
    200: { description: "the file", content: { "application/vnd.pigeonhole.receipts": { schema: z.string() } } },
    404: refusal(refusals, "not_found"),
  },
});

/** An EPCIS 2.0 document (GS1), as JSON-LD. */
const epcis = { description: "the events", content: { "application/ld+json": { schema: z.record(z.string(), z.unknown()) } } };
/** The same readers: the hand-overs as EPCIS 2.0 events. */
export const parcelEvents = createRoute({
  method: "get",
  path: "/parcels/{parcel}/epcis",
  operationId: "custody.parcelEvents",
  summary: "A parcel's hand-overs as EPCIS events",
  tags: ["custody"],
  request,
  responses: { ...always, 200: epcis, 404: refusal(refusals, "not_found") },
});
/** Events of one page of `custody.events`. */
export const maxEvents = 1_000;
/** Shops and carriers: the hand-overs of all of their parcels in [from, to) as EPCIS 2.0 events, oldest first; `Link: …; rel="next"` while there is more. */
export const events = createRoute({
  method: "get",
  path: "/epcis-events",
  operationId: "custody.events",
  summary: "Hand-overs of all of your parcels as EPCIS events",
  tags: ["custody"],
  request: {
    query: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      /** From the link of the page before. */
      after: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .optional(),
      limit: z.coerce.number().int().min(1).max(maxEvents).default(maxEvents),
    }),
  },
  responses: { ...always, 200: epcis },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    get: RouteHandler<typeof get>;
    file: RouteHandler<typeof file>;
    parcelEvents: RouteHandler<typeof parcelEvents>;
    events: RouteHandler<typeof events>;
  },
) => app.openapi(get, on.get).openapi(file, on.file).openapi(parcelEvents, on.parcelEvents).openapi(events, on.events);
export type CustodyApi = ReturnType<typeof mount>;
