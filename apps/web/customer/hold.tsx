import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { CountdownRing } from "@pigeonhole/ui/countdown-ring.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { look } from "@pigeonhole/ui/look";
import { words as shared } from "@pigeonhole/ui/words";
import type { Reservation } from "@pigeonhole/reservations/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { reservations } from "../shell/api.ts";
import { HoldForm } from "./hold-form.tsx";
import { reservationQuery, stationQuery } from "./queries.ts";
import { holdMinutes } from "./station.tsx";
import { useHold } from "./use-hold.ts";
import { words } from "./words-hold.ts";

const route = getRouteApi("/holds/$reservation");

/** A door is held: what you get, until when, confirm. Leaving gives it back (see `releaseHold` in the router). */
export function HoldPage() {
  const { reservation: id } = route.useParams();
  const reservation = useQuery(reservationQuery(id));
  useChanges([`reservation:${id}`]);
  if (reservation.isPending) return <Spinner onRetry={() => void reservation.refetch()} />;
  if (!reservation.data)
    return (
      <div className="page py-8">
        <Failed heading error={reservation.error} onRetry={() => void reservation.refetch()} />
      </div>
    );
  return <Held reservation={reservation.data} />;
}

function Held({ reservation }: { reservation: Reservation }) {
  const say = useSay(words);
  const common = useSay(shared);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const wish = route.useSearch();
  const now = useNow(1000);
  const station = useQuery(stationQuery(reservation.station));
  const again = useHold(reservation.station);
  const [hasLapsed, lapse] = useState(false);
  const { state, parcel } = reservation;
  useEffect(() => {
    if (parcel !== null && (state === "confirmed" || state === "fulfilled"))
      void navigate({ to: "/parcels/$parcel", params: { parcel }, replace: true });
  }, [state, parcel, navigate]);

  if (state === "confirmed" || state === "fulfilled") return <Spinner />;
  const isOver = hasLapsed || state === "ended" || new Date(reservation.expiresAt) <= now;
  const name = station.data?.name ?? "";
  if (isOver) {
    const isReleased = reservation.endReason === "cancelled";
    return (
      <div className="page grid gap-4 py-8">
        <Notice
          kind={isReleased ? "info" : "warn"}
          heading
          title={say(isReleased ? "hold.released" : "hold.over")}
          announce
          actions={
            <>
              <Button
                look="primary"
                isPending={again.isPending}
                onPress={() =>
                  again.mutate(wish, {
                    onSuccess: (held) => {
                      lapse(false);
                      void navigate({ to: "/holds/$reservation", params: { reservation: held.id }, search: wish, replace: true });
                    },
                  })
                }
              >
                {say("hold.again")}
              </Button>
              <Link to="/" search={wish} className={look("plain")}>
                {say("hold.elsewhere")}
              </Link>
            </>
          }
        >
          {!isReleased && say("hold.over_body")}
        </Notice>
        {again.isError &&
          (codeOf(again.error) === "station_full" ? (
            <Notice kind="warn" title={say("station.full")} announce>
              {say("station.full_alone")}
            </Notice>
          ) : (
            <Failed error={again.error} />
          ))}
      </div>
    );
  }
  const release = async () => {
    const ended = await ask(reservations.reservations[":id"].cancel.$post({ param: { id: reservation.id } }));
    queries.setQueryData(reservationQuery(reservation.id).queryKey, ended);
    await navigate({ to: "/stations/$station", params: { station: reservation.station }, search: wish });
  };
  const door = station.data?.layout.columns.flatMap(({ doors }) => doors).find(({ number }) => number === reservation.compartment);
  const cm = (mm: number) => Math.floor(mm / 10);
  const gets = [
    say("hold.get_door", { size: common(`size.${reservation.size}`), name }),
    ...(door ? [say("hold.get_dims", { width: cm(door.widthMm), height: cm(door.heightMm), depth: cm(door.depthMm) })] : []),
    say("hold.get_window"),
    say("hold.get_code"),
  ];
  return (
    <div className="page grid gap-6 py-6">
      <header className="grid grid-cols-[1fr_auto] items-center gap-4">
        <h1 className="text-display">{say("hold.title")}</h1>
        <div className="grid justify-items-center gap-1">
          <CountdownRing
            from={new Date(new Date(reservation.expiresAt).getTime() - holdMinutes * 60_000)}
            until={reservation.expiresAt}
            onOver={() => lapse(true)}
          />
          <span className="text-small text-ink-soft">{say("hold.left")}</span>
        </div>
      </header>
      <section className="card grid gap-3 p-5">
        <h2 className="text-lead">{say("hold.get")}</h2>
        <ul className="grid gap-2">
          {gets.map((line) => (
            <li key={line} className="grid grid-cols-[20px_1fr] gap-2.5">
              <span className="pt-0.5 text-accent">
                <CheckIcon />
              </span>
              {line}
            </li>
          ))}
        </ul>
      </section>
      <HoldForm reservation={reservation} wish={wish} onRelease={release} />
    </div>
  );
}
