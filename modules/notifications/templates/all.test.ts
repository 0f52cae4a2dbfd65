import assert from "node:assert/strict";
import { test } from "node:test";
import { mostSegments, segmentsOf } from "../writing/gsm.ts";
import { speak, written } from "../writing/say.ts";
import { write } from "../writing/write.ts";
import { templates } from "./all.ts";
import { common } from "./common.ts";
import type { AboutCode, AboutSignIn, Template } from "./template.ts";
import type { TemplateName } from "../contract.ts";

const place = {
  name: "Lõunakeskuse pakiautomaat",
  address: "Ringtee 75, 50501 Tartu",
  lat: 58.358,
  lon: 26.68,
  timeZone: "Europe/Tallinn",
  supportPhone: "+3726000000",
};
const about: AboutCode = {
  parcel: "018f0000-0000-7000-8000-000000000001",
  name: "Ann",
  number: "1234 5678 9012",
  code: "1234 5678",
  qr: "PH1.abc",
  expiresAt: new Date("2026-03-29T02:30:00Z"),
  at: new Date("2026-03-28T09:00:00Z"),
  place,
  where: `${place.name}, ${place.address}`,
  details: {},
  missing: [],
};
const signIn: AboutSignIn = { code: "123456", minutesLeft: 10 };
const named = Object.entries(templates) as [TemplateName, Template][];
const aboutOf = ({ asks, example }: Template) => (asks === "sign_in" ? signIn : { ...about, details: example });
const gaps = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

test("every language says everything, with the same gaps, and nothing the same as in English by oversight (A5.1)", () => {
  assert.deepEqual(written, ["en", "de", "et"]);
  for (const [name, words] of [...named.map(([name, { words }]) => [name, words] as const), ["common", common] as const]) {
    const { en, ...others }: Record<string, Record<string, string>> = words;
    assert.deepEqual(Object.keys(words).toSorted(), written.toSorted(), name);
    for (const [language, its] of Object.entries(others)) {
      assert.deepEqual(Object.keys(its).toSorted(), Object.keys(en!).toSorted(), `${name} ${language}`);
      for (const [key, text] of Object.entries(its)) {
        assert.deepEqual(gaps(text), gaps(en![key]!), `${name} ${language} ${key}`);
        assert.ok(text.trim() !== "" && text !== en![key], `${name} ${language} ${key}`);
      }
    }
  }
});

const asked = { state: "open", askedAt: "2026-03-28T09:00:00Z", endedAt: null, by: null, how: null } as const;
const missing: AboutCode["missing"] = [
  { ...asked, id: "1", kind: "age_check", minimumAge: 18, proxy: null, url: "https://yarn.example/7" },
  { ...asked, id: "2", kind: "cash_on_delivery", amountMinor: 123_450, currency: "EUR", url: null },
];

test("every message in every language by every channel: no gap open, one line where one line fits, nothing loaded, the code first", () => {
  const all = named.flatMap(([template, its]) =>
    its.asks === "code"
      ? ([
          { template, its },
          { template, its, missing },
        ] as const)
      : ([{ template, its }] as const),
  );
  for (const { template, its, ...more } of all)
    for (const channel of ["email", "sms", "push"] as const)
      for (const language of [...written, "lt"]) {
        const { subject, text, html, link } = write({
          id: "m1",
          fewer: null,
          template,
          about: { ...aboutOf(its), ...more },
          channel,
          language,
          publicUrl: "https://ph.example/",
        });
        const where = `${template} ${channel} ${language}: ${text}`;
        for (const part of [subject, text, (html ?? "").replace(/style="[^"]*"/g, "")])
          assert.ok(!/\{\w+\}|undefined|null|\[object|NaN/.test(part), where);
        assert.ok(link.startsWith("https://ph.example/"), where);
        assert.ok(
          !/\d{4}/.test(subject.replace("75", "")) || its.kind === "news" || its.kind === "reminder",
          `${where}: no code in a subject`,
        );
        assert.equal(html === null, channel !== "email");
        if ("missing" in more && its.kind === "code") {
          assert.match(text, /18[^]*1[.,\s]?234[.,]50|1[.,\s]?234[.,]50[^]*18/, `N11: what is missing is said: ${where}`);
          assert.equal(channel !== "email" || text.includes("https://yarn.example/7"), true, where);
        }
        if (channel === "sms") {
          assert.ok(segmentsOf(text) <= mostSegments, `${where} costs ${segmentsOf(text)}`);
          assert.match(text, /^[\u0020-\u007eäöüÄÖÜß§éèàåÅøØñÑæÆ]*$/, `${where}: the cheap alphabet`);
        }
        if (channel !== "email") {
          assert.ok(!text.includes("\n"), where);
          if (its.asks === "code" && its.kind === "code") assert.ok(text.startsWith("1234 5678"), where);
        }
        for (const [, address] of (html ?? "").matchAll(/\b(?:src|background|srcset|poster|data)="([^"]*)"/g))
          assert.equal(address, "cid:qr@pigeonhole", where);
        assert.ok(!/<link|<style|<script|@import|url\(/.test(html ?? ""), where);
      }
});

test("a language in which nothing is written is answered in English", () => {
  for (const unknown of ["lv", "__proto__", "constructor", ""]) assert.equal(speak(unknown, templates.collected.words).language, "en");
});
