import { ask } from "@pigeonhole/ui/ask";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { KioskApp } from "./app.tsx";
import { lockDown } from "./lockdown.ts";
import { commissioning } from "./technician/api.ts";
import { TechnicianApp } from "./technician/technician-app.tsx";

/** Milliseconds. */
const lookMs = 10_000;

/** Whose screen this is: the technician's while the cabinet is commissioned, everybody's afterwards. */
export function Entrance() {
  const asked = useQuery({
    queryKey: ["commissioning", "first"],
    queryFn: () => ask(commissioning.$get()),
    staleTime: Number.POSITIVE_INFINITY,
    // The station may be started again for its technician while this page stands.
    refetchInterval: ({ state }) => (state.data?.commissioning ? false : lookMs),
    retry: false,
  });
  const first = asked.data?.commissioning ?? null;
  const isTechnicians = first !== null;
  // A technician pastes a token; strangers find nothing of the browser.
  useEffect(() => (isTechnicians ? undefined : lockDown()), [isTechnicians]);
  if (asked.isPending) return <main className="flex-1" />;
  // A cabinet that does not answer is the kiosk's to tell.
  return first === null ? <KioskApp /> : <TechnicianApp first={first} />;
}
