import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import type { Ajv2020 } from "ajv/dist/2020.js";
import { eventTypes } from "@pigeonhole/webhooks/contract";
import { readConfig } from "@pigeonhole/kit/config";
import { silentLog } from "@pigeonhole/kit/log";
import { contracts } from "../contracts.ts";
import { gateway } from "../gateway.ts";
import { settings } from "../settings.ts";
import { isRoute } from "../access-table/table.ts";
import { callers } from "./callers.ts";
import { comments } from "./comments.ts";
import { documented, openApi, type Document, type Operation } from "./document.ts";
import { notes, tags } from "./notes.ts";

const require = createRequire(import.meta.url);
const document = openApi();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: operation.operationId })),
);
const keyed = operations.filter(({ name }) => callers.get(name)!.askers.some((asker) => asker === "shop" || asker === "carrier"));
const routes = new Map(documented.map((route) => [route.operationId!, route]));

/** What a developer would miss in an operation. */
function lacks({ path, method, operation }: { path: string; method: string; operation: Operation }): readonly string[] {
  const { operationId: name, summary, responses } = operation;
  const by = callers.get(name);
  const missing: string[] = [];
  const need = (isThere: unknown, what: string): unknown => isThere || missing.push(`${name} (${method} ${path}): ${what}`);
  need(summary && summary.length > 3 && !summary.endsWith("."), "`summary` in its contract, a few words without a full stop");
  need(operation.tags.every((tag) => tag in tags) && operation.tags.length > 0, "a tag that apps/server/openapi/notes.ts describes");
  need(by, "a row in apps/server/access-table");
  need(operation.security.length > 0, "who may ask");
  const own = operation.description.replaceAll(/^(For |Open to|Takes effect|Asked again).*$/gm, "").trim();
  const isForIntegrators = by?.askers.some((asker) => asker === "shop" || asker === "carrier") ?? false;
  if (isForIntegrators) need(own.length > 10, "a comment above its route, or a description in notes.ts");
  const isWriting = method === "post" || method === "patch";
  const isRead = (operation.description.match(/effect once per|Asked again/) ?? []).length > 0;
  if (isWriting && isForIntegrators && !by!.isOpen) need(isRead, "what a repetition does: an Idempotency-Key, or `again` in notes.ts");
  for (const [status, answer] of Object.entries(responses)) {
    need(answer.description.length > 1, `a description of ${status}`);
    if (Number(status) < 400) continue;
    const examples = answer.content?.["application/problem+json"]?.examples;
    need(examples && Object.keys(examples).length > 0, `the codes of ${status}, each with its sentence: use \`refusal\``);
  }
  need(responses["429"]?.headers?.["Retry-After"], "429 with Retry-After: spread `always`");
  return missing;
}

test("A15.1, F9: every operation says what it does, who may ask with which scope, what a repetition does, and how it refuses", () => {
  assert.ok(operations.length > 120 && keyed.length > 40);
  assert.deepEqual(operations.flatMap(lacks), []);
  const internal = operations.filter(({ path }) => path.includes("/internal/"));
  assert.deepEqual(internal, []);
  // The check itself can fail.
  const { operation } = operations.find(({ name }) => name === "reservations.hold")!;
  const bare = { ...operation, summary: "", security: [], description: "", responses: { 409: { description: "no" } } };
  assert.equal(lacks({ path: "/x", method: "post", operation: bare as Operation }).length, 6);
});

test("an operation of the contracts that the document forgets, or a note about none, is found", () => {
  const shown = new Set(operations.map(({ name }) => name));
  const outside = Object.values(contracts)
    .flat()
    .flatMap((contract) => Object.values(contract))
    .filter(isRoute)
    .filter(({ path }) => !path.startsWith("/internal/"));
  assert.deepEqual(
    outside.map(({ operationId }) => operationId).filter((name) => !shown.has(name!)),
    [],
  );
  assert.deepEqual(
    Object.keys(notes).filter((name) => !shown.has(name)),
    [],
  );
  assert.ok(comments().operations.size > 100 && comments().fields.get("Parcel")!.size > 5);
});

