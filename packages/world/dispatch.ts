// The demo carrier's dispatcher: what customers order in the browser joins the courier's route of the day, so that a visitor can play
// every part. A real carrier does the same from its own system, through the same routes.
import type { CourierApi, Route } from "@pigeonhole/couriers/contract";
import { client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { must } from "./ask.ts";
import type { World } from "./world.ts";

type Town = Pick<World, "url" | "memory">;

/** Puts every parcel that waits for a courier and is on no route of that day onto one that is not done, or onto a new one. Returns how many. */
export async function dispatch({ url, memory }: Town, day: string): Promise<number> {
  const headers = { authorization: `Bearer ${memory.carrier!.key}` };
  const carrier = client<CourierApi>(`${url}/api`, { headers });
  const { parcels } = await must(
    "list parcels",
    client<ParcelApi>(`${url}/api`, { headers }).parcels.$get({ query: { state: "reserved", limit: "200" } }),
  );
  if (parcels.length === 0) return 0;
  const { routes } = await must("list routes", carrier.routes.$get({ query: { day, limit: "200" } }));
  const planned = new Set(routes.flatMap((route) => route.stops.flatMap((stop) => stop.drops.map((drop) => drop.parcel))));
  const waiting = parcels.filter((parcel) => !planned.has(parcel.id));
  const open = routes.find((route) => route.courier === memory.courier && route.state !== "done");
  const stations = [...new Set(waiting.map((parcel) => parcel.station))];
  let route: Route | undefined = open;
  for (const station of stations) {
    const stop = { station, parcels: waiting.filter((parcel) => parcel.station === station).map((parcel) => parcel.id) };
    route = route
      ? await must("add parcels", carrier.routes[":id"].parcels.$post({ param: { id: route.id }, json: stop }))
      : await must(
          "create route",
          carrier.routes.$post({
            header: { "idempotency-key": systemNewId() },
            json: { name: "Round", day, courier: memory.courier!, stops: [stop] },
          }),
        );
  }
  return waiting.length;
}

/** Dispatches every few seconds until stopped; a failure (the server restarts, say) is tried again at the next turn. */
export function startDispatching(town: Town, everyMs = 3_000): { stop(): void } {
  let isBusy = false;
  const turn = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    await dispatch(town, new Date().toISOString().slice(0, 10)).catch(() => 0);
    isBusy = false;
  };
  const timer = setInterval(() => void turn(), everyMs);
  return { stop: () => clearInterval(timer) };
}
