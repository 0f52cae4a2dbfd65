import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { parcelStates } from "@pigeonhole/parcels/contract";
import type { ReturnState } from "@pigeonhole/returns/lifecycle";

/** Of the states of a return those that its shop and its carrier hear of. */
export const toldReturnStates = [
  "ready",
  "dropped_off",
  "missing",
  "retrieved",
  "received",
  "cancelled",
  "lapsed",
  "undelivered",
] as const satisfies readonly ReturnState[];
/**
 * What can be told: a parcel has entered a state, its window ends at another time, it goes to another station, it is wanted back, its cancellation has
 * come further, what has to happen before it is given out has; a return has entered a state; or a try-out.
 */
export const eventTypes = [
  ...parcelStates.map((state) => `parcel.${state}` as const),
  ...toldReturnStates.map((state) => `return.${state}` as const),
  "parcel.window_moved",
  "parcel.redirected",
  "parcel.recalled",
  "parcel.cancellation",
  "parcel.condition",
  "webhook.test",
] as const;
export type EventType = (typeof eventTypes)[number];

/** `gone`: the endpoint has answered 410, and nothing is sent to it until it is made active again. */
export const endpointStates = ["active", "paused", "gone"] as const;
export type EndpointState = (typeof endpointStates)[number];
/** `waiting` → `delivered` (answered 2xx) or `failed` (after the last attempt, or 410); a replay makes it wait again. */
export const deliveryStates = ["waiting", "delivered", "failed"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Endpoints of one tenant at most. */
export const maxEndpoints = 20;
/** Deliveries that one request replays at most. */
export const maxReplayed = 10_000;
/** After a change of the secret the former one signs, too, for so long. Hours. */
export const formerHours = 24;

export const Endpoint = z
  .object({
    id: z.uuid(),
    url: z.string(),
    types: z.array(z.enum(eventTypes)),
    state: z.enum(endpointStates),
    createdAt: z.iso.datetime(),
    /** Until when the former secret signs, too; null when there is none. */
    formerUntil: z.iso.datetime().nullable(),
  })
  .openapi("WebhookEndpoint");
/** The secret itself (`whsec_…`) is shown in this answer and never again. */
export const EndpointWithSecret = Endpoint.extend({ secret: z.string() }).openapi("WebhookEndpointWithSecret");

export const Delivery = z
  .object({
    id: z.uuid(),
    /** As the header `webhook-id` says it, without `msg_`: the same for every attempt and replay. */
    event: z.uuid(),
    type: z.enum(eventTypes),
    occurredAt: z.iso.datetime(),
    state: z.enum(deliveryStates),
    attempts: z.int(),
    nextAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
    /** The newest attempt: the status that was answered, or why there was no answer. */
    last: z.object({ at: z.iso.datetime(), status: z.int().nullable(), error: z.string().nullable(), ms: z.int() }).nullable(),
  })
  .openapi("WebhookDelivery");
export type Delivery = z.output<typeof Delivery>;

/** The body of what is sent: `type`, when it happened, and ids; no personal data. Unknown members may be added. */
export const WebhookEvent = z
  .object({ type: z.enum(eventTypes), timestamp: z.iso.datetime(), data: z.record(z.string(), z.unknown()) })
  .openapi("WebhookEvent");

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  too_many: { status: 409, title: "There are as many endpoints as there may be" },
  url_refused: { status: 422, title: "Nothing is sent to such an address" },
} as const satisfies Refusals;

const params = z.object({ id: z.uuid() });
const wish = {
  /** https, reachable from the Internet, without user name and password. */
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  types: z.array(z.enum(eventTypes)).min(1).max(eventTypes.length),
};
const tags = ["webhooks"];

