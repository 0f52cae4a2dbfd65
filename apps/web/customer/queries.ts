import { ask } from "@pigeonhole/ui/ask";
import type { Candidate, PassedOver } from "@pigeonhole/reservations/contract";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { access, network, parcels, reservations } from "../shell/api.ts";
import type { Point } from "../places/search.ts";
import { kept, type Kept } from "../shell/kept.ts";
import { parcelOf, type Wish } from "./wish.ts";

/** Free doors are asked again so often while a list is shown, hints apart. Milliseconds. */
const searchEveryMs = 20_000;
/** Stations around the reader that the map and the list know besides the candidates: within so many degrees of latitude. */
const aroundDegrees = 0.06;

interface Found {
  readonly candidates: readonly Candidate[];
  readonly passedOver: readonly PassedOver[];
  readonly radiusMetres: number;
  readonly widened: boolean;
  readonly asOf: string;
}

/** Lockers around `point` with a door for this parcel, nearest first. */
export const searchQuery = (point: Point, wish: Wish, openAt: string | undefined) => {
  const parcel = parcelOf(wish);
  return queryOptions({
    queryKey: ["search", point.lat, point.lon, parcel, wish.stepFree ?? false, wish.open ?? false],
    queryFn: async (): Promise<Found> =>
      ask(
        reservations.search.$get({
          query: {
            lat: point.lat,
            lon: point.lon,
            limit: 20,
            passedOver: 3,
            ...(parcel.dimensions ?? { size: parcel.size }),
            ...(wish.stepFree ? { stepFree: "true" as const } : {}),
            ...(openAt === undefined ? {} : { openAt }),
          },
        }),
      ),
    refetchInterval: searchEveryMs,
    placeholderData: keepPreviousData,
    meta: { topics: (answer) => (answer as Found | undefined)?.candidates.map(({ station }) => `station:${station}`) ?? [] },
  });
};

export const aroundQuery = (point: Point) => {
  const lonDegrees = aroundDegrees / Math.max(0.1, Math.cos((point.lat * Math.PI) / 180));
  const clamp = (value: number, most: number) => Math.min(most, Math.max(-most, value));
  return queryOptions({
    queryKey: ["stations", point.lat, point.lon],
    staleTime: 5 * 60_000,
    queryFn: () =>
      ask(
        network.stations.$get({
          query: {
            west: clamp(point.lon - lonDegrees, 180),
            east: clamp(point.lon + lonDegrees, 180),
            south: clamp(point.lat - aroundDegrees, 90),
            north: clamp(point.lat + aroundDegrees, 90),
          },
        }),
      ),
  });
};

export const stationQuery = (station: string) =>
  queryOptions({
    queryKey: ["station", station, `station:${station}`],
    staleTime: 60_000,
    queryFn: () => ask(network.stations[":station"].$get({ param: { station } })),
  });

export const reservationQuery = (reservation: string) =>
  queryOptions({
    queryKey: ["reservation", reservation, `reservation:${reservation}`],
    queryFn: () => ask(reservations.reservations[":id"].$get({ param: { id: reservation } })),
  });

export const parcelListQuery = queryOptions({
  queryKey: ["parcels"],
  queryFn: () => kept("parcels", () => ask(parcels.parcels.$get({ query: { limit: 100 } }))),
  meta: {
    topics: (answer) =>
      (answer as Kept<{ parcels: readonly { id: string }[] }> | undefined)?.value.parcels.map(({ id }) => `parcel:${id}`) ?? [],
  },
});

/** Parcels of one page of the history. */
const pastPerPage = 20;
/** What was, the newest first, page by page; those whose number or order begins with what is looked for. */
export const historyQuery = (begins: string) =>
  infiniteQueryOptions({
    queryKey: ["history", begins],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam }) =>
      ask(
        parcels.parcels.$get({
          query: {
            isPast: "true",
            limit: pastPerPage,
            ...(begins === "" ? {} : { begins }),
            ...(pageParam === undefined ? {} : { before: pageParam }),
          },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });

/** These three are kept on this device, so that the parcel page works without a network once it was opened. */
export const parcelQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["parcel", parcel, `parcel:${parcel}`],
    queryFn: () => kept(`parcel/${parcel}`, () => ask(parcels.parcels[":id"].$get({ param: { id: parcel } }))),
  });
export const pickupQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["pickup", parcel, `parcel:${parcel}`],
    queryFn: () => kept(`pickup/${parcel}`, () => ask(access.parcels[":parcel"].pickup.$get({ param: { parcel } }))),
  });
export const parcelStationQuery = (station: string) =>
  queryOptions({
    queryKey: ["parcel-station", station, `station:${station}`],
    staleTime: 60_000,
    queryFn: () => kept(`station/${station}`, () => ask(network.stations[":station"].$get({ param: { station } }))),
  });
