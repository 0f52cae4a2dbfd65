import { z } from "zod";
import type { Custodian, Receipt } from "./file.ts";

/** An entry of a station's log as far as custody goes; the whole of it is in the protocol (`StationEvent`). */
export const StationEntry = z.object({
  station: z.uuid(),
  epoch: z.int(),
  seq: z.int(),
  /** SHA-256 of the entry before it: its place in the station's own chain. */
  previous: z.string(),
  at: z.iso.datetime(),
  event: z.object({ type: z.string(), compartment: z.int(), parcel: z.uuid() }),
});
export type StationEntry = z.output<typeof StationEntry>;

/** Who gives and who takes when a station says this. */
export const handOvers: Readonly<Record<string, { readonly from: readonly Custodian["kind"][]; readonly to: Custodian["kind"] }>> = {
  parcel_deposited: { from: ["shop", "carrier"], to: "station" },
  return_deposited: { from: ["customer"], to: "station" },
  parcel_collected: { from: ["station"], to: "customer" },
  parcel_retrieved: { from: ["station"], to: "carrier" },
  // "I put the wrong one in": the right one was never in the compartment.
  deposit_abandoned: { from: ["station"], to: "carrier" },
  // "It is not there": the customer never had it.
  pickup_disputed: { from: ["customer"], to: "station" },
};

/** Whether the entry says what the receipt says: who, where, when, which parcel. */
export function isEvidenceFor({ evidence, parcel, from, to, at, compartment }: Receipt, entry: StationEntry): boolean {
  const move = handOvers[entry.event.type];
  if (!move || !from || evidence.kind !== "station_event") return false;
  const station = to.kind === "station" ? to.id : from.id;
  return (
    move.from.includes(from.kind) &&
    to.kind === move.to &&
    station === entry.station &&
    evidence.station === entry.station &&
    evidence.epoch === entry.epoch &&
    evidence.seq === entry.seq &&
    parcel === entry.event.parcel &&
    compartment === entry.event.compartment &&
    at === entry.at
  );
}
