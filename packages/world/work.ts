// Work for the demo town's courier: orders of the shop for several stations, and today's route that brings them.
import type { CourierApi } from "@pigeonhole/couriers/contract";
import { client } from "@pigeonhole/kit/client";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { Size } from "@pigeonhole/network/layout";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { eventually, must } from "./ask.ts";
import { people } from "./town.ts";
import type { World } from "./world.ts";

/** What the shop has sold: for which station, how large, to whom. */
const orders: readonly { readonly station: string; readonly size: Size; readonly customer: number }[] = [
  { station: "tallinn", size: "small", customer: 0 },
  { station: "tallinn", size: "medium", customer: 1 },
  { station: "tallinn", size: "large", customer: 2 },
  { station: "riga", size: "small", customer: 1 },
  { station: "riga", size: "medium", customer: 0 },
  { station: "vilnius", size: "medium", customer: 2 },
  { station: "vilnius", size: "small", customer: 0 },
];

/** Gives the courier a route for today unless there is one with something left to do. Returns how many parcels are new. */
export async function seedWork(world: World, day: string): Promise<number> {
  const { url, memory } = world;
  const carrier = client<CourierApi>(`${url}/api`, { headers: { authorization: `Bearer ${memory.carrier!.key}` } });
  const { routes } = await must("list routes", carrier.routes.$get({ query: { day } }));
  if (routes.some((route) => route.courier === memory.courier && route.state !== "done")) return 0;
  const here = orders.filter(({ station }) => memory.stations[station] !== undefined);
  const sold = await Promise.all(
    here.map(async (order) => ({ station: memory.stations[order.station]!, parcel: await sell(world, order) })),
  );
  const stops = [...new Set(sold.map(({ station }) => station))].map((station) => ({
    station,
    parcels: sold.filter((s) => s.station === station).map(({ parcel }) => parcel),
  }));
  if (stops.length === 0) return 0;
  // Orders reach the other modules as events: the carrier knows a parcel a moment after the shop.
  const key = systemNewId();
  await eventually("the route of the demo's courier", () =>
    must(
      "create route",
      carrier.routes.$post({ header: { "idempotency-key": key }, json: { name: "Morning round", day, courier: memory.courier!, stops } }),
    ),
  );
  return sold.length;
}

/** One order: hold, confirm. Returns the parcel's id. */
async function sell({ url, memory }: World, { station, size, customer }: (typeof orders)[number]): Promise<string> {
  const shop = client<ReservationApi>(`${url}/api`, { headers: { authorization: `Bearer ${memory.shop!.key}` } });
  const orderId = `B-${systemNewId().slice(-6)}`;
  const held = await eventually(`hold for ${orderId}`, () =>
    must(
      "hold",
      shop.stations[":station"].holds.$post({
        param: { station: memory.stations[station]! },
        header: { "idempotency-key": systemNewId() },
        json: { orderId, size },
      }),
    ),
  );
  const recipient = { ...people.customers[customer]!, language: "en" as const };
  const confirmed = await must(
    "confirm",
    shop.reservations[":id"].confirm.$post({ param: { id: held.id }, header: { "idempotency-key": systemNewId() }, json: { recipient } }),
  );
  return confirmed.parcel!;
}
