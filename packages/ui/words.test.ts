import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gapsOf, languages, preferred, speak, type Dictionary, type Language, type Words } from "./say.ts";
import { words } from "./words.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const files = globSync("{packages/ui,apps/web/**}/words*.ts", { cwd: root, exclude: (name) => name.endsWith(".test.ts") });

test("every key exists in every language, with the same gaps and plural forms, and says something", async () => {
  assert.ok(
    files.some((file) => file === "packages/ui/words.ts"),
    "found no dictionaries: a check that sees nothing proves nothing",
  );
  for (const file of files) {
    const exported = Object.values(
      (await import(new URL(`../../${file}`, import.meta.url).href)) as Record<string, Record<Language, Dictionary>>,
    );
    for (const dictionaries of exported) {
      const keys = Object.keys(dictionaries.en).toSorted();
      for (const language of languages) {
        assert.deepEqual(Object.keys(dictionaries[language]).toSorted(), keys, `${file} in ${language}`);
        for (const key of keys) {
          const [ours, theirs] = [dictionaries.en[key]!, dictionaries[language][key]!];
          assert.equal(typeof theirs, typeof ours, `${file} ${key} in ${language}: plural or not`);
          assert.deepEqual(gapsOf(theirs), gapsOf(ours), `${file} ${key} in ${language}: gaps`);
          for (const text of typeof theirs === "string" ? [theirs] : Object.values(theirs))
            assert.ok(text.trim() !== "", `${file} ${key} in ${language} is empty`);
        }
      }
    }
  }
});

test("a phrase is filled, numbered and pluralised in the reader's language", () => {
  const fruit = {
    en: { eat: { one: "{count} pear for {who}", other: "{count} pears for {who}" } },
    de: { eat: { one: "{count} Birne für {who}", other: "{count} Birnen für {who}" } },
  } as const;
  assert.equal(speak(fruit as Words<typeof fruit.en>, "en")("eat", { count: 1, who: "Ada" }), "1 pear for Ada");
  assert.equal(speak(fruit as Words<typeof fruit.en>, "de")("eat", { count: 1200, who: "Ada" }), "1.200 Birnen für Ada");
  assert.equal(speak(words, "de")("door", { number: "14" }), "Fach 14");
});

test("the reader's first language that we speak is chosen, and English when there is none", () => {
  assert.equal(preferred(["et-EE", "de-AT", "en"]), "de");
  assert.equal(preferred(["xx"]), "en");
  assert.equal(preferred([]), "en");
});
