import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BoxIcon, PinIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { To, useGo, useQueryWord } from "../shell/to.tsx";
import { parcelAt, stationAt } from "./addresses.ts";
import { foundQuery, numberQuery } from "./queries.ts";
import { words as parcelWords } from "./words-parcel.ts";
import { words } from "./words.ts";

/** Twelve digits, however they were grouped, are a parcel number. */
export const asNumber = (text: string): string | undefined => /^\d{12}$/.exec(text.replaceAll(/[\s-]/g, ""))?.[0];

export function SearchPage() {
  const say = useSay(words);
  const sayParcel = useSay(parcelWords);
  const go = useGo();
  const [q = ""] = useQueryWord("q");
  const number = asNumber(q);
  const parcels = useQuery({ ...numberQuery(number ?? ""), enabled: number !== undefined });
  const stations = useQuery({ ...foundQuery(q), enabled: q !== "" && number === undefined });
  const only = parcels.data?.length === 1 ? parcels.data[0]!.id : undefined;
  const [isLeaving, leave] = useState(false);
  useEffect(() => {
    if (only === undefined) return;
    leave(true);
    go(parcelAt(only), { replace: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [only]);
  if (isLeaving) return <Spinner />;
  const asked = number === undefined ? stations : parcels;
  const rows: readonly { readonly href: string; readonly icon: ReactNode; readonly name: string; readonly more: string }[] =
    number === undefined
      ? (stations.data?.stations ?? []).map((station) => ({
          href: stationAt(station.id),
          icon: <PinIcon />,
          name: station.name,
          more: say(`status.${station.status}`),
        }))
      : (parcels.data ?? []).map((parcel) => ({
          href: parcelAt(parcel.id),
          icon: <BoxIcon />,
          name: grouped(parcel.number),
          more: sayParcel(`state.${parcel.state}`),
        }));
  return (
    <div className="page grid gap-4 py-6">
      <h1 className="text-display wrap-anywhere">{say("search.title", { text: q })}</h1>
      {q !== "" && asked.isPending ? (
        <Spinner />
      ) : asked.isError ? (
        <Failed error={asked.error} onRetry={() => void asked.refetch()} />
      ) : rows.length === 0 ? (
        <Notice kind="empty" title={say("search.none")}>
          {say("search.none_body")}
        </Notice>
      ) : (
        <section aria-label={say(number === undefined ? "search.stations" : "search.parcels")}>
          <ul className="grid gap-2">
            {rows.map(({ href, icon, name, more }) => (
              <li key={href}>
                <To data-row href={href} className="card flex min-h-14 items-center gap-3 px-4 py-2 text-ink no-underline hover:bg-sunken">
                  {icon}
                  <span className="flex-1 font-semibold">{name}</span>
                  <span className="text-small text-ink-soft">{more}</span>
                </To>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
