import assert from "node:assert/strict";
import { test } from "node:test";
import { asyncApi } from "./asyncapi.ts";
import * as messages from "./messages.ts";
import { downTopics, topic, upTopics } from "./topics.ts";

type Tree = { readonly [name: string]: Tree };
const document = JSON.parse(JSON.stringify(asyncApi())) as Tree;

test("every topic is a channel with one operation in its direction", () => {
  const names = [...downTopics, ...upTopics];
  assert.deepEqual(Object.keys(document["channels"]!).toSorted(), names.toSorted());
  for (const name of names) {
    const channel = document["channels"]![name] as unknown as { address: string; messages: Tree };
    assert.equal(channel.address, topic("{station}", name));
    assert.deepEqual(Object.keys(channel.messages), [name]);
    const operations = Object.values(document["operations"]!).filter((operation) => (operation["channel"]!["$ref"] as unknown) === `#/channels/${name}`);
    assert.deepEqual(operations.map((operation) => operation["action"] as unknown), [(downTopics as readonly string[]).includes(name) ? "send" : "receive"]);
  }
});

test("every message and all that is signed has its schema, with the fields of the protocol", () => {
  const fields = (schema: Tree): string[] => Object.keys(schema["properties"] ?? schema["oneOf"] ?? schema["anyOf"] ?? {}).toSorted();
  const components = document["components"]!;
  const payload = (name: string) => components["messages"]![name]!["payload"]!["schema"]!;
  const { Hello, Heartbeat, Presence, Ask, Result, Acknowledge, Events, Envelope, Desired, Command, StationEvent } = messages;
  for (const [name, schema] of Object.entries({ Hello, Heartbeat, Presence, Ask, Result, Acknowledge, Events, Desired: Envelope, Command: Envelope })) {
    assert.deepEqual(fields(payload(name)), Object.keys(schema.shape).toSorted(), name);
  }
  for (const [name, schema] of Object.entries({ Desired, Command, StationEvent })) assert.deepEqual(fields(components["schemas"]![name]!), Object.keys(schema.shape).toSorted(), name);
  assert.equal(fields(payload("Answer")).length, 2);
  assert.deepEqual(["Desired", "Command", "Events"].map((name) => components["messages"]![name]!["x-signed-content"]!["$ref"] as unknown), ["Desired", "Command", "StationEvent"].map((name) => `#/components/schemas/${name}`));
  const kinds = JSON.stringify(components["schemas"]!["StationEvent"]!["properties"]!["event"]);
  for (const option of StationEvent.shape.event.options) assert.ok(kinds.includes(`"${option.shape.type.value}"`), option.shape.type.value);
});

test("the document has the structure of AsyncAPI 3: required members, known members only, references that lead somewhere", () => {
  // The specification's fixed fields, https://www.asyncapi.com/docs/reference/specification/v3.0.0
  const known = {
    root: ["asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"],
    channel: ["address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "externalDocs", "bindings"],
    operation: ["action", "channel", "title", "summary", "description", "security", "tags", "externalDocs", "bindings", "traits", "messages", "reply"],
    message: ["headers", "payload", "correlationId", "contentType", "name", "title", "summary", "description", "tags", "externalDocs", "bindings", "examples", "traits"],
    server: ["host", "protocol", "protocolVersion", "pathname", "description", "title", "summary", "variables", "security", "tags", "externalDocs", "bindings"],
  };
  const only = (object: Tree, names: readonly string[], where: string): void =>
    assert.deepEqual(Object.keys(object).filter((name) => !names.includes(name) && !name.startsWith("x-")), [], where);
  only(document, known.root, "document");
  assert.equal(document["asyncapi"] as unknown, "3.0.0");
  assert.ok(document["info"]!["title"] && document["info"]!["version"]);
  for (const [name, channel] of Object.entries(document["channels"]!)) only(channel, known.channel, name);
  for (const [name, operation] of Object.entries(document["operations"]!)) only(operation, known.operation, name);
  for (const [name, message] of Object.entries(document["components"]!["messages"]!)) only(message, known.message, name);
  for (const [name, server] of Object.entries(document["servers"]!)) only(server, known.server, name);
  let references = 0;
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { $ref } = node as { $ref?: string };
    if (typeof $ref === "string") {
      references++;
      assert.ok($ref.startsWith("#/"), $ref);
      const target = $ref.slice(2).split("/").reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      assert.ok(target, `${$ref} leads nowhere`);
    }
    Object.values(node).forEach(walk);
  };
  walk(document);
  assert.ok(references > 30);
});