export const create = createRoute({
  method: "post",
  path: "/webhooks",
  operationId: "webhooks.create",
  summary: "Have events sent to an address of yours",
  tags,
  request: { headers: idempotencyKey, body: json(z.strictObject(wish)) },
  responses: {
    ...always,
    201: answers("created", EndpointWithSecret),
    409: refusal(refusals, "too_many"),
    422: refusal(refusals, "url_refused"),
  },
});
export const list = createRoute({
  method: "get",
  path: "/webhooks",
  operationId: "webhooks.list",
  summary: "Your endpoints",
  tags,
  responses: { ...always, 200: answers("endpoints", z.object({ endpoints: z.array(Endpoint) })) },
});
export const get = createRoute({
  method: "get",
  path: "/webhooks/{id}",
  operationId: "webhooks.get",
  summary: "One of your endpoints",
  tags,
  request: { params },
  responses: { ...always, 200: answers("the endpoint", Endpoint), 404: refusal(refusals, "not_found") },
});
/** Another address, other events, paused or active again: what is not named stays. What happens while it is paused is sent afterwards. */
export const change = createRoute({
  method: "patch",
  path: "/webhooks/{id}",
  operationId: "webhooks.change",
  summary: "Change, pause or go on",
  tags,
  request: {
    params,
    body: json(z.strictObject({ url: wish.url.optional(), types: wish.types.optional(), state: z.enum(["active", "paused"]).optional() })),
  },
  responses: {
    ...always,
    200: answers("changed", Endpoint),
    404: refusal(refusals, "not_found"),
    422: refusal(refusals, "url_refused"),
  },
});
/** The endpoint and what waits for it. */
export const remove = createRoute({
  method: "delete",
  path: "/webhooks/{id}",
  operationId: "webhooks.remove",
  summary: "Send nothing there any more",
  tags,
  request: { params },
  responses: { ...always, 204: { description: "removed" }, 404: refusal(refusals, "not_found") },
});
/** A new secret at once; the former one signs, too, for 24 hours, so that no event is refused while you change over. */
export const rotate = createRoute({
  method: "post",
  path: "/webhooks/{id}/secret",
  operationId: "webhooks.rotate",
  summary: "A new secret",
  tags,
  request: { params },
  responses: { ...always, 201: answers("the new secret", EndpointWithSecret), 404: refusal(refusals, "not_found") },
});
/** Sends an event of type `webhook.test` there, whatever its types are. */
export const tryOut = createRoute({
  method: "post",
  path: "/webhooks/{id}/test",
  operationId: "webhooks.tryOut",
  summary: "Send a test event",
  tags,
  request: { params },
  responses: { ...always, 202: answers("it is on its way", Delivery), 404: refusal(refusals, "not_found") },
});
/** Newest first. */
export const deliveries = createRoute({
  method: "get",
  path: "/webhooks/{id}/deliveries",
  operationId: "webhooks.deliveries",
  summary: "What was sent there, and how it went",
  tags,
  request: {
    params,
    query: z.object({
      state: z.enum(deliveryStates).optional(),
      before: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    ...always,
    200: answers("deliveries", z.object({ deliveries: z.array(Delivery), next: z.uuid().nullable() })),
    404: refusal(refusals, "not_found"),
  },
});
/** Sends again what happened in [from, to), whatever became of it, the same ids as before; at most 10,000, the oldest first. */
export const replay = createRoute({
  method: "post",
  path: "/webhooks/{id}/replay",
  operationId: "webhooks.replay",
  summary: "Send again what happened in a time",
  tags,
  request: {
    params,
    body: json(
      z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime().optional(), state: z.enum(["delivered", "failed"]).optional() }),
    ),
  },
  responses: { ...always, 202: answers("due again", z.object({ replayed: z.int() })), 404: refusal(refusals, "not_found") },
});
/** The public key of the signatures `v1a` (Ed25519), as `whpk_` and base64; the same for every tenant. */
export const key = createRoute({
  method: "get",
  path: "/webhook-key",
  operationId: "webhooks.key",
  summary: "The public key of our signatures",
  tags,
  responses: { ...always, 200: answers("the key", z.object({ publicKey: z.string() })) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    create: RouteHandler<typeof create>;
    list: RouteHandler<typeof list>;
    get: RouteHandler<typeof get>;
    change: RouteHandler<typeof change>;
    remove: RouteHandler<typeof remove>;
    rotate: RouteHandler<typeof rotate>;
    tryOut: RouteHandler<typeof tryOut>;
    deliveries: RouteHandler<typeof deliveries>;
    replay: RouteHandler<typeof replay>;
    key: RouteHandler<typeof key>;
  },
) =>
  app
    .openapi(create, on.create)
    .openapi(list, on.list)
    .openapi(get, on.get)
    .openapi(change, on.change)
    .openapi(remove, on.remove)
    .openapi(rotate, on.rotate)
    .openapi(tryOut, on.tryOut)
    .openapi(deliveries, on.deliveries)
    .openapi(replay, on.replay)
    .openapi(key, on.key);
export type WebhookApi = ReturnType<typeof mount>;
