import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { Email } from "@pigeonhole/identity/contract";
import { line } from "@pigeonhole/kit/line";
import type { Moves } from "@pigeonhole/kit/moves";
import { sizes } from "@pigeonhole/network/layout";
import { Kept, personRequest, UnderWay } from "@pigeonhole/privacy/kept/contract";
import { diversions } from "./diversion/contract.ts";
import { conditionWishes } from "@pigeonhole/reservations/conditions/contract";
import { ParcelDimensions, Recipient } from "@pigeonhole/reservations/contract";

/**
 * A3.1. `delivered`: dropped off, the station has said so durably. `stored`: the pick-up code is live. `missing`: whoever came for it did not find
 * it, or it was not there when somebody looked; the operator's to find.
 */
export const parcelStates = [
  "reserved",
  "shipped",
  "delivered",
  "stored",
  "collected",
  "expired",
  "returned",
  "cancelled",
  "missing",
] as const;
export type ParcelState = (typeof parcelStates)[number];
/** The moves a parcel may make; every other one is refused. A pick-up that happened is a fact, whatever the plan said. */
export const parcelMoves: Moves<ParcelState> = {
  reserved: ["shipped", "delivered", "cancelled"],
  shipped: ["delivered", "cancelled"],
  // Stored or not told so yet, it may be taken out before its time is over: it is recalled.
  // Or it goes on to another station, or the courier takes the word back that it was in: a courier has it again.
  delivered: ["stored", "collected", "returned", "shipped", "missing"],
  stored: ["collected", "expired", "returned", "shipped", "missing"],
  expired: ["returned", "collected", "missing"],
  // The courier had put it in before the station heard of the cancellation: it lies there, whatever was ordered.
  cancelled: ["delivered"],
  // Within the visit the word of whoever stands there wins.
  collected: ["missing"],
  missing: ["stored", "collected", "returned"],
  returned: [],
};
/** In these its recipient has nothing to wait for any more, though a mistake may bring one back. */
export const pastStates = ["collected", "expired", "returned", "cancelled"] as const satisfies readonly ParcelState[];

/** Why a parcel that waits is taken out before its time is over. `redirected`: it goes to another station; `decommissioned`: its station is given up; `recalled`: its sender wants it back. */
export const recallReasons = ["redirected", "decommissioned", "recalled"] as const;
export type RecallReason = (typeof recallReasons)[number];

/**
 * What of a label is compared: letters and digits, upper case. Scanners add what is not on the label: control characters, an AIM symbology
 * identifier (`]C1`), the stars of Code 39, the zero that makes an EAN-13 of a UPC-A or pads an ITF; people add spaces and hyphens.
 */
export function labelKey(text: string): string {
  const plain = text
    .normalize("NFKC")
    .replaceAll(/\p{C}/gu, "")
    .trim()
    .replace(/^\][A-Za-z]\d/, "")
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
  return (/^\d+$/.test(plain) ? plain.replace(/^0+/, "") : plain) || text.trim();
}

/** Numbers have eleven digits from the sequence and a check digit. */
const numbers = 100_000_000_000n;
/** Prime to 10, so that each value has a number of its own; neighbours look unalike, and nobody counts our parcels by them. */
const stride = 38_654_705_647n;

/** The parcel number of a value of the sequence: twelve digits, the last one a check digit (GS1, weights 3 and 1), so that one wrong digit is noticed. */
export function numberOf(value: number): string {
  const body = String((BigInt(value) * stride) % numbers).padStart(11, "0");
  return body + checkDigit(body);
}

