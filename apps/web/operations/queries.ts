import { ask, codeOf } from "@pigeonhole/ui/ask";
import { placeDoors } from "@pigeonhole/network/layout";
import { mostActors } from "@pigeonhole/identity/names/contract";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import {
  actors,
  audit,
  couriers,
  deadLetters,
  devices,
  identity,
  invariants,
  network,
  notifications,
  parcels,
  redirects,
  reservations,
  retrievals,
  returns,
} from "../shell/api.ts";

/** Asked again by itself: a station that falls silent sends no hint. Milliseconds. */
const anywayMs = 15_000;
/** Most that one answer of the contract holds. */
export const mostStations = 5_000;

export const stationsQuery = queryOptions({
  queryKey: ["stations"],
  staleTime: 60_000,
  queryFn: () => ask(network.stations.$get({ query: { limit: String(mostStations) } })),
});
export const foundQuery = (q: string) =>
  queryOptions({ queryKey: ["stations", q], queryFn: () => ask(network.stations.$get({ query: { q, limit: "50" } })) });
export const devicesQuery = queryOptions({
  queryKey: ["devices"],
  refetchInterval: anywayMs,
  meta: {
    topics: (answer) =>
      ((answer as { devices: { station: string }[] } | undefined)?.devices ?? []).map(({ station }) => `station:${station}`),
  },
  queryFn: () => ask(devices.devices.$get({ query: {} })),
});

export const stationQuery = (station: string) =>
  queryOptions({
    queryKey: ["station", `station:${station}`],
    queryFn: async () => {
      const whole = await ask(network.stations[":station"].$get({ param: { station } }));
      return { ...whole, doors: placeDoors(whole.layout) };
    },
  });
/** Null for a station without a device. */
export const deviceQuery = (station: string) =>
  queryOptions({
    queryKey: ["device", `station:${station}`],
    refetchInterval: anywayMs,
    queryFn: async () => {
      try {
        return await ask(devices.stations[":station"].device.$get({ param: { station } }));
      } catch (error) {
        if (codeOf(error) === "not_found") return null;
        throw error;
      }
    },
  });
export const compartmentsQuery = (station: string) =>
  queryOptions({
    queryKey: ["compartments", `station:${station}`],
    queryFn: async () => (await ask(reservations.stations[":station"].compartments.$get({ param: { station } }))).compartments,
  });
export const reservationsQuery = (station: string) =>
  queryOptions({
    queryKey: ["reservations", `station:${station}`],
    queryFn: async () => (await ask(reservations.stations[":station"].reservations.$get({ param: { station } }))).reservations,
  });
/** What somebody has to look into. */
export const inspectionsQuery = (station: string) =>
  queryOptions({
    queryKey: ["inspections", `station:${station}`],
    queryFn: async () => (await ask(reservations.inspections.$get({ query: { station } }))).inspections,
  });

