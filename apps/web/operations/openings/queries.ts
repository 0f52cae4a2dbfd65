import { ask } from "@pigeonhole/ui/ask";
import { queryOptions } from "@tanstack/react-query";
import { staffOpenings } from "../../shell/api.ts";

/** A colleague waits for it: asked again so often. Milliseconds. */
const everyMs = 5_000;

/** Doors that staff want to open, and what became of the latest; the newest first. */
export const openingsQuery = queryOptions({
  queryKey: ["openings"],
  refetchInterval: everyMs,
  queryFn: async () => (await ask(staffOpenings.openings.$get({ query: { limit: "50" } }))).openings,
});
