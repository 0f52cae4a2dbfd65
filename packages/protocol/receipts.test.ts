import assert from "node:assert/strict";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { encode } from "uqr";
import { fromBase32, toBase32 } from "./base32.ts";
import { seal } from "./envelope.ts";
import { StationEvent, type StationFact } from "./messages.ts";
import { packText, unpackText } from "./packed-text.ts";
import { maxPageChars, maxPages, readReceipts, writeReceipts } from "./receipts.ts";

const { privateKey } = generateKeyPairSync("ed25519");
const entry = (seq: number, event: Partial<Extract<StationFact, { type: "parcel_deposited" }>> = {}) =>
  seal(
    "event",
    StationEvent.parse({
      v: 1,
      station: randomUUID(),
      epoch: 1,
      seq,
      previous: "ab".repeat(32),
      at: "2026-03-01T12:00:00.000Z",
      event: { type: "parcel_deposited", compartment: 14, parcel: randomUUID(), evidence: "depositor", actor: "kiosk", ...event },
    }),
    { kid: "station", key: privateKey },
  );
const flipped = (text: string, at: number): string => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

test("every text comes out of its packing as it went in, and base32 has one text for every bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => assert.equal(unpackText(packText(text)), text.toWellFormed())),
  );
  const odd = ["2026-02-30T12:00:00.000Z", "1969-01-01T00:00:00.000Z", randomUUID().toUpperCase(), "é".repeat(300), "\u0000\u0003", ""];
  for (const text of odd) assert.equal(unpackText(packText(text)), text);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => assert.deepEqual(fromBase32(toBase32(bytes)), bytes)));
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z2-7]{0,40}$/), (text) => {
      const bytes = fromBase32(text);
      if (bytes) assert.equal(toBase32(bytes), text);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void unpackText(bytes)));
});

test("F4: a deposit fits a QR code that any phone reads; many become pages that say how many there are", () => {
  const kiosk = writeReceipts([entry(1_200)]);
  const courier = writeReceipts([entry(1_200, { actor: `courier:${randomUUID()}` })]);
  assert.deepEqual(
    [kiosk, courier].map(([page]) => ({ chars: page!.length, version: encode(page!, { ecc: "M" }).version })),
    [
      { chars: 284, version: 10 },
      { chars: 312, version: 11 },
    ],
  );
  const entries = Array.from({ length: 25 }, (_, i) => entry(i + 1));
  const pages = writeReceipts(entries);
  assert.ok(pages.every((page) => page.length <= maxPageChars && encode(page, { ecc: "M" }).version <= 16));
  const read = pages.map((page) => readReceipts(page)!);
  assert.deepEqual(
    read.map(({ page, pages }) => [page, pages]),
    read.map((_, at) => [at + 1, 13]),
  );
  assert.deepEqual(
    read.flatMap((page) => page.entries),
    entries,
    "exactly the bytes that were signed",
  );
  assert.equal(writeReceipts(Array.from({ length: 300 }, (_, i) => entry(i + 1))).length, maxPages);
});

test("a page that was read wrongly, cut off or made up is no page", () => {
  const [page] = writeReceipts([entry(7), entry(8)]);
  for (let at = 0; at < page!.length; at++) assert.equal(readReceipts(flipped(page!, at)), undefined, `character ${at}`);
  for (let length = 0; length < page!.length; length++) assert.equal(readReceipts(page!.slice(0, length)), undefined);
  for (const text of ["", "PHR1", "PH1.abc", "https://example.org/", `PHR1${"A".repeat(3_000)}`, "PHR1\u0000", page!.toLowerCase()])
    assert.equal(readReceipts(text), undefined);
  fc.assert(fc.property(fc.stringMatching(/^[A-Z2-7]{0,600}$/), (text) => assert.equal(readReceipts(`PHR1${text}`), undefined)));
  assert.ok(readReceipts(`  ${page}\r\n`), "what a scanner adds around it does no harm");
});
