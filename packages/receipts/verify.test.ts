import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readReceipts } from "@pigeonhole/protocol/receipts";
import fc from "fast-check";
import { verifier } from "./crypto.ts";
import { fileText, readFile, type ReceiptFile } from "./file.ts";
import { verify } from "./verify.ts";

const guides = new URL("../../docs/guides/", import.meta.url);
const text = readFileSync(new URL("receipts-example.json", guides), "utf8");
const guide = readFileSync(new URL("receipts.md", guides), "utf8");
const pin = /`([0-9a-f]{64})`/.exec(guide)![1]!;
const file = readFile(text)!;
const wrong = async (changed: string, pinned = pin) => {
  const { isGood, checks } = await verify(changed, pinned);
  return { isGood, check: checks.find(({ isOk }) => isOk === false)?.check, number: checks.find(({ isOk }) => isOk === false)?.number };
};
/** The example with another body in one place, its digests followed through, signed by a key that nobody certified. */
const changed = (edit: (file: ReceiptFile) => void): string => {
  const copy = structuredClone(file);
  edit(copy);
  return fileText(copy);
};

test("the example of the guide verifies, with the platform's cryptography and without it, and its QR page is its first entry", async () => {
  for (const crypto of [verifier(), verifier({ isNative: false })]) {
    const { isGood, fingerprint, receipts } = await verify(text, pin, crypto);
    assert.deepEqual([isGood, fingerprint], [true, pin]);
    assert.deepEqual(
      receipts.map(({ to }) => to.kind),
      ["shop", "carrier", "station", "customer"],
    );
  }
  const spaced = pin.toUpperCase().replaceAll(/(..)(?=.)/g, "$1:");
  assert.equal((await verify(text, spaced)).isGood, true, "as other tools write fingerprints");
  const page = /PHR1[A-Z2-7]+/.exec(guide.slice(guide.indexOf("The first entry of the example")))![0];
  assert.deepEqual(readReceipts(page)!.entries, [{ kid: "station", ...file.events[0]! }]);
});

test("F2: whichever byte of a file is changed, it is found", async () => {
  const bytes = Buffer.from(text);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const copy = Buffer.from(bytes);
      copy[at]! ^= flip;
      assert.equal((await verify(copy.toString("utf8"), pin)).isGood, false, `byte ${at}`);
    }),
    { numRuns: 600 },
  );
  // What of a certificate no signature covers, too: the tags and lengths around what is signed, and how the signature is written.
  const [first, last] = [text.indexOf("-----BEGIN"), text.indexOf("-----END")];
  for (let at = first; at < last; at++) {
    const copy = Buffer.from(bytes);
    copy[at]! ^= 1;
    assert.equal((await verify(copy.toString("utf8"), pin)).isGood, false, `byte ${at}`);
  }
  for (const cut of [0, 1, 100, text.length - 1]) assert.equal((await verify(text.slice(0, cut), pin)).isGood, false);
  for (const garbage of ["", "null", "[]", "{}", `${text} `, JSON.stringify(JSON.parse(text))])
    assert.deepEqual(await wrong(garbage), { isGood: false, check: "form", number: undefined });
});

test("each kind of forgery is told by what is wrong with it", async () => {
  const other = generateKeyPairSync("ed25519").privateKey;
  const resign = (kind: string, body: string) => ({
    body,
    sig: sign(null, Buffer.from(`pigeonhole/1/${kind}\n${body}`), other).toString("base64url"),
  });
  const cases: readonly (readonly [string, string, number | undefined, (file: ReceiptFile) => void])[] = [
    [
      "another carrier's name, signed anew",
      "signatures",
      2,
      (f) => (f.receipts[1] = resign("receipt", f.receipts[1]!.body.replace("swift", "other"))),
    ],
    ["a receipt left out", "chain", 2, (f) => f.receipts.splice(1, 1)],
    ["two receipts exchanged", "chain", 1, (f) => (f.receipts = f.receipts.toReversed())],
    ["a receipt twice", "chain", 3, (f) => f.receipts.splice(1, 0, f.receipts[1]!)],
    ["an entry left out", "evidence", 3, (f) => f.events.pop()],
    ["an entry twice", "evidence", 3, (f) => f.events.push(f.events[0]!)],
    ["an entry signed by nobody", "evidence", 3, (f) => (f.events[0] = resign("event", f.events[0]!.body))],
    [
      "another door in an entry",
      "evidence",
      3,
      (f) => (f.events[0] = resign("event", f.events[0]!.body.replace('"compartment":3', '"compartment":4'))),
    ],
    ["a station's certificate left out", "evidence", 3, (f) => f.certificates.pop()],
    ["no certificate of the receipts", "signatures", 1, (f) => f.certificates.shift()],
    ["the authority as its own certificate", "certificates", undefined, (f) => f.certificates.push(f.authority)],
    ["a station's certificate as the authority", "authority", undefined, (f) => (f.authority = f.certificates[1]!)],
    ["another parcel's name on it", "chain", 1, (f) => (f.parcel = crypto.randomUUID())],
  ];
  for (const [what, check, number, edit] of cases) assert.deepEqual(await wrong(changed(edit)), { isGood: false, check, number }, what);
  assert.deepEqual(await wrong(text, "00".repeat(32)), { isGood: false, check: "authority", number: undefined });
  assert.equal((await verify(text, undefined)).isGood, false, "nobody vouches for an authority that was not named");
  assert.equal(createHash("sha256").update(file.receipts[0]!.body).digest("hex"), JSON.parse(file.receipts[1]!.body).previous);
});

test("an older file of the same parcel, with its last receipt and entry cut off, is what it is: good, and shorter", async () => {
  const { isGood, receipts } = await verify(
    changed((f) => (f.receipts.pop(), f.events.pop())),
    pin,
  );
  assert.deepEqual([isGood, receipts.length], [true, 3]);
});
