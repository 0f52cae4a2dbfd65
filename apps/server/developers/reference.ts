// The operations, made from the document: what is asked, by whom, what is answered, how it is refused.
import { html } from "hono/html";
import { callers } from "../openapi/callers.ts";
import { exampleOf, type Schema } from "../openapi/example.ts";
import type { Document, Operation } from "../openapi/document.ts";
import { tags } from "../openapi/notes.ts";
import { code, prose, type Html, type Way } from "./code.ts";

interface One {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

const integrators = new Set(["shop", "carrier"]);
const isForIntegrators = ({ operationId }: Operation): boolean => callers.get(operationId)!.askers.some((asker) => integrators.has(asker));

const listOf = (document: Document): readonly One[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

/** A request with the example's values, as curl and as the client package write it. */
function waysOf({ path, method, operation }: One): readonly Way[] {
  const parameters = operation.parameters ?? [];
  const value = (name: string): unknown => parameters.find((each) => each.name === name)?.example;
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(value(name)));
  const query = parameters.filter((each) => each.in === "query" && each.required);
  const search = query.length === 0 ? "" : `?${new URLSearchParams(query.map(({ name }) => [name, String(value(name))])).toString()}`;
  const body = operation.requestBody?.content["application/json"]?.example;
  const isOpen = operation.security.some((way) => Object.keys(way).length === 0);
  const takesKey = parameters.some(({ name }) => name === "Idempotency-Key");
  const curl = [
    `curl${method === "GET" ? "" : ` -X ${method}`} "$PIGEONHOLE_URL${filled}${search}"`,
    ...(isOpen ? [] : ['-H "Authorization: Bearer $PIGEONHOLE_KEY"']),
    ...(takesKey ? ['-H "Idempotency-Key: order-1001"'] : []),
    ...(body === undefined ? [] : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(body)}'`]),
  ].join(" \\\n  ");
  const input = {
    ...Object.fromEntries(
      parameters.filter((each) => each.in === "path" || (each.in === "query" && each.required)).map(({ name }) => [name, value(name)]),
    ),
    ...(body as object | undefined),
  };
  const given = Object.keys(input).length === 0 ? "" : JSON.stringify(input, null, 2).replaceAll(/"([A-Za-z]\w*)":/g, "$1:");
  const isInClient = isForIntegrators(operation);
  return isInClient
    ? [
        { language: "curl", text: curl },
        {
          language: "ts",
          text: `await network.${operation.operationId}(${given}${takesKey ? ', { idempotencyKey: "order-1001" }' : ""});`,
        },
      ]
    : [{ text: curl }];
}

const typeWords = (schema: Schema): string => {
  if (schema.$ref) return schema.$ref.split("/").at(-1)!;
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema["const"]);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map(typeWords).join(" | ");
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["anything"]);
  return types.map((type) => (type === "array" ? `list of ${typeWords(schema.items ?? {})}` : type)).join(" or ");
};

const limitsOf = (schema: Schema): string =>
  [
    schema["format"] ? String(schema["format"]) : "",
    schema["minimum"] === undefined ? "" : `from ${String(schema["minimum"])}`,
    schema["maximum"] === undefined ? "" : `to ${String(schema["maximum"])}`,
    schema["maxLength"] === undefined ? "" : `at most ${String(schema["maxLength"])} characters`,
    schema["default"] === undefined ? "" : `default ${JSON.stringify(schema["default"])}`,
  ]
    .filter(Boolean)
    .join(", ");

