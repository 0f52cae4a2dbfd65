import { placeDoors } from "@pigeonhole/network/layout";
import type { Return } from "@pigeonhole/returns/contract";
import { returnAllowed, type ReturnState } from "@pigeonhole/returns/lifecycle";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BackIcon, PinIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { ParcelTimeline } from "@pigeonhole/ui/parcel-timeline.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { returns } from "../../shell/api.ts";
import type { Kept } from "../../shell/kept.ts";
import { parcelStationQuery } from "../queries.ts";
import { SignInPage } from "../sign-in-page.tsx";
import { wayTo } from "../way.ts";
import { DropOffCode } from "./drop-off-code.tsx";
import { returnQuery } from "./queries.ts";
import { returnEntries } from "./timeline.ts";
import { words } from "./words.ts";

const route = getRouteApi("/returns/$return");

/** One return or sending: its code first, then the door, the way, what happened. */
export function ReturnPage() {
  const say = useSay(words);
  const { return: id } = route.useParams();
  const liveness = useChanges([`parcel:${id}`]);
  const found = useQuery(returnQuery(id));
  if (found.isPending) return <Spinner onRetry={() => void found.refetch()} />;
  const code = codeOf(found.error);
  if (code === "not_signed_in") return <SignInPage why={say("list.why_signin")} onDone={() => void found.refetch()} />;
  if (code === "not_found" || code === "malformed")
    return (
      <div className="page py-8">
        <Notice kind="error" heading title={say("page.gone")}>
          {say("page.gone_body")}
        </Notice>
      </div>
    );
  if (!found.data)
    return (
      <div className="page py-8">
        <Failed error={found.error} onRetry={() => void found.refetch()} />
      </div>
    );
  return (
    <div className="page grid gap-6 py-6">
      <Link
        to="/returns"
        className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent no-underline hover:underline"
      >
        <BackIcon />
        {say("page.back")}
      </Link>
      {found.data.keptAt === null && <NotLive liveness={liveness} />}
      <Shown {...found.data} />
    </div>
  );
}

function Shown({ value: it, keptAt }: Kept<Return>) {
  const say = useSay(words);
  const now = useNow(30_000);
  const station = useQuery(parcelStationQuery(it.station)).data?.value;
  const there = useQuery({ ...parcelStationQuery(it.to ?? it.station), enabled: it.to !== null }).data?.value;
  const formats = useFormats(station?.timeZone);
  const doors = useMemo(() => (station ? placeDoors(station.layout) : []), [station]);
  const isReady = it.state === "ready";
  const isLate = now >= new Date(it.until);
  const isOver = ["cancelled", "lapsed", "refused"].includes(it.state);
  return (
    <>
      <header className="grid gap-2">
        <p className="text-ink-soft">{say(`page.title.${it.kind}`)}</p>
        <h1 className="text-display">{say(`state.${it.state}`)}</h1>
        <p className="text-ink-soft">{[station?.name, station?.address].filter(Boolean).join(" · ")}</p>
        {isReady && (
          <p>{isLate ? say("page.late") : say("page.until", { until: formats.full(it.until), left: formats.left(it.until, now) })}</p>
        )}
        {it.state !== "ready" && <Lead kind={it.kind} state={it.state} />}
        {it.state === "retrieved" && there && (
          <p>{it.onward === null ? say("page.onward_wait", { name: there.name }) : say("page.onward", { name: there.name })}</p>
        )}
      </header>
      {keptAt !== null && <Notice kind="offline" title={say("page.kept", { time: formats.moment(keptAt, now) })} />}
      {it.noOther !== null && isReady && <Notice kind="warn" title={say("page.no_other")} announce />}
      {isReady && !isLate && <DropOffCode id={it.id} />}
      {isReady && <p className="text-ink-soft">{say("page.no_label")}</p>}
      {station && it.compartment !== null && (isReady || it.state === "dropped_off") && (
        <section className="card grid gap-4 p-5">
          <h2 className="text-title">{say("page.door", { number: String(it.compartment) })}</h2>
          <Cabinet label={station.name} doors={doors} highlight={it.compartment} className="[&_svg]:max-h-80" />
          <a href={wayTo(station)} target="_blank" rel="noreferrer" className={`${look("plain")} justify-self-start`}>
            <PinIcon />
            {say("page.way")}
          </a>
        </section>
      )}
      {isOver && (
        <Link
          {...(it.kind === "sending"
            ? { to: "/send" }
            : {
                to: "/returns/new",
                search: it.parcel !== null ? { parcel: it.parcel } : { authorisation: it.authorisation! },
              })}
          className={`${look("primary")} justify-center`}
        >
          {say("page.again")}
        </Link>
      )}
      {keptAt === null && (returnAllowed.cancel as readonly string[]).includes(it.state) && <Cancel id={it.id} />}
      <section className="grid gap-4">
        <h2 className="text-title">{say("page.history")}</h2>
        <ParcelTimeline label={say("page.history")} entries={returnEntries(it, say, formats, now)} />
        <p className="text-small text-ink-soft">
          {[
            say("page.number", { number: grouped(it.number) }),
            it.carrier === null ? undefined : say("page.carrier", { carrier: it.carrier }),
            it.assignedAt === null ? undefined : say("page.assigned", { time: formats.moment(it.assignedAt, now) }),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
      </section>
    </>
  );
}

/** What the state means for whoever put it in. */
function Lead({ kind, state }: { kind: Return["kind"]; state: Exclude<ReturnState, "ready"> }) {
  const say = useSay(words);
  return <p>{state === "retrieved" || state === "received" ? say(`lead.${kind}.${state}`) : say(`lead.${state}`)}</p>;
}

function Cancel({ id }: { id: string }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isAsking, askFirst] = useState(false);
  const cancel = useMutation({
    mutationFn: () => ask(returns.returns[":id"].cancel.$post({ param: { id } })),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: returnQuery(id).queryKey });
      void queries.invalidateQueries({ queryKey: ["returns"] });
      void queries.invalidateQueries({ queryKey: ["return-offer"] });
      askFirst(false);
    },
  });
  return (
    <>
      {cancel.isError && <Failed error={cancel.error} />}
      <Button wide onPress={() => askFirst(true)}>
        {say("page.cancel")}
      </Button>
      <Dialog title={say("page.cancel_title")} isOpen={isAsking} onClose={() => askFirst(false)}>
        <p>{say("page.cancel_body")}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={() => askFirst(false)}>{say("page.cancel_no")}</Button>
          <Button look="primary" isPending={cancel.isPending} onPress={() => cancel.mutate()}>
            {say("page.cancel_yes")}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
