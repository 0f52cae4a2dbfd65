import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
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
    const operations = Object.values(document["operations"]!).filter(
      (operation) => (operation["channel"]!["$ref"] as unknown) === `#/channels/${name}`,
    );
    assert.deepEqual(
      operations.map((operation) => operation["action"] as unknown),
      [(downTopics as readonly string[]).includes(name) ? "send" : "receive"],
    );
  }
});

test("every message and all that is signed has its schema, with the fields of the protocol", () => {
  const fields = (schema: Tree): string[] => Object.keys(schema["properties"] ?? schema["oneOf"] ?? schema["anyOf"] ?? {}).toSorted();
  const components = document["components"]!;
  const payload = (name: string) => components["messages"]![name]!["payload"]!["schema"]!;
  const { Hello, Heartbeat, Presence, Ask, Result, Acknowledge, Events, Envelope, Desired, Command, StationEvent } = messages;
  for (const [name, schema] of Object.entries({
    Hello,
    Heartbeat,
    Presence,
    Ask,
    Result,
    Acknowledge,
    Events,
    Desired: Envelope,
    Command: Envelope,
  })) {
    assert.deepEqual(fields(payload(name)), Object.keys(schema.shape).toSorted(), name);
  }
  for (const [name, schema] of Object.entries({ Desired, Command, StationEvent }))
    assert.deepEqual(fields(components["schemas"]![name]!), Object.keys(schema.shape).toSorted(), name);
  assert.equal(fields(payload("Answer")).length, 2);
  assert.deepEqual(
    ["Desired", "Command", "Events"].map((name) => components["messages"]![name]!["x-signed-content"]!["$ref"] as unknown),
    ["Desired", "Command", "StationEvent"].map((name) => `#/components/schemas/${name}`),
  );
  const kinds = JSON.stringify(components["schemas"]!["StationEvent"]!["properties"]!["event"]);
  for (const option of StationEvent.shape.event.options) assert.ok(kinds.includes(`"${option.shape.type.value}"`), option.shape.type.value);
});

test("the document is valid AsyncAPI 3 by the specification's own schema, a spoilt one is not", () => {
  // The schema brings the draft-7 meta-schema under its own name.
  const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(createRequire(import.meta.url)("@asyncapi/specs/schemas/3.0.0.json") as object);
  assert.ok(isValid(document), JSON.stringify(isValid.errors));
  const spoil: readonly ((copy: Record<string, Record<string, Record<string, unknown>>>) => void)[] = [
    (copy) => {
      copy["operations"]!["sendCommand"]!["action"] = "shout";
    },
    (copy) => {
      delete copy["operations"]!["sendCommand"]!["channel"];
    },
    (copy) => {
      copy["channels"]!["command"]!["address"] = 7;
    },
    (copy) => {
      delete copy["info"];
    },
    (copy) => {
      copy["servers"]!["broker"]!["colour"] = "red";
    },
  ];
  for (const change of spoil) {
    const copy = structuredClone(document) as unknown as Record<string, Record<string, Record<string, unknown>>>;
    change(copy);
    assert.ok(!isValid(copy), String(change));
  }
});

test("every reference leads somewhere", () => {
  let references = 0;
  const walk = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { $ref } = node as { $ref?: string };
    if (typeof $ref === "string") {
      references++;
      const target = $ref
        .slice(2)
        .split("/")
        .reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document);
      assert.ok($ref.startsWith("#/") && target, `${$ref} leads nowhere`);
    }
    Object.values(node).forEach(walk);
  };
  walk(document);
  assert.ok(references > 30);
});
