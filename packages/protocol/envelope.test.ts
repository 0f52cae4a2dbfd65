import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { open, publicKeyOf, publicKeyText, seal, type Kind } from "./envelope.ts";
import { Command, type Envelope } from "./messages.ts";

const [backend, stranger] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
const signing = { kid: "k1", key: backend.privateKey };
const keys = { k1: backend.publicKey };
const kinds: readonly Kind[] = ["command", "desired", "event", "receipt"];
const uuid = fc.uuid();
const command = fc.record(
  {
    v: fc.constant(1 as const),
    id: uuid,
    station: uuid,
    epoch: fc.integer({ min: 1, max: 1e6 }),
    seq: fc.integer({ min: 1, max: 1e9 }),
    issuedAt: fc.constant("2026-01-01T12:00:00.000Z"),
    expiresAt: fc.constant("2026-01-01T12:00:30.000Z"),
    action: fc.constantFrom("open" as const, "attest_deposit" as const, "release" as const),
    compartment: fc.integer({ min: 1, max: 999 }),
    parcel: fc.option(uuid),
    purpose: fc.constantFrom("dropoff" as const, "pickup" as const, "collection" as const, "service" as const),
    actor: fc.string({ maxLength: 40, unit: "grapheme" }),
    expected: fc.record({ parcel: fc.option(uuid) }, { noNullPrototype: true }),
  },
  { noNullPrototype: true },
);
const opened = (kind: Kind, message: unknown, pinned: Parameters<typeof open>[2] = keys) => {
  try {
    return open(kind, message, pinned, Command);
  } catch {
    return undefined;
  }
};

test("what is sealed opens as it was, through JSON and back", () => {
  fc.assert(
    fc.property(command, (content) =>
      assert.deepEqual(opened("command", JSON.parse(JSON.stringify(seal("command", content, signing)))), content),
    ),
  );
});

test("not one bit of body, signature or key id may change", () => {
  fc.assert(
    fc.property(
      command,
      fc.constantFrom("body" as const, "sig" as const, "kid" as const),
      fc.nat(),
      fc.integer({ min: 0, max: 6 }),
      (content, part, position, bit) => {
        const envelope = seal("command", content, signing);
        const bytes = Buffer.from(envelope[part]);
        bytes[position % bytes.length]! ^= 1 << bit;
        const forged: Envelope = { ...envelope, [part]: bytes.toString() };
        assert.equal(opened("command", forged), undefined);
      },
    ),
    { numRuns: 3_000 },
  );
});

test("a signature has one spelling: the bits of its last letter that no byte has are zero", () => {
  const envelope = seal("command", fc.sample(command, 1)[0], signing);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const same = [...letters].filter((letter) =>
    Buffer.from(envelope.sig.slice(0, 85) + letter, "base64url").equals(Buffer.from(envelope.sig, "base64url")),
  );
  assert.equal(same.length, 16);
  const read = same.filter((letter) => opened("command", { ...envelope, sig: envelope.sig.slice(0, 85) + letter }) !== undefined);
  assert.deepEqual(read, [envelope.sig.at(-1)]);
});

test("a message of one kind is none of another, and only the pinned key under its own id opens it", () => {
  fc.assert(
    fc.property(command, fc.constantFrom(...kinds), fc.constantFrom(...kinds), (content, made, read) => {
      const envelope = seal(made, content, signing);
      assert.equal(opened(read, envelope) !== undefined, made === read);
      assert.equal(opened(made, envelope, { k1: stranger.publicKey }), undefined);
      assert.equal(opened(made, envelope, { k2: backend.publicKey }), undefined);
      assert.equal(opened(made, seal(made, content, { kid: "k1", key: stranger.privateKey })), undefined);
      assert.equal(opened(made, { ...envelope, body: seal(made, { ...content, seq: content.seq + 1 }, signing).body }), undefined);
    }),
  );
});

test("names that every object has are no keys, more members are no envelope, anything else is refused, never a crash", () => {
  const envelope = seal("command", {}, signing);
  for (const kid of ["__proto__", "constructor", "toString", ""]) assert.equal(opened("command", { ...envelope, kid }), undefined);
  assert.equal(opened("command", { ...envelope, extra: 1 }), undefined);
  fc.assert(
    fc.property(fc.anything(), (message) => assert.equal(opened("command", message), undefined)),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (body) =>
      assert.equal(opened("command", { ...seal("command", {}, signing), body }), undefined),
    ),
  );
});

test("a signed body that is not what its kind says is refused: unknown members, numbers out of range, trailing text", () => {
  fc.assert(
    fc.property(command, (content) => {
      for (const change of [
        { compartment: 0 },
        { compartment: 1.5 },
        { compartment: 1_000 },
        { epoch: 0 },
        { seq: -1 },
        { extra: true },
        { action: "open_all" },
        { station: "x" },
        { expected: {} },
      ]) {
        assert.equal(opened("command", seal("command", { ...content, ...change }, signing)), undefined, JSON.stringify(change));
      }
    }),
    { numRuns: 20 },
  );
});

test("a refusal shows nothing of the content", () => {
  const envelope = seal("command", { secret: "4711-0815" }, signing);
  for (const attempt of [
    () => open("event", envelope, keys, Command),
    () => open("command", { ...envelope, sig: "x" }, keys, Command),
    () => open("command", envelope, keys, z.strictObject({ v: z.number() })),
  ]) {
    assert.throws(attempt, (error: Error) => !error.message.includes("4711"));
  }
});

test("a public key survives as text", () => {
  assert.ok(publicKeyOf(publicKeyText(backend.publicKey)).equals(backend.publicKey));
  assert.equal(publicKeyText(backend.publicKey).length, 43);
});
