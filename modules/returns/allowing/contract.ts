import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Recipient } from "@pigeonhole/reservations/contract";
import { returnReasons } from "../contract.ts";

// What a shop allows to be sent back: in general, by its policy, or one thing, by an authorisation. Who pays is not said here.

export const Policy = z
  .strictObject({
    /** Whether whoever collected a parcel of this shop may send it back without asking. */
    isOpen: z.boolean(),
    /** So many days after it was collected. */
    days: z.int().min(1).max(365),
    reasons: z.array(z.enum(returnReasons)).min(1).max(returnReasons.length),
    /** Short name of the carrier that takes returns out; null: the one that brought the parcel, else the network's. */
    carrier: line(40).nullable(),
  })
  .openapi("ReturnPolicy");
export type Policy = z.output<typeof Policy>;
/** Where a shop has set nothing. */
export const usualPolicy: Policy = { isOpen: false, days: 14, reasons: [...returnReasons], carrier: null };

export const Authorisation = z
  .object({
    id: z.uuid(),
    orderId: z.string(),
    parcel: z.uuid().nullable(),
    reasons: z.array(z.enum(returnReasons)),
    createdAt: z.iso.datetime(),
    /** Half-open: it has to be started before. */
    until: z.iso.datetime(),
    withdrawnAt: z.iso.datetime().nullable(),
    /** The newest return by it. */
    usedBy: z.uuid().nullable(),
  })
  .openapi("ReturnAuthorisation");
export type Authorisation = z.output<typeof Authorisation>;

/** Why something cannot be sent back. */
export const whyNot = ["not_collected", "not_allowed", "too_late", "under_way", "too_often"] as const;
export const Offer = z
  .discriminatedUnion("isPossible", [
    z.object({
      isPossible: z.literal(true),
      /** By which authorisation; null: the shop allows it in general. */
      authorisation: z.uuid().nullable(),
      reasons: z.array(z.enum(returnReasons)),
      until: z.iso.datetime(),
    }),
    z.object({ isPossible: z.literal(false), why: z.enum(whyNot), usedBy: z.uuid().nullable() }),
  ])
  .openapi("ReturnOffer");
export type Offer = z.output<typeof Offer>;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  wrong_state: { status: 409, title: "Not possible in this state" },
} as const satisfies Refusals;
const tags = ["returns"];

/** Shops: what they allow. */
export const policy = createRoute({
  method: "get",
  path: "/return-policy",
  operationId: "returns.policy",
  summary: "What your customers may send back",
  tags,
  responses: { ...always, 200: answers("the policy", Policy) },
});
/** Shops: for returns that are started from now on. */
export const setPolicy = createRoute({
  method: "put",
  path: "/return-policy",
  operationId: "returns.setPolicy",
  summary: "Say what your customers may send back",
  tags,
  request: { body: json(Policy) },
  responses: { ...always, 200: answers("the policy", Policy) },
});
/** Shops: one return, of a parcel of theirs, or of an order that came another way (then with its recipient). The customer of a parcel is told by us, of another order by their shop. */
export const authorise = createRoute({
  method: "post",
  path: "/return-authorisations",
  operationId: "returns.authorise",
  summary: "Allow a return",
  tags,
  request: {
    headers: idempotencyKey,
    body: json(
      z.union([
        z.strictObject({ parcel: z.uuid(), days: z.int().min(1).max(365).default(14) }),
        z.strictObject({ orderId: line(100), recipient: Recipient, days: z.int().min(1).max(365).default(14) }),
      ]),
    ),
  },
  responses: { ...always, 201: answers("authorised", Authorisation), 404: refusal(refusals, "not_found") },
});
/** Shops: it is allowed no more. A return that was started by it goes on; call that one off by itself. */
export const withdraw = createRoute({
  method: "post",
  path: "/return-authorisations/{id}/withdraw",
  operationId: "returns.withdrawAuthorisation",
  summary: "Allow it no more",
  tags,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { ...always, 200: answers("withdrawn", Authorisation), 404: refusal(refusals, "not_found") },
});
/** Shops: their own; customers: those for them that are open. Newest first. */
export const authorisations = createRoute({
  method: "get",
  path: "/return-authorisations",
  operationId: "returns.authorisations",
  summary: "Returns that were allowed",
  tags,
  request: { query: z.object({ before: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(200).default(50) }) },
  responses: { ...always, 200: answers("authorisations", z.object({ authorisations: z.array(Authorisation), next: z.uuid().nullable() })) },
});
/** Customers: whether a parcel of theirs may be sent back, until when, for which reasons; or why not. */
export const offer = createRoute({
  method: "get",
  path: "/parcels/{id}/return-offer",
  operationId: "returns.offer",
  summary: "Whether a parcel may be sent back",
  tags,
  request: { params: z.object({ id: z.uuid() }) },
  responses: { ...always, 200: answers("the offer", Offer), 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    policy: RouteHandler<typeof policy>;
    setPolicy: RouteHandler<typeof setPolicy>;
    authorise: RouteHandler<typeof authorise>;
    withdraw: RouteHandler<typeof withdraw>;
    authorisations: RouteHandler<typeof authorisations>;
    offer: RouteHandler<typeof offer>;
  },
) =>
  app
    .openapi(policy, on.policy)
    .openapi(setPolicy, on.setPolicy)
    .openapi(authorise, on.authorise)
    .openapi(withdraw, on.withdraw)
    .openapi(authorisations, on.authorisations)
    .openapi(offer, on.offer);
export type AllowingApi = ReturnType<typeof mount>;
