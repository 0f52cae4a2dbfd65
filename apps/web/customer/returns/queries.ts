import { ask } from "@pigeonhole/ui/ask";
import type { Size } from "@pigeonhole/network/layout";
import { queryOptions } from "@tanstack/react-query";
import type { Point } from "../../places/search.ts";
import { returnOffers, returns } from "../../shell/api.ts";
import { kept } from "../../shell/kept.ts";

export const offerQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["return-offer", parcel],
    queryFn: () => ask(returnOffers.parcels[":id"]["return-offer"].$get({ param: { id: parcel } })),
  });
export const authorisationsQuery = queryOptions({
  queryKey: ["return-authorisations"],
  queryFn: () => ask(returnOffers["return-authorisations"].$get({ query: {} })),
});
export const returnListQuery = queryOptions({
  queryKey: ["returns"],
  queryFn: () => ask(returns.returns.$get({ query: { limit: 100 } })),
});
/** These two are kept on this device, so that the code opens a compartment without a network once the page was opened. */
export const returnQuery = (id: string) =>
  queryOptions({
    queryKey: ["return", id, `parcel:${id}`],
    queryFn: () => kept(`return/${id}`, () => ask(returns.returns[":id"].$get({ param: { id } }))),
  });
export const dropOffQuery = (id: string) =>
  queryOptions({
    queryKey: ["drop-off", id, `parcel:${id}`],
    queryFn: () => kept(`drop-off/${id}`, () => ask(returns.returns[":id"].code.$get({ param: { id } }))),
  });
/** Stations around `point` with a compartment to spare. */
export const placesQuery = (point: Point | undefined, size: Size) =>
  queryOptions({
    queryKey: ["return-places", point?.lat, point?.lon, size],
    enabled: point !== undefined,
    queryFn: () => ask(returns["return-places"].$get({ query: { lat: point!.lat, lon: point!.lon, size } })),
  });
