import { OpenAPIHono } from "@hono/zod-openapi";
import { commonRefusals, refusal } from "@pigeonhole/kit/http";
import * as sandbox from "@pigeonhole/sandbox/contract";
import { catalogue, eventOf } from "@pigeonhole/webhooks/catalogue/contract";
import { contracts } from "../contracts.ts";
import { isRoute } from "../access-table/table.ts";
import { moduleNames } from "../modules.ts";
import { calledBy, callers } from "./callers.ts";
import { comments } from "./comments.ts";
import { exampleOf, type Schema } from "./example.ts";
import { notes, tags } from "./notes.ts";
import { headers, introduction, repeatOf, securitySchemes } from "./rules.ts";

interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Answer {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
}
/** An operation as it stands in the document. */
export interface Operation {
  operationId: string;
  summary: string;
  description: string;
  tags: readonly string[];
  security: readonly Readonly<Record<string, readonly string[]>>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
}
export interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks: Readonly<Record<string, { readonly post: object }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The routes that may be asked from outside: of every module, and of sandboxes. */
export const documented = [...moduleNames.flatMap((module) => contracts[module]), sandbox]
  .flatMap((contract) => Object.values(contract))
  .filter(isRoute)
  .filter(({ path }) => !path.startsWith("/internal/"));

let made: Document | undefined;
/** OpenAPI 3.1 of everything that may be asked from outside, and of what webhooks send: from the contracts alone, whichever modules this process runs. */
export const openApi = (): Document => (made ??= make());

function make(): Document {
  const app = new OpenAPIHono();
  const inside = new OpenAPIHono();
  for (const route of documented) inside.openAPIRegistry.registerPath(route);
  app.route("/api", inside);
  for (const [name, scheme] of Object.entries(securitySchemes)) app.openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  for (const [type, { when, example }] of catalogue)
    app.openAPIRegistry.registerWebhook({
      method: "post",
      path: type,
      operationId: `event.${type}`,
      summary: when,
      tags: ["webhooks"],
      request: { body: { required: true, content: { "application/json": { schema: eventOf(type), example } } } },
      responses: { 204: { description: "Any 2xx within 15 s: received. Anything else is tried again." } },
    });
  const plain = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Pigeonhole", version: "0.1.0", description: introduction, license: { name: "Apache-2.0" } },
    servers: [{ url: "/" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
  }) as unknown as Document;
  const schemas = plain.components.schemas;
  plainPatterns(plain);
  describeFields(schemas);
  for (const path of Object.values(plain.paths))
    for (const [method, operation] of Object.entries(path)) complete(method, operation, schemas);
  return { ...plain, components: { ...plain.components, headers } } as Document;
}

/** A pattern with a flag arrives as `…/u`; JSON Schema's patterns are Unicode anyway, and have no flags. */
function plainPatterns(at: unknown): void {
  if (typeof at !== "object" || at === null) return;
  const { pattern } = at as { pattern?: unknown };
  if (typeof pattern === "string" && pattern.endsWith("$/u")) (at as { pattern: string }).pattern = pattern.slice(0, -2);
  for (const value of Object.values(at)) plainPatterns(value);
}

/** The doc comments of the contracts, where a field says nothing of itself. */
function describeFields(schemas: Readonly<Record<string, Schema>>): void {
  for (const [name, schema] of Object.entries(schemas))
    for (const [field, comment] of comments().fields.get(name) ?? []) {
      const property = schema.properties?.[field] as { description?: string; $ref?: string } | undefined;
      // Beside a reference, OpenAPI 3.1 lets a description stand.
      if (property && property.description === undefined) property.description = comment;
    }
}

/** What contracts do not say: who may ask, what a repetition does, headers, examples. */
function complete(method: string, operation: Operation, schemas: Readonly<Record<string, Schema>>): void {
  const by = callers.get(operation.operationId)!;
  const note = notes[operation.operationId] ?? {};
  const takesKey = operation.parameters?.find(({ name }) => name === "idempotency-key");
  const parameters = (operation.parameters ?? []).filter(({ name }) => name !== "on-behalf-of");
  if (parameters.length > 0) operation.parameters = parameters;
  else delete operation.parameters;
  operation.description = [
    operation.description ?? note.description ?? comments().operations.get(operation.operationId),
    calledBy(by),
    repeatOf(method, takesKey !== undefined, note.again),
  ]
    .filter(Boolean)
    .join("\n\n");
  const isByKey = by.askers.includes("shop") || by.askers.includes("carrier");
  const hasSession = by.askers.some((asker) => !["nobody", "shop", "carrier"].includes(asker));
  operation.security =
    by.isOpen || by.askers.length === 0
      ? [{}]
      : [...(isByKey ? [{ key: by.scope ? [by.scope] : [] }] : []), ...(hasSession ? [{ session: [] }] : [])];
  for (const parameter of operation.parameters ?? []) {
    if (parameter === takesKey) Object.assign(parameter, { name: "Idempotency-Key", required: true, example: "order-1001" });
    parameter.example ??= exampleOf(parameter.schema, schemas, { name: parameter.name });
  }
  for (const media of Object.values(operation.requestBody?.content ?? {}))
    media.example ??= note.body ?? exampleOf(media.schema ?? {}, schemas, { isSparse: true });
  alsoRefuses(operation, "try_again");
  if (takesKey) alsoRefuses(operation, "idempotency_key_reused");
  for (const [status, answer] of Object.entries(operation.responses)) {
    answer.headers = { ...answer.headers, ...limitHeaders(status) };
    for (const [type, media] of Object.entries(answer.content ?? {}))
      if (!media.examples && media.example === undefined && type.endsWith("json"))
        media.example = note.answer ?? exampleOf(media.schema ?? {}, schemas);
  }
}

/** A refusal that comes from the way in, whatever the contract of the route lists. */
function alsoRefuses({ responses }: Operation, code: keyof typeof commonRefusals): void {
  const { status, title } = commonRefusals[code];
  const media = "application/problem+json";
  const { description, content } = refusal(commonRefusals, code);
  const known = responses[status];
  const value = content[media] as unknown as { examples: Media["examples"] };
  if (!known?.content?.[media]) {
    const type = { type: "string" };
    const properties = {
      type,
      title: type,
      status: { type: "integer" },
      detail: type,
      instance: type,
      code: { type: "string", enum: [code] },
    };
    const schema = { type: "object", properties, required: ["type", "title", "status", "code"], additionalProperties: {} };
    responses[status] = { description, content: { [media]: { schema, examples: value.examples! } } };
    return;
  }
  const there = known.content[media];
  const { enum: codes } = there.schema!.properties!["code"]! as { enum?: readonly unknown[] };
  if (codes?.includes(code)) return;
  const properties = { ...there.schema!.properties, code: { type: "string", enum: [...(codes ?? []), code] } };
  known.content[media] = { ...there, schema: { ...there.schema, properties }, examples: { ...there.examples, ...value.examples } };
  known.description = `${known.description}; ${title}`;
}

const reference = (name: keyof typeof headers) => ({ $ref: `#/components/headers/${name}` });
const limitHeaders = (status: string): Record<string, unknown> => ({
  "X-Request-Id": reference("RequestId"),
  RateLimit: reference("RateLimit"),
  "RateLimit-Policy": reference("RateLimitPolicy"),
  ...(status === "429" || status === "503" ? { "Retry-After": reference("RetryAfter") } : {}),
});
