import type { Metric } from "@pigeonhole/devices/telemetry/contract";
import { ask } from "@pigeonhole/ui/ask";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { curves } from "../../shell/api.ts";

/** How far back a reader looks. */
export const ranges = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, quarter: 90 * 86_400_000 } as const;
export type Range = keyof typeof ranges;
export const isRange = (text: string | undefined): text is Range => text !== undefined && Object.hasOwn(ranges, text);

/** Samples come every minute or more often. Milliseconds. */
const anywayMs = 20_000;

export const curveQuery = (station: string, metric: Metric, range: Range) =>
  queryOptions({
    queryKey: ["curve", `station:${station}`, metric, range],
    refetchInterval: range === "hour" || range === "day" ? anywayMs : 60_000,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const to = Date.now();
      const from = to - ranges[range];
      const curve = await ask(
        curves.stations[":station"].telemetry.$get({
          param: { station },
          query: { metric, from: new Date(from).toISOString(), to: new Date(to + 60_000).toISOString() },
        }),
      );
      return { ...curve, fromMs: from, toMs: to };
    },
  });
