import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { To } from "../../shell/to.tsx";
import { acceptanceAt } from "../addresses.ts";
import { Facts } from "../facts.tsx";
import { Lacks } from "./lacks.tsx";
import { acceptanceQuery } from "./queries.ts";
import { words } from "./words.ts";

/** Whether this station was accepted as it is now, and the way to the record. */
export function AcceptancePanel({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const query = useQuery(acceptanceQuery(station));
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("title")}</h2>
      {query.isPending ? (
        <Spinner />
      ) : query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          {query.data.isWhole ? (
            <Notice kind="good" title={say("whole")} />
          ) : (
            <Notice kind="warn" title={say(query.data.waiver ? "waived" : "lacking")}>
              <div className="grid gap-2">
                <Lacks lacks={query.data.lacks} />
                {query.data.waiver && (
                  <p>
                    {say("waiver", {
                      reason: query.data.waiver.reason,
                      when: query.data.waiver.since === null ? "" : formats.moment(query.data.waiver.since, now),
                    })}
                  </p>
                )}
              </div>
            </Notice>
          )}
          {query.data.current && (
            <>
              <Facts
                facts={[
                  [say("at"), formats.moment(query.data.current.record.at, now)],
                  [say("technician"), query.data.current.record.technician ?? say("nobody")],
                  [say("doors"), String(query.data.current.record.doors.length)],
                ]}
              />
              <div>
                <To href={acceptanceAt(station)} className={look("plain")}>
                  {say("open")}
                </To>
              </div>
            </>
          )}
        </>
      )}
    </section>
  );
}
