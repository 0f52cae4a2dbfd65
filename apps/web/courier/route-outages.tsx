import { useNow } from "@pigeonhole/ui/clock";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useQueries } from "@tanstack/react-query";
import { outageQuery, present } from "../shell/outage.tsx";
import { words as outageWords } from "../shell/words-outage.ts";
import type { Stop } from "./progress.ts";
import { words } from "./words.ts";

/** Stations still ahead that do not work as usual, as soon as that is known and while it lasts (N15): a courier who knows can go elsewhere first. */
export function RouteOutages({ stops }: { stops: readonly Stop[] }) {
  const say = useSay(words);
  const sayOutage = useSay(outageWords);
  const formats = useFormats();
  const now = useNow(60_000);
  useChanges(stops.map(({ station }) => `station:${station}`));
  const asked = useQueries({ queries: stops.map(({ station }) => outageQuery(station)) });
  const out = stops.flatMap((stop, n) => {
    const outage = present(asked[n]?.data?.outages ?? []);
    return outage ? [{ stop, outage }] : [];
  });
  if (out.length === 0) return null;
  return (
    <Notice kind="warn" title={say("route.outages", { count: out.length })} announce>
      <ul className="grid gap-1">
        {out.map(({ stop, outage }) => (
          <li key={stop.station}>
            <b>{stop.name}</b>{" "}
            {sayOutage(outage.works.code ? "outage.short_away" : "outage.short_other", { since: formats.moment(outage.from, now) })}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
