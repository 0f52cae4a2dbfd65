import { codeOf, Denied } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { OutageNotice, PastOutages } from "../shell/outage.tsx";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { walkingMinutes } from "@pigeonhole/ui/format";
import { BackIcon, ClockIcon, DoorIcon, PinIcon, StepFreeIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { placeDoors } from "@pigeonhole/network/layout";
import type { Station } from "@pigeonhole/network/contract";
import type { Candidate } from "@pigeonhole/reservations/contract";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { metresBetween } from "../places/search.ts";
import { useSession } from "../shell/session.ts";
import { hoursText, isAlwaysOpen } from "./hours.ts";
import { stationQuery, searchQuery } from "./queries.ts";
import { SignIn } from "./sign-in.tsx";
import { SizePicker } from "./size-picker.tsx";
import { StationRow } from "./station-row.tsx";
import { useHold } from "./use-hold.ts";
import { wayTo } from "./way.ts";
import type { Wish } from "./wish.ts";
import { words } from "./words-hold.ts";

const route = getRouteApi("/stations/$station");
/** As long as the contract's normal hold. Minutes. */
export const holdMinutes = 15;

/** One locker: what it is, whether it has room, and the one button that holds a door. */
export function StationPage() {
  const say = useSay(words);
  const common = useSay(shared);
  const { station: id } = route.useParams();
  const wish = route.useSearch();
  const navigate = route.useNavigate();
  const station = useQuery(stationQuery(id));
  useChanges([`station:${id}`]);
  const doors = useMemo(() => (station.data ? placeDoors(station.data.layout) : []), [station.data]);
  const formats = useFormats(station.data?.timeZone);
  if (station.isPending) return <Spinner onRetry={() => void station.refetch()} />;
  if (!station.data)
    return (
      <div className="page py-8">
        <Failed heading error={station.error} onRetry={() => void station.refetch()} />
      </div>
    );
  const { name, address, openingHours, stepFree } = station.data;
  return (
    <div className="page grid gap-6 py-6">
      <Link
        to="/"
        search={wish}
        className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent no-underline hover:underline"
      >
        <BackIcon />
        {say("station.back")}
      </Link>
      <header className="grid gap-1">
        <h1 className="text-display">{name}</h1>
        {address !== null && <p className="text-ink-soft">{address}</p>}
      </header>
      <OutageNotice station={id} timeZone={station.data.timeZone} />
      <SizePicker
        wish={wish}
        onChange={(parcel) =>
          void navigate({
            search: ({ size: _s, l: _l, w: _w, h: _h, kg: _k, ...rest }: Wish) => ({ ...rest, ...parcel }),
            replace: true,
            resetScroll: false,
          })
        }
      />
      <Room id={id} at={station.data} wish={wish} />
      <dl className="card grid divide-y divide-line">
        <Fact icon={<ClockIcon />} term={say("station.hours")}>
          {isAlwaysOpen(openingHours) ? say("row.always") : hoursText(openingHours!, formats.locale, say("hours.holidays"))}
        </Fact>
        <Fact icon={<StepFreeIcon />} term={say("station.access")}>
          {say(stepFree ? "station.stepfree" : "station.steps")}
        </Fact>
        <Fact icon={<PinIcon />} term={say("station.address")}>
          {address ?? `${station.data.lat.toFixed(5)}, ${station.data.lon.toFixed(5)}`}{" "}
          <a href={wayTo(station.data)} target="_blank" rel="noreferrer" className="font-medium text-accent underline underline-offset-4">
            {say("station.way")}
          </a>
        </Fact>
      </dl>
      <PastOutages station={id} timeZone={station.data.timeZone} />
      {doors.length > 0 && (
        <section className="grid gap-3">
          <h2 className="text-title">{say("station.looks")}</h2>
          <div className="card p-4">
            <Cabinet label={say("station.cabinet", { name })} doors={doors} className="mx-auto max-h-96 max-w-xl [&_svg]:max-h-96" />
          </div>
          <p className="sr-only">
            {doors.length} {common("cabinet.list")}
          </p>
        </section>
      )}
    </div>
  );
}

function Fact({ icon, term, children }: { icon: ReactNode; term: string; children: ReactNode }) {
  return (
    <div className="p-4">
      <dt className="flex items-center gap-3 text-small text-ink-soft">
        {icon}
        {term}
      </dt>
      <dd className="m-0 ps-8">{children}</dd>
    </div>
  );
}

function Room({ id, at, wish }: { id: string; at: Pick<Station, "lat" | "lon" | "status">; wish: Wish }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const session = useSession();
  const hold = useHold(id);
  const [isSigningIn, signIn] = useState(false);
  const near = useQuery(searchQuery(at, { ...wish, open: false, stepFree: false }, undefined));
  const here = near.data?.candidates.find(({ station }) => station === id);
  const refusal = codeOf(hold.error);
  const offered = hold.error instanceof Denied ? (hold.error.problem.alternatives as readonly Candidate[] | undefined) : undefined;
  const others = (offered ?? near.data?.candidates ?? []).filter(({ station }) => station !== id).slice(0, 3);
  const begin = () =>
    hold.mutate(wish, {
      onSuccess: ({ id: reservation }) => void navigate({ to: "/holds/$reservation", params: { reservation }, search: wish }),
      onError: (error) => {
        if (codeOf(error) === "not_signed_in") signIn(true);
      },
    });

  if (near.isPending) return <Spinner />;
  if (codeOf(near.error) === "does_not_fit" || refusal === "does_not_fit")
    return (
      <Notice kind="warn" title={say("choose.does_not_fit")} announce>
        {say("choose.does_not_fit_body")}
      </Notice>
    );
  if (!near.data) return <Failed error={near.error} onRetry={() => void near.refetch()} />;
  if (!here || refusal === "station_full" || refusal === "station_unavailable") {
    const isBroken = refusal === "station_unavailable" || at.status !== "active";
    return (
      <section className="grid gap-3">
        <Notice kind="warn" title={say(isBroken ? "station.unavailable" : "station.full")} announce>
          {say(isBroken ? "station.unavailable_body" : others.length > 0 ? "station.full_body" : "station.full_alone")}
        </Notice>
        <ul className="grid gap-3">
          {others.map((candidate) => (
            <StationRow
              key={candidate.station}
              candidate={candidate}
              wish={wish}
              from={say("station.further", { minutes: walkingMinutes(metresBetween(at, candidate)) })}
            />
          ))}
        </ul>
      </section>
    );
  }
  return (
    <section className="grid gap-3">
      <p role="status" className="flex items-center gap-2 font-medium text-good">
        <DoorIcon />
        {say("station.free", { count: here.freeCompartments })}
      </p>
      {hold.isError && refusal !== "not_signed_in" && <Failed error={hold.error} />}
      <Button look="primary" size="large" wide isPending={hold.isPending} onPress={() => (session.data === null ? signIn(true) : begin())}>
        {say("station.hold", { minutes: holdMinutes })}
      </Button>
      <p className="text-center text-small text-ink-soft">{say("station.hold_note")}</p>
      <Dialog title={say("signin.title")} isOpen={isSigningIn} onClose={() => signIn(false)}>
        <SignIn
          why={say("signin.why_hold")}
          onDone={() => {
            signIn(false);
            begin();
          }}
        />
      </Dialog>
    </section>
  );
}
