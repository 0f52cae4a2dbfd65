import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, NextIcon, TruckIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { ComponentProps, ReactNode } from "react";
import type { Route } from "@pigeonhole/couriers/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { couriers } from "../shell/api.ts";
import { To, useGo } from "../shell/to.tsx";
import { dayOf, leftAt, leftBySize, nextStop, toTakeOut, type Stop } from "./progress.ts";
import { rightsQuery, routeQuery } from "./queries.ts";
import { RouteOutages } from "./route-outages.tsx";
import { words as collectWords } from "./words-collect.ts";
import { words } from "./words.ts";

export const stopHref = (station: string): string => `/courier/stops/${station}`;

/** The day: where to next, and how far it has come. */
export function RoutePage() {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const route = useQuery(routeQuery);
  useChanges(route.data ? [`route:${route.data.id}`] : []);
  if (route.isPending) return <Spinner onRetry={() => void route.refetch()} />;
  if (route.isError && !route.data)
    return (
      <div className="page py-6">
        <Failed heading error={route.error} onRetry={() => void route.refetch()} />
      </div>
    );
  if (!route.data)
    return (
      <div className="page py-6">
        <Notice
          kind="empty"
          heading
          title={say("route.none")}
          actions={
            <Button size="large" onPress={() => void route.refetch()}>
              {sayShared("retry")}
            </Button>
          }
        >
          {say("route.none_body")}
        </Notice>
      </div>
    );
  return <Day route={route.data} />;
}

function Day({ route }: { route: Route }) {
  const say = useSay(words);
  const formats = useFormats();
  const queries = useQueryClient();
  const go = useGo();
  const day = dayOf(route);
  const next = nextStop(route);
  const start = useMutation({
    mutationFn: () => ask(couriers.routes[":id"].start.$post({ param: { id: route.id } })),
    onSuccess: (started) => {
      queries.setQueryData(routeQuery.queryKey, started);
      void queries.invalidateQueries({ queryKey: rightsQuery.queryKey });
    },
  });
  // Kept on this phone for the stations that have no connection when the courier stands there.
  useQuery({ ...rightsQuery, enabled: route.state === "active" });
  const skipped = route.stops.flatMap((stop) =>
    stop.drops.filter(({ state }) => state === "skipped").map((drop) => ({ ...drop, stop: stop.name })),
  );
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-5 py-5">
        <div className="grid gap-2">
          <h1 className="text-display">{next ? route.name : say("route.all_done")}</h1>
          <p className="text-ink-soft">{next ? formats.day(route.day) : say("route.done_body", { done: day.deposited })}</p>
          <Progress done={day.deposited} skipped={day.skipped} all={day.all} />
        </div>
        <RouteOutages stops={route.stops.filter((stop) => leftAt(stop) > 0 || toTakeOut(stop).length > 0)} />
        {skipped.length > 0 && (
          <Notice kind="warn" title={say("route.take_back")}>
            <ul className="grid gap-1">
              {skipped.map((drop) => (
                <li key={drop.parcel} className="flex flex-wrap justify-between gap-x-3">
                  <span className="font-mono">{grouped(drop.number)}</span>
                  <span className="text-ink-soft">{drop.stop}</span>
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <ol aria-label={say("route.stops")} className="grid gap-3">
          {route.stops
            .toSorted((a, b) => a.position - b.position)
            .map((stop, at) => (
              <StopRow key={stop.station} stop={stop} place={at + 1} isNext={stop === next && route.state === "active"} />
            ))}
        </ol>
      </div>
      {route.state === "planned" ? (
        <Thumb>
          <p className="text-center">{say("route.start_body", { count: day.all })}</p>
          {start.isError && <Failed error={start.error} />}
          <Huge icon={<TruckIcon size={28} />} isPending={start.isPending} onPress={() => start.mutate()}>
            {say("route.start")}
          </Huge>
        </Thumb>
      ) : (
        next && (
          <Thumb>
            <Huge icon={<NextIcon size={28} />} onPress={() => go(stopHref(next.station))}>
              {say("route.go_on", { stop: next.name })}
            </Huge>
          </Thumb>
        )
      )}
    </div>
  );
}

/** What the thumb reaches: always at the lower edge. */
export const Thumb = ({ children }: { children: ReactNode }) => (
  <div className="sticky bottom-0 z-10 border-t border-line bg-surface">
    <div className="page grid gap-3 py-3 pb-[max(12px,env(safe-area-inset-bottom))]">{children}</div>
  </div>
);

/** The next thing to do, as large as a glove. */
export function Huge({ children, ...rest }: ComponentProps<typeof Button>) {
  return (
    <span className="grid text-title [&>button]:min-h-[76px] [&>button]:text-[1.25rem] [&>button]:leading-tight">
      <Button look="primary" size="large" wide {...rest}>
        {children}
      </Button>
    </span>
  );
}

export function Progress({ done, skipped, all }: { done: number; skipped: number; all: number }) {
  const say = useSay(words);
  const share = (count: number) => `${all === 0 ? 0 : (count / all) * 100}%`;
  return (
    <div className="grid gap-1.5">
      <div aria-hidden className="flex h-3 overflow-hidden rounded-full bg-sunken">
        <span className="bg-accent" style={{ width: share(done) }} />
        <span className="bg-warn" style={{ width: share(skipped) }} />
      </div>
      <p className="flex justify-between gap-3 font-semibold">
        <span>{say("route.progress", { done, all })}</span>
        {skipped > 0 && <span className="text-warn">{say("route.skipped", { count: skipped })}</span>}
      </p>
    </div>
  );
}

function StopRow({ stop, place, isNext }: { stop: Stop; place: number; isNext: boolean }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const sayCollect = useSay(collectWords);
  const count = leftAt(stop);
  const out = toTakeOut(stop).length;
  return (
    <li>
      <To
        href={stopHref(stop.station)}
        className={`card flex min-h-20 items-center gap-4 p-4 text-ink no-underline ${isNext ? "border-2 border-accent!" : ""}`}
      >
        <span
          className={`grid size-11 shrink-0 place-items-center rounded-full text-lead font-bold ${count === 0 ? "bg-good-soft text-good" : isNext ? "bg-accent text-on-accent" : "bg-sunken"}`}
        >
          {count === 0 ? <CheckIcon /> : place}
        </span>
        <span className="grid min-w-0 flex-1 gap-0.5">
          <span className="text-lead font-semibold">{stop.name}</span>
          {stop.address !== null && <span className="truncate text-small text-ink-soft">{stop.address}</span>}
          <span className="flex flex-wrap gap-x-3 text-small">
            {count === 0
              ? say("stop.done")
              : leftBySize(stop).map(({ size, count: each }) => (
                  <span key={size}>
                    <b>{each}</b> {sayShared(`size.${size}`)}
                  </span>
                ))}
            {out > 0 && <span className="font-semibold text-warn">{sayCollect("left", { count: out })}</span>}
          </span>
        </span>
        <NextIcon />
      </To>
    </li>
  );
}
