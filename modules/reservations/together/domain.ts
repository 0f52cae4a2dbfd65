import { mostTogether } from "@pigeonhole/protocol/together";
import { fits, type Edges } from "../domain.ts";

/** Nothing is known of its dimensions. */
const isUnknown = (edges: Edges): boolean => edges[0] === 0;

/** How much of the compartment's edge `along` a parcel needs at least, turned so that it fits the other two; infinite when it fits in no way. */
function least(parcel: Edges, inner: Edges, along: number): number {
  const opening = inner.filter((_, i) => i !== along) as [number, number];
  const ways = parcel.filter((_, laid) => {
    const [shorter, longer] = parcel.filter((_edge, i) => i !== laid) as [number, number];
    return shorter <= opening[0] && longer <= opening[1];
  });
  return Math.min(...ways);
}

/**
 * Whether these parcels lie in a compartment together: one behind, beside or above the other, each turned as it likes. Two parcels with edges along
 * the walls can always be parted so, hence for two this is exact; more might fit in another way, and are not put together then.
 */
export function fitTogether(parcels: readonly Edges[], inner: Edges): boolean {
  if (parcels.length > mostTogether || parcels.some(isUnknown)) return false;
  if (parcels.length === 1) return fits(parcels[0]!, inner);
  return inner.some((edge, along) => parcels.reduce((sum, parcel) => sum + least(parcel, inner, along), 0) <= edge);
}
