import { de } from "./de.ts";
import { en, type Words } from "./en.ts";
import { et } from "./et.ts";

interface Language {
  readonly words: Words;
  /** For dates: the region decides whether a day has 24 hours. */
  readonly locale: string;
}
/** The languages in which messages are written. */
export const written: Readonly<Record<string, Language>> = {
  en: { words: en, locale: "en-GB" },
  de: { words: de, locale: "de-DE" },
  et: { words: et, locale: "et-EE" },
};

export interface Say {
  (key: keyof Words, gaps?: Readonly<Record<string, string>>): string;
  /** An instant as people at the station read it, e.g. "Tuesday, 13 January 2026 at 16:00". */
  time(at: Date, timeZone: string): string;
  readonly language: string;
}

/** Speaks a language; one in which nothing is written yet is answered in English. */
export function speak(wanted: string): Say {
  const language = Object.hasOwn(written, wanted) ? wanted : "en";
  const { words, locale } = written[language]!;
  const say = (key: keyof Words, gaps: Readonly<Record<string, string>> = {}): string =>
    words[key].replace(/\{(\w+)\}/g, (gap, name: string) => gaps[name] ?? gap);
  const time = (at: Date, timeZone: string): string =>
    new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "full", timeStyle: "short" }).format(at);
  return Object.assign(say, { time, language });
}
