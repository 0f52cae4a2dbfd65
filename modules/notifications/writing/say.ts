import { common } from "../templates/common.ts";

/** The languages in which messages are written; the locale decides how a date is written, and whether a day has 24 hours. */
const locales = { en: "en-GB", de: "de-DE", et: "et-EE" } as const;
export type Written = keyof typeof locales;
export const written = Object.keys(locales) as Written[];

type CommonKey = keyof (typeof common)["en"];

export interface Say<K extends string> {
  (key: K | CommonKey, gaps?: Readonly<Record<string, string>>): string;
  /** An instant as people at the station read it, e.g. "Tuesday, 13 January 2026 at 16:00". */
  time(at: Date, timeZone: string): string;
  /** The same for a text message: "Tue 13 Jan, 16:00". */
  shortTime(at: Date, timeZone: string): string;
  /** An amount in the smallest unit of its currency (ISO 4217), as every telephone can show it: "EUR 12.50". */
  money(amountMinor: number, currency: string): string;
  readonly language: Written;
}

/** Text that runs from right to left is kept apart from what surrounds it (Unicode UAX #9, isolates). */
const apart = (text: string): string => (/[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text) ? `\u2068${text}\u2069` : text);

/** Speaks a language with the words of one template and the common ones; a language in which nothing is written yet is answered in English. */
export function speak(wanted: string, own: Readonly<Record<Written, Readonly<Record<string, string>>>>): Say<string> {
  const language = Object.hasOwn(locales, wanted) ? (wanted as Written) : "en";
  const words: Readonly<Record<string, string>> = { ...common[language], ...own[language] };
  const say = (key: string, gaps: Readonly<Record<string, string>> = {}): string =>
    words[key]!.replace(/\{(\w+)\}/g, (gap, name: string) => (gaps[name] === undefined ? gap : apart(gaps[name])));
  const format = (options: Intl.DateTimeFormatOptions) => (at: Date, timeZone: string) =>
    new Intl.DateTimeFormat(locales[language], { timeZone, ...options }).format(at);
  return Object.assign(say, {
    time: format({ dateStyle: "full", timeStyle: "short" }),
    shortTime: format({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }),
    money: (amountMinor: number, currency: string) => {
      const format = new Intl.NumberFormat(locales[language], { style: "currency", currency, currencyDisplay: "code" });
      return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)).replaceAll(/\s/g, " ");
    },
    language,
  });
}
