import { must } from "../ask.ts";
import type { Saga } from "./break.ts";
import type { Order, Round, Town } from "./town.ts";

const stateOf = async (w: Town, { parcel }: Order): Promise<string> => (await w.parcelOf(parcel)).state;
/** How often the shop was told that the money is to be paid back. */
const refunds = async (w: Town, { parcel }: Order): Promise<number> =>
  (await w.facts("parcels.cancellation_moved", parcel)).filter(({ refundDue }) => refundDue).length;
const calledOff = async (w: Town, of: Order): Promise<boolean> =>
  (await stateOf(w, of)) === "cancelled" &&
  (await w.cancellation(of.parcel)).state === "called_off" &&
  (await refunds(w, of)) === 1 &&
  (await w.times(of, "cancelled")) === 1;
const stopOf = async (w: Town, of: Round) => must("route", w.courier(of).routes[":id"].$get({ param: { id: of.route } }));

/** Called off before a courier has it: its compartment is free, its customer told once, the money due once. */
export const beforeDispatch: Saga<Order> = {
  prepare: async (w) => w.order(await w.once("cancel: before", () => w.station("North", 2))),
  acts: [(w, of) => w.cancel(of.parcel)],
  ends: { called_off: async (w, of) => (await calledOff(w, of)) && (await w.states(of.station)).every((state) => state === "available") },
};
/** The same, and whoever asked leaves it at that when no answer comes: it is called off, or nothing has happened. */
export const beforeDispatchOnce: Saga<Order> = {
  ...beforeDispatch,
  prepare: async (w) => w.order(await w.once("cancel: once", () => w.station("Once", 40))),
  isAskedOnce: true,
  ends: {
    called_off: calledOff,
    not_begun: async (w, of) => (await stateOf(w, of)) === "reserved" && (await w.told(of.parcel)).length === 0,
  },
};
/** Called off when the courier is on the way: the drop goes from the route, the route can end, the courier keeps the parcel. */
export const underWay: Saga<Order & Round> = {
  prepare: async (w) => {
    const of = await w.order(await w.once("cancel: under way", () => w.station("East", 2)));
    return { ...of, ...(await w.setOut(of)) };
  },
  acts: [(w, of) => w.cancel(of.parcel)],
  ends: {
    called_off: async (w, of) => {
      const route = await stopOf(w, of);
      return (await calledOff(w, of)) && route.state === "done" && route.stops[0]!.drops[0]!.state === "skipped";
    },
  },
};

const opened = (doors: string) => async (w: Town) => {
  const of = await w.order(await w.once(doors, () => w.station(doors, 40)));
  const round = await w.setOut(of);
  return { ...of, ...round, scan: await w.openDoor(round, of) };
};
type Opened = Awaited<ReturnType<ReturnType<typeof opened>>>;
const shut = (w: Town, of: Opened): Promise<void> => w.cabinets.shut(of.station, of.scan.compartment);
/** Called off when the door stands open for its courier, who puts it in all the same: it comes out again. */
export const atTheDoor: Saga<Opened> = {
  prepare: opened("At the door"),
  acts: [
    (w, of) => w.cancel(of.parcel),
    shut,
    (w, of) => must("it is in", w.courier(of).scans[":id"].deposited.$post({ param: { id: of.scan.id } })),
    (w) => w.run(/^parcels\.cancellations/),
  ],
  ends: {
    comes_out: async (w, of) =>
      (await w.parcelOf(of.parcel)).recalledFor === "recalled" &&
      (await w.cancellation(of.parcel)).state === "leaving" &&
      (await w.times(of, "called_back")) === 1,
  },
};
/** The same, and the courier leaves the box empty: it is nobody's task any more. */
export const atTheDoorKept: Saga<Opened> = {
  prepare: opened("Kept at the door"),
  acts: [
    (w, of) => w.cancel(of.parcel),
    shut,
    (w, of) => must("not in", w.courier(of).scans[":id"].abandon.$post({ param: { id: of.scan.id }, json: { reason: "other" } })),
  ],
  ends: { called_off: async (w, of) => (await calledOff(w, of)) && (await stopOf(w, of)).state === "done" },
};
/** Called off when it lies in its compartment: its code is dead, a courier takes it out, and only then is the money due. */
export const inside: Saga<Order> = {
  prepare: async (w) => w.inside(await w.once("cancel: inside", () => w.station("West", 2))),
  acts: [(w, of) => w.cancel(of.parcel), (w, of) => w.fetchFrom(of.station, of.parcel)],
  ends: {
    given_back: async (w, of) =>
      (await stateOf(w, of)) === "returned" &&
      (await w.cancellation(of.parcel)).state === "given_back" &&
      (await refunds(w, of)) === 1 &&
      (await w.times(of, "called_back")) === 1,
  },
};
/** Its owner has taken it out while the word was on its way: the money is not due. */
export const tooLate: Saga<Order> = {
  prepare: async (w) => w.inside(await w.once("cancel: too late", () => w.station("Late", 2))),
  acts: [
    (w, of) => w.cancel(of.parcel),
    async (w, of) => w.cabinets.collected(of.station, (await w.parcelOf(of.parcel)).compartment, of.parcel),
  ],
  ends: {
    too_late: async (w, of) =>
      (await stateOf(w, of)) === "collected" && (await w.cancellation(of.parcel)).state === "too_late" && (await refunds(w, of)) === 0,
  },
};