/** The digit that makes the weighted sum a multiple of ten; the rightmost digit of `body` weighs 3. */
export function checkDigit(body: string): string {
  const sum = [...body].toReversed().reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

/** One entry of a parcel's time line. `actor` as `actorText` writes it; `proof`: station and sequence number of the signed event, where there is one. */
export const TimelineEntry = z
  .object({
    at: z.iso.datetime(),
    state: z.enum(parcelStates),
    actor: z.string().nullable(),
    proof: z.object({ station: z.uuid(), epoch: z.int(), seq: z.int() }).nullable(),
  })
  .openapi("TimelineEntry");

/** Why the clock stood still. `away`: the station could not be reached; `tamper`: it was closed until inspected; `power`; `door`: the door would not open; `vacation`: its recipient is away. */
export const pauseCauses = ["away", "tamper", "power", "door", "vacation"] as const;
const Pause = z.object({ from: z.iso.datetime(), to: z.iso.datetime().nullable(), cause: z.enum(pauseCauses) });

export const Parcel = z
  .object({
    id: z.uuid(),
    /** What people compare by eye: twelve digits, shown in groups of four. */
    number: z.string(),
    state: z.enum(parcelStates),
    reservation: z.uuid().nullable(),
    station: z.uuid(),
    compartment: z.int(),
    size: z.enum(sizes),
    orderId: z.string(),
    /** What is on the label; unless another was given, the parcel's number. */
    barcode: z.string(),
    /** Short name of the carrier. */
    carrier: z.string().nullable(),
    createdAt: z.iso.datetime(),
    deliverBy: z.iso.datetime(),
    depositedAt: z.iso.datetime().nullable(),
    collectedAt: z.iso.datetime().nullable(),
    /** End of the pick-up window, half-open; null until it is deposited. */
    expiresAt: z.iso.datetime().nullable(),
    /** The clock of the window stands still at present: nobody can get at the parcel (F6). */
    isStopped: z.boolean(),
    /** Why a courier takes it out although its time is not over; null: it waits for its recipient. */
    recalledFor: z.enum(recallReasons).nullable(),
    /** Goods that perish: never diverted to another station. */
    isPerishable: z.boolean(),
    /** Times in which it stood still and which `expiresAt` gives back, in order; the last has no end while it stands. */
    pauses: z.array(Pause),
    /** Each time its recipient took more time, and until when it waited from then on. */
    extensions: z.array(z.object({ at: z.iso.datetime(), until: z.iso.datetime() })),
    /** How often more time may still be taken, and how many days at once; null: it does not wait. */
    moreTime: z.object({ left: z.int(), days: z.int() }).nullable(),
    timeline: z.array(TimelineEntry),
  })
  .openapi("Parcel");
export type Parcel = z.output<typeof Parcel>;

export const refusals = {
  not_found: { status: 404, title: "No such parcel" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  barcode_taken: { status: 409, title: "This barcode belongs to another parcel" },
  not_accepted: { status: 409, title: "The station cannot take this parcel" },
} as const satisfies Refusals;

const params = z.object({ id: z.uuid() });

/** Carriers (and shops): announces a parcel for a station without a checkout; finds and binds a compartment. */
export const create = createRoute({
  method: "post",
  path: "/parcels",
  operationId: "parcels.create",
  summary: "Announce a parcel without a checkout",
  tags: ["parcels"],
  request: {
    headers: idempotencyKey,
    body: json(
      z.strictObject({
        station: z.uuid(),
        orderId: line(100),
        barcode: line(80, 4),
        recipient: Recipient,
        size: z.enum(sizes).optional(),
        dimensions: ParcelDimensions.optional(),
        service: z.enum(["standard", "prime", "business"]).default("standard"),
        isPerishable: z.boolean().default(false).openapi({ description: "Goods that perish: never diverted to another station (N6)." }),
        ...conditionWishes,
      }),
    ),
  },
  responses: {
    ...always,
    201: answers(
      "announced",
      z.object({ parcel: z.uuid(), reservation: z.uuid(), station: z.uuid(), compartment: z.int(), size: z.enum(sizes) }),
    ),
    409: refusal(refusals, "not_accepted", "barcode_taken"),
  },
});
export const get = createRoute({
  method: "get",
  path: "/parcels/{id}",
  operationId: "parcels.get",
  summary: "A parcel with its time line",
  tags: ["parcels"],
  request: { params },
  responses: { ...always, 200: answers("the parcel", Parcel), 404: refusal(refusals, "not_found") },
});
/** Customers: those addressed to them or ordered by them; shops and carriers: their own; operators: all. By station, number, label or order. Newest first. */
export const list = createRoute({
  method: "get",
  path: "/parcels",
  operationId: "parcels.list",
  summary: "Parcels, newest first",
  tags: ["parcels"],
  request: {
    query: z.object({
      station: z.uuid().optional(),
      number: z
        .string()
        .regex(/^\d{12}$/)
        .optional(),
      /** What is on the label, compared as `labelKey` does. */
      label: line(200).optional(),
      orderId: line(100).optional(),
      state: z.enum(parcelStates).optional(),
      /** Only those for which nobody waits any more (`pastStates`); only the others. */
      isPast: z.enum(["true", "false"]).optional(),
      /** Customers: what number or order begin with, spaces aside. */
      begins: line(100).optional(),
      before: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { ...always, 200: answers("parcels", z.object({ parcels: z.array(Parcel), next: z.uuid().nullable() })) },
});
/** Parcels of one look-up at most. */
export const maxLookedUp = 200;
/** Operators (support): what is addressed to somebody who asks. The address is not part of the URL, and who looked and why stands in the audit trail. */
export const lookUp = createRoute({
  method: "post",
  path: "/parcel-look-ups",
  operationId: "parcels.lookUp",
  summary: "The parcels of somebody who asks",
  tags: ["parcels"],
  request: { body: json(z.strictObject({ email: Email, reason: line(300, 3) })) },
  responses: { ...always, 200: answers("parcels, the newest first", z.object({ parcels: z.array(Parcel) })) },
});
/** Carriers: the label that was put on the parcel, when it was not known at the order. */
export const label = createRoute({
  method: "put",
  path: "/parcels/{id}/barcode",
  operationId: "parcels.label",
  summary: "Set the label of a parcel",
  tags: ["parcels"],
  request: { params, body: json(z.strictObject({ barcode: line(80, 4) })) },
  responses: {
    ...always,
    200: answers("labelled", Parcel),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "barcode_taken", "wrong_state"),
  },
});
/** A parcel as the neighbours find it; `diversion`: what its recipient has said once for all (N6), null when they have not. */
export const Found = Parcel.omit({ timeline: true }).extend({ diversion: z.enum(diversions).nullable() });
/** `parcels.find` answers at most so many. */
export const maxFound = 500;
/**
 * Modules only: parcels by label or number (`barcode`, `barcodes`: compared by `labelKey`) or by id (`ids`, separated by commas), with what the other
 * modules need. A label is unique only among the parcels that one carrier has under way: ask for that `carrier`, or expect several.
 */
export const find = createRoute({
  method: "get",
  path: "/internal/parcels",
  operationId: "parcels.find",
  tags: ["internal"],
  request: {
    query: z.object({
      barcode: z.string().max(200).optional(),
      barcodes: z.union([z.string(), z.array(z.string()).max(100)]).optional(),
      ids: z.string().max(20_000).optional(),
      carrier: z.string().max(40).optional(),
    }),
  },
  responses: { ...always, 200: answers("parcels", z.object({ parcels: z.array(Found) })) },
});
/** Modules only: whom to tell; and whether a customer is owner or recipient. */
export const recipient = createRoute({
  method: "get",
  path: "/internal/parcels/{id}/recipient",
  operationId: "parcels.recipient",
  tags: ["internal"],
  request: { params },
  responses: {
    ...always,
    200: answers(
      "recipient",
      z.object({
        recipient: Recipient.nullable(),
        /** The person that the recipient is (kit/personal): what is written for them is sealed under their key. */
        subject: z.uuid().nullable(),
        owner: z.string(),
        station: z.uuid(),
        number: z.string(),
      }),
    ),
    404: refusal(refusals, "not_found"),
  },
});

/** Its sender (shop, carrier) or an operator (support): a parcel that waits in a compartment is taken out and goes back. Its code is dead from now on. */
export const recall = createRoute({
  method: "post",
  path: "/parcels/{id}/recall",
  operationId: "parcels.recall",
  summary: "Call a parcel back",
  tags: ["parcels"],
  request: { params },
  responses: { ...always, 200: answers("recalled", Parcel), 404: refusal(refusals, "not_found"), 409: refusal(refusals, "wrong_state") },
});

/** Privacy alone: the parcels that are for a person, and those of them, or ordered by them, that are under way. */
export const person = createRoute({
  method: "get",
  path: "/internal/parcels/persons/{subject}",
  operationId: "parcels.person",
  tags: ["internal"],
  request: personRequest,
  responses: {
    ...always,
    200: answers("what is kept", z.object({ kept: z.array(Kept), underWay: z.array(UnderWay), parcels: z.array(z.uuid()) })),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    create: RouteHandler<typeof create>;
    get: RouteHandler<typeof get>;
    list: RouteHandler<typeof list>;
    lookUp: RouteHandler<typeof lookUp>;
    label: RouteHandler<typeof label>;
    find: RouteHandler<typeof find>;
    recipient: RouteHandler<typeof recipient>;
    recall: RouteHandler<typeof recall>;
    person: RouteHandler<typeof person>;
  },
) =>
  app
    .openapi(create, on.create)
    .openapi(get, on.get)
    .openapi(list, on.list)
    .openapi(lookUp, on.lookUp)
    .openapi(label, on.label)
    .openapi(find, on.find)
    .openapi(recipient, on.recipient)
    .openapi(recall, on.recall)
    .openapi(person, on.person);
export type ParcelApi = ReturnType<typeof mount>;
