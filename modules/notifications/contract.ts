import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { Kept, personRequest } from "@pigeonhole/privacy/kept/contract";

export const channels = ["email", "sms", "push"] as const;
export const messageStates = ["stands_by", "waiting", "sent", "delivered", "bounced", "failed", "void", "acknowledged"] as const;
export type MessageState = (typeof messageStates)[number];
/**
 * The moves of a message. `stands_by`: leaves when another channel fails. `sent`: the provider has taken it. `delivered`, `bounced`: what the
 * provider heard afterwards, which may come before its answer does. `failed`: given up. `void`: not true any more before it left. `acknowledged`: its
 * reader followed its link. What providers and readers report is a fact, whatever was thought before.
 */
export const messageMoves: Readonly<Record<MessageState, readonly MessageState[]>> = {
  stands_by: ["waiting", "void"],
  waiting: ["sent", "delivered", "bounced", "failed", "void", "acknowledged"],
  sent: ["delivered", "bounced", "acknowledged"],
  delivered: ["bounced", "acknowledged"],
  bounced: ["acknowledged"],
  failed: ["delivered", "acknowledged"],
  void: ["acknowledged"],
  acknowledged: [],
};
/** The states from which a message may come into this one. */
export const statesBefore = (state: MessageState): readonly MessageState[] =>
  messageStates.filter((before) => messageMoves[before].includes(state));

/** Every message there is; templates/template.ts says how one is added. */
export const templates = [
  "sign_in_code",
  "pickup_ready",
  "code_reissued",
  "released",
  "collected",
  "hindered",
  "window_extended",
  "moved",
  "redirected",
  "more_time",
  "diverted",
  "delayed",
  "missing",
  "station_gone",
  "cancelled",
  "not_delivered",
  "called_back",
  "opened_by_staff",
  "redirect_proposed",
  "proxy_named",
  "proxy_revoked",
  "proxy_invited",
  "proxy_dismissed",
  "station_tampered",
  "invariant_broken",
  "follow_up",
  "two_days_left",
  "one_day_left",
  "last_warning",
  "expired",
  "return_authorised",
  "return_code",
  "return_running_out",
  "return_dropped_off",
  "return_received",
  "return_over",
] as const;
export type TemplateName = (typeof templates)[number];

/** A message in the log: when generated, by which channel, whether delivered (A5.4); no content. */
export const Message = z
  .object({
    id: z.uuid(),
    template: z.enum(templates),
    channel: z.enum(channels),
    state: z.enum(messageStates),
    parcel: z.uuid().nullable(),
    createdAt: z.iso.datetime(),
    sentAt: z.iso.datetime().nullable(),
    deliveredAt: z.iso.datetime().nullable(),
    acknowledgedAt: z.iso.datetime().nullable(),
    attempts: z.int(),
    error: z.string().nullable(),
  })
  .openapi("Message");
/** A message with its content, for the demo's inbox only. */
export const InboxMessage = Message.extend({
  to: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
  html: z.string().nullable(),
  /** What the QR code in it says. */
  qr: z.string().nullable(),
}).openapi("InboxMessage");

export const refusals = { not_found: { status: 404, title: "Not found" } } as const satisfies Refusals;

