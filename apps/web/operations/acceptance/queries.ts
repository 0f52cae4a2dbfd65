import { ask } from "@pigeonhole/ui/ask";
import { queryOptions } from "@tanstack/react-query";
import { acceptances } from "../../shell/api.ts";

export const acceptanceQuery = (station: string) =>
  queryOptions({
    queryKey: ["acceptance", `station:${station}`],
    queryFn: () => ask(acceptances.stations[":station"].acceptance.$get({ param: { station } })),
  });
/** Stations that take nothing in until they have been accepted anew. */
export const acceptancesNeededQuery = queryOptions({
  queryKey: ["acceptances-needed"],
  refetchInterval: 15_000,
  queryFn: async () => (await ask(acceptances["acceptances-needed"].$get({ query: {} }))).stations,
});
