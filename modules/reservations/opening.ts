import OpeningHours from "opening_hours";

interface Hours {
  readonly openingHours: string | null;
  readonly timeZone: string;
  readonly country: string | null;
  readonly lat: number;
  readonly lon: number;
}

/** Parsed hours and formatters are kept: both are slow to make. So many of each at most. */
const kept = 2_000;
const parsed = new Map<string, OpeningHours>();
const wallClocks = new Map<string, Intl.DateTimeFormat>();

function remember<V>(cache: Map<string, V>, key: string, make: () => V): V {
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (cache.size >= kept) cache.clear();
  const made = make();
  cache.set(key, made);
  return made;
}

/** The time that a clock on the station's wall shows, as a local time of this process: that is what `opening_hours` reads. */
function wallTime(at: Date, timeZone: string): Date {
  const clock = remember(
    wallClocks,
    timeZone,
    () =>
      new Intl.DateTimeFormat("en", {
        timeZone,
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      }),
  );
  const part = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<string, number>;
  return new Date(part["year"]!, part["month"]! - 1, part["day"]!, part["hour"]!, part["minute"]!, part["second"]!);
}

/** Whether the station can be reached at that instant. Without opening hours: always. Network has checked that they can be read. */
export function isOpen({ openingHours, timeZone, country, lat, lon }: Hours, at: Date): boolean {
  if (openingHours === null) return true;
  const hours = remember(
    parsed,
    JSON.stringify([openingHours, country]),
    () => new OpeningHours(openingHours, { lat, lon, address: { country_code: (country ?? "").toLowerCase(), state: "" } }),
  );
  return hours.getState(wallTime(at, timeZone));
}
