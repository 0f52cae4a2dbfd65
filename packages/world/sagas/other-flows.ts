import type { NetworkApi } from "@pigeonhole/network/contract";
import { must } from "../ask.ts";
import type { Saga } from "./break.ts";
import type { Order, Round, Town } from "./town.ts";

interface GivenUp {
  readonly old: string;
  readonly lies: Order;
  readonly waits: Order;
  readonly comes: Order;
  readonly round: Round;
}
/** A station is given up: what lies there is taken out and its customer told, what waits goes to the next one, the courier under way too (A10.3). */
export const givingUp: Saga<GivenUp> = {
  prepare: async (w) => {
    await w.once("give up: next", () => w.station("Next", 40, 59.441));
    const old = await w.station("Old", 3, 59.44);
    const [lies, waits, comes] = [await w.inside(old), await w.order(old, "Bob"), await w.order(old, "Cem")];
    return { old, lies, waits, comes, round: await w.setOut(comes) };
  },
  acts: [
    (w, { old }) => {
      const json = { to: "decommissioned" as const, reason: "the house is sold" };
      return must(
        "give up",
        w.reach<NetworkApi>("network", w.people.operator).stations[":station"].moves.$post({ param: { station: old }, json }),
      );
    },
    (w) => w.run(/^reservations\.rehouse/),
    (w, { old, lies }) => w.fetchByHand(old, lies.parcel),
  ],
  ends: {
    given_up: async (w, { old, lies, waits, comes, round }) => {
      const route = await must("route", w.courier(round).routes[":id"].$get({ param: { id: round.route } }));
      const places = [await w.parcelOf(waits.parcel), await w.parcelOf(comes.parcel)].map(({ station }) => station);
      return (
        (await w.parcelOf(lies.parcel)).state === "returned" &&
        (await w.times(lies, "called_back")) === 1 &&
        (await w.times(waits, "moved")) === 1 &&
        !places.includes(old) &&
        route.stops.find(({ drops }) => drops.some(({ parcel }) => parcel === comes.parcel))?.station === places[1] &&
        (await w.states(old)).every((state) => state === "available")
      );
    },
  },
};

/** Its time is over: found, a courier asked, taken out, handed back (A8.1). */
export const expiry: Saga<Order> = {
  prepare: async (w) => {
    const of = await w.inside(await w.once("expiry", () => w.station("Expiry", 1)));
    await w.later(73);
    return of;
  },
  acts: [(w) => w.run(/^parcels\.expire/), (w, of) => w.fetchFrom(of.station, of.parcel)],
  ends: {
    handed_back: async (w, of) =>
      (await w.parcelOf(of.parcel)).state === "returned" &&
      (await w.times(of, "expired")) === 1 &&
      (await w.states(of.station))[0] === "available",
  },
};

type AtDoor = Order & Round & { readonly scan: Awaited<ReturnType<Town["openDoor"]>> };
/** The box was not empty: another one in the same visit, the first one shut until somebody has looked (A2.10, N3). */
export const notEmpty: Saga<AtDoor> = {
  prepare: async (w) => {
    const of = await w.order(await w.station("Full", 2));
    const round = await w.setOut(of);
    return { ...of, ...round, scan: await w.openDoor(round, of) };
  },
  acts: [
    (w, of) => w.cabinets.shut(of.station, of.scan.compartment),
    (w, of) => must("abandon", w.courier(of).scans[":id"].abandon.$post({ param: { id: of.scan.id }, json: { reason: "not_empty" } })),
    (w, of) => w.putIn(of, of),
  ],
  ends: {
    in_another_box: async (w, of) =>
      (await w.parcelOf(of.parcel)).state === "stored" &&
      (await w.parcelOf(of.parcel)).compartment !== of.scan.compartment &&
      (await w.states(of.station))[of.scan.compartment - 1] === "quarantined" &&
      (await w.times(of, "pickup_ready")) === 1,
  },
};
