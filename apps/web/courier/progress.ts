import type { Route } from "@pigeonhole/couriers/contract";

export type Stop = Route["stops"][number];
export type Drop = Stop["drops"][number];
export type Retrieval = Stop["retrievals"][number];

const isOpen = ({ state }: Drop): boolean => state === "open" || state === "opened";

/** What is still to be brought to this stop: the one whose door is open first, then by size, largest first, then by door. */
export const left = (stop: Stop): readonly Drop[] => {
  const bySize = ["oversized", "large", "medium", "small"];
  return stop.drops
    .filter(isOpen)
    .toSorted(
      (a, b) =>
        Number(b.state === "opened") - Number(a.state === "opened") ||
        bySize.indexOf(a.size) - bySize.indexOf(b.size) ||
        a.compartment - b.compartment,
    );
};

/** How many of each size are still to be brought, smallest size first; sizes that do not occur are left out. */
export function leftBySize(stop: Stop): readonly { readonly size: Drop["size"]; readonly count: number }[] {
  const drops = left(stop);
  return (["small", "medium", "large", "oversized"] as const)
    .map((size) => ({ size, count: drops.filter((drop) => drop.size === size).length }))
    .filter(({ count }) => count > 0);
}

/** What is still to be taken out at this stop: the one whose door has been opened first, then by door. */
export const toTakeOut = (stop: Stop): readonly Retrieval[] =>
  stop.retrievals
    .filter(({ state }) => state === "assigned" || state === "opened")
    .toSorted((a, b) => Number(b.state === "opened") - Number(a.state === "opened") || a.compartment - b.compartment);

/** How much is left to do at a stop, in and out. */
export const leftAt = (stop: Stop): number => left(stop).length + toTakeOut(stop).length;

/** The first stop in driving order where something is left to do. */
export const nextStop = (route: Route): Stop | undefined =>
  route.stops.toSorted((a, b) => a.position - b.position).find((stop) => leftAt(stop) > 0);

/** The day in figures: `deposited + skipped + open = all`. */
export function dayOf(route: Route) {
  const drops = route.stops.flatMap((stop) => stop.drops);
  const count = (...states: readonly Drop["state"][]) => drops.filter(({ state }) => states.includes(state)).length;
  return { all: drops.length, deposited: count("deposited"), skipped: count("skipped"), open: count("open", "opened") };
}

/** The parcel whose door stands open, or was opened last and has not been answered for. */
export const openedAt = (stop: Stop): Drop | undefined => stop.drops.find(({ state, scan }) => state === "opened" && scan !== null);
