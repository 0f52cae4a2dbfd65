import { systemNow } from "@pigeonhole/kit/clock";
import { codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { NotLive, useChanges } from "@pigeonhole/ui/changes.tsx";
import { ErrorBoundary } from "@pigeonhole/ui/error-boundary.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { ListIcon, MapIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { metresBetween } from "../places/search.ts";
import { useConfig } from "../shell/config.ts";
import { useWide } from "../shell/wide.ts";
import { PlaceField } from "./place-field.tsx";
import { searchQuery } from "./queries.ts";
import { SizePicker } from "./size-picker.tsx";
import { PassedOverRow, StationRow } from "./station-row.tsx";
import { pointOf, rememberedPlace, rememberPlace, type Wish } from "./wish.ts";
import { words } from "./words.ts";

const StationMap = lazy(() => import("./station-map.tsx").then(({ StationMap: it }) => ({ default: it })));
const route = getRouteApi("/");

/** Choose a locker: place, size, filters; list beside map, list first on phones. */
export function Choose() {
  const say = useSay(words);
  const config = useConfig();
  const asked = route.useSearch();
  const navigate = route.useNavigate();
  const isWide = useWide();
  const [view, setView] = useState<"list" | "map">("list");
  const [marked, mark] = useState<string>();
  const known = useMemo(rememberedPlace, []);
  const { home } = config;
  const wish: Wish = useMemo(() => {
    if (pointOf(asked)) return asked;
    return { ...asked, ...(known ?? (home ? { place: home.name, lat: home.lat, lon: home.lon } : {})) };
  }, [asked, known, home]);
  const { lat, lon } = wish;
  const point = useMemo(() => (lat !== undefined && lon !== undefined ? { lat, lon } : undefined), [lat, lon]);
  const change = (part: Wish) => {
    const next = { ...wish, ...part };
    if (pointOf(part)) rememberPlace(next);
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const map = point && (
    <ErrorBoundary instead={<Notice kind="warn" title={say("map.failed")} />}>
      <Suspense fallback={<Spinner />}>
        <StationMap
          point={point}
          wish={wish}
          marked={marked}
          onMark={mark}
          onMove={(next) => change({ ...next, place: say("map.middle") })}
        />
      </Suspense>
    </ErrorBoundary>
  );

  return (
    <div className="mx-auto grid w-full max-w-[90rem] gap-6 px-4 py-6 lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)] lg:px-6">
      <section className="grid content-start gap-5">
        <h1 className="text-display">{say("choose.title")}</h1>
        <PlaceField
          current={wish.place ?? ""}
          near={point}
          hasGeocoder={config.geocoder ?? false}
          onChoose={({ name, lat: chosenLat, lon: chosenLon }) => change({ place: name, lat: chosenLat, lon: chosenLon })}
        />
        <SizePicker
          wish={wish}
          onChange={(parcel) =>
            void navigate({ search: { ...without(wish, "size", "l", "w", "h", "kg"), ...parcel }, replace: true, resetScroll: false })
          }
        />
        <Filters wish={wish} onChange={(next) => void navigate({ search: next, replace: true, resetScroll: false })} />
        {point ? (
          (view === "list" || isWide) && (
            <Results
              point={point}
              wish={wish}
              marked={marked}
              onMark={mark}
              onWish={(next) => void navigate({ search: next, replace: true, resetScroll: false })}
            />
          )
        ) : (
          <Notice kind="empty" title={say("choose.begin")}>
            {say("choose.begin_body")}
          </Notice>
        )}
        {!isWide && view === "map" && <div className="h-[62dvh] overflow-hidden rounded-large border border-line">{map}</div>}
      </section>
      {isWide && (
        <div className="sticky top-6 h-[calc(100dvh-9rem)] min-h-96 overflow-hidden rounded-large border border-line bg-sunken">{map}</div>
      )}
      {!isWide && point && (
        <div className="pointer-events-none sticky bottom-4 z-10 grid justify-items-center">
          <div className="pointer-events-auto rounded-medium shadow-raised">
            <Button
              look="plain"
              icon={view === "list" ? <MapIcon /> : <ListIcon />}
              onPress={() => setView(view === "list" ? "map" : "list")}
            >
              {say(view === "list" ? "choose.map" : "choose.list")}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}

const without = (wish: Wish, ...keys: readonly (keyof Wish)[]): Wish =>
  Object.fromEntries(Object.entries(wish).filter(([key]) => !keys.includes(key as keyof Wish)));

function Filters({ wish, onChange }: { wish: Wish; onChange: (wish: Wish) => void }) {
  const say = useSay(words);
  const filters = [
    ["stepFree", say("choose.stepfree")],
    ["open", say("choose.open")],
  ] as const;
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">{say("choose.filters")}</legend>
      {filters.map(([key, label]) => (
        <label
          key={key}
          className="relative inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-full border border-line-strong bg-surface px-4 text-small font-medium hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-checked:text-on-accent-soft has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
        >
          <input
            type="checkbox"
            checked={wish[key] ?? false}
            onChange={(event) => onChange(event.target.checked ? { ...wish, [key]: true } : without(wish, key))}
            className="size-4 accent-(--accent)"
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

function Results({
  point,
  wish,
  marked,
  onMark,
  onWish,
}: {
  point: { lat: number; lon: number };
  wish: Wish;
  marked: string | undefined;
  onMark: (station: string | undefined) => void;
  onWish: (wish: Wish) => void;
}) {
  const say = useSay(words);
  const formats = useFormats();
  const openAt = useMemo(() => (wish.open ? systemNow().toISOString() : undefined), [wish.open]);
  const search = useQuery(searchQuery(point, wish, openAt));
  const candidates = search.data?.candidates ?? [];
  const liveness = useChanges(candidates.map(({ station }) => `station:${station}`));
  if (search.isPending) return <Spinner onRetry={() => void search.refetch()} />;
  if (codeOf(search.error) === "does_not_fit")
    return (
      <Notice kind="warn" title={say("choose.does_not_fit")} announce>
        {say("choose.does_not_fit_body")}
      </Notice>
    );
  if (!search.data) return <Failed error={search.error} onRetry={() => void search.refetch()} />;
  const hasFilter = (wish.stepFree ?? false) || (wish.open ?? false);
  const place = wish.place || say("map.middle");
  if (candidates.length === 0) {
    return (
      <Notice
        kind="empty"
        title={say("choose.none")}
        announce
        actions={
          hasFilter && (
            <Button size="small" onPress={() => onWish(without(wish, "stepFree", "open"))}>
              {say("choose.clear")}
            </Button>
          )
        }
      >
        {say("choose.none_body", { distance: formats.distance(search.data.radiusMetres), place })}
      </Notice>
    );
  }
  // A filter is the visitor's own reason; only what they could not know is explained.
  const passedOver = hasFilter ? [] : search.data.passedOver;
  const nextBest = (at: { lat: number; lon: number }) => candidates.toSorted((a, b) => metresBetween(at, a) - metresBetween(at, b))[0];
  return (
    <section className="grid gap-3" aria-busy={search.isPlaceholderData}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-lead">
          {say("choose.found", { count: candidates.length })}{" "}
          <span className="font-normal text-ink-soft">{say("choose.near", { place })}</span>
        </h2>
        <p role="status" className="sr-only">
          {say("choose.found", { count: candidates.length })}
        </p>
        <p className="text-small text-ink-soft">{say("choose.as_of", { time: formats.time(search.data.asOf) })}</p>
      </div>
      <NotLive liveness={liveness} />
      {search.data.widened && (
        <Notice kind="info" title={say("choose.widened", { distance: formats.distance(search.data.radiusMetres), place })} />
      )}
      <ul className="grid gap-3">
        {[
          ...candidates.map((candidate) => ({
            metres: candidate.distanceMetres,
            key: candidate.station,
            row: <StationRow candidate={candidate} wish={wish} isMarked={marked === candidate.station} onHover={onMark} />,
          })),
          ...passedOver.map((station) => ({
            metres: station.distanceMetres,
            key: station.station,
            row: <PassedOverRow station={station} instead={nextBest(station)} />,
          })),
        ]
          .toSorted((a, b) => a.metres - b.metres)
          .map(({ key, row }) => (
            <Row key={key}>{row}</Row>
          ))}
      </ul>
    </section>
  );
}

const Row = ({ children }: { children: React.ReactNode }) => children;
