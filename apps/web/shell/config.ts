import { useQuery } from "@tanstack/react-query";

/** What `/config.json` says to every screen. Each member may be missing. */
export interface WebConfig {
  /** A raster tile template (`https://…/{z}/{x}/{y}.png`) or the URL of a MapLibre style (`….json`). Without it the map is drawn from Natural Earth alone. */
  readonly tileUrl?: string;
  readonly tileAttribution?: string;
  /** A town of invented people: the sign-in shows where its messages can be read. */
  readonly demo?: boolean;
  /** The page that shows every message of a demo. */
  readonly inboxUrl?: string;
  /** Where the map begins when the reader has named no place yet. */
  readonly home?: { readonly name: string; readonly lat: number; readonly lon: number };
  /** A geocoder is behind `/api/geocode?q=`: addresses can be searched, not only towns. */
  readonly geocoder?: boolean;
}

/** Loaded once; a server without it leaves every default. */
export const configQuery = {
  queryKey: ["config"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<WebConfig> => {
    const answer = await fetch("/config.json");
    return answer.ok && answer.headers.get("content-type")?.includes("json") ? ((await answer.json()) as WebConfig) : {};
  },
} as const;

export const useConfig = (): WebConfig => useQuery(configQuery).data ?? {};
