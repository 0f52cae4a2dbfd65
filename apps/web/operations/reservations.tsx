import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { To } from "../shell/to.tsx";
import { parcelAt } from "./addresses.ts";
import { reservationsQuery } from "./queries.ts";
import { words } from "./words.ts";

/** Claims on this station's doors that have not ended. */
export function Reservations({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const list = useQuery(reservationsQuery(station));
  return (
    <section className="card grid min-w-0 gap-4 p-4 lg:p-5">
      <h2 className="text-title">{say("station.reservations")}</h2>
      {list.isPending ? (
        <Spinner />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Notice kind="empty" title={say("station.no_reservations")} />
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={say("station.reservations")}>
          <table className="w-full border-collapse text-start [&_td]:py-2 [&_td]:pe-4 [&_th]:py-2 [&_th]:pe-4">
            <thead className="border-b border-line text-small text-ink-soft">
              <tr>
                {(["log.door", "res.state", "res.until", "res.order", "res.parcel"] as const).map((column) => (
                  <th key={column} scope="col" className="text-start font-semibold">
                    {say(column)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.data.map((each) => (
                <tr key={each.id} className="border-b border-line last:border-0">
                  <th scope="row" className="text-start">
                    {each.compartment}
                  </th>
                  <td>{say(`res.${each.state}`)}</td>
                  <td className="whitespace-nowrap">
                    <time dateTime={each.expiresAt}>{formats.moment(each.expiresAt, now)}</time>
                  </td>
                  <td className="wrap-anywhere">{each.orderId}</td>
                  <td>
                    {each.parcel === null ? (
                      "–"
                    ) : (
                      <To data-row href={parcelAt(each.parcel)} className="text-accent underline underline-offset-4">
                        {say("res.open")}
                      </To>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
