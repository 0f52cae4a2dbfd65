import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { useInfiniteQuery } from "@tanstack/react-query";
import { To, useQueryWord } from "../shell/to.tsx";
import { parcelAt } from "./addresses.ts";
import { eventDetail, eventParcel, eventText, eventTypes } from "./event-words.ts";
import { eventsQuery } from "./queries.ts";
import { words as eventWords } from "./words-events.ts";
import { words } from "./words.ts";

/** An entry that came so much later than it happened was kept by the station meanwhile. Milliseconds. */
const lateMs = 60_000;
export const fieldLook = "min-h-11 rounded-medium border border-line-strong bg-surface px-3";

/** The station's own signed log, newest first; the filters are in the address. */
export function EventLog({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const sayEvent = useSay(eventWords);
  const formats = useFormats(timeZone);
  const [type, setType] = useQueryWord("type");
  const [compartment, setCompartment] = useQueryWord("compartment");
  const door = compartment !== undefined && /^[1-9]\d{0,2}$/.test(compartment) ? compartment : undefined;
  const log = useInfiniteQuery(eventsQuery(station, type, door));
  const events = log.data?.pages.flat() ?? [];
  return (
    <section id="log" className="card grid min-w-0 gap-4 p-4 lg:p-5">
      <h2 className="text-title">{say("station.log")}</h2>
      <div className="flex flex-wrap gap-3">
        <label className="grid gap-1 text-small font-semibold">
          {say("log.type")}
          <select value={type ?? ""} onChange={(event) => setType(event.target.value)} className={`${fieldLook} font-normal`}>
            <option value="">{say("log.all")}</option>
            {eventTypes.map((each) => (
              <option key={each} value={each}>
                {eventText(each, sayEvent)}
              </option>
            ))}
          </select>
        </label>
        <label className="grid w-24 gap-1 text-small font-semibold">
          {say("log.door")}
          <input
            inputMode="numeric"
            value={compartment ?? ""}
            onChange={(event) => setCompartment(event.target.value.replace(/\D/g, "").slice(0, 3))}
            className={`${fieldLook} w-full font-normal`}
          />
        </label>
      </div>
      {log.isPending ? (
        <Spinner />
      ) : log.isError ? (
        <Failed error={log.error} onRetry={() => void log.refetch()} />
      ) : events.length === 0 ? (
        <Notice kind="empty" title={say("log.none")}>
          {say("log.none_body")}
        </Notice>
      ) : (
        <ol className="grid">
          {events.map((entry) => {
            const parcel = eventParcel(entry.event);
            const isLate = Date.parse(entry.receivedAt) - Date.parse(entry.at) > lateMs;
            return (
              <li
                key={`${entry.epoch} ${entry.seq}`}
                className="grid grid-cols-[6.5rem_1fr_auto] gap-x-3 border-b border-line py-2 last:border-0"
              >
                <time dateTime={entry.at} className="text-small text-ink-soft">
                  {formats.moment(entry.at, now)}
                </time>
                <span className="grid min-w-0">
                  <span>
                    <b className="font-semibold">{eventText(entry.type, sayEvent)}</b>
                    {entry.compartment !== null && (
                      <span className="text-ink-soft">, {sayShared("door", { number: entry.compartment })}</span>
                    )}
                  </span>
                  <span className="text-small text-ink-soft">
                    {[
                      eventDetail(entry.event, sayEvent),
                      isLate ? say("log.late", { age: formats.left(entry.receivedAt, new Date(entry.at)) }) : "",
                    ]
                      .filter(Boolean)
                      .join(" · ")}
                  </span>
                  {parcel !== undefined && (
                    <span className="text-small">
                      <To href={parcelAt(parcel)} className="text-accent underline underline-offset-4">
                        {say("res.parcel")}
                      </To>
                    </span>
                  )}
                </span>
                <span className="text-small text-ink-soft">
                  <span className="sr-only">{say("log.seq")} </span>
                  {entry.seq}
                </span>
              </li>
            );
          })}
        </ol>
      )}
      {log.hasNextPage && (
        <div>
          <Button isPending={log.isFetchingNextPage} onPress={() => void log.fetchNextPage()}>
            {say("log.older")}
          </Button>
        </div>
      )}
    </section>
  );
}
