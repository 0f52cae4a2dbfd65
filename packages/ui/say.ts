/** The languages in which every word of every screen exists. The first one is spoken when the reader's own is not here. */
export const languages = ["en", "de"] as const;
export type Language = (typeof languages)[number];

/** How each language calls itself. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

/** A sentence with `{gaps}`, or one per plural form chosen by the gap `count`. */
export type Phrase = string | Readonly<{ one: string; other: string }>;
export type Dictionary = Readonly<Record<string, Phrase>>;

/** What a translation of `D` must contain: the same keys with phrases of the same kind. */
export type Translation<D extends Dictionary> = {
  readonly [K in keyof D]: D[K] extends string ? string : Readonly<{ one: string; other: string }>;
};
export type Words<D extends Dictionary> = { readonly [L in Language]: Translation<D> } & { readonly en: D };

type Gaps<S> = S extends `${string}{${infer Gap}}${infer Rest}` ? Gap | Gaps<Rest> : never;
type GapsOf<P> = P extends string ? Gaps<P> : P extends { one: infer A; other: infer B } ? Gaps<A> | Gaps<B> | "count" : never;
/** The arguments that a phrase asks for: none when it has no gaps. */
export type Fill<P> = [GapsOf<P>] extends [never] ? [] : [gaps: Readonly<Record<GapsOf<P>, string | number>>];

export type Say<D extends Dictionary> = <K extends keyof D & string>(key: K, ...fill: Fill<D[K]>) => string;

export function speak<D extends Dictionary>(words: Words<D>, language: Language): Say<D> {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  const dictionary: Dictionary = words[language];
  return (key, ...[fill]) => {
    const gaps: Readonly<Record<string, string | number>> = fill ?? {};
    const phrase = dictionary[key]!;
    const text = typeof phrase === "string" ? phrase : phrase[plurals.select(Number(gaps.count)) === "one" ? "one" : "other"];
    return text.replace(/\{(\w+)\}/g, (whole, gap: string, at: number) => {
      const value = gaps[gap];
      if (typeof value === "number") return numbers.format(value);
      // An abbreviation at the end of a sentence brings its full stop with it ("in 13 Min.").
      return value?.endsWith(".") && text[at + whole.length] === "." ? value.slice(0, -1) : (value ?? whole);
    });
  };
}

/** The gaps of a phrase, for the test that every language has the same ones. */
export const gapsOf = (phrase: Phrase): readonly string[] =>
  [
    ...new Set(
      (typeof phrase === "string" ? [phrase] : [phrase.one, phrase.other]).flatMap((text) =>
        [...text.matchAll(/\{(\w+)\}/g)].map(([, gap]) => gap!),
      ),
    ),
  ].toSorted();

/** The first of the reader's languages that we speak. */
export function preferred(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const match = languages.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (match) return match;
  }
  return languages[0];
}