/** The fields of an object, as rows. */
export function fields(schema: Schema, document: Document): Html {
  const found = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1)!]! : schema;
  const rows = Object.entries(found.properties ?? {});
  if (rows.length === 0) return html``;
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th>Field</th>
          <th>Holds</th>
          <th>Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <td><code>${name}</code>${found.required?.includes(name) ? "" : html` <small>optional</small>`}</td>
              <td>${typeWords(value)}<br /><small>${limitsOf(value)}</small></td>
              <td>${(value["description"] as string | undefined) ?? ""}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function answers(operation: Operation, document: Document): Html {
  const good = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
  const refusals = Object.entries(operation.responses).flatMap(([status, { content }]) =>
    Object.entries(content?.["application/problem+json"]?.examples ?? {}).map(([name, { value }]) => ({
      status,
      name,
      title: (value as { title: string }).title,
    })),
  );
  return html`${good.map(([status, { description, content }]) => {
      const [media] = Object.values(content ?? {});
      const example = media?.example ?? (media?.schema ? exampleOf(media.schema, document.components.schemas) : undefined);
      return html`<h4>${status} <small>${description}</small></h4>
        ${media && typeof example === "object" ? code({ text: JSON.stringify(example, null, 2) }) : ""}`;
    })}
    <h4>Refusals</h4>
    <ul class="codes">
      ${refusals.map(
        ({ status, name, title }) =>
          html`<li>
            <span class="status">${status}</span> <a href="#code-${name}"><code>${name}</code></a> ${title}
          </li>`,
      )}
    </ul>`;
}

function operationPart(one: One, document: Document): Html {
  const { path, method, operation } = one;
  const { operationId: id, summary, description } = operation;
  const body = operation.requestBody?.content["application/json"]?.schema;
  const parameters = (operation.parameters ?? []).filter(({ name }) => name !== "Idempotency-Key");
  return html`<details
    class="operation"
    id="${id}"
    data-find="${`${id} ${method} ${path} ${summary}`.toLowerCase()}"
    ${isForIntegrators(operation) ? "" : "data-others"}
  >
    <summary>
      <span class="method ${method.toLowerCase()}">${method}</span>
      <span class="summary">${summary}</span>
      <code class="path">${path}</code>
    </summary>
    <div class="inside">
      ${prose(description)} ${code(...waysOf(one))}
      ${
        parameters.length > 0
          ? html`<h4>In the address</h4>
              ${fields(
                {
                  type: "object",
                  properties: Object.fromEntries(
                    parameters.map((each) => [
                      each.name,
                      { ...each.schema, ...(each.description ? { description: each.description } : {}) },
                    ]),
                  ),
                  required: parameters.filter(({ required }) => required).map(({ name }) => name),
                },
                document,
              )}`
          : ""
      }
      ${
        body
          ? html`<h4>In the body</h4>
              ${fields(body, document)}`
          : ""
      }
      ${answers(operation, document)}
    </div>
  </details>`;
}

/** Every operation, by capability; those of people and staff stand there, hidden until somebody wants them. */
export function reference(document: Document): Html {
  const all = listOf(document);
  return html`${Object.entries(tags).map(([tag, about]) => {
    const own = all.filter(({ operation }) => operation.tags.includes(tag));
    if (own.length === 0) return "";
    const isOthers = !own.some(({ operation }) => isForIntegrators(operation));
    return html`<section class="capability" aria-label="${tag}: operations" ${isOthers ? "data-others" : ""}>
      <h3 id="api-${tag}">${tag}</h3>
      <p>${about}</p>
      ${own.map((one) => operationPart(one, document))}
    </section>`;
  })}`;
}

/** Every code that may be refused with, once. */
export function codesOf(
  document: Document,
): readonly { readonly code: string; readonly status: string; readonly titles: readonly string[]; readonly by: readonly string[] }[] {
  const found = new Map<string, { status: Set<string>; titles: Set<string>; by: Set<string> }>();
  for (const { operation } of listOf(document))
    for (const [status, { content }] of Object.entries(operation.responses))
      for (const [name, { value }] of Object.entries(content?.["application/problem+json"]?.examples ?? {})) {
        const known = found.get(name) ?? { status: new Set(), titles: new Set(), by: new Set() };
        known.status.add(status);
        known.titles.add((value as { title: string }).title);
        known.by.add(operation.operationId);
        found.set(name, known);
      }
  return [...found]
    .map(([name, { status, titles, by }]) => ({ code: name, status: [...status].join(", "), titles: [...titles], by: [...by] }))
    .toSorted((a, b) => a.code.localeCompare(b.code));
}
