import type { Language } from "./say.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** British English as the English of the screens: 24-hour clock, day before month. */
const locales: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };

export type Formats = ReturnType<typeof formats>;

/** Everything a screen writes that is not a word. Instants come as `Date` or as ISO text. */
export function formats(language: Language, timeZone?: string) {
  const locale = locales[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const time = new Intl.DateTimeFormat(locale, { ...zone, hour: "2-digit", minute: "2-digit" });
  const dayTime = new Intl.DateTimeFormat(locale, { ...zone, weekday: "short", hour: "2-digit", minute: "2-digit" });
  const dateTime = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const date = new Intl.DateTimeFormat(locale, { ...zone, day: "numeric", month: "short", year: "numeric" });
  const full = new Intl.DateTimeFormat(locale, {
    ...zone,
    weekday: "long",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
  });
  const day = new Intl.DateTimeFormat(locale, { ...zone, weekday: "short", day: "numeric", month: "short" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const number = new Intl.NumberFormat(locale);
  const units = (unit: string, digits = 0) => new Intl.NumberFormat(locale, { style: "unit", unit, maximumFractionDigits: digits });
  const [metre, kilometre, farKilometre, minute, hour, days, centimetre] = [
    units("meter"),
    units("kilometer", 1),
    units("kilometer"),
    units("minute"),
    units("hour"),
    new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }),
    units("centimeter"),
  ];
  const at = (instant: Date | string) => (typeof instant === "string" ? new Date(instant) : instant);

  return {
    locale,
    /** "Europe/Tallinn (GMT+2)": the zone in which everything here is written, as it is at that moment. */
    zone(instant: Date | string) {
      const short = new Intl.DateTimeFormat(locale, { ...zone, timeZoneName: "shortOffset" });
      const offset = short.formatToParts(at(instant)).find(({ type }) => type === "timeZoneName")?.value ?? "";
      const name = short.resolvedOptions().timeZone;
      return name === offset || offset === "" ? name : `${name} (${offset})`;
    },
    number: (value: number) => number.format(value),
    /** An amount in the smallest unit of its currency (ISO 4217): "€12.50". */
    money(amountMinor: number, currency: string) {
      const format = new Intl.NumberFormat(locale, { style: "currency", currency });
      return format.format(amountMinor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    /** "14:05" */
    time: (instant: Date | string) => time.format(at(instant)),
    /** "Thursday 12 March at 18:00", for the one moment that matters on a screen. */
    full: (instant: Date | string) => full.format(at(instant)),
    /** "Thu 12 Mar" */
    day: (instant: Date | string) => day.format(at(instant)),
    /** The shortest form that cannot be mistaken: "14:05" today, "Thu 18:00" within six days, "12 Mar, 18:00" within half a year, "12 Mar 2028" beyond. */
    moment(instant: Date | string, now: Date) {
      const then = at(instant);
      if (day.format(then) === day.format(now)) return time.format(then);
      const far = Math.abs(then.getTime() - now.getTime());
      return (far < 6 * dayMs ? dayTime : far < 183 * dayMs ? dateTime : date).format(then);
    },
    /** "in 25 min", "3 hr ago", "in 2 days". */
    relative(instant: Date | string, now: Date) {
      const ms = at(instant).getTime() - now.getTime();
      const far = Math.abs(ms);
      if (far < minuteMs) return relative.format(0, "minute");
      if (far < hourMs) return relative.format(Math.trunc(ms / minuteMs), "minute");
      return far < 2 * dayMs ? relative.format(Math.trunc(ms / hourMs), "hour") : relative.format(Math.trunc(ms / dayMs), "day");
    },
    /** What is left of a deadline: "2 days", "5 hr", "12 min". Never rounds up: nobody is told they have longer than they do. */
    left(until: Date | string, now: Date) {
      const ms = Math.max(0, at(until).getTime() - now.getTime());
      if (ms >= 2 * dayMs) return days.format(Math.floor(ms / dayMs));
      return ms >= 2 * hourMs ? hour.format(Math.floor(ms / hourMs)) : minute.format(Math.floor(ms / minuteMs));
    },
    /** "350 m", "1.2 km", "48 km". */
    distance: (metres: number) =>
      metres < 995
        ? metre.format(Math.max(10, Math.round(metres / 10) * 10))
        : metres < 20_000
          ? kilometre.format(metres / 1000)
          : farKilometre.format(metres / 1000),
    minutes: (value: number) => minute.format(value),
    /** "1.2 m" from millimetres, for heights. */
    height: (mm: number) => units("meter", 1).format(mm / 1000),
    centimetres: (mm: number) => centimetre.format(Math.round(mm / 10)),
    kilograms: (grams: number) => units("kilogram", 1).format(grams / 1000),
  };
}

/** Minutes on foot at 80 m a minute along streets that are 1.3 times as long as the straight line; at least one. */
export const walkingMinutes = (straightMetres: number): number => Math.max(1, Math.round((straightMetres * 1.3) / 80));

/** "ab12 cd34 …": what people compare by eye is read in groups of four. */
export const grouped = (text: string, size = 4): string =>
  text
    .replace(/[^\p{L}\p{N}]/gu, "")
    .match(new RegExp(`.{1,${size}}`, "gu"))
    ?.join(" ") ?? "";

/** "4:05" of what is left of a countdown, never negative. */
export function clockLeft(leftMs: number): string {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** What is left of [from, until): a number and the share between 1 and 0. */
export function remaining(from: Date | string, until: Date | string, now: Date) {
  const [start, end] = [new Date(from).getTime(), new Date(until).getTime()];
  const leftMs = Math.max(0, end - now.getTime());
  return { leftMs, share: end > start ? Math.min(1, leftMs / (end - start)) : 0 };
}