/** The same of every station, the oldest first. */
export const allInspectionsQuery = queryOptions({
  queryKey: ["inspections"],
  refetchInterval: anywayMs,
  queryFn: async () => (await ask(reservations.inspections.$get({ query: { limit: "200" } }))).inspections,
});
/** Parcels that couriers could not put in and that have no place yet. */
export const problemsQuery = queryOptions({
  queryKey: ["delivery-problems"],
  refetchInterval: anywayMs,
  queryFn: async () => (await ask(couriers["delivery-problems"].$get({ query: { limit: "200" } }))).problems,
});
/** What couriers have to take out. */
export const retrievalsQuery = queryOptions({
  queryKey: ["retrievals"],
  refetchInterval: anywayMs,
  queryFn: async () => (await ask(retrievals.retrievals.$get({ query: { limit: "500" } }))).retrievals,
});
/** Sendings that nobody collected, the oldest first. */
export const undeliveredQuery = queryOptions({
  queryKey: ["returns", { state: "undelivered" }],
  refetchInterval: anywayMs,
  queryFn: async () => (await ask(returns.returns.$get({ query: { state: "undelivered", limit: 200 } }))).returns.toReversed(),
});
/** Parcels that go to another station than planned. */
export const redirectsQuery = queryOptions({
  queryKey: ["redirects"],
  refetchInterval: anywayMs,
  queryFn: async () => (await ask(redirects.redirects.$get({ query: { limit: "200" } }))).redirects,
});
/** Shops and carriers. */
export const tenantsQuery = queryOptions({
  queryKey: ["tenants"],
  staleTime: 60_000,
  queryFn: async () => (await ask(identity.tenants.$get())).tenants,
});
/** What actors are called, as far as the one who asks may know; nobody else's names are in the answer. */
export const namesQuery = (of: readonly string[]) => {
  const asked = [...new Set(of.filter((actor) => /^(operator|courier|shop|carrier):/.test(actor)))].toSorted().slice(0, mostActors);
  return queryOptions({
    queryKey: ["actor-names", ...asked],
    enabled: asked.length > 0,
    staleTime: 5 * 60_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: async () => (await ask(actors["actor-names"].$post({ json: { actors: asked } }))).names as Readonly<Record<string, string>>,
  });
};
/** Couriers whose user name begins with this. */
export const couriersQuery = (q: string) =>
  queryOptions({
    queryKey: ["courier-search", q],
    queryFn: async () => (await ask(actors["courier-search"].$get({ query: { q } }))).couriers,
  });
/** What always has to hold, and where it does not. */
export const invariantsQuery = queryOptions({
  queryKey: ["invariants"],
  refetchInterval: anywayMs,
  queryFn: () => ask(invariants.invariants.$get({ query: {} })),
});
/** What modules could not apply. */
export const deadLettersQuery = queryOptions({
  queryKey: ["dead-letters"],
  refetchInterval: anywayMs,
  queryFn: () => ask(deadLetters["dead-letters"].$get({ query: {} })),
});

const eventsPerPage = 20;
export const eventsQuery = (station: string, type: string | undefined, compartment: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["events", `station:${station}`, type, compartment],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam }) =>
      (
        await ask(
          devices.stations[":station"].events.$get({
            param: { station },
            query: {
              limit: String(eventsPerPage),
              ...(type ? { type } : {}),
              ...(compartment ? { compartment } : {}),
              ...(pageParam === undefined ? {} : { beforeSeq: String(pageParam) }),
            },
          }),
        )
      ).events,
    getNextPageParam: (page) => (page.length < eventsPerPage ? undefined : page.at(-1)?.seq),
  });

export const parcelQuery = (parcel: string) =>
  queryOptions({ queryKey: ["parcel", `parcel:${parcel}`], queryFn: () => ask(parcels.parcels[":id"].$get({ param: { id: parcel } })) });
/** By number, else by label, else by order. */
export const parcelsByTextQuery = (text: string) =>
  queryOptions({
    queryKey: ["parcels", text],
    queryFn: async () => {
      const number = /^\d{12}$/.exec(text.replaceAll(/[\s-]/g, ""))?.[0];
      for (const query of [...(number === undefined ? [] : [{ number }]), { label: text }, { orderId: text }]) {
        const { parcels: found } = await ask(parcels.parcels.$get({ query }));
        if (found.length > 0) return found;
      }
      return [];
    },
  });
export const messagesQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["messages", `parcel:${parcel}`],
    queryFn: async () => (await ask(notifications.parcels[":parcel"].messages.$get({ param: { parcel } }))).messages,
  });

const entriesPerPage = 100;
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly station?: string | undefined;
  readonly compartment?: string | undefined;
  readonly result?: string | undefined;
  readonly parcel?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", filter],
    initialPageParam: undefined as number | undefined,
    queryFn: async ({ pageParam }) => {
      const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ""));
      return (
        await ask(
          audit.audit.$get({
            query: { ...given, limit: String(entriesPerPage), ...(pageParam === undefined ? {} : { beforeSeq: String(pageParam) }) },
          }),
        )
      ).entries;
    },
    getNextPageParam: (page) => (page.length < entriesPerPage ? undefined : page.at(-1)?.seq),
  });
