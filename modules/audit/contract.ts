import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, type Refusals } from "@pigeonhole/kit/http";

/** One link of the chain (A10.5). `hash` covers every other field and `previous`; no personal data, so that erasing a person leaves it whole. */
export const Entry = z
  .object({
    seq: z.int(),
    at: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
    station: z.uuid().nullable(),
    compartment: z.int().nullable(),
    actor: z.string(),
    action: z.string(),
    result: z.string(),
    detail: z.record(z.string(), z.unknown()),
    previous: z.string(),
    hash: z.string(),
  })
  .openapi("AuditEntry");
export type Entry = z.output<typeof Entry>;

export const refusals = {} as const satisfies Refusals;

/** Operators: the trail, newest first. */
export const list = createRoute({
  method: "get",
  path: "/audit",
  operationId: "audit.list",
  tags: ["audit"],
  request: {
    query: z.object({
      station: z.uuid().optional(),
      compartment: z.coerce.number().int().min(1).max(999).optional(),
      actor: z
        .string()
        .regex(/^[\w:-]{1,100}$/)
        .optional(),
      action: z
        .string()
        .regex(/^[a-z_]{1,60}$/)
        .optional(),
      beforeSeq: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
  responses: { ...always, 200: answers("entries", z.object({ entries: z.array(Entry) })) },
});
/** Operators: recomputes the whole chain. */
export const verify = createRoute({
  method: "get",
  path: "/audit/verification",
  operationId: "audit.verify",
  tags: ["audit"],
  responses: {
    ...always,
    200: answers("result", z.object({ entries: z.int(), whole: z.boolean(), brokenAt: z.int().nullable(), head: z.string() })),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { list: RouteHandler<typeof list>; verify: RouteHandler<typeof verify> }) =>
  app.openapi(list, on.list).openapi(verify, on.verify);
export type AuditApi = ReturnType<typeof mount>;
