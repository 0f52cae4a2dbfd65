import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv } from "ajv";
import { eventTypes } from "@pigeonhole/webhooks/contract";
import { openApi } from "../openapi/document.ts";
import { asyncDocument } from "./async-api.ts";
import { developersPage } from "./page.ts";

const page = developersPage();
const plain = page
  .replaceAll(/<\/?span[^>]*>/g, "")
  .replaceAll("&lt;", "<")
  .replaceAll("&gt;", ">")
  .replaceAll("&quot;", '"')
  .replaceAll("&amp;", "&");
const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!);

test("A15.1: the page shows every operation, every event, every code, and the code that is tested", () => {
  const known = new Set(ids);
  const operations = Object.values(openApi().paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.deepEqual(
    [...operations, ...eventTypes.map((type) => `event-${type}`)].filter((id) => !known.has(id)),
    [],
  );
  assert.ok(operations.length > 120 && known.has("code-station_full") && known.has("code-too_many_requests"));
  const folder = new URL("../../../packages/client/examples/", import.meta.url);
  for (const file of readdirSync(folder))
    assert.ok(plain.includes(readFileSync(new URL(file, folder), "utf8").trim()), `${file} is not on the page as it stands`);
  assert.ok(readFileSync(new URL("quick-start.ts", folder), "utf8").trim().split("\n").length <= 10, "a quick start has ten lines");
});

test("every link within the page leads somewhere, nothing is named twice, and nothing is said as `undefined`", () => {
  assert.deepEqual(
    ids.filter((id, i) => ids.indexOf(id) !== i),
    [],
  );
  const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, to]) => to!);
  assert.ok(links.length > 300);
  assert.deepEqual(
    [...new Set(links)].filter((to) => !ids.includes(to)),
    [],
  );
  assert.ok(!/\bundefined\b|\[object/.test(page));
});

test("F9: each message between backend and cabinets says when, and has an example that its schema takes", async () => {
  const ajv = new Ajv({ strict: false });
  ((await import("ajv-formats")).default as unknown as (ajv: Ajv) => void)(ajv);
  const { messages } = asyncDocument().components;
  assert.ok(Object.keys(messages).length > 12);
  for (const [name, { summary, payload, examples }] of Object.entries(messages)) {
    assert.ok(summary.length > 10, name);
    const isValid = ajv.compile(payload.schema);
    assert.ok(isValid(examples![0]!.payload), `${name}: ${ajv.errorsText(isValid.errors)} ${JSON.stringify(examples)}`);
  }
});
