import assert from "node:assert/strict";
import { test } from "node:test";
import type { AboutCode } from "../templates/template.ts";
import { fitted, inGsm, segmentsOf } from "./gsm.ts";
import { grouped } from "./grouped.ts";
import { write } from "./write.ts";

const place = {
  name: "Kaubamaja <b>\n& Co",
  address: "Gonsiori 2, Tallinn",
  lat: 59.436,
  lon: 24.755,
  timeZone: "Europe/Tallinn",
  supportPhone: "+3726000000",
};
const about: AboutCode = {
  parcel: "018f0000-0000-7000-8000-000000000001",
  name: "Ann <script>",
  number: "1234 5678 9012",
  code: "1234 5678",
  qr: "PH1.abc",
  at: new Date("2026-03-28T09:00:00Z"),
  expiresAt: new Date("2026-03-29T02:30:00Z"),
  place,
  where: `${place.name}, ${place.address}`,
  details: {},
  missing: [],
};
const letter = {
  id: "m1",
  fewer: null,
  template: "pickup_ready",
  about,
  channel: "email",
  language: "en",
  publicUrl: "https://ph.example/",
} as const;

test("the mail has name, place, code in groups, directions and the deadline in the station's time, and loads nothing", () => {
  const { subject, text, html, qr } = write(letter);
  assert.equal(subject, "Your parcel is in the locker: Kaubamaja <b> & Co", "one line");
  for (const part of [
    "1234 5678",
    "1234 5678 9012",
    "Gonsiori 2, Tallinn",
    "Sunday, 29 March 2026 at 05:30",
    "https://ph.example/parcels/018f0000-0000-7000-8000-000000000001",
    "openstreetmap.org/directions",
    "59.436",
    "+3726000000",
  ])
    assert.ok(text.includes(part), part);
  assert.equal(qr, "PH1.abc");
  assert.ok(html!.includes("&#60;script&#62;") && !html!.includes("<script"), "names are text, not markup");
});

test("the mail reads in one order, as text and as page: greeting, code, deadline, place, page", () => {
  const { text, html } = write(letter);
  for (const form of [text, html!.slice(html!.indexOf("<body"))]) {
    const places = ["Ann", "1234 5678 9012", "Your code", "29 March", "Gonsiori", "page", "Help"].map((part) => form.indexOf(part));
    assert.ok(!places.includes(-1), form);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      form,
    );
  }
  assert.ok(!/(?<!background:)#[0-9a-f]{6}|[^-]color:(?!inherit)/i.test(html!), "no colour is set: dark and light read alike");
});

test("a name that runs from right to left does not turn the sentence around", () => {
  const { text } = write({ ...letter, about: { ...about, name: "שרה" } });
  assert.ok(text.startsWith("Hello \u2068שרה\u2069,"));
});

test("text messages are one line that begins with the code and has place and deadline in the station's time", () => {
  for (const [language, until] of [
    ["en", "Sun 29 Mar, 05:30"],
    ["de", "So., 29. März, 05:30"],
    ["et", "P, 29. märts, 05:30"],
  ] as const) {
    const { text, html, qr } = write({ ...letter, channel: "sms", language });
    assert.ok(text.startsWith("1234 5678 ") && text.includes("Gonsiori 2") && !text.includes("\n"), text);
    assert.ok(text.includes(until), text);
    assert.deepEqual([html, qr], [null, null]);
  }
});

test("what a text message costs is counted as networks count it", () => {
  assert.equal(segmentsOf("a".repeat(160)), 1);
  assert.equal(segmentsOf("a".repeat(161)), 2);
  assert.equal(segmentsOf("a".repeat(306)), 2);
  assert.equal(segmentsOf("a".repeat(307)), 3);
  assert.equal(segmentsOf("€".repeat(80)), 1, "the euro sign takes two places");
  assert.equal(segmentsOf("€".repeat(81)), 2);
  assert.equal(segmentsOf("õ".repeat(70)), 1, "outside the alphabet everything is dearer");
  assert.equal(segmentsOf("õ".repeat(71)), 2);
  assert.equal(inGsm("Lõunakeskus „Łódź” – šokk"), 'Lounakeskus "Lodz" - sokk');
  assert.equal(inGsm("Übergabe öffnet"), "Übergabe öffnet");
  assert.equal(inGsm("Почта"), "Почта", "a text in another script is not spelt otherwise");
});

test("however long a station is called, its text message costs no more, and the code and the deadline stay", () => {
  const short = (where: string): string => `1234 5678 is your code. ${where}, until Sun 29 Mar`;
  for (const name of ["Ääre", "x".repeat(500), "Почта ".repeat(60), "🏤".repeat(90), ""]) {
    const text = fitted(short, `${name}, Gonsiori 2`, name);
    assert.ok(segmentsOf(text) <= 2, text);
    assert.ok(text.startsWith("1234 5678") && text.endsWith("29 Mar"), text);
  }
  assert.ok(fitted(short, "Kaubamaja, Gonsiori 2", "Kaubamaja").includes("Gonsiori"), "the address stays where it fits");
});

test("what people compare is in groups", () => {
  assert.equal(grouped("12345678"), "1234 5678");
  assert.equal(grouped("123456"), "123 456");
});
