import type { Side } from "../testing-sides.ts";
import { nobodys, everybody, operators, supporters, type Rows, type SideAsker } from "./row.ts";

/** What each of them has made. */
const reservationOf = (of: Side, asker: SideAsker): string =>
  asker === "customer" ? of.held : asker === "carrier" ? of.heldByCarrier : of.reservation;
const recipient = { name: "Mallory", email: "mallory@example.org" };

const someWindows = {
  holdMinutes: 15,
  deliveryDays: 5,
  collectionDays: { standard: 3, prime: 7, business: 14 },
  extensions: 1,
  extensionDays: 1,
  vacationDays: 0,
};

export const reservationRows: Rows = {
  "reservations.search": { all: everybody, query: "lat=59.4&lon=24.7&size=small" },
  "reservations.hold": { all: ["customer", "shop", "carrier"], modules: "any", body: () => ({ orderId: "o-1", size: "small" }) },
  "reservations.confirm": {
    own: ["customer", "shop", "carrier"],
    modules: "any",
    id: reservationOf,
    body: () => ({ recipient }),
  },
  "reservations.cancel": {
    own: ["customer", "shop", "carrier"],
    modules: "any",
    id: reservationOf,
  },
  "reservations.get": {
    all: operators,
    own: ["customer", "shop", "carrier"],
    modules: "any",
    id: reservationOf,
  },
  "reservations.places": { modules: "any", id: (of) => of.reservation },
  "reservations.takeElsewhere": {
    modules: "any",
    body: (_of, { station }) => ({ redirect: nobodys, station, keepUntil: "2026-01-01T00:00:00.000Z" }),
  },
  "reservations.giveUpElsewhere": { modules: "any", body: () => ({ redirect: nobodys }) },
  "reservations.returnPlaces": { modules: ["returns"], query: "lat=59.4&lon=24.7&size=small" },
  "reservations.claimForReturn": {
    modules: ["returns"],
    id: () => nobodys,
    body: () => ({ station: nobodys, size: "small", orderId: "o", until: "2030-01-01T00:00:00Z" }),
  },
  "reservations.giveUpReturn": { modules: ["returns"], id: () => nobodys },
  "reservations.getWindows": { all: ["shop", "carrier"] },
  "reservations.setWindows": { all: ["shop", "carrier"], body: () => someWindows },
  "reservations.listWindows": { all: operators },
  "reservations.setWindowsFor": {
    all: supporters,
    id: (of) => of.shop.id,
    params: { kind: "shop" },
    body: () => ({ windows: someWindows, reason: "Asked by phone" }),
  },
  "reservations.promiseWindow": { all: supporters, body: () => ({ email: "never-heard-of@example.org", service: null }) },
  "reservations.listAtStation": { all: operators },
  "reservations.compartments": { all: operators },
  "reservations.inspections": { all: operators },
  "reservations.reassign": {
    modules: "any",
    body: (_of, { station }) => ({ parcel: nobodys, from: { station, compartment: 1 }, reason: "does_not_fit" }),
  },
  "reservations.resolve": { all: supporters, body: () => ({ finding: "empty", note: "Looked" }) },
};
