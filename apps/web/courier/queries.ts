import { ask, codeOf } from "@pigeonhole/ui/ask";
import type { Route } from "@pigeonhole/couriers/contract";
import { placeDoors } from "@pigeonhole/network/layout";
import { queryOptions } from "@tanstack/react-query";
import { couriers, network } from "../shell/api.ts";
import { kept } from "../shell/kept.ts";

/** Asked again by itself even when no hint comes: a phone in a yard loses its stream without noticing. Milliseconds. */
const anywayMs = 20_000;
/** Tokens are good for a day; asked again so often, a fresh one is always at hand. Milliseconds. */
const rightsEveryMs = 600_000;

/** The signed-in courier's route; null when there is none today. */
export const routeQuery = queryOptions({
  queryKey: ["route"],
  refetchInterval: anywayMs,
  meta: { topics: (route) => (route ? [`route:${(route as Route).id}`] : []) },
  queryFn: async () => {
    try {
      return (await kept("courier:route", () => ask(couriers.my.route.$get()))).value;
    } catch (error) {
      if (codeOf(error) === "no_route") return null;
      throw error;
    }
  },
});

/** What opens doors at stations without a connection, fetched while there is one and kept on this phone. */
export const rightsQuery = queryOptions({
  queryKey: ["rights"],
  refetchInterval: rightsEveryMs,
  meta: { topics: () => [] },
  queryFn: async () => (await kept("courier:rights", () => ask(couriers.my.route.rights.$get()))).value.rights,
});

/** One opened door, until it is answered for. Asked often: the courier stands before it. */
export const scanQuery = (scan: string, route: string) =>
  queryOptions({
    queryKey: ["scan", scan, `route:${route}`],
    refetchInterval: 2_000,
    queryFn: () => ask(couriers.scans[":id"].$get({ param: { id: scan } })),
  });

export const stationQuery = (station: string) =>
  queryOptions({
    queryKey: ["station", station],
    staleTime: 3_600_000,
    queryFn: async () => {
      const { value } = await kept(`courier:station:${station}`, () => ask(network.stations[":station"].$get({ param: { station } })));
      const { layout, supportPhone, timeZone, address } = value;
      return { doors: placeDoors(layout), supportPhone, timeZone, address };
    },
  });
