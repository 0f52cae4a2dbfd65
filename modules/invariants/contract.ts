import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";

/** Something that always has to hold, and did not. */
export const Breach = z
  .object({
    id: z.uuid(),
    /** As the catalogue numbers it, e.g. `I-01`. */
    invariant: z.string(),
    /** What holds otherwise. */
    says: z.string(),
    /** Where it does not. */
    what: z.string(),
    seenAt: z.iso.datetime(),
    /** Null while it goes on. */
    endedAt: z.iso.datetime().nullable(),
    /** What somebody found who looked into it; null when it mended by itself. */
    note: z.string().nullable(),
  })
  .openapi("Breach");
export type Breach = z.output<typeof Breach>;

export const refusals = {
  not_found: { status: 404, title: "No such breach" },
  invalid_state: { status: 409, title: "It is over already" },
} as const satisfies Refusals;

/** Operators (support): what does not hold now, the oldest first, then what did not and does again. */
export const list = createRoute({
  method: "get",
  path: "/invariants",
  operationId: "invariants.list",
  summary: "What always has to hold, and where it does not",
  tags: ["invariants"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(100) }) },
  responses: {
    ...always,
    200: answers(
      "invariants",
      z.object({
        /** How many are looked at, and when they were last; null before the first look. */
        count: z.int(),
        lookedAt: z.iso.datetime().nullable(),
        breaches: z.array(Breach),
      }),
    ),
  },
});

/** Administrators: it has been looked into. What is still so is found again by the next look, except what has happened once. */
export const settle = createRoute({
  method: "post",
  path: "/invariants/breaches/{breach}/settle",
  operationId: "invariants.settle",
  summary: "Say what was found about a breach",
  tags: ["invariants"],
  request: { params: z.object({ breach: z.uuid() }), body: json(z.strictObject({ note: line(300, 3) })) },
  responses: {
    ...always,
    200: answers("it is over", Breach),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "invalid_state"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { list: RouteHandler<typeof list>; settle: RouteHandler<typeof settle> }) =>
  app.openapi(list, on.list).openapi(settle, on.settle);
export type InvariantApi = ReturnType<typeof mount>;
