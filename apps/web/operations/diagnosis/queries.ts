import type { Look } from "@pigeonhole/devices/diagnostics/contract";
import { ask } from "@pigeonhole/ui/ask";
import { queryOptions } from "@tanstack/react-query";
import { looks } from "../../shell/api.ts";

/** While a look is open it is read again so often. Milliseconds. */
const liveMs = 2_000;

/** The latest look inside a station; null when there was none. */
export const lookQuery = (station: string) =>
  queryOptions({
    queryKey: ["look", `station:${station}`],
    refetchInterval: ({ state }) => (state.data && state.data.endedAt === null ? liveMs : false),
    queryFn: async () => ((await ask(looks.stations[":station"].diagnosis.$get({ param: { station } }))) as Look | undefined) ?? null,
  });
