import { ask, codeOf } from "@pigeonhole/ui/ask";
import { useChanges, NotLive } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { BackIcon, NextIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { Retrieval } from "@pigeonhole/couriers/retrievals/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { newKey, retrievals } from "../shell/api.ts";
import { To, useGo } from "../shell/to.tsx";
import { CollectDoor } from "./collect-door.tsx";
import { CollectList } from "./collect-list.tsx";
import { feel } from "./feel.ts";
import { nextStop, toTakeOut, type Stop } from "./progress.ts";
import { routeQuery, stationQuery } from "./queries.ts";
import { saidOfCode, saidOfReason } from "./refusals.ts";
import { Huge, stopHref, Thumb } from "./route-page.tsx";
import { useUnsent } from "./unsent.ts";
import { words as collectWords } from "./words-collect.ts";
import { words } from "./words.ts";

/** What has to come out at one station: one door after the other, one tap each (N4). */
export function CollectPage({ station }: { station: string }) {
  const say = useSay(words);
  const sayCollect = useSay(collectWords);
  const route = useQuery(routeQuery);
  const liveness = useChanges(route.data ? [`route:${route.data.id}`] : []);
  if (route.isPending) return <Spinner onRetry={() => void route.refetch()} />;
  const stop = route.data?.stops.find((each) => each.station === station);
  if (!route.data || !stop)
    return (
      <div className="page py-6">
        {route.isError ? (
          <Failed heading error={route.error} onRetry={() => void route.refetch()} />
        ) : (
          <Notice kind="empty" heading title={say("stop.missing")} actions={<To href="/courier/">{say("stop.to_route")}</To>} />
        )}
      </div>
    );
  const following = nextStop(route.data);
  return (
    <div className="grid grid-rows-[auto_1fr]">
      <div className="page grid gap-2 pt-2">
        <h1 className="flex items-center gap-1 text-title">
          <To href={stopHref(station)} aria-label={say("stop.back")} className="-ms-3 grid size-12 shrink-0 place-items-center text-ink">
            <BackIcon size={26} />
          </To>
          <span className="min-w-0">{sayCollect("title")}</span>
        </h1>
        <NotLive liveness={liveness} />
      </div>
      <Collecting stop={stop} nextHref={following ? stopHref(following.station) : "/courier/"} nextName={following?.name} />
    </div>
  );
}

function Collecting({ stop, nextHref, nextName }: { stop: Stop; nextHref: string; nextName: string | undefined }) {
  const say = useSay(words);
  const sayCollect = useSay(collectWords);
  const go = useGo();
  const queries = useQueryClient();
  const unsent = useUnsent();
  const station = useQuery(stationQuery(stop.station)).data;
  /** One door opens after the other by itself, until one will not. */
  const [isBulk, setBulk] = useState(false);
  const [refused, setRefused] = useState<{ readonly of: Retrieval; readonly reason: string | null; readonly error?: unknown }>();
  const waiting = toTakeOut(stop).filter(({ id }) => !unsent.some((word) => word.kind === "taken_out" && word.retrieval === id));
  const current = waiting.find(({ state }) => state === "opened");
  const refresh = () => queries.invalidateQueries({ queryKey: routeQuery.queryKey });
  const open = useMutation({
    mutationFn: (of: Retrieval) =>
      ask(retrievals.retrievals[":id"].open.$post({ param: { id: of.id }, header: { "idempotency-key": newKey() } })),
    onMutate: () => setRefused(undefined),
    onSuccess: async (now, of) => {
      feel(now.attempt?.outcome === "opened" ? "open" : "bad");
      if (now.attempt?.outcome === "refused") {
        setBulk(false);
        setRefused({ of, reason: now.attempt.reason });
      }
      await refresh();
    },
    onError: (error, of) => {
      feel("bad");
      setBulk(false);
      setRefused({ of, reason: null, error });
    },
  });
  // The next one, as soon as the station has taken the last one off our hands.
  const next = isBulk && !current && !open.isPending ? waiting[0] : undefined;
  const begun = useRef<string>(undefined);
  useEffect(() => {
    if (!next || begun.current === next.id) return;
    begun.current = next.id;
    open.mutate(next);
  }, [next, open]);
  if (current)
    return (
      <CollectDoor
        key={current.id}
        retrieval={current}
        doors={station?.doors}
        stationName={stop.name}
        isLast={waiting.length === 1}
        isBulk={isBulk}
        onAgain={() => open.mutate(current)}
        onDone={(what) => {
          feel(what === "out" ? "good" : "bad");
          void refresh();
        }}
      />
    );
  const taken = stop.retrievals.filter(({ state }) => state === "taken_out").length + toTakeOut(stop).length - waiting.length;
  const said = refused && (refused.error === undefined ? saidOfReason(refused.reason) : saidOfCode(codeOf(refused.error)));
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-3">
        {waiting.length > 0 && <p>{sayCollect("body")}</p>}
        {refused && (
          <Notice kind="error" title={said ? say(`no.${said}`) : say("no.refused")} announce>
            {said ? say(`no.${said}_body`) : say("no.other_body")}
          </Notice>
        )}
        {waiting.length === 0 && (
          <Notice kind="good" title={sayCollect("finished")} announce>
            {sayCollect("finished_body", { count: taken })}
          </Notice>
        )}
        <CollectList
          stop={stop}
          refused={refused?.of.id}
          isBusy={open.isPending}
          onOpen={(of) => {
            setBulk(false);
            open.mutate(of);
          }}
          onChanged={() => {
            setRefused(undefined);
            void refresh();
          }}
        />
      </div>
      <Thumb>
        {waiting.length > 0 ? (
          <Huge
            isPending={open.isPending}
            onPress={() => {
              begun.current = undefined;
              setBulk(true);
            }}
          >
            {sayCollect("all", { count: waiting.length })}
          </Huge>
        ) : (
          <Huge icon={<NextIcon size={28} />} onPress={() => go(nextHref)}>
            {nextName === undefined ? say("stop.to_route") : say("stop.next_stop", { stop: nextName })}
          </Huge>
        )}
      </Thumb>
    </div>
  );
}
