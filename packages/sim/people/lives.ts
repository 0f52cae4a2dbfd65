import { client } from "@pigeonhole/kit/client";
import type { Size } from "@pigeonhole/network/layout";
import type { Reservation, ReservationApi } from "@pigeonhole/reservations/contract";
import type { Draw } from "../time/draw.ts";
import { ask, askOnce } from "./asking.ts";
import { collecting } from "./collecting.ts";
import type { Courier, Delivered, Manner } from "./couriers.ts";
import { stranger } from "./strangers.ts";
import { day, minute, second, type World } from "./world.ts";

/** The ways that a parcel may go, and how often of a hundred. */
export const flows = {
  straight: 58,
  hold_lapses: 3,
  cancelled: 4,
  never_brought: 2,
  does_not_fit: 4,
  no_word: 2,
  scanned_twice: 2,
  dawdles: 2,
  mistypes: 4,
  by_phone: 3,
  by_proxy: 3,
  code_anew: 2,
  more_time: 3,
  redirected: 3,
  expires: 5,
  recalled: 2,
  leaves_it_inside: 2,
  opens_again: 2,
} as const;
export type Flow = keyof typeof flows;
const sizes = { small: 45, medium: 35, large: 15, oversized: 5 } as const;
const manners: Partial<Record<Flow, Manner>> = {
  does_not_fit: "does_not_fit",
  no_word: "no_word",
  scanned_twice: "twice",
  dawdles: "dawdles",
};

/** The life of one order, from the checkout to its end. */
export async function live(world: World, index: number, couriers: readonly Courier[]): Promise<void> {
  const { town, tally, truth } = world;
  const draw = world.draw.of(`life ${index}`);
  const flow = draw.weighted<Flow>(flows);
  const size = draw.weighted<Size>(sizes);
  const who = draw.pick(town.customers);
  const shop = client<ReservationApi>("http://sim/api", {
    fetch: world.backend.fetch,
    headers: { authorization: `Bearer ${town.shopKey}` },
  });
  tally.count(`flow: ${flow}`);
  const held = await hold(world, draw, shop, index, size);
  if (!held) return tally.count("ended: no room anywhere");
  const { id, station } = held;
  if (flow === "hold_lapses") return tally.count("ended: checkout left");
  await world.sleep(draw.waiting(20 * second));
  const header = { "idempotency-key": `confirm-${index}` };
  const json = { recipient: { name: who.name, email: who.email, language: "en" as const }, deliverWithinDays: 1 };
  const confirm = () => shop.reservations[":id"].confirm.$post({ param: { id }, header, json });
  if (draw.chance(0.05)) {
    tally.sometimes("an order is placed twice at once");
    void askOnce(world, confirm);
  }
  const confirmed = await ask<Reservation>(world, confirm);
  if (confirmed.is !== "yes") return tally.count(`ended: not confirmed, ${confirmed.is === "no" ? confirmed.code : "unknown"}`);
  const parcel = confirmed.body.parcel!;
  truth.begin(parcel);
  if (draw.of("stranger").chance(0.1)) void stranger(world, draw.of("stranger"), { parcel, reservation: id, who });
  if (flow === "never_brought") {
    await world.sleep(day + 30 * minute);
    return tally.count("ended: never brought");
  }
  if (flow === "cancelled") {
    await world.sleep(draw.waiting(5 * minute));
    const cancelled = await ask(world, () => shop.reservations[":id"].cancel.$post({ param: { id } }));
    return tally.count(`ended: cancelled ${cancelled.is === "no" ? cancelled.code : cancelled.is}`);
  }
  const delivered = await bring(world, couriers, parcel, station, manners[flow] ?? "straight");
  tally.count(`delivered: ${delivered}`);
  if (delivered === "not_in") return tally.count("ended: not delivered");
  const end = await collecting({
    world,
    draw,
    who,
    parcel,
    station,
    flow,
    bring: (to) => bring(world, couriers, parcel, to, "straight"),
    call: (at) => courierOf(world, couriers, at).call(at),
  });
  tally.count(`ended: ${end}`);
}

const courierOf = ({ town }: World, couriers: readonly Courier[], station: string): Courier =>
  couriers[town.stations.findIndex(({ identity }) => identity.station === station) % couriers.length]!;

const bring = (world: World, couriers: readonly Courier[], parcel: string, station: string, manner: Manner): Promise<Delivered> =>
  new Promise((settle) => courierOf(world, couriers, station).bring({ parcel, station, manner, settle }));

/** The checkout: a compartment somewhere, tried elsewhere and later when there is none. */
async function hold(
  world: World,
  draw: Draw,
  shop: ReturnType<typeof client<ReservationApi>>,
  index: number,
  size: Size,
): Promise<Reservation | undefined> {
  for (let tries = 0; tries < 10; tries++) {
    const station = draw.pick(world.town.stations).identity.station;
    const header = { "idempotency-key": `hold-${index}-${tries}` };
    const json = { orderId: `O-${index}`, size };
    const asked = await ask<Reservation>(world, () => shop.stations[":station"].holds.$post({ param: { station }, header, json }));
    if (asked.is === "yes") return asked.body;
    if (asked.is === "no") world.tally.sometimes(`a checkout is refused: ${asked.code}`);
    await world.sleep(draw.between(2, 15) * minute);
  }
  return undefined;
}
