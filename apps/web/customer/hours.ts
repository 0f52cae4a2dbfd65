const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"] as const;
/** A Monday, for the names of the days. */
const monday = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;

/**
 * OpenStreetMap opening hours as people read them: days in the reader's language, rules one after the other. Rules that we
 * cannot say better stay as they are.
 */
export function hoursText(hours: string, locale: string, holidays: string): string {
  const weekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const names = new Map<string, string>(days.map((day, at) => [day, weekday.format(monday + at * dayMs)]));
  return hours
    .split(";")
    .map((rule) => rule.trim())
    .filter((rule) => rule !== "")
    .map((rule) =>
      rule
        .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (day) => names.get(day)!)
        .replace(/\bPH\b/g, holidays)
        .replace(/(?<=[\p{L}\d.])-(?=[\p{L}\d])/gu, "–"),
    )
    .join(", ");
}

/** Whether the station never closes: `null` in the contract, or the two ways of writing it. */
export const isAlwaysOpen = (hours: string | null): boolean => hours === null || /^(24\/7|Mo-Su 00:00-24:00)$/.test(hours.trim());
