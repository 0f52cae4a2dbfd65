import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { KeyIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { ParcelTimeline, type TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { access } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { To, useParam } from "../shell/to.tsx";
import { stationAt } from "./addresses.ts";
import { CallOff } from "./cancelling/call-off.tsx";
import { Conditions } from "./conditions/panel.tsx";
import { Facts } from "./facts.tsx";
import { ReturnsFound } from "./returns/found.tsx";
import { MessagesOfParcel } from "./messages/of-parcel.tsx";
import { parcelQuery, stationQuery } from "./queries.ts";
import { entriesOf } from "./timeline.ts";
import { words } from "./words-parcel.ts";

/** One parcel: from checkout to hand, with proof, and who was told what. */
export function ParcelPage() {
  const id = useParam("parcel");
  const say = useSay(words);
  const sayShared = useSay(shared);
  const now = useNow(10_000);
  const liveness = useChanges(useMemo(() => [`parcel:${id}`], [id]));
  const parcel = useQuery(parcelQuery(id));
  const station = useQuery({ ...stationQuery(parcel.data?.station ?? ""), enabled: parcel.data !== undefined }).data;
  const formats = useFormats(station?.timeZone);
  if (parcel.isPending) return <Spinner onRetry={() => void parcel.refetch()} />;
  if (!parcel.data)
    return (
      <div className="page py-6">
        <Failed heading error={parcel.error} onRetry={() => void parcel.refetch()} />
      </div>
    );
  const it = parcel.data;
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <div>
          <h1 className="text-display">{say("parcel.title", { number: grouped(it.number) })}</h1>
          <p className="text-lead text-ink-soft">{say(`state.${it.state}`)}</p>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Reissue parcel={id} isPossible={it.state === "stored" || it.state === "delivered"} />
          <CallOff parcel={it} />
        </div>
      </header>
      <NotLive liveness={liveness} />
      <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <section className="card grid gap-4 p-4 lg:p-5">
          <h2 className="text-title">{say("parcel.timeline")}</h2>
          <ParcelTimeline
            label={say("parcel.timeline")}
            entries={entriesOf(it, station?.name, say, formats, now).map((entry) => proven(entry, it.id))}
          />
        </section>
        <div className="grid min-w-0 gap-5">
          <section className="card grid gap-4 p-4 lg:p-5">
            <h2 className="text-title">{say("parcel.facts")}</h2>
            <Facts
              facts={[
                [
                  say("parcel.station"),
                  <To
                    key="station"
                    href={stationAt(it.station, it.compartment)}
                    className="text-accent underline underline-offset-4"
                  >{`${station?.name ?? "…"}, ${sayShared("door", { number: it.compartment })}`}</To>,
                ],
                [say("parcel.size"), sayShared(`size.${it.size}`)],
                [say("parcel.order"), it.orderId],
                [
                  say("parcel.barcode"),
                  <span key="barcode" className="font-mono">
                    {it.barcode}
                  </span>,
                ],
                ...(it.carrier === null ? [] : [[say("parcel.carrier"), it.carrier] as const]),
                it.expiresAt === null
                  ? [say("parcel.deliver_by"), formats.full(it.deliverBy)]
                  : [say("parcel.until"), formats.full(it.expiresAt)],
              ]}
            />
          </section>
          <Conditions parcel={id} timeZone={station?.timeZone} now={now} />
          <ReturnsFound filter={{ parcel: id }} timeZone={station?.timeZone} />
          <MessagesOfParcel parcel={id} timeZone={station?.timeZone} now={now} />
        </div>
      </div>
    </div>
  );
}

/** A fresh code goes to the recipient alone; nobody here sees it (A10.2). */
function Reissue({ parcel, isPossible }: { parcel: string; isPossible: boolean }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const role = useSession().data?.role;
  const [isAsking, open] = useState(false);
  const reissue = useMutation({
    mutationFn: () => ask(access.parcels[":parcel"].pickup.reissue.$post({ param: { parcel } })),
    onSuccess: () => open(false),
  });
  const code = codeOf(reissue.error);
  const known =
    code === "reissued_too_often"
      ? say("parcel.reissue_often")
      : code === "over" || code === "not_ready"
        ? say("parcel.reissue_over")
        : undefined;
  if (!isPossible || (role !== "support" && role !== "admin")) return null;
  return (
    <>
      {reissue.isSuccess ? (
        <Notice kind="good" title={say("parcel.reissued")} announce />
      ) : (
        <Button icon={<KeyIcon />} onPress={() => open(true)}>
          {say("parcel.reissue")}
        </Button>
      )}
      <Dialog title={say("parcel.reissue_title")} isOpen={isAsking} onClose={() => open(false)}>
        <p>{say("parcel.reissue_body")}</p>
        {known !== undefined ? <Notice kind="warn" title={known} announce /> : reissue.isError && <Failed error={reissue.error} />}
        <Button look="danger" wide isPending={reissue.isPending} onPress={() => reissue.mutate()}>
          {say("parcel.reissue")}
        </Button>
        <Button wide onPress={() => open(false)}>
          {sayShared("back")}
        </Button>
      </Dialog>
    </>
  );
}

/** The proof of an entry leads to the receipts of the parcel, and what they are worth. */
const proven = (entry: TimelineEntry, parcel: string): TimelineEntry =>
  entry.proof === undefined
    ? entry
    : {
        ...entry,
        proof: (
          <a href={`/verify?parcel=${parcel}`} className="text-accent">
            {entry.proof}
          </a>
        ),
      };