/** Operators: the messages about a parcel. Customers: those to themselves. */
export const listForParcel = createRoute({
  method: "get",
  path: "/parcels/{parcel}/messages",
  operationId: "notifications.listForParcel",
  summary: "The messages about a parcel",
  tags: ["notifications"],
  request: { params: z.object({ parcel: z.uuid() }) },
  responses: { ...always, 200: answers("messages", z.object({ messages: z.array(Message) })) },
});
/** The demo's inbox: every message with its content, newest first. Answers 404 outside the demo. */
export const inbox = createRoute({
  method: "get",
  path: "/inbox",
  operationId: "notifications.inbox",
  summary: "Every message of the demo, with its content",
  tags: ["notifications"],
  request: {
    query: z.object({
      to: z.string().max(254).optional(),
      parcel: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { ...always, 200: answers("messages", z.object({ messages: z.array(InboxMessage) })), 404: refusal(refusals, "not_found") },
});
/** The key that browsers need to subscribe to Web Push; null when push is not configured. */
export const pushKey = createRoute({
  method: "get",
  path: "/push-key",
  operationId: "notifications.pushKey",
  summary: "The key for Web Push",
  tags: ["notifications"],
  responses: { ...always, 200: answers("key", z.object({ key: z.string().nullable() })) },
});
/** Customers: this browser wants to be told. */
export const subscribe = createRoute({
  method: "post",
  path: "/push-subscriptions",
  operationId: "notifications.subscribe",
  summary: "Subscribe a browser to Web Push",
  tags: ["notifications"],
  request: {
    body: json(
      z.strictObject({
        endpoint: z.url().max(2_000),
        expirationTime: z.number().nullable().default(null),
        keys: z.strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) }),
      }),
    ),
  },
  responses: { ...always, 204: { description: "subscribed" } },
});

/** Privacy alone: what is kept here of a person. */
export const person = createRoute({
  method: "get",
  path: "/internal/notifications/persons/{subject}",
  operationId: "notifications.person",
  tags: ["internal"],
  request: personRequest,
  responses: { ...always, 200: answers("what is kept", z.object({ kept: z.array(Kept) })) },
});
/** Customers: the page of their parcel was opened, by the link of a message or without one. What has been seen is not followed up. */
export const seen = createRoute({
  method: "post",
  path: "/parcels/{parcel}/seen",
  operationId: "notifications.seen",
  summary: "A message or the parcel's page was seen",
  tags: ["notifications"],
  request: { params: z.object({ parcel: z.uuid() }), body: json(z.strictObject({ message: z.uuid().nullable().default(null) })) },
  responses: { ...always, 204: { description: "noted" } },
});
const token = z.object({ token: z.string().max(100) });
/** Providers of text messages and mails: what became of a message. The token in the address, which came with the message, is the right to say so. */
export const receipt = createRoute({
  method: "post",
  path: "/message-receipts/{token}",
  operationId: "notifications.receipt",
  summary: "A provider tells what became of a message",
  tags: ["notifications"],
  request: {
    params: token,
    body: json(
      z.discriminatedUnion("state", [
        z.object({ state: z.literal("delivered") }),
        z.object({
          state: z.literal("bounced"),
          /** Stable words of the provider's, for operators. Not kept where it could name somebody. */
          reason: z.string().max(200).default(""),
          /** The address is no good: the next message would come back as well. */
          isAddress: z.boolean().default(true),
        }),
      ]),
    ),
  },
  responses: { ...always, 204: { description: "noted" }, 404: refusal(refusals, "not_found") },
});
/** A mail server's pipe: a mail that came back to the mailbox for bounces, whole (RFC 3464). The token in the address it came to is the right to say so. */
export const bounce = createRoute({
  method: "post",
  path: "/bounces",
  operationId: "notifications.bounce",
  summary: "A mail server hands back a mail",
  tags: ["notifications"],
  request: { body: { required: true, content: { "message/rfc822": { schema: z.string() } } } },
  responses: { ...always, 204: { description: "noted" }, 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    listForParcel: RouteHandler<typeof listForParcel>;
    inbox: RouteHandler<typeof inbox>;
    pushKey: RouteHandler<typeof pushKey>;
    subscribe: RouteHandler<typeof subscribe>;
    person: RouteHandler<typeof person>;
    seen: RouteHandler<typeof seen>;
    receipt: RouteHandler<typeof receipt>;
    bounce: RouteHandler<typeof bounce>;
  },
) =>
  app
    .openapi(listForParcel, on.listForParcel)
    .openapi(inbox, on.inbox)
    .openapi(pushKey, on.pushKey)
    .openapi(subscribe, on.subscribe)
    .openapi(person, on.person)
    .openapi(seen, on.seen)
    .openapi(receipt, on.receipt)
    .openapi(bounce, on.bounce);
export type NotificationApi = ReturnType<typeof mount>;
