import type { AccessApi } from "@pigeonhole/access/contract";
import { client } from "@pigeonhole/kit/client";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { Draw } from "../time/draw.ts";
import type { Person } from "../town/town.ts";
import { askOnce } from "./asking.ts";
import type { World } from "./world.ts";

/** Somebody to whom a parcel is nothing asks for it: another shop with its own key, another customer, staff who would like to see a code. */
export async function stranger(
  world: World,
  draw: Draw,
  { parcel, reservation, who }: { readonly parcel: string; readonly reservation: string; readonly who: Person },
): Promise<void> {
  const { town, tally, backend } = world;
  const as = (headers: Record<string, string>) => ({ fetch: backend.fetch, headers });
  const otherShop = as({ authorization: `Bearer ${town.otherShopKey}` });
  const other = draw.pick(town.customers.filter(({ email }) => email !== who.email));
  const wishes = {
    "another shop reads the parcel": [
      "I-38",
      () => client<ParcelApi>("http://sim/api", otherShop).parcels[":id"].$get({ param: { id: parcel } }),
    ],
    "another shop calls the parcel back": [
      "I-38",
      () => client<ParcelApi>("http://sim/api", otherShop).parcels[":id"].recall.$post({ param: { id: parcel } }),
    ],
    "another shop cancels the reservation": [
      "I-38",
      () => client<ReservationApi>("http://sim/api", otherShop).reservations[":id"].cancel.$post({ param: { id: reservation } }),
    ],
    "another customer asks for the code": [
      "I-38",
      () => client<AccessApi>("http://sim/api", as({ cookie: other.cookie })).parcels[":parcel"].pickup.$get({ param: { parcel } }),
    ],
    "staff ask for the code": [
      "I-40",
      () => client<AccessApi>("http://sim/api", as({ cookie: town.operator })).parcels[":parcel"].pickup.$get({ param: { parcel } }),
    ],
  } as const;
  const wish = draw.pick(Object.keys(wishes) as (keyof typeof wishes)[]);
  const [invariant, asking] = wishes[wish];
  const asked = await askOnce(world, asking);
  if (asked.is === "yes") tally.violated(invariant, `${wish}, of ${parcel}, and is answered`, world.scheduler.nowMs);
  tally.sometimes(`${wish}: ${asked.is === "no" ? "refused" : asked.is}`);
}
