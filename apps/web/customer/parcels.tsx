import { codeOf } from "@pigeonhole/ui/ask";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, KeyIcon, NextIcon, TruckIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { Parcel, ParcelState } from "@pigeonhole/parcels/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { parcelListQuery, parcelStationQuery } from "./queries.ts";
import { SignInPage } from "./sign-in-page.tsx";
import { words as myDataWords } from "./my-data/words.ts";
import { words as messageWords } from "./messages/words.ts";
import { words } from "./words-parcel.ts";

type Group = "ready" | "coming" | "past";
export const groupOf: Readonly<Record<ParcelState, Group>> = {
  reserved: "coming",
  shipped: "coming",
  delivered: "ready",
  stored: "ready",
  collected: "past",
  expired: "past",
  returned: "past",
  cancelled: "past",
  missing: "ready",
};
const icons: Readonly<Record<Group, ReactNode>> = { ready: <KeyIcon />, coming: <TruckIcon />, past: <CheckIcon /> };

/** What waits, what comes, what was. */
export function ParcelsPage() {
  const say = useSay(words);
  const sayMessages = useSay(messageWords);
  const sayMine = useSay(myDataWords);
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
      {(["ready", "coming", "past"] as const).map((group) => {
        const members = parcels.filter(({ state }) => groupOf[state] === group);
        return (
          members.length > 0 && (
            <section key={group} className="grid gap-3">
              <h2 className="text-lead">{say(`parcels.${group}`)}</h2>
              <ul className="grid gap-3">
                {members.map((parcel) => (
                  <ParcelRow key={parcel.id} parcel={parcel} group={group} />
                ))}
              </ul>
            </section>
          )
        );
      })}
      <Link to="/messages" className="inline-flex min-h-11 items-center justify-self-start text-accent underline underline-offset-4">
        {sayMessages("choose")}
      </Link>
      <Link to="/my-data" className="-mt-6 inline-flex min-h-11 items-center justify-self-start text-accent underline underline-offset-4">
        {sayMine("link")}
      </Link>
    </div>
  );
}

function ParcelRow({ parcel, group }: { parcel: Parcel; group: Group }) {
  const say = useSay(words);
  const station = useQuery(parcelStationQuery(parcel.station)).data?.value;
  const formats = useFormats(station?.timeZone);
  const now = useNow(60_000);
  const when =
    parcel.state === "stored" && parcel.expiresAt !== null
      ? say("parcel.left", { until: formats.moment(parcel.expiresAt, now), left: formats.left(parcel.expiresAt, now) })
      : group === "coming"
        ? say("by.deliver", { until: formats.day(parcel.deliverBy) })
        : parcel.collectedAt !== null
          ? formats.day(parcel.collectedAt)
          : undefined;
  return (
    <li>
      <Link
        to="/parcels/$parcel"
        params={{ parcel: parcel.id }}
        className={`card grid grid-cols-[44px_1fr_auto] items-center gap-x-4 p-4 text-ink no-underline hover:border-accent ${group === "ready" ? "border-accent" : ""}`}
      >
        <span
          className={`grid size-11 place-items-center rounded-full ${group === "ready" ? "bg-accent text-on-accent" : "bg-sunken text-ink-soft"}`}
        >
          {group === "past" && parcel.state !== "collected" ? <WarningIcon /> : icons[group]}
        </span>
        <span className="grid min-w-0 gap-0.5">
          <span className="font-semibold">{say(`state.${parcel.state}`)}</span>
          <span className="truncate text-small">
            {[station?.name, group === "ready" ? say("parcels.door", { number: String(parcel.compartment) }) : undefined]
              .filter(Boolean)
              .join(" · ")}
          </span>
          {when !== undefined && <span className="text-small text-ink-soft">{when}</span>}
          <span className="text-small text-ink-soft">{say("parcel.number", { number: grouped(parcel.number) })}</span>
        </span>
        <span className="text-ink-soft">
          <NextIcon />
        </span>
      </Link>
    </li>
  );
}
