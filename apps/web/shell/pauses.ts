import type { Parcel } from "@pigeonhole/parcels/contract";
import type { Formats } from "@pigeonhole/ui/format";
import type { TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";

type Pause = Parcel["pauses"][number];
interface Sayings {
  readonly what: (cause: Pause["cause"]) => string;
  readonly span: (from: string, to: string) => string;
  readonly since: (from: string) => string;
}

/** A pause that did not last a minute explains nothing. Milliseconds. */
const worthMs = 60_000;
const lasted = ({ from, to }: Pause, now: Date): number => (to === null ? now.getTime() : Date.parse(to)) - Date.parse(from);

/** Times in which the pick-up clock stood still, as entries of a time line, to be put in by their instants. */
export const pauseEntries = (parcel: Pick<Parcel, "pauses">, say: Sayings, formats: Formats, now: Date): TimelineEntry[] =>
  parcel.pauses
    .filter((pause) => lasted(pause, now) >= worthMs)
    .map(({ from, to, cause }) => ({
      key: `pause ${from}`,
      what: say.what(cause),
      when: to === null ? say.since(formats.moment(from, now)) : say.span(formats.moment(from, now), formats.moment(to, now)),
      at: from,
      state: "done",
    }));

/** Each time the recipient took more time, as entries of a time line. */
export const extensionEntries = (
  parcel: Pick<Parcel, "extensions">,
  what: (until: string) => string,
  formats: Formats,
  now: Date,
): TimelineEntry[] =>
  parcel.extensions.map(({ at, until }) => ({
    key: `extension ${at}`,
    what: what(formats.moment(until, now)),
    when: formats.moment(at, now),
    at,
    state: "done",
  }));

/** What was given back so far. Milliseconds. */
export const givenBackMs = ({ pauses }: Pick<Parcel, "pauses">): number =>
  pauses.reduce((sum, { from, to }) => sum + (to === null ? 0 : Date.parse(to) - Date.parse(from)), 0);

/** Puts entries in where they belong by their instants; entries without one (what is still to come) stay last. */
export function inserted(entries: readonly TimelineEntry[], more: readonly TimelineEntry[]): TimelineEntry[] {
  const all = [...entries];
  for (const entry of more) {
    const before = all.findIndex(({ at, state }) => at === undefined || state === "next" || at > entry.at!);
    all.splice(before < 0 ? all.length : before, 0, entry);
  }
  return all;
}
