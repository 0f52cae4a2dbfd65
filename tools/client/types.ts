// From the OpenAPI document to the client's types: interfaces that an editor shows with their comments, and the table that the client works by.
import type { Document, Operation } from "../../apps/server/openapi/document.ts";
import type { Schema } from "../../apps/server/openapi/example.ts";

export interface Chosen {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

const header = "// Written by `node tools/client/write.ts` from the contracts; a test holds it to them.\n";

/** What somebody with an API key may ask, what is open to everybody and only reads, and sandboxes. */
export const chosenOf = (document: Document): readonly Chosen[] =>
  Object.entries(document.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })))
    .filter(({ method, operation: { security, tags } }) => {
      const isOpen = security.some((way) => Object.keys(way).length === 0);
      return security.some((way) => "key" in way) || (isOpen && method === "get") || tags.includes("sandbox");
    })
    .toSorted((a, b) => a.operation.operationId.localeCompare(b.operation.operationId));

const isName = /^[A-Za-z_$][\w$]*$/;
const key = (name: string): string => (isName.test(name) ? name : JSON.stringify(name));
const comment = (text: string | undefined, indent: string): string => {
  if (!text) return "";
  const lines = text.trim().replaceAll("*/", "*\\/").split("\n");
  return lines.length === 1
    ? `${indent}/** ${lines[0]} */\n`
    : `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
};

/** A schema as a type. `isInput`: what has a default may be left out. */
export function typeOf(schema: Schema, indent = "", isInput = false): string {
  if (schema.$ref) return schema.$ref.split("/").at(-1)!;
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((choice) => typeOf(choice, indent, isInput)))].join(" | ");
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent, isInput)).join(" & ");
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return "unknown";
  return types.map((type) => plainType(type, schema, indent, isInput)).join(" | ");
}

function plainType(type: string, schema: Schema, indent: string, isInput: boolean): string {
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "number":
    case "integer":
      return "number";
    case "array": {
      const items = typeOf(schema.items ?? {}, indent, isInput);
      return /^[\w"]+$/.test(items) ? `readonly ${items}[]` : `readonly (${items})[]`;
    }
    default:
      return schema.properties ? objectType(schema, indent, isInput) : "Readonly<Record<string, unknown>>";
  }
}

function objectType(schema: Schema, indent: string, isInput: boolean): string {
  const inner = `${indent}  `;
  const fields = Object.entries(schema.properties!).map(([name, value]) => {
    const isOptional = !schema.required?.includes(name) || (isInput && "default" in value);
    return `${comment(value["description"] as string | undefined, inner)}${inner}readonly ${key(name)}${isOptional ? "?" : ""}: ${typeOf(value, inner, isInput)}${isOptional ? " | undefined" : ""};\n`;
  });
  return fields.length === 0 ? "Readonly<Record<string, never>>" : `{\n${fields.join("")}${indent}}`;
}

/** Everything that is given to an operation, in one object: the parts of the path, the query and the body. */
function inputOf({ path, operation }: Chosen): { readonly type: string; readonly isOptional: boolean } {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in !== "header");
  const schema: Schema = {
    type: "object",
    properties: Object.fromEntries(
      parameters.map((each) => [each.name, { ...each.schema, ...(each.description ? { description: each.description } : {}) }]),
    ),
    required: parameters.filter((each) => each.required).map(({ name }) => name),
  };
  const body = operation.requestBody?.content["application/json"]?.schema;
  for (const name of Object.keys(body?.properties ?? {}))
    if (name in schema.properties!) throw new Error(`${operation.operationId}: ${name} stands in ${path} and in its body`);
  const parts = [...(parameters.length > 0 ? [objectType(schema, "    ", true)] : []), ...(body ? [typeOf(body, "    ", true)] : [])];
  const needed = (schema.required!.length > 0 || (body?.required?.length ?? 0) > 0 || body?.["oneOf"] !== undefined) && parts.length > 0;
  return { type: parts.join(" & "), isOptional: !needed };
}

interface Result {
  readonly type: string;
  /** The list that pages are made of, and how the next one is asked for. */
  readonly pages: { readonly items: string; readonly item: string; readonly by: "before" | "link" } | undefined;
}

function resultOf({ operation }: Chosen): Result {
  const [, answer] = Object.entries(operation.responses).find(([status]) => status.startsWith("2"))!;
  const [media, { schema } = {}] = Object.entries(answer.content ?? {})[0] ?? [];
  if (media === undefined || schema === undefined) return { type: "void", pages: undefined };
  if (!media.endsWith("json")) return { type: "string", pages: undefined };
  const type = typeOf(schema, "    ");
  if (media === "application/ld+json" && operation.parameters?.some(({ name }) => name === "after"))
    return { type, pages: { items: "epcisBody.eventList", item: "Readonly<Record<string, unknown>>", by: "link" } };
  const properties = schema.properties ?? {};
  const lists = Object.entries(properties).filter(([, value]) => value.type === "array");
  if (!("next" in properties) || lists.length !== 1 || !operation.parameters?.some(({ name }) => name === "before"))
    return { type, pages: undefined };
  return { type, pages: { items: lists[0]![0], item: typeOf(lists[0]![1].items ?? {}, "    "), by: "before" } };
}

const codesOf = ({ operation }: Chosen): readonly string[] => [
  ...new Set(
    Object.values(operation.responses)
      .flatMap((answer) => Object.keys(answer.content?.["application/problem+json"]?.examples ?? {}))
      .toSorted(),
  ),
];

/** generated/api.ts: what is asked and answered. */
export function apiText(document: Document): string {
  const chosen = chosenOf(document);
  const { schemas } = document.components;
  const modules = [...new Set(chosen.map(({ operation }) => operation.operationId.split(".")[0]!))];
  const methods = (module: string): string =>
    chosen
      .filter(({ operation }) => operation.operationId.startsWith(`${module}.`))
      .map((each) => {
        const name = each.operation.operationId.slice(module.length + 1);
        const input = inputOf(each);
        const { type, pages } = resultOf(each);
        const given = input.type === "" ? "input?: Readonly<Record<string, never>>" : `input${input.isOptional ? "?" : ""}: ${input.type}`;
        const call = pages
          ? `Paged<${input.type || "Readonly<Record<string, never>>"}, ${type}, ${pages.item}>`
          : `(${given}, options?: CallOptions) => Promise<${type}>`;
        const text = [each.operation.summary, each.operation.description, `\`${each.method.toUpperCase()} ${each.path}\``].join("\n\n");
        return `${comment(text, "    ")}    readonly ${name}: ${call};\n`;
      })
      .join("");
  const shown = closureOf(
    schemas,
    `${modules.map(methods).join("")}${Object.values(document.webhooks)
      .map((hook) => JSON.stringify(hook))
      .join("")}`,
  );
  const components = Object.entries(schemas)
    .filter(([name]) => shown.has(name))
    .map(([name, schema]) => `${comment(schema["description"] as string | undefined, "")}export type ${name} = ${typeOf(schema)};\n`);
  const events = Object.values(document.webhooks).map((hook) => {
    const { post } = hook as { post: { summary: string; requestBody: { content: Record<string, { schema: Schema }> } } };
    return `${comment(post.summary, "  ")}  | ${typeOf(post.requestBody.content["application/json"]!.schema, "  ")}`;
  });
  return [
    header,
    'import type { CallOptions, Paged } from "../calling.ts";\n',
    components.join("\n"),
    `/** Everything that webhooks send. */\nexport type WebhookEvent =\n${events.join("\n")};\n`,
    `/** What may be refused, by operation: the \`code\` of a problem document. */\nexport interface Codes {\n${chosen
      .map(
        (each) =>
          `  readonly ${JSON.stringify(each.operation.operationId)}: ${codesOf(each)
            .map((code) => JSON.stringify(code))
            .join(" | ")};\n`,
      )
      .join("")}}\n`,
    `/** Every operation that somebody with an API key may ask. */\nexport interface Api {\n${modules
      .map((module) => `  readonly ${module}: {\n${methods(module)}  };\n`)
      .join("")}}\n`,
  ].join("\n");
}

