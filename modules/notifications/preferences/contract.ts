import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { languages } from "@pigeonhole/identity/contract";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";

/** A time of day on a quarter of an hour, as `22:15`. */
const clock = z.string().regex(/^([01]\d|2[0-3]):(00|15|30|45)$/, { error: "a time of day on a quarter of an hour, e.g. 22:15" });

/**
 * What a recipient wishes. `stand_by`: only when the others fail. Codes, and what has to be told, come in any case: e-mail cannot be switched off, and where
 * everything else is, it does not stand by.
 */
export const Preferences = z
  .strictObject({
    email: z.enum(["at_once", "stand_by"]),
    sms: z.enum(["at_once", "stand_by", "off"]),
    push: z.enum(["at_once", "off"]),
    /** Reminders before the time is over, and a second message when the first was not opened. The last warning comes anyway. */
    reminders: z.boolean(),
    /** Null: as whoever ordered has said. */
    language: z.enum(languages).nullable(),
    /** No text message and no notification but those with a code, and no reminder at all; null: none. */
    quiet: z.strictObject({ from: clock, to: clock }).nullable(),
    /** By whose clock it is quiet (IANA name); null: by that of the station. */
    timeZone: z.string().max(60).nullable(),
  })
  .openapi("MessagePreferences");
export type Preferences = z.output<typeof Preferences>;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  quiet_too_long: { status: 422, title: "Too much of the day would be quiet" },
  unknown_time_zone: { status: 422, title: "There is no such time zone" },
} as const satisfies Refusals;

/** Customers: what they wish; what is usual where they wished nothing. */
export const get = createRoute({
  method: "get",
  path: "/message-preferences",
  operationId: "notifications.preferences",
  summary: "How a customer wishes to be told",
  tags: ["notifications"],
  responses: { ...always, 200: answers("preferences", Preferences) },
});
/** Customers: wishes something else. Reminders of what waits for them are planned anew. */
export const put = createRoute({
  method: "put",
  path: "/message-preferences",
  operationId: "notifications.prefer",
  summary: "Change how a customer is told",
  tags: ["notifications"],
  request: { body: json(Preferences) },
  responses: {
    ...always,
    200: answers("preferences", Preferences),
    422: refusal(refusals, "quiet_too_long", "unknown_time_zone"),
  },
});
/** Whoever has a reminder: no more of them, by one click and without signing in (RFC 8058). Codes and what has to be told still come. */
export const fewer = createRoute({
  method: "post",
  path: "/fewer-messages/{token}",
  operationId: "notifications.fewer",
  summary: "No more reminders, by one click",
  tags: ["notifications"],
  request: { params: z.object({ token: z.string().max(100) }) },
  responses: { ...always, 204: { description: "no more reminders" }, 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: { get: RouteHandler<typeof get>; put: RouteHandler<typeof put>; fewer: RouteHandler<typeof fewer> },
) => app.openapi(get, on.get).openapi(put, on.put).openapi(fewer, on.fewer);
export type PreferenceApi = ReturnType<typeof mount>;
