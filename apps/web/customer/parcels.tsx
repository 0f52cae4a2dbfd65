import { codeOf } from "@pigeonhole/ui/ask";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { NextIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { groupOf, ParcelRow } from "./parcel-row.tsx";
import { parcelListQuery } from "./queries.ts";
import { Mine } from "./mine.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { words as myDataWords } from "./my-data/words.ts";
import { words as returnWords } from "./returns/words.ts";
import { words as messageWords } from "./messages/words.ts";
import { words as proxyWords } from "./words-proxy.ts";
import { words as vacationWords } from "./words-vacation.ts";
import { words } from "./words-parcel.ts";

/** So many of those that were are shown here; the others are in the history. */
const fewPast = 3;

/** What waits, what comes, what was. */
export function ParcelsPage() {
  const say = useSay(words);
  return (
    <Mine why={say("signin.why_parcels")}>
      <Parcels />
    </Mine>
  );
}

function Parcels() {
  const say = useSay(words);
  const sayMessages = useSay(messageWords);
  const sayMine = useSay(myDataWords);
  const sayProxy = useSay(proxyWords);
  const sayAway = useSay(vacationWords);
  const sayReturns = useSay(returnWords);
  const formats = useFormats();
  const list = useQuery(parcelListQuery);
  const parcels = list.data?.value.parcels ?? [];
  // The list follows what can still change, within the limit of topics of one page.
  const liveness = useChanges(
    parcels
      .filter(({ state }) => groupOf[state] !== "past")
      .slice(0, 40)
      .map(({ id }) => `parcel:${id}`),
  );
  if (list.isPending) return <Spinner onRetry={() => void list.refetch()} />;
  if (codeOf(list.error) === "not_signed_in") return <SignInPage why={say("signin.why_parcels")} onDone={() => void list.refetch()} />;
  if (!list.data)
    return (
      <div className="page py-8">
        <Failed heading error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  return (
    <div className="page grid gap-6 py-6">
      <h1 className="text-display">{say("parcels.title")}</h1>
      {list.data.keptAt === null ? (
        <NotLive liveness={liveness} />
      ) : (
        <Notice kind="offline" title={say("parcel.kept_plain", { time: formats.time(list.data.keptAt) })} />
      )}
      {parcels.length === 0 && (
        <Notice
          kind="empty"
          title={say("parcels.none")}
          actions={
            <Link to="/" className={look("primary")}>
              {say("nav.choose")}
            </Link>
          }
        >
          {say("parcels.none_body")}
        </Notice>
      )}
      {(["sought", "ready", "coming", "past"] as const).map((group) => {
        const all = parcels.filter(({ state }) => groupOf[state] === group);
        const members = group === "past" ? all.slice(0, fewPast) : all;
        return (
          members.length > 0 && (
            <section key={group} className="grid gap-3">
              <h2 className="text-lead">{say(`parcels.${group}`)}</h2>
              <ul className="grid gap-3">
                {members.map((parcel) => (
                  <ParcelRow key={parcel.id} parcel={parcel} group={group} />
                ))}
              </ul>
              {all.length > members.length && (
                <Link to="/history" className={`${look("plain")} justify-self-start`}>
                  {say("parcels.history")}
                </Link>
              )}
            </section>
          )
        );
      })}
      <nav aria-label={say("parcels.more")} className="card grid divide-y divide-line">
        {(
          [
            ["/history", say("parcels.history")],
            ["/returns", sayReturns("list.link")],
            ["/people", sayProxy("people.title")],
            ["/away", sayAway("title")],
            ["/messages", sayMessages("choose")],
            ["/my-data", sayMine("link")],
          ] as const
        ).map(([to, name]) => (
          <Link key={to} to={to} className="flex min-h-12 items-center justify-between gap-3 px-4 text-ink no-underline hover:bg-sunken">
            {name}
            <span className="text-ink-soft">
              <NextIcon size={18} />
            </span>
          </Link>
        ))}
      </nav>
    </div>
  );
}
