import { ask, codeOf } from "@pigeonhole/ui/ask";
import { OutageNotice } from "../shell/outage.tsx";
import { useChanges, NotLive } from "@pigeonhole/ui/changes.tsx";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BackIcon, CheckIcon, CloudOffIcon, NextIcon, PinIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { Route, Scan } from "@pigeonhole/couriers/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { couriers, newKey } from "../shell/api.ts";
import { To, useGo } from "../shell/to.tsx";
import { DoorView } from "./door-view.tsx";
import { CollectLink, CollectThumb } from "./collect-link.tsx";
import { feel } from "./feel.ts";
import { GiveUpStop } from "./give-up-stop.tsx";
import { left, leftAt, nextStop, openedAt, toTakeOut, type Drop, type Stop } from "./progress.ts";
import { useProblem, type Problem } from "./problem-view.tsx";
import { routeQuery, scanQuery, stationQuery } from "./queries.ts";
import { saidOfCode, saidOfReason, type Said } from "./refusals.ts";
import { Huge, Progress, stopHref, Thumb } from "./route-page.tsx";
import { ScanBox } from "./scan-box.tsx";
import { useUnsent } from "./unsent.ts";
import { words } from "./words.ts";
import { words as wrongWords } from "./words-wrong.ts";

/** One station: scan, put in, next. */
export function StopPage({ station }: { station: string }) {
  const say = useSay(words);
  const route = useQuery(routeQuery);
  const liveness = useChanges(route.data ? [`route:${route.data.id}`] : []);
  if (route.isPending) return <Spinner onRetry={() => void route.refetch()} />;
  if (!route.data)
    return (
      <div className="page py-6">
        {route.isError ? (
          <Failed heading error={route.error} onRetry={() => void route.refetch()} />
        ) : (
          <Notice kind="empty" heading title={say("stop.missing")} actions={<ToRoute />} />
        )}
      </div>
    );
  const stop = route.data.stops.find((each) => each.station === station);
  if (!stop)
    return (
      <div className="page py-6">
        <Notice kind="empty" heading title={say("stop.missing")} actions={<ToRoute />} />
      </div>
    );
  return (
    <div className="grid grid-rows-[auto_1fr]">
      <div className="page grid gap-2 pt-2">
        <h1 className="flex items-center gap-1 text-title">
          <To href="/courier/" aria-label={say("stop.to_route")} className="-ms-3 grid size-12 shrink-0 place-items-center text-ink">
            <BackIcon size={26} />
          </To>
          <span className="min-w-0">{stop.name}</span>
        </h1>
        <NotLive liveness={liveness} />
      </div>
      <div className="page pt-3">
        <OutageNotice station={stop.station} timeZone={undefined} />
      </div>
      <AtStop route={route.data} stop={stop} />
    </div>
  );
}

const ToRoute = () => (
  <To href="/courier/" className={look("plain", "large")}>
    {useSay(words)("stop.to_route")}
  </To>
);

