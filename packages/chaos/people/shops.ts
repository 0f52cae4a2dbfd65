import { setTimeout as pause } from "node:timers/promises";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { anyOf, hear } from "./asking.ts";
import { askKeyed } from "./keyed.ts";
import { objectOf, until, type Life, type Parcel } from "./world.ts";

/** Milliseconds between two orders of one shop, on average. */
const orderEveryMs = 700;

/** A hold of which its shop never learned what became of it. */
export interface LeftHold {
  readonly orderId: string;
  readonly from: number;
  readonly by: string;
}

/** What shops have begun, for those who go on with it and for those who judge it. */
export interface Orders {
  /** Every wish that was asked under a key: the order's number, and the key. */
  readonly holds: { readonly orderId: string; readonly key: string }[];
  readonly confirms: { readonly reservation: string; readonly key: string }[];
  readonly left: LeftHold[];
  readonly confirmed: Parcel[];
}
export const noOrders = (): Orders => ({ holds: [], confirms: [], left: [], confirmed: [] });

/** A shop that sells: it holds, confirms, sometimes calls off, and sometimes forgets about it. `sold` gets what a courier is to bring. */
export async function shop(life: Life, number: number, orders: Orders, sold: (parcel: Parcel) => void): Promise<void> {
  const { town, draw, history, clock } = life;
  const by = `shop ${number}`;
  const api = anyOf<ReservationApi>(town.http, draw, { authorization: `Bearer ${town.memory.shop!.key}` });
  for (let n = 1; !life.isClosing(); n++) {
    await pause(draw.waiting(orderEveryMs));
    if (life.isClosing()) return;
    const station = draw.pick(town.stations);
    const orderId = `${number}-${n}-${station.name}`;
    const held = await askKeyed(life, {
      by,
      wish: `hold ${orderId}`,
      ask: (header) =>
        hear(api.stations[":station"].holds.$post({ param: { station: station.id }, header, json: { orderId, size: "small" } })),
      idOf: ({ id }) => id,
      mayLeave: true,
      mayDouble: true,
    });
    orders.holds.push({ orderId, key: held.key });
    if (held.is === "left") orders.left.push({ orderId, from: held.from, by });
    if (held.is !== "done") continue;
    const { id, compartment } = held.body;
    const box = objectOf(station, compartment);
    history.compartment(box, { by, call: { do: "claim", who: id }, from: held.from, to: held.to, answer: "claimed" });
    if (draw.chance(0.05)) continue; // the customer has left the shop: it lapses
    const callOff = async (): Promise<void> => {
      const from = clock();
      const answer = await until(life, `${by} calls off ${id}`, async () => {
        const heard = await hear(api.reservations[":id"].cancel.$post({ param: { id } }));
        return heard.is === "answered" ? "cancelled" : heard.is === "refused" && heard.code === "wrong_state" ? "wrong_state" : undefined;
      });
      history.compartment(box, { by, call: { do: "cancel", who: id }, from, to: clock(), answer });
    };
    if (draw.chance(0.15)) {
      await callOff();
      continue;
    }
    const confirmed = await askKeyed(life, {
      by,
      wish: `confirm ${id}`,
      ask: (header) => {
        const recipient = { name: `Customer ${orderId}`, email: `c${number}-${n}@example.org`, language: "en" as const };
        return hear(api.reservations[":id"].confirm.$post({ param: { id }, header, json: { recipient } }));
      },
      idOf: ({ parcel }) => parcel!,
      mayDouble: true,
    });
    orders.confirms.push({ reservation: id, key: confirmed.key });
    if (confirmed.is !== "done") {
      life.violation(
        `${by}: ${id} is held, and its confirmation was refused: ${confirmed.is === "refused" ? confirmed.code : "no answer"}`,
      );
      continue;
    }
    if (draw.chance(0.12)) {
      await callOff();
      continue;
    }
    const parcel = { station, compartment, reservation: id, parcel: confirmed.body.parcel! };
    orders.confirmed.push(parcel);
    sold(parcel);
  }
}
