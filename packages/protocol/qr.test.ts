import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { readQr, writeQr, type QrRight } from "./qr.ts";

const [backend, stranger] = [generateKeyPairSync("ed25519"), generateKeyPairSync("ed25519")];
const signing = { kid: "k1", key: backend.privateKey };
const keys = { k1: backend.publicKey };
const right: fc.Arbitrary<QrRight> = fc.record(
  {
    station: fc.uuid(),
    grant: fc.uuid(),
    generation: fc.integer({ min: 1, max: 65_535 }),
    compartment: fc.integer({ min: 1, max: 999 }),
    expiresAt: fc.integer({ min: 1_700_000_000, max: 4_200_000_000 }).map((seconds) => new Date(seconds * 1_000)),
  },
  { noNullPrototype: true },
);

test("a right survives the way through a QR code of at most 180 characters", () => {
  fc.assert(
    fc.property(right, fc.stringMatching(/^[a-z0-9-]{1,20}$/), (right, kid) => {
      const text = writeQr(right, { kid, key: backend.privateKey });
      assert.ok(text.length <= 180 && /^[\x21-\x7e]+$/.test(text));
      assert.deepEqual(readQr(text, { [kid]: backend.publicKey }), right);
    }),
  );
});

test("no character may change, be left out or be added", () => {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  fc.assert(
    fc.property(right, fc.nat(), fc.constantFrom(...digits), fc.constantFrom("replace", "drop", "add"), (right, position, digit, how) => {
      const text = writeQr(right, signing);
      const at = position % text.length;
      const altered = text.slice(0, at) + (how === "drop" ? "" : digit) + text.slice(how === "add" ? at : at + 1);
      const sameBytes =
        altered.startsWith("PH1.") && Buffer.from(altered.slice(4), "base64url").equals(Buffer.from(text.slice(4), "base64url"));
      assert.equal(readQr(altered, keys) !== undefined, sameBytes);
    }),
    { numRuns: 3_000 },
  );
});

test("another's signature, another key id, an unknown key: nothing", () => {
  fc.assert(
    fc.property(right, (right) => {
      assert.equal(readQr(writeQr(right, { kid: "k1", key: stranger.privateKey }), keys), undefined);
      assert.equal(readQr(writeQr(right, signing), { k2: backend.publicKey }), undefined);
      assert.equal(readQr(writeQr(right, { kid: "__proto__", key: backend.privateKey }), keys), undefined);
    }),
    { numRuns: 50 },
  );
});

test("a scanner reads all kinds of things", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `PH1.${text}`),
        fc.base64String().map((text) => `PH1.${text}`),
        fc.webUrl(),
        fc.string({ minLength: 3_000, maxLength: 3_000 }),
      ),
      (text) => {
        assert.equal(readQr(text, keys), undefined);
      },
    ),
    { numRuns: 500 },
  );
});
