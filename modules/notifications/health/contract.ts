import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers } from "@pigeonhole/kit/http";
import { channels, messageStates } from "../contract.ts";

/** How one channel does. `state`: `away` while its provider does not answer and one message after another tries; `unused` without a provider. */
export const ChannelHealth = z
  .object({
    channel: z.enum(channels),
    state: z.enum(["well", "away", "unused"]),
    /** Since when it is away. */
    since: z.iso.datetime().nullable(),
    lastAnswerAt: z.iso.datetime().nullable(),
    /** The last time nobody answered, and what was noted of it. */
    lastFailureAt: z.iso.datetime().nullable(),
    error: z.string().nullable(),
    waiting: z.int(),
    oldestWaitingAt: z.iso.datetime().nullable(),
    /** Messages made within the time that was asked for, by their state. */
    states: z.array(z.object({ state: z.enum(messageStates), count: z.int() })),
    /** What was noted most often of those that failed or came back. */
    failures: z.array(z.object({ error: z.string(), count: z.int() })),
  })
  .openapi("ChannelHealth");
/** A5.5: of the parcels whose code left by exactly these channels, so many were collected within 24 hours. */
export const CollectedShare = z
  .object({ channels: z.array(z.enum(channels)), parcels: z.int(), withinADay: z.int() })
  .openapi("CollectedShare");

/** Operators: the providers, what waits for them, what failed, and what the channels are worth. */
export const health = createRoute({
  method: "get",
  path: "/message-health",
  operationId: "notifications.health",
  summary: "How the message channels are doing",
  tags: ["notifications"],
  request: {
    query: z.object({
      /** Messages of the last so many hours are counted. */
      hours: z.coerce.number().int().min(1).max(720).default(24),
      /** Parcels that became ready within the last so many days are compared. */
      days: z.coerce.number().int().min(2).max(90).default(30),
    }),
  },
  responses: {
    ...always,
    200: answers("health", z.object({ asOf: z.iso.datetime(), channels: z.array(ChannelHealth), collected: z.array(CollectedShare) })),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { health: RouteHandler<typeof health> }) => app.openapi(health, on.health);
export type MessageHealthApi = ReturnType<typeof mount>;
