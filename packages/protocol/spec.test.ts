import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open, publicKeyOf } from "./envelope.ts";
import { examples, withExamples } from "./examples.ts";
import { Command, Desired, Envelope, Events, Result, StationEvent } from "./messages.ts";
import { readQr } from "./qr.ts";
import { downTopics, upTopics } from "./topics.ts";

const text = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
const block = (name: string): string => new RegExp(`<!-- example: ${name} -->\\n\`\`\`\\w*\\n([^]*?)\\n\`\`\``).exec(text)![1]!;
const json = (name: string): unknown => JSON.parse(block(name));
const publicOf = (who: string): string => new RegExp(`${who}, public: +(\\S+)`).exec(block("keys"))![1]!;
const backend = publicKeyOf(publicOf("backend k1"));
const own = publicKeyOf(publicOf("station"));

test("docs/protocol.md shows every example as the code makes it now (node packages/protocol/write-spec.ts)", () => {
  assert.equal(text, withExamples(text));
  assert.ok(Object.keys(examples).length >= 12);
});

test("what the specification shows verifies by its own rules, with nothing but a crypto library", () => {
  const envelope = Envelope.parse(json("envelope"));
  const input = Buffer.from(block("signature-input").replaceAll("\n", ""), "hex");
  assert.equal(input.toString(), block("signature-text"));
  assert.equal(input.toString(), `pigeonhole/1/command\n${envelope.body}`);
  assert.ok(verify(null, input, createPublicKey(backend.export({ format: "pem", type: "spki" })), Buffer.from(envelope.sig, "base64url")));
  const [first, second] = Events.parse(json("events")).events;
  assert.equal(createHash("sha256").update(first!.body).digest("hex"), block("digest"));
  assert.equal((JSON.parse(second!.body) as StationEvent).previous, block("digest"));
});

test("the examples are what a station and a backend read", () => {
  const command = open("command", json("envelope"), { k1: backend }, Command);
  const desired = open("desired", json("desired"), { k1: backend }, Desired);
  assert.deepEqual(desired, json("desired-body"));
  for (const envelope of Events.parse(json("events")).events) open("event", envelope, { station: own }, StationEvent);
  assert.equal(Result.parse(json("opened")).command, command.id);
  assert.equal(Result.parse(json("refused")).reason, "unexpected_state");
  const right = readQr(block("qr"), { k1: backend });
  assert.deepEqual([right?.station, right?.compartment], [desired.station, 14]);
  assert.equal(block("code-hash").split("= ")[1], desired.grants[0]!.codeHash);
});

test("the specification names every topic and every reason of a refusal", () => {
  for (const name of [...downTopics, ...upTopics]) assert.match(text, new RegExp(`\`${name}\``), name);
  const source = readFileSync(new URL("./messages.ts", import.meta.url), "utf8");
  const reasons = /Machine-readable, when refused: (.*?)\. \*\//.exec(source)![1]!.match(/`(\w+)`/g)!;
  assert.ok(reasons.length > 8);
  for (const reason of reasons) assert.ok(text.includes(reason), reason);
});
