import { codeOf } from "@pigeonhole/ui/ask";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { heightWord, rowOf } from "@pigeonhole/ui/cabinet-geometry";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { OutageNotice } from "../shell/outage.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BackIcon, PinIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { ParcelTimeline, type TimelineEntry } from "@pigeonhole/ui/parcel-timeline.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { givenBackMs } from "../shell/pauses.ts";
import { words as shared } from "@pigeonhole/ui/words";
import { placeDoors } from "@pigeonhole/network/layout";
import type { Station } from "@pigeonhole/network/contract";
import type { Parcel } from "@pigeonhole/parcels/contract";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Kept } from "../shell/kept.ts";
import { BeforeItOpens, conditionsQuery, ownMissing } from "./before-it-opens.tsx";
import { hoursText, isAlwaysOpen } from "./hours.ts";
import { ToldAbout } from "./messages/of-parcel.tsx";
import { OpenHere } from "./open-here.tsx";
import { OtherLocker } from "./other-locker.tsx";
import { MoreTime } from "./more-time.tsx";
import { PickupCode } from "./pickup-code.tsx";
import { parcelListQuery, parcelQuery, parcelStationQuery } from "./queries.ts";
import { Report } from "./report.tsx";
import { Mine } from "./mine.tsx";
import { SendBack } from "./returns/send-back.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { SomeoneElse } from "./someone-else.tsx";
import { TellMe } from "./tell-me.tsx";
import { entriesOf } from "./timeline.ts";
import { wayTo } from "./way.ts";
import { words } from "./words-parcel.ts";

const route = getRouteApi("/parcels/$parcel");
/** A parcel is created by an event after the order: so many times is asked before it counts as missing, a second apart. */
const patience = 15;

/** One parcel: the code first, then the door, the way, the history. */
export function ParcelPage() {
  const say = useSay(words);
  return (
    <Mine why={say("signin.why_parcels")}>
      <OneParcel />
    </Mine>
  );
}

function OneParcel() {
  const say = useSay(words);
  const { parcel: id } = route.useParams();
  const liveness = useChanges([`parcel:${id}`]);
  // The list is kept on this device too, so that "My parcels" opens without a network.
  usePrefetchQuery(parcelListQuery);
  const parcel = useQuery({
    ...parcelQuery(id),
    retry: (failures, error) => codeOf(error) === "not_found" && failures < patience,
    retryDelay: 1_000,
  });
  if (parcel.isPending) return <Spinner why={say("parcel.fresh")} onRetry={() => void parcel.refetch()} />;
  if (codeOf(parcel.error) === "not_signed_in") return <SignInPage why={say("signin.why_parcels")} onDone={() => void parcel.refetch()} />;
  // An address that was mistyped or cut off is no parcel either.
  if (codeOf(parcel.error) === "not_found" || codeOf(parcel.error) === "malformed")
    return (
      <div className="page py-8">
        <Notice
          kind="error"
          heading
          title={say("parcel.gone")}
          actions={
            <Link to="/sign-in" className={look("plain")}>
              {say("nav.signin")}
            </Link>
          }
        >
          {say("parcel.gone_body")}
        </Notice>
      </div>
    );
  if (!parcel.data)
    return (
      <div className="page py-8">
        <Failed heading error={parcel.error} onRetry={() => void parcel.refetch()} />
      </div>
    );
  return (
    <div className="page grid gap-6 py-6">
      <Link
        to="/parcels"
        className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent no-underline hover:underline"
      >
        <BackIcon />
        {say("nav.parcels")}
      </Link>
      {parcel.data.keptAt === null && <NotLive liveness={liveness} />}
      <Shown {...parcel.data} />
    </div>
  );
}

