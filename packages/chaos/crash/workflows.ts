import type { CourierApi, Scan } from "@pigeonhole/couriers/contract";
import { systemNewId } from "@pigeonhole/kit/ids";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import { must } from "@pigeonhole/world/ask";
import type { Saga } from "@pigeonhole/world/sagas/break";
import { sagas } from "@pigeonhole/world/sagas/sagas";
import type { Order, Round, Town } from "@pigeonhole/world/sagas/town";
import { sql } from "kysely";

interface Ordering {
  readonly station: string;
  readonly orderId: string;
  readonly keys: readonly [hold: string, confirm: string];
  reservation?: string;
  parcel?: string;
}

/** A shop holds and confirms, each under one key, as often as it takes: one claim, one parcel. */
const ordering: Saga<Ordering> = {
  prepare: async (w) => ({
    station: await w.station("Order", 2),
    orderId: systemNewId(),
    keys: [systemNewId(), systemNewId()],
  }),
  acts: [
    async (w, of) => {
      const header = { "idempotency-key": of.keys[0] };
      const json = { orderId: of.orderId, size: "small" as const };
      const shop = w.reach<ReservationApi>("reservations", w.people.shop);
      of.reservation = (await must("hold", shop.stations[":station"].holds.$post({ param: { station: of.station }, header, json }))).id;
    },
    async (w, of) => {
      const header = { "idempotency-key": of.keys[1] };
      const json = { recipient: { name: "Ann", email: "ann@example.org" } };
      const shop = w.reach<ReservationApi>("reservations", w.people.shop);
      of.parcel = (await must("confirm", shop.reservations[":id"].confirm.$post({ param: { id: of.reservation! }, header, json }))).parcel!;
    },
  ],
  ends: {
    ordered: async (w, { station, orderId, parcel }) => {
      const claims = await w.rows(sql<{ state: string }>`select state from reservations.reservation where order_id = ${orderId}`);
      return (
        claims.length === 1 &&
        claims[0]!.state === "confirmed" &&
        (await w.facts("reservations.confirmed", parcel!)).length === 1 &&
        (await w.parcelOf(parcel!)).state === "reserved" &&
        (await w.states(station)).filter((state) => state === "reserved").length === 1
      );
    },
  },
};

type Bringing = Order & Round & { readonly key: string; scan?: Pick<Scan, "id" | "compartment" | "outcome"> };
/** The courier scans under one key, the door opens and is shut, the courier says that it is in: it is in once, and its owner has one message. */
const deposit: Saga<Bringing> = {
  prepare: async (w) => {
    const of = await w.order(await w.station("Deposit", 1));
    return { ...of, ...(await w.setOut(of)), key: systemNewId() };
  },
  acts: [
    async (w, of) => {
      const { barcode, station } = await w.parcelOf(of.parcel);
      const scans = w.reach<CourierApi>("couriers", of.cookie).routes[":id"].scans;
      const scan = (key: string) =>
        must("scan", scans.$post({ param: { id: of.route }, header: { "idempotency-key": key }, json: { station, barcode } }));
      of.scan = await scan(of.key);
      // Nobody knows whether the door was opened, and whoever stands there sees it: what is shut is scanned anew.
      if (of.scan.outcome !== "opened") of.scan = await scan(systemNewId());
    },
    (w, of) => w.cabinets.shut(of.station, of.scan!.compartment),
    (w, of) => must("it is in", w.courier(of).scans[":id"].deposited.$post({ param: { id: of.scan!.id } })),
  ],
  ends: {
    inside: async (w, of) =>
      (await w.parcelOf(of.parcel)).state === "stored" &&
      (await w.states(of.station))[0] === "occupied" &&
      (await w.times(of, "pickup_ready")) === 1 &&
      (await w.facts("access.pickup_ready", of.parcel)).length === 1,
  },
};

/** Its owner has taken it out: the cabinet says so once, and everybody is told. */
const collection: Saga<Order> = {
  prepare: async (w) => w.inside(await w.station("Collect", 1)),
  acts: [async (w, of) => w.cabinets.collected(of.station, (await w.parcelOf(of.parcel)).compartment, of.parcel)],
  ends: {
    collected: async (w, of) =>
      (await w.parcelOf(of.parcel)).state === "collected" &&
      (await w.states(of.station))[0] === "available" &&
      (await endOf(w, of)) === "collected" &&
      (await w.times(of, "collected")) === 1,
  },
};

const endOf = async (w: Town, { reservation }: Order): Promise<string | null | undefined> =>
  (await w.rows(sql<{ end_reason: string | null }>`select end_reason from reservations.reservation where id = ${reservation}`))[0]
    ?.end_reason;

/** Every workflow that is crashed at every step: those that the tests of sagas break one by one, and the straight way of a parcel. */
// Each prepares what it needs itself.
// oxlint-disable-next-line no-explicit-any
export const workflows: Readonly<Record<string, Saga<any>>> = {
  "an order is placed": ordering,
  "a courier puts it in": deposit,
  "its owner collects it": collection,
  ...Object.fromEntries(Object.entries(sagas).map(([name, { saga }]) => [name, saga])),
};
