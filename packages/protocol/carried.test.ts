import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID, type KeyObject } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { encode } from "uqr";
import { holdReasons } from "./reasons.ts";
import { readCarried, writeCarried, type Carried } from "./carried.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const kid = "abcdefghijkl";
const station: string = randomUUID();
const document = (more: Partial<Carried["grant"]> = {}): Carried => ({
  station,
  epoch: 3,
  grant: {
    id: randomUUID(),
    kind: "pickup",
    parcel: randomUUID(),
    compartment: 14,
    generation: 2,
    isWithdrawn: false,
    codeHash: "cd".repeat(32),
    expiresAt: new Date("2026-04-01T00:00:00Z"),
    ...more,
  },
  issuedAt: new Date("2026-03-01T00:00:00Z"),
  expiresAt: new Date("2026-03-02T00:00:00Z"),
});
const read = (text: string, at = station, keys: Record<string, KeyObject> = { [kid]: publicKey }) => readCarried(text, at, keys);

test("F4: a carried right and a withdrawal come out as they went in, in QR codes that a kiosk's scanner types", () => {
  const held = holdReasons.map((reason) => document({ held: [reason] }));
  for (const wanted of [...held, document({ held: [...holdReasons] })])
    assert.deepEqual(read(writeCarried(wanted, { kid, key: privateKey })), wanted, "N11: what is missing travels with it");
  const sizes = [document(), document({ isWithdrawn: true, codeHash: null, expiresAt: null })].map((wanted) => {
    const text = writeCarried(wanted, { kid, key: privateKey });
    assert.deepEqual(read(text), wanted);
    assert.deepEqual(read(` ${text}\n`), wanted);
    assert.match(text, /^[A-Z0-9]+$/, "nothing that a keyboard layout could change");
    return { chars: text.length, version: encode(text, { ecc: "M" }).version };
  });
  assert.deepEqual(sizes, [
    { chars: 273, version: 10 },
    { chars: 222, version: 9 },
  ]);
});

test("every flipped bit, every cut and every foreign hand is refused", () => {
  const text = writeCarried(document(), { kid, key: privateKey });
  for (let at = 0; at < text.length; at++)
    for (const other of ["A", "Q", "7"]) {
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      if (changed !== text) assert.equal(typeof read(changed), "string", `character ${at}`);
    }
  for (let length = 0; length < text.length; length++) assert.equal(typeof read(text.slice(0, length)), "string");
  for (const garbage of ["", "PHC1", `PHC1${"A".repeat(3_000)}`, "PH1.x", "日本"]) assert.equal(read(garbage), "forged");
  fc.assert(fc.property(fc.stringMatching(/^[A-Z2-7]{0,300}$/), (more) => assert.equal(typeof read(`PHC1${more}`), "string")));

  const stranger = generateKeyPairSync("ed25519");
  assert.equal(read(writeCarried(document(), { kid, key: stranger.privateKey })), "forged");
  assert.equal(read(text, station, { other: publicKey }), "forged", "a key that is not pinned");
});

test("a document for one station is none for another, not even for one whose id begins alike (A9.1)", () => {
  const text = writeCarried(document(), { kid, key: privateKey });
  assert.equal(read(text, randomUUID()), "not_ours");
  const alike = `${station.slice(0, 9)}${randomUUID().slice(9)}`;
  assert.equal(read(text, alike), "forged");
});
