import assert from "node:assert/strict";
import { test } from "node:test";
import { write, grouped, type Matter } from "../write.ts";
import { en, type Words } from "./en.ts";
import { speak, written } from "./words.ts";

const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();
const place = {
  name: "Kaubamaja <b>\n& Co",
  address: "Gonsiori 2, Tallinn",
  lat: 59.436,
  lon: 24.755,
  timeZone: "Europe/Tallinn",
  supportPhone: "+3726000000",
};
const ready: Matter = {
  template: "pickup_ready",
  parcel: "018f0000-0000-7000-8000-000000000001",
  name: "Ann <script>",
  number: "123456789012",
  code: "12345678",
  qr: "PH1.abc",
  expiresAt: new Date("2026-03-29T02:30:00Z"),
  place,
};

test("every language says everything, with the same gaps, and nothing twice the same as English by oversight", () => {
  for (const [language, { words }] of Object.entries(written)) {
    assert.deepEqual(Object.keys(words).toSorted(), Object.keys(en).toSorted(), language);
    for (const key of Object.keys(en) as (keyof Words)[]) {
      assert.deepEqual(gaps(words[key]), gaps(en[key]), `${language} ${key}`);
      assert.ok(words[key].trim().length > 0);
      if (language !== "en") assert.notEqual(words[key], en[key], `${language} ${key}`);
    }
  }
  assert.deepEqual(Object.keys(written).toSorted(), ["de", "en", "et"]);
  assert.equal(speak("lv").language, "en");
  assert.equal(speak("__proto__").language, "en");
});

test("no gap stays open in any message of any language by any channel", () => {
  const collected: Matter = {
    template: "collected",
    parcel: "p",
    name: "Ann",
    number: "123456789012",
    at: new Date("2026-01-01T00:00:00Z"),
    place,
  };
  const matters: Matter[] = [
    ready,
    { ...ready, template: "code_reissued" },
    collected,
    { template: "moved", parcel: "p", name: "Ann", number: "123456789012", former: "Viru", place },
    { template: "station_gone", parcel: "p", name: "Ann", number: "123456789012", place },
    { template: "sign_in_code", code: "123456", minutesLeft: 10 },
  ];
  for (const matter of matters)
    for (const channel of ["email", "sms", "push"] as const)
      for (const language of ["en", "de", "et", "lt"]) {
        const { subject, text, html } = write(matter, channel, language, "https://ph.example/");
        for (const part of [subject, text, html ?? ""])
          assert.ok(
            !/\{\w+\}|undefined|null|\[object/.test(part.replace(/style="[^"]*"/g, "")),
            `${matter.template} ${channel} ${language}: ${part}`,
          );
        assert.equal(html === null, channel !== "email");
      }
});

test("the mail has name, place, code in groups, directions and the deadline in the station's time, and loads nothing", () => {
  const { subject, text, html, qr } = write(ready, "email", "en", "https://ph.example/");
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
  assert.deepEqual(
    [...html!.matchAll(/\b(src|background|srcset)="([^"]*)"/g)].map((m) => m[2]),
    ["cid:qr@pigeonhole"],
  );
  assert.ok(!/<link|<style|@import|url\(/.test(html!));
});

test("text messages and notifications are one line with code, place and deadline", () => {
  for (const [language, until] of [
    ["en", "Sunday, 29 March 2026 at 05:30"],
    ["de", "Sonntag, 29. März 2026 um 05:30"],
    ["et", "pühapäev, 29. märts 2026, kell 05:30"],
  ] as const) {
    const { text, html, qr } = write(ready, "sms", language, "https://ph.example");
    assert.ok(text.includes("1234 5678") && text.includes("Gonsiori 2") && !text.includes("\n"), text);
    assert.ok(text.includes(until), text);
    assert.equal(html, null);
    assert.equal(qr, null);
  }
});

test("what people compare is in groups", () => {
  assert.equal(grouped("12345678"), "1234 5678");
  assert.equal(grouped("123456"), "123 456");
});
