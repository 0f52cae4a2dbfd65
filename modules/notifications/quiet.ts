/** The time of day in which nobody is woken, in minutes since midnight of somebody's wall clock; half-open, over midnight where `from` is later. Equal: none. */
export interface Quiet {
  readonly timeZone: string;
  readonly fromMinute: number;
  readonly toMinute: number;
}
/** 21:00 to 08:00, unless somebody wishes otherwise. */
export const usualQuiet = { fromMinute: 21 * 60, toMinute: 8 * 60 } as const;
/** Of a day at most so much can be quiet, or no time would be left to tell anything. Minutes. */
export const longestQuietMinutes = 16 * 60;

/** Bounds lie on quarters of an hour, as do the offsets of all time zones: walking in quarters misses none, over a change of the clocks neither. */
export const quarterMs = 900_000;
const quartersPerDay = 96;

const wallClocks = new Map<string, Intl.DateTimeFormat>();
function minuteOfDay(at: Date, timeZone: string): number {
  const clock =
    wallClocks.get(timeZone) ?? new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  wallClocks.set(timeZone, clock);
  const [hours, minutes] = clock.format(at).split(":").map(Number);
  return hours! * 60 + minutes!;
}

/** Whether it is quiet there and then. */
export function isQuiet(at: Date, { timeZone, fromMinute, toMinute }: Quiet): boolean {
  const minute = minuteOfDay(at, timeZone);
  return fromMinute <= toMinute ? fromMinute <= minute && minute < toMinute : minute >= fromMinute || minute < toMinute;
}

/** A time in which somebody is not to be told anything. */
export type Blocked = (at: Date) => boolean;
/** Longer than this nothing is looked for: what is blocked for so long has no end that anybody knows. */
const mostQuarters = 100 * quartersPerDay;

/** The end of the blocked time in which `at` lies; `at` itself when it is in none. */
export function afterBlocked(at: Date, isBlocked: Blocked): Date {
  let then = at;
  for (let steps = 0; isBlocked(then) && steps <= mostQuarters; steps++)
    then = new Date((Math.floor(then.getTime() / quarterMs) + 1) * quarterMs);
  return then;
}

/** The last full quarter of an hour before the blocked time in which `at` lies; `at` itself when it is in none. */
export function beforeBlocked(at: Date, isBlocked: Blocked): Date {
  let then = at;
  for (let steps = 0; isBlocked(then) && steps <= mostQuarters; steps++)
    then = new Date((Math.ceil(then.getTime() / quarterMs) - 1) * quarterMs);
  return then;
}
export const afterQuiet = (at: Date, quiet: Quiet): Date => afterBlocked(at, (then) => isQuiet(then, quiet));
export const beforeQuiet = (at: Date, quiet: Quiet): Date => beforeBlocked(at, (then) => isQuiet(then, quiet));

/** Whether the runtime knows a time zone of that name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}
