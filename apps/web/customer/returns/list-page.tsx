import type { Return } from "@pigeonhole/returns/contract";
import { codeOf } from "@pigeonhole/ui/ask";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { NextIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { parcelStationQuery } from "../queries.ts";
import { SignInPage } from "../sign-in-page.tsx";
import { authorisationsQuery, returnListQuery } from "./queries.ts";
import { words } from "./words.ts";

/** What the reader sends back and sends to others; and what shops let them send back besides. */
export function ReturnsPage() {
  const say = useSay(words);
  const formats = useFormats();
  const list = useQuery(returnListQuery);
  const allowed = useQuery(authorisationsQuery).data?.authorisations.filter(({ usedBy }) => usedBy === null) ?? [];
  const all = list.data?.returns ?? [];
  const liveness = useChanges(all.slice(0, 40).map(({ id }) => `parcel:${id}`));
  if (codeOf(list.error) === "not_signed_in") return <SignInPage why={say("list.why_signin")} onDone={() => void list.refetch()} />;
  if (list.isPending) return <Spinner onRetry={() => void list.refetch()} />;
  if (!list.data)
    return (
      <div className="page py-8">
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      </div>
    );
  return (
    <div className="page grid gap-6 py-6">
      <h1 className="text-display">{say("list.title")}</h1>
      <NotLive liveness={liveness} />
      <Link to="/send" className={`${look("plain")} justify-center`}>
        {say("list.send")}
      </Link>
      {allowed.length > 0 && (
        <section className="grid gap-3">
          <h2 className="text-lead">{say("list.allowed")}</h2>
          <ul className="grid gap-3">
            {allowed.map(({ id, orderId, until }) => (
              <li key={id}>
                <Link
                  to="/returns/new"
                  search={{ authorisation: id }}
                  className="card grid grid-cols-[1fr_auto] items-center gap-3 p-4 text-ink no-underline hover:border-accent"
                >
                  {say("list.allowed_until", { order: orderId, until: formats.full(until) })}
                  <NextIcon />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {all.length === 0 ? (
        <Notice kind="empty" title={say("list.none")}>
          {say("list.none_body")}
        </Notice>
      ) : (
        <ul className="grid gap-3">
          {all.map((each) => (
            <Row key={each.id} it={each} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Row({ it }: { it: Return }) {
  const say = useSay(words);
  const station = useQuery(parcelStationQuery(it.station)).data?.value;
  return (
    <li>
      <Link
        to="/returns/$return"
        params={{ return: it.id }}
        className={`card grid grid-cols-[1fr_auto] items-center gap-3 p-4 text-ink no-underline hover:border-accent ${it.state === "ready" ? "border-accent" : ""}`}
      >
        <span className="grid min-w-0 gap-0.5">
          <span className="font-semibold">{say(`state.${it.state}`)}</span>
          <span className="truncate text-small">{[say(`page.title.${it.kind}`), station?.name].filter(Boolean).join(" · ")}</span>
          <span className="text-small text-ink-soft">{say("page.number", { number: grouped(it.number) })}</span>
        </span>
        <NextIcon />
      </Link>
    </li>
  );
}