function Shown({ value: parcel, keptAt }: Kept<Parcel>) {
  const say = useSay(words);
  const now = useNow(30_000);
  const station = useQuery(parcelStationQuery(parcel.station)).data?.value;
  const formats = useFormats(station?.timeZone);
  const isInside = parcel.state === "stored" || parcel.state === "delivered";
  // On its way out of the locker nobody has a code for it.
  const hasCode = isInside && parcel.recalledFor === null;
  const isExpected = hasCode || parcel.state === "reserved" || parcel.state === "shipped";
  const asked = useQuery({ ...conditionsQuery(parcel.id), enabled: keptAt === null && isExpected });
  const missing = isExpected ? ownMissing(asked.data?.conditions ?? []) : [];
  // Each proof leads to the receipts, and what they are worth.
  const proven = (entry: TimelineEntry): TimelineEntry =>
    entry.proof === undefined
      ? entry
      : {
          ...entry,
          proof: (
            <Link to="/verify" search={{ parcel: parcel.id }} className="text-accent">
              {entry.proof}
            </Link>
          ),
        };
  const lead = parcel.state === "delivered" ? "lead.stored" : (`lead.${parcel.state}` as const);
  return (
    <>
      <header className="grid gap-2">
        <h1 className="text-display">{say(isInside ? (hasCode ? "state.stored" : "state.leaving") : `state.${parcel.state}`)}</h1>
        <p className="text-ink-soft">
          {station?.name}
          {station?.address ? ` · ${station.address}` : ""}
        </p>
        <p>
          {isInside && !hasCode
            ? say("lead.leaving")
            : isInside && parcel.isStopped
              ? say("parcel.stopped")
              : isInside && parcel.expiresAt !== null
                ? say("parcel.left", { until: formats.full(parcel.expiresAt), left: formats.left(parcel.expiresAt, now) })
                : say(missing.length > 0 && !isInside ? "lead.asked" : lead)}
        </p>
        {isInside && !parcel.isStopped && givenBackMs(parcel) >= 60_000 && (
          <p className="text-ink-soft">
            {say("parcel.given_back", { time: formats.left(new Date(now.getTime() + givenBackMs(parcel)), now) })}
          </p>
        )}
        {(parcel.state === "reserved" || parcel.state === "shipped") && (
          <p className="text-ink-soft">{say("by.deliver", { until: formats.day(parcel.deliverBy) })}</p>
        )}
      </header>
      {keptAt !== null && (
        <Notice kind="offline" title={say(isInside ? "parcel.kept" : "parcel.kept_plain", { time: formats.moment(keptAt, now) })} />
      )}
      {keptAt === null && parcel.state !== "collected" && parcel.state !== "returned" && parcel.state !== "cancelled" && (
        <OutageNotice
          station={parcel.station}
          timeZone={station?.timeZone}
          isWaiting={isInside}
          {...(isInside && { compartment: parcel.compartment })}
        />
      )}
      <BeforeItOpens missing={missing} />
      {hasCode && <PickupCode parcel={parcel.id} />}
      {hasCode && keptAt === null && missing.length === 0 && <OpenHere parcel={parcel.id} />}
      {hasCode && keptAt === null && <MoreTime parcel={parcel} formats={formats} />}
      {hasCode && station && <Where station={station} compartment={parcel.compartment} />}
      {keptAt === null && <SomeoneElse parcel={parcel} />}
      {keptAt === null && <Report parcel={parcel} phone={station?.supportPhone ?? null} />}
      {keptAt === null && <OtherLocker parcel={parcel} />}
      {keptAt === null && parcel.state === "collected" && <SendBack parcel={parcel.id} />}
      {keptAt === null && (isInside || parcel.state === "reserved" || parcel.state === "shipped") && <TellMe />}
      <section className="grid gap-4">
        <h2 className="text-title">{say("parcel.timeline")}</h2>
        <ParcelTimeline label={say("parcel.timeline")} entries={entriesOf(parcel, station?.name, say, formats, now).map(proven)} />
        <p className="text-small text-ink-soft">{say("parcel.number", { number: grouped(parcel.number) })}</p>
      </section>
      {keptAt === null && <ToldAbout parcel={parcel.id} timeZone={station?.timeZone} />}
    </>
  );
}

/** The door in the cabinet, how high it is, and the way to it. */
function Where({ station, compartment }: { station: Station; compartment: number }) {
  const say = useSay(words);
  const common = useSay(shared);
  const formats = useFormats(station.timeZone);
  const doors = useMemo(() => placeDoors(station.layout), [station.layout]);
  const door = doors.find(({ number }) => number === compartment);
  return (
    <section className="card grid gap-4 p-5">
      <h2 className="text-title">{say("parcel.where")}</h2>
      {door && (
        <p className="text-lead font-semibold">
          {say("parcel.door", {
            number: String(compartment),
            row: common(`row.${rowOf(doors, door)}`),
            height: common(`height.${heightWord(door)}`),
          })}
        </p>
      )}
      <Cabinet label={say("station.cabinet", { name: station.name })} doors={doors} highlight={compartment} className="[&_svg]:max-h-80" />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-small text-ink-soft">
          {[
            station.address,
            isAlwaysOpen(station.openingHours)
              ? say("row.always")
              : hoursText(station.openingHours!, formats.locale, say("hours.holidays")),
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <a href={wayTo(station)} target="_blank" rel="noreferrer" className={look("plain")}>
          <PinIcon />
          {say("parcel.way")}
        </a>
      </div>
    </section>
  );
}
