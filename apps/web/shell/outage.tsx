import type { Outage } from "@pigeonhole/devices/outages/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { outages } from "./api.ts";
import { words } from "./words-outage.ts";

/** Asked again so often, hints apart. Milliseconds. */
const everyMs = 60_000;

export const outageQuery = (station: string) =>
  queryOptions({
    queryKey: ["outages", station],
    queryFn: () => ask(outages.stations[":station"].outages.$get({ param: { station } })),
    refetchInterval: everyMs,
    staleTime: everyMs / 2,
    meta: { topics: () => [`station:${station}`] },
  });

/** The outage that matters most of those that last: one in which nothing opens before one in which codes work. Doors other than `compartment` are somebody else's matter. */
export const present = (all: readonly Outage[], compartment?: number): Outage | undefined =>
  all
    .filter(({ to, compartment: door }) => to === null && (door === null || door === compartment))
    .toSorted((a, b) => Number(a.works.code) - Number(b.works.code))[0];

/** Says that this station, or this door of it, cannot be used as usual, since when, and what works all the same (N15). Nothing while all is well. */
export function OutageNotice({
  station,
  compartment,
  timeZone,
  isWaiting = false,
}: {
  station: string;
  compartment?: number;
  timeZone: string | undefined;
  /** Somebody's parcel waits there: its clock stands still. */
  isWaiting?: boolean;
}) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const now = useNow(everyMs);
  const outage = present(useQuery(outageQuery(station)).data?.outages ?? [], compartment);
  if (!outage) return null;
  const { cause, from } = outage;
  return (
    <Notice kind="warn" title={say(`outage.${cause}`, { since: formats.moment(from, now), door: outage.compartment ?? "" })}>
      {say(`outage.${cause}_body`)} {isWaiting && say("outage.clock")}
    </Notice>
  );
}

/** The same in a few words, for a row of a list; nothing when nothing is known. */
export function OutageWords({ station }: { station: string }) {
  const say = useSay(words);
  const formats = useFormats(undefined);
  const now = useNow(everyMs);
  const outage = present(useQuery(outageQuery(station)).data?.outages ?? []);
  if (!outage) return null;
  return (
    <span className="text-ink-soft">
      {say(outage.works.code ? "outage.short_away" : "outage.short_other", { since: formats.moment(outage.from, now) })}
    </span>
  );
}

/** What the last thirty days were like. */
export function PastOutages({ station, timeZone }: { station: string; timeZone: string }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const now = useNow(everyMs);
  const known = useQuery(outageQuery(station)).data;
  if (!known) return null;
  const past = known.outages.filter(({ to }) => to !== null);
  if (past.length === 0) return <p className="text-small text-ink-soft">{say("outage.none")}</p>;
  return (
    <details className="card p-4">
      <summary className="min-h-11 cursor-pointer content-center font-semibold">{say("outage.past", { count: past.length })}</summary>
      <ul className="grid gap-1 pt-2 text-small">
        {past.map(({ cause, compartment, from, to }) => (
          <li key={`${cause} ${compartment} ${from}`}>
            {formats.moment(from, now)} – {formats.moment(to!, now)}: {say(`cause.${cause}`)}
          </li>
        ))}
      </ul>
    </details>
  );
}
