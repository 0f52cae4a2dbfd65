import type { Route } from "@pigeonhole/couriers/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useChanges } from "@pigeonhole/ui/changes.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { couriers } from "../../shell/api.ts";
import { To, useParam } from "../../shell/to.tsx";
import { auditOf, parcelAt, stationAt } from "../addresses.ts";
import { namesQuery } from "../queries.ts";
import { words } from "./words.ts";

/** The latest routes of one courier, at most. */
const shown = 10;
const routesOf = (courier: string) =>
  queryOptions({
    queryKey: ["routes", courier],
    queryFn: async () => (await ask(couriers.routes.$get({ query: { courier, limit: String(shown) } }))).routes,
    meta: { topics: (answer) => ((answer as readonly Route[] | undefined) ?? []).map(({ id }) => `route:${id}`) },
  });

/** One courier: what they have brought and taken out, and where, the latest route first. */
export function CourierPage() {
  const id = useParam("courier");
  const say = useSay(words);
  const actor = `courier:${id}`;
  const name = useQuery(namesQuery([actor])).data?.[actor];
  const routes = useQuery(routesOf(id));
  useChanges((routes.data ?? []).slice(0, 5).map((route) => `route:${route.id}`));
  if (routes.isPending) return <Spinner onRetry={() => void routes.refetch()} />;
  if (!routes.data)
    return (
      <div className="page py-6">
        <Failed heading error={routes.error} onRetry={() => void routes.refetch()} />
      </div>
    );
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <header className="flex flex-wrap items-baseline justify-between gap-3">
        <h1 className="text-display wrap-anywhere">{name ?? say("somebody", { id: id.slice(-8) })}</h1>
        <To href={auditOf({ actor })} className="text-accent underline underline-offset-4">
          {say("audit")}
        </To>
      </header>
      {routes.data.length === 0 && (
        <Notice kind="empty" title={say("none")}>
          {say("none_body")}
        </Notice>
      )}
      {routes.data.map((route) => (
        <RouteCard key={route.id} route={route} />
      ))}
    </div>
  );
}

function RouteCard({ route }: { route: Route }) {
  const say = useSay(words);
  const formats = useFormats();
  return (
    <section className="card grid gap-3 p-4 lg:p-5" aria-label={route.name}>
      <h2 className="flex flex-wrap items-baseline gap-x-3 text-title">
        {route.name}
        <span className="text-body font-normal text-ink-soft">
          {formats.day(route.day)}, {say(`route.${route.state}`)}
        </span>
      </h2>
      <ol className="grid gap-3">
        {route.stops
          .toSorted((a, b) => a.position - b.position)
          .map((stop) => (
            <li key={stop.station} className="grid gap-1 border-t border-line pt-3 first:border-0 first:pt-0">
              <To href={stationAt(stop.station)} className="justify-self-start font-semibold text-accent underline underline-offset-4">
                {stop.name}
              </To>
              <ul className="grid gap-x-6 gap-y-0.5 sm:grid-cols-2 xl:grid-cols-3">
                {stop.drops.map((drop) => (
                  <Row
                    key={drop.parcel}
                    parcel={drop.parcel}
                    number={drop.number}
                    state={say(`drop.${drop.state}`)}
                    door={drop.compartment}
                  />
                ))}
                {stop.retrievals.map((each) => (
                  <Row key={each.id} parcel={each.parcel} number={each.number} state={say(`out.${each.state}`)} door={each.compartment} />
                ))}
              </ul>
            </li>
          ))}
      </ol>
    </section>
  );
}

function Row({ parcel, number, state, door }: { parcel: string; number: string; state: string; door: number }) {
  const say = useSay(words);
  return (
    <li className="flex flex-wrap items-baseline gap-x-3">
      <To data-row href={parcelAt(parcel)} className="inline-flex min-h-6 items-center font-mono text-accent underline underline-offset-4">
        {grouped(number)}
      </To>
      <span className="text-small text-ink-soft">
        {say("door", { door })}, {state}
      </span>
    </li>
  );
}
