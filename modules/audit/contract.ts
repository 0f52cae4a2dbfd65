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

/** What of the trail is looked for; each member narrows it further. */
const filter = {
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
  result: z
    .string()
    .regex(/^[a-z_]{1,60}$/)
    .optional(),
  parcel: z.uuid().optional(),
  /** When it happened: from this instant … */
  from: z.iso.datetime().optional(),
  /** … until before this one. */
  to: z.iso.datetime().optional(),
};

/** Operators: the trail, newest first. */
export const list = createRoute({
  method: "get",
  path: "/audit",
  operationId: "audit.list",
  summary: "The audit trail, newest first",
  tags: ["audit"],
  request: {
    query: z.object({
      ...filter,
      beforeSeq: z.coerce.number().int().min(1).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
  responses: { ...always, 200: answers("entries", z.object({ entries: z.array(Entry) })) },
});
/** The forms of an export: a table for spreadsheets, or every entry as it is, hashes included, one JSON object a line. */
export const exportFormats = ["csv", "jsonl"] as const;
/** Operators (support): everything that the filter finds, oldest first, as a file that grows while it is sent. */
export const exportRoute = createRoute({
  method: "get",
  path: "/audit/export",
  operationId: "audit.export",
  summary: "Download the trail",
  tags: ["audit"],
  request: { query: z.object({ ...filter, format: z.enum(exportFormats).default("csv") }) },
  responses: {
    ...always,
    200: { description: "the file", content: { "text/csv": { schema: z.string() }, "application/jsonl": { schema: z.string() } } },
  },
});
/** Operators: recomputes the whole chain. */
export const verify = createRoute({
  method: "get",
  path: "/audit/verification",
  operationId: "audit.verify",
  summary: "Recompute the chain of the audit trail",
  tags: ["audit"],
  responses: {
    ...always,
    200: answers("result", z.object({ entries: z.int(), whole: z.boolean(), brokenAt: z.int().nullable(), head: z.string() })),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: { list: RouteHandler<typeof list>; export: RouteHandler<typeof exportRoute>; verify: RouteHandler<typeof verify> },
) => app.openapi(list, on.list).openapi(exportRoute, on.export).openapi(verify, on.verify);
export type AuditApi = ReturnType<typeof mount>;
