import { Refused } from "@pigeonhole/kit/refused";
import OpeningHours from "opening_hours";

interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly country: string | null;
}

const refuse = (why: string): never => {
  throw new Refused("opening_hours_invalid", why);
};

/**
 * Throws Refused `opening_hours_invalid` unless `value` can be read and evaluated there. Syntax:
 * https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification. Holidays are those of the country, so it has to be known; hours
 * by the sun are refused, since they would be a different hour in every zone.
 */
export function checkOpeningHours(value: string, { lat, lon, country }: Place): void {
  if (country === null && /\b(PH|SH)\b/.test(value)) refuse("Hours that mention holidays (PH, SH) need the station's country.");
  if (/\b(sunrise|sunset|dawn|dusk)\b/i.test(value))
    refuse("Hours by the sun (sunrise, sunset, dawn, dusk) are not supported; state times.");
  try {
    const hours = new OpeningHours(value, { lat, lon, address: { country_code: (country ?? "").toLowerCase(), state: "" } });
    // Some faults show only when a date is asked for: a whole year is looked at, in its month of most public holidays too.
    for (const month of [0, 4, 11]) hours.getState(new Date(2026, month, 25, 12));
  } catch (error) {
    refuse(
      `The opening hours “${value}” cannot be read: ${String(error instanceof Error ? error.message : error)
        .split("\n")[0]!
        .slice(0, 200)}`,
    );
  }
}