const ajv = async () => {
  const { Ajv2020: Ajv } = require("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 };
  const found = new Ajv({ strict: false, allErrors: true });
  (require("ajv-formats") as (ajv: unknown) => void)(found);
  found.addSchema(document, "openapi");
  return found;
};
const pointer = (...parts: readonly string[]): string =>
  `openapi#/${parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;

test("every example is valid against its schema, and every request would be taken by the contract itself", async () => {
  const validator = await ajv();
  const wrong: string[] = [];
  let examples = 0;
  const seen = new Set<string>();
  const check = (name: string, at: string, schema: unknown, example: unknown): void => {
    examples++;
    const both = JSON.stringify([schema, example]);
    if (seen.has(both)) return;
    seen.add(both);
    const validate = validator.getSchema(at)!;
    if (!validate(example)) wrong.push(`${name} ${at}: ${validator.errorsText(validate.errors)}; ${JSON.stringify(example)}`);
  };
  for (const { path, method, operation, name } of operations) {
    const here = ["paths", path, method];
    for (const [type, media] of Object.entries(operation.requestBody?.content ?? {})) {
      if (!type.endsWith("json")) continue;
      check(name, pointer(...here, "requestBody", "content", type, "schema"), media.schema, media.example);
      const { content } = routes.get(name)!.request!.body as {
        content: Record<string, { schema: { safeParse(x: unknown): { error?: unknown } } }>;
      };
      const taken = content[type]!.schema.safeParse(media.example);
      if (taken.error) wrong.push(`${name}: the contract refuses ${JSON.stringify(media.example)}: ${String(taken.error)}`);
    }
    for (const [i, parameter] of (operation.parameters ?? []).entries())
      check(`${name} ${parameter.name}`, pointer(...here, "parameters", String(i), "schema"), parameter.schema, parameter.example);
    for (const [status, answer] of Object.entries(operation.responses))
      for (const [type, media] of Object.entries(answer.content ?? {})) {
        if (!type.endsWith("json")) continue;
        const at = pointer(...here, "responses", status, "content", type, "schema");
        for (const example of media.examples ? Object.values(media.examples).map(({ value }) => value) : [media.example])
          check(name, at, media.schema, example);
      }
  }
  assert.deepEqual(wrong, []);
  assert.ok(examples > 900, `${examples}`);
  const hold = operations.find(({ name }) => name === "reservations.hold")!;
  const validate = validator.getSchema(pointer("paths", hold.path, "post", "requestBody", "content", "application/json", "schema"))!;
  assert.ok(!validate({ orderId: "1001", size: "enormous" }), "the check itself can fail");
});

test("F9: each event that webhooks send says when, has a schema for its data, and an example that is valid", async () => {
  const validator = await ajv();
  assert.deepEqual(Object.keys(document.webhooks), [...eventTypes]);
  for (const type of eventTypes) {
    const { post } = document.webhooks[type] as {
      post: { summary: string; requestBody: { content: Record<string, { example: { type: string } }> } };
    };
    assert.ok(post.summary.length > 20 && post.summary.endsWith("."), type);
    const { example } = post.requestBody.content["application/json"]!;
    assert.equal(example.type, type);
    const validate = validator.getSchema(pointer("webhooks", type, "post", "requestBody", "content", "application/json", "schema"))!;
    assert.ok(validate(example), `${type}: ${validator.errorsText(validate.errors)}`);
    assert.ok(!validate({ ...example, data: {} }), `${type}: data is demanded`);
  }
});

test("the document is valid OpenAPI 3.1", () => {
  const unresolved = JSON.stringify(document).match(/"\$ref":"([^"]+)"/g) ?? [];
  for (const text of new Set(unresolved)) {
    const path = /#\/(.*)"/.exec(text)![1]!.split("/");
    assert.ok(
      path.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document as Document),
      text,
    );
  }
  assert.equal(new Set(operations.map(({ name }) => name)).size, operations.length);
});

const page = () =>
  gateway({
    config: readConfig(settings, {
      DATABASE_URL: "postgres://nobody",
      SECRET_KEYS: "0".repeat(64),
      SIGNING_SEED: "0".repeat(64),
      MODULE_KEY: "m".repeat(32),
      REQUESTS_PER_MINUTE: "10",
      TRUSTED_PROXIES: "1",
    }),
    log: silentLog,
    modules: [],
    changes: () => new Response(),
    healthy: async () => {},
  });

test("every answer says how many requests are left; one too many is refused with when to come back, and another address is not", async () => {
  const app = page();
  const ask = (address: string) => app.request("/api/nothing", { headers: { "x-forwarded-for": address } });
  for (let left = 9; left >= 0; left--) {
    const answer = await ask("192.0.2.1");
    assert.equal(answer.status, 404);
    assert.equal(answer.headers.get("ratelimit-policy"), '"client";q=10;w=60');
    assert.match(answer.headers.get("ratelimit")!, new RegExp(`^"client";r=${left};t=\\d+$`));
  }
  const refused = await ask("192.0.2.1");
  const problem = (await refused.json()) as { code: string; detail: string; retryAfterSeconds: number };
  assert.deepEqual([refused.status, problem.code], [429, "too_many_requests"]);
  assert.equal(refused.headers.get("retry-after"), String(problem.retryAfterSeconds));
  assert.match(problem.detail, /try again in \d+ s/);
  assert.match(refused.headers.get("ratelimit")!, /^"client";r=0;t=\d+$/);
  assert.equal((await ask("192.0.2.2")).status, 404);
});
