import { client } from "@pigeonhole/kit/client";
import type { Reservation, ReservationApi } from "@pigeonhole/reservations/contract";
import type { Size } from "@pigeonhole/network/layout";
import { ask } from "./asking.ts";
import type { Courier, Delivered, Manner } from "./couriers.ts";
import { codeOf, collect } from "./customers.ts";
import { minute, type World } from "./world.ts";

/** The ways that a parcel may go, and how often of a hundred. */
export const flows = { straight: 100 } as const;
export type Flow = keyof typeof flows;

const sizes = { small: 45, medium: 35, large: 15, oversized: 5 } as const;

/** The life of one order, from the checkout to its end. */
export async function live(world: World, index: number, couriers: readonly Courier[]): Promise<void> {
  const { town, tally, truth } = world;
  const draw = world.draw.of(`life ${index}`);
  const flow = draw.weighted<Flow>(flows);
  const size = draw.weighted<Size>(sizes);
  const who = draw.pick(town.customers);
  const shop = client<ReservationApi>("http://sim/api", { fetch: world.backend.fetch, headers: { authorization: `Bearer ${town.shopKey}` } });
  let held: Reservation | undefined;
  for (let tries = 0; tries < 8 && !held; tries++) {
    const station = draw.pick(town.stations).identity.station;
    const header = { "idempotency-key": `hold-${index}-${tries}` };
    const asked = await ask<Reservation>(world, () =>
      shop.stations[":station"].holds.$post({ param: { station }, header, json: { orderId: `O-${index}`, size } }),
    );
    if (asked.is === "yes") held = asked.body;
    else await world.sleep(draw.between(2, 10) * minute);
  }
  if (!held) return tally.count("ended: nowhere");
  const { id, station } = held;
  await world.sleep(draw.waiting(20_000));
  const header = { "idempotency-key": `confirm-${index}` };
  const recipient = { name: who.name, email: who.email, language: "en" as const };
  const confirmed = await ask<Reservation>(world, () => shop.reservations[":id"].confirm.$post({ param: { id }, header, json: { recipient } }));
  if (confirmed.is !== "yes") return tally.count(`ended: not confirmed, ${confirmed.is === "no" ? confirmed.code : "unknown"}`);
  const parcel = confirmed.body.parcel!;
  truth.begin(parcel);
  tally.count(`flow: ${flow}`);
  const manner: Manner = "straight";
  const delivered = await new Promise<Delivered>((settle) => {
    const nearest = couriers[town.stations.findIndex((each) => each.identity.station === station) % couriers.length]!;
    nearest.bring({ parcel, station, manner, settle });
  });
  tally.count(`delivered: ${delivered}`);
  if (delivered === "not_in") return tally.count("ended: not delivered");
  await world.sleep(draw.waiting(15 * minute));
  const code = await codeOf(world, who, parcel);
  if (code === undefined || code === "over") return tally.count(`ended: no code (${code ?? "never"})`);
  const visit = await world.inTurn(station, () => collect(world, draw, station, parcel, code));
  tally.count(`ended: ${visit}`);
}