/** The components that a text names, and those that they name. */
function closureOf(schemas: Readonly<Record<string, Schema>>, text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (words: string): void => {
    for (const name of Object.keys(schemas))
      if (!found.has(name) && new RegExp(`\\b${name}\\b`).test(words)) {
        found.add(name);
        look(JSON.stringify(schemas[name]));
      }
  };
  look(text);
  return found;
}

/** generated/routes.ts: how it is asked. */
export function routesText(document: Document): string {
  const rows = chosenOf(document).map((each) => {
    const { path, method, operation } = each;
    const named = (where: string): readonly string[] =>
      (operation.parameters ?? []).filter((one) => one.in === where).map(({ name }) => name);
    const { type, pages } = resultOf(each);
    const row = {
      method: method.toUpperCase(),
      path,
      query: named("query"),
      hasBody: operation.requestBody !== undefined,
      takesKey: named("header").includes("Idempotency-Key"),
      answers: type === "void" ? "nothing" : type === "string" ? "text" : "json",
      ...(pages ? { pages: { items: pages.items, by: pages.by } } : {}),
    };
    return `  ${JSON.stringify(operation.operationId)}: ${JSON.stringify(row)},\n`;
  });
  return `${header}import type { Route } from "../calling.ts";\n\nexport const routes: Readonly<Record<string, Route>> = {\n${rows.join("")}};\n`;
}