function AtStop({ route, stop }: { route: Route; stop: Stop }) {
  const queries = useQueryClient();
  const unsent = useUnsent().filter((each) => each.kind === "deposited");
  const station = useQuery(stationQuery(stop.station)).data;
  const [refused, setRefused] = useState<Refused>();
  const [watched, watch] = useState<string>();
  const [saved, setSaved] = useState<Pick<Scan, "id" | "compartment">>();
  const opened = openedAt(stop);
  // A scan without an answer leaves its parcel open; the station's log may still tell that the door moved.
  const candidate = opened?.scan ?? watched;
  const current = unsent.some(({ scan }) => scan === candidate) ? undefined : candidate;
  const scanned = useQuery({ ...scanQuery(current ?? "", route.id), enabled: current !== undefined });
  const open = useMutation({
    mutationFn: (barcode: string) =>
      ask(
        couriers.routes[":id"].scans.$post({
          param: { id: route.id },
          header: { "idempotency-key": newKey() },
          json: { station: stop.station, barcode },
        }),
      ),
    onMutate: () => {
      setRefused(undefined);
      setSaved(undefined);
    },
    onSuccess: async (scan) => {
      queries.setQueryData(scanQuery(scan.id, route.id).queryKey, scan);
      feel(scan.outcome === "opened" ? "open" : "bad");
      watch(scan.outcome === "unknown" ? scan.id : undefined);
      if (scan.outcome === "refused") setRefused({ said: saidOfReason(scan.reason), scan });
      await queries.invalidateQueries({ queryKey: routeQuery.queryKey });
    },
    onError: (error) => {
      feel("bad");
      setRefused({ said: saidOfCode(codeOf(error)), error });
    },
  });
  // What comes next after a word about what is wrong is shown until it is done.
  const answered = (scan: Scan) => {
    queries.setQueryData(scanQuery(scan.id, route.id).queryKey, scan);
    setRefused(undefined);
    setSaved(undefined);
    watch(scan.id);
    void queries.invalidateQueries({ queryKey: routeQuery.queryKey });
  };
  const done = (scan: Scan, what: "deposited" | "abandoned" | "kept") => {
    feel(what === "abandoned" ? "bad" : "good");
    setSaved(what === "abandoned" ? undefined : scan);
    setRefused(undefined);
    watch(undefined);
    void queries.invalidateQueries({ queryKey: routeQuery.queryKey });
  };
  const drop = stop.drops.find((each) => each.scan === current);
  if (
    current !== undefined &&
    scanned.data &&
    (scanned.data.next !== null ||
      (scanned.data.outcome !== "refused" && (scanned.data.state === "opened" || scanned.data.state === "open")))
  ) {
    const scan = scanned.data;
    return (
      <DoorView
        key={scan.id}
        scan={scan}
        doors={station?.doors}
        stationName={stop.name}
        phone={station?.supportPhone ?? null}
        onAgain={() => {
          if (!open.isPending) open.mutate(drop?.barcode ?? scan.number);
        }}
        onAnswer={answered}
        onDone={(what) => done(scan, what)}
      />
    );
  }
  const refusedScan = refused?.scan;
  return (
    <Waiting
      route={route}
      stop={stop}
      doors={station?.doors}
      refused={refused}
      onAnswer={answered}
      refusedScan={refusedScan}
      saved={saved}
      isPending={open.isPending}
      isKept={(each) => unsent.some(({ scan }) => scan === each.scan)}
      onLabel={(label) => {
        if (!open.isPending) open.mutate(label);
      }}
    />
  );
}

/** Why no door opened; `scan` when the station itself said no. */
interface Refused {
  readonly said: Said | undefined;
  readonly error?: unknown;
  readonly scan?: Scan;
}

interface WaitingProps {
  readonly route: Route;
  readonly stop: Stop;
  readonly doors: Parameters<typeof Cabinet>[0]["doors"] | undefined;
  readonly refused: Refused | undefined;
  /** The scan that the station refused. */
  readonly refusedScan: Scan | undefined;
  readonly onAnswer: (scan: Scan) => void;
  readonly saved: Pick<Scan, "id" | "compartment"> | undefined;
  readonly isPending: boolean;
  readonly isKept: (drop: Drop) => boolean;
  readonly onLabel: (label: string) => void;
}

