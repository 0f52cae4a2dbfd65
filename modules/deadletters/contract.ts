import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";

/** `retrying`: tried again by itself at `nextAt`. `dead`: given up until somebody replays it. */
export const letterStates = ["retrying", "dead"] as const;

/**
 * A fact that a module could not apply. Later facts about the same thing wait behind it, so that it hears of them in order; facts about
 * everything else go on (A3.2).
 */
export const DeadLetter = z
  .object({
    /** The module that could not apply it. */
    consumer: z.string(),
    /** Its number in the log of facts. */
    seq: z.int(),
    type: z.string(),
    /** What it is about: kind and id, e.g. `parcel:…`. */
    aggregate: z.string(),
    state: z.enum(letterStates),
    attempts: z.int(),
    occurredAt: z.iso.datetime(),
    /** When it is tried again by itself; null when it is dead. */
    nextAt: z.iso.datetime().nullable(),
    /** What the module said when it failed last. */
    error: z.string().nullable(),
    /** Facts about the same thing that wait for this one. */
    waiting: z.int(),
    /** What the fact says; what is sealed in it stays so. */
    payload: z.record(z.string(), z.unknown()),
  })
  .openapi("DeadLetter");
export type DeadLetter = z.output<typeof DeadLetter>;

export const refusals = {
  not_found: { status: 404, title: "No such dead letter" },
} as const satisfies Refusals;

const Why = z.strictObject({
  /** What was mended, for the audit trail. */
  reason: line(300, 3),
});

/** Operators (support): facts that could not be applied, the oldest first; of each thing the one that the others wait for. */
export const list = createRoute({
  method: "get",
  path: "/dead-letters",
  operationId: "deadletters.list",
  summary: "Facts that could not be applied",
  tags: ["deadletters"],
  request: {
    query: z.object({
      consumer: z
        .string()
        .regex(/^[a-z_]{1,40}$/)
        .optional(),
      state: z.enum(letterStates).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
  },
  responses: {
    ...always,
    200: answers("dead letters", z.object({ letters: z.array(DeadLetter), dead: z.int(), retrying: z.int(), waiting: z.int() })),
  },
});
/** Administrators: lets the module try it again at once, with all its attempts before it. What waits behind follows by itself. */
export const replay = createRoute({
  method: "post",
  path: "/dead-letters/{consumer}/{seq}/replay",
  operationId: "deadletters.replay",
  summary: "Try a fact again",
  tags: ["deadletters"],
  request: {
    params: z.object({ consumer: z.string().regex(/^[a-z_]{1,40}$/), seq: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
    body: json(Why),
  },
  responses: { ...always, 202: answers("it is due", z.object({ replayed: z.int() })), 404: refusal(refusals, "not_found") },
});
/** Administrators: the same for everything that this module has given up. */
export const replayAll = createRoute({
  method: "post",
  path: "/dead-letters/{consumer}/replay",
  operationId: "deadletters.replayAll",
  summary: "Try everything again that a module has given up",
  tags: ["deadletters"],
  request: { params: z.object({ consumer: z.string().regex(/^[a-z_]{1,40}$/) }), body: json(Why) },
  responses: { ...always, 202: answers("they are due", z.object({ replayed: z.int() })), 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: { list: RouteHandler<typeof list>; replay: RouteHandler<typeof replay>; replayAll: RouteHandler<typeof replayAll> },
) => app.openapi(list, on.list).openapi(replay, on.replay).openapi(replayAll, on.replayAll);
export type DeadLetterApi = ReturnType<typeof mount>;