/** No door is open: what comes next, and the three ways to scan it. */
function Waiting({ route, stop, doors, refused, refusedScan, onAnswer, saved, isPending, isKept, onLabel }: WaitingProps) {
  const say = useSay(words);
  const sayWrong = useSay(wrongWords);
  const wrong = useProblem(refusedScan?.id ?? saved?.id ?? "", onAnswer);
  const go = useGo();
  const waiting = left(stop).filter((drop) => !isKept(drop));
  const next = waiting[0];
  const following = nextStop(route);
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-3">
        <Progress
          done={stop.drops.filter((drop) => drop.state === "deposited" || isKept(drop)).length}
          skipped={stop.drops.filter(({ state }) => state === "skipped").length}
          all={stop.drops.length}
        />
        {saved !== undefined && (
          <Notice
            kind="good"
            title={say("door.saved", { door: saved.compartment })}
            announce
            actions={
              <Button isPending={wrong.isPending} onPress={() => wrong.mutate("wrong_parcel")}>
                {sayWrong("wrong.wrong_parcel")}
              </Button>
            }
          />
        )}
        {refused && <Refusal {...refused} onGiveUp={refusedScan && (() => wrong.mutate(meantBy(refusedScan.reason)))} />}
        {wrong.isError && <Failed error={wrong.error} />}
        {isPending && (
          <Notice kind="info" title={say("scan.working")} announce>
            {say("scan.working_why")}
          </Notice>
        )}
        {next ? (
          <>
            <ul className="grid">
              <DropRow drop={next} isNext isKept={false} />
            </ul>
            {doors && (
              <Cabinet label={stop.name} doors={doors} highlight={next.compartment} className="mx-auto max-w-sm [&_svg]:max-h-[28dvh]" />
            )}
            {stop.drops.length > 1 && <h2 className="text-lead">{say("stop.list")}</h2>}
            <ol className="grid gap-2">
              {[...waiting, ...stop.drops.filter((drop) => !waiting.includes(drop))]
                .filter((drop) => drop !== next)
                .map((drop) => (
                  <DropRow key={drop.parcel} drop={drop} isNext={false} isKept={isKept(drop)} />
                ))}
            </ol>
          </>
        ) : (
          leftAt(stop) === 0 && <Notice kind="good" title={say("stop.finished")} />
        )}
        {route.state === "active" && next && <CollectLink stop={stop} />}
        {route.state === "active" && next && (
          <To href={`${stopHref(stop.station)}/kiosk`} className="flex min-h-12 items-center gap-2 text-accent">
            <CloudOffIcon />
            {say("kiosk.link")}
          </To>
        )}
        {route.state === "active" && next && <GiveUpStop route={route.id} stop={stop} />}
        {stop.address !== null && (
          <a href={`geo:${stop.lat},${stop.lon}`} className="flex min-h-12 items-center gap-2 text-accent">
            <PinIcon />
            {stop.address}
          </a>
        )}
      </div>
      {route.state === "planned" ? (
        <Thumb>
          <p className="text-center">{say("stop.not_started")}</p>
          <Huge onPress={() => go("/courier/")}>{say("stop.to_route")}</Huge>
        </Thumb>
      ) : next ? (
        <ScanBox onLabel={onLabel} isPending={isPending} />
      ) : toTakeOut(stop).length > 0 ? (
        <CollectThumb stop={stop} />
      ) : (
        <Thumb>
          <Huge icon={<NextIcon size={28} />} onPress={() => go(following ? stopHref(following.station) : "/courier/")}>
            {following ? say("stop.next_stop", { stop: following.name }) : say("stop.to_route")}
          </Huge>
        </Thumb>
      )}
    </div>
  );
}

/** What the station's no means for the compartment: it is not empty, or it does not open. */
const meantBy = (reason: string | null): Problem => (reason === "unexpected_state" ? "not_empty" : "will_not_open");

function Refusal({ said, error, onGiveUp }: Refused & { onGiveUp: (() => void) | undefined }) {
  const say = useSay(words);
  const sayWrong = useSay(wrongWords);
  if (said === undefined && error !== undefined) return <Failed error={error} />;
  return (
    <Notice
      kind="error"
      title={said === undefined ? say("no.refused") : say(`no.${said}`)}
      actions={onGiveUp && <Button onPress={onGiveUp}>{sayWrong("next.another")}</Button>}
    >
      {said === undefined ? say("no.other_body") : say(`no.${said}_body`)}
    </Notice>
  );
}

function DropRow({ drop, isNext, isKept }: { drop: Drop; isNext: boolean; isKept: boolean }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const isDone = isKept || drop.state === "deposited";
  return (
    <li
      className={`flex min-h-16 items-center gap-4 rounded-medium border bg-surface px-4 py-2 ${isNext ? "border-2 border-accent" : "border-line"}`}
    >
      <span className="grid min-w-14 justify-items-center">
        <span className="text-small text-ink-soft">{sayShared("door", { number: "" }).trim()}</span>
        <span className="text-title leading-none font-bold">{drop.compartment}</span>
      </span>
      <span className="grid min-w-0 flex-1">
        <span className="font-mono text-lead">{grouped(drop.number)}</span>
        <span className="text-small text-ink-soft">
          {sayShared(`size.${drop.size}`)} · {isKept ? say("door.kept") : say(`drop.${drop.state}`)}
        </span>
      </span>
      {isDone && (
        <span className="text-good">
          <CheckIcon size={26} />
        </span>
      )}
      {isNext && <span className="rounded-full bg-accent px-3 py-1 text-small font-semibold text-on-accent">{say("stop.next")}</span>}
    </li>
  );
}
