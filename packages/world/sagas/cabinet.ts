// A cabinet as far as the backend sees one: it carries orders out and writes into its log. What the station's own software does is its own tests'.
import { Reported } from "@pigeonhole/devices/events";
import { publish } from "@pigeonhole/kit/outbox";
import type { Db } from "@pigeonhole/kit/db";
import type { Now } from "@pigeonhole/kit/clock";
import type { Command, StationEvent } from "@pigeonhole/protocol/messages";

type Fact = StationEvent["event"];
type Order = Pick<Command, "id" | "action" | "compartment" | "parcel" | "purpose" | "actor" | "reason">;

/** What lies behind the doors of every cabinet of the town, and which doors stand open. */
export function createCabinets(db: Db<never>, now: Now) {
  const inside = new Map<string, string>();
  const open = new Set<string>();
  const seqs = new Map<string, number>();
  const doorOf = (station: string, compartment: number): string => `${station}/${compartment}`;

  async function report(station: string, event: Fact, parcel: string | null): Promise<void> {
    const seq = (seqs.get(station) ?? 0) + 1;
    seqs.set(station, seq);
    await db
      .transaction()
      .execute((tx) => publish(tx, now(), Reported, { station, epoch: 1, seq, at: now().toISOString(), parcel, event: event as never }));
  }

  /** The answer to an order, as `devices.send` has it. */
  async function carryOut(station: string, { id, action, compartment, parcel, purpose, actor, reason }: Order): Promise<Response> {
    const door = doorOf(station, compartment);
    const answer = (outcome: string, why: string | null = null): Response =>
      Response.json({ command: id, outcome, reason: why, at: now().toISOString() });
    if (action === "open") {
      open.add(door);
      await report(
        station,
        { type: "compartment_opened", compartment, cause: { kind: "command", command: id, purpose, actor, parcel } },
        parcel,
      );
      return answer("opened");
    }
    if (open.has(door)) return answer("refused", "door_open");
    if (parcel === null) return answer("refused", "unexpected_state");
    if (action === "attest_deposit") {
      if (inside.get(door) === parcel) return answer("done");
      inside.set(door, parcel);
      await report(station, { type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor }, parcel);
    } else if (action === "attest_retrieval") {
      if (!inside.delete(door)) return answer("done");
      await report(station, { type: "parcel_retrieved", compartment, parcel, grant: null, actor }, parcel);
    } else if (action === "release" && purpose === "dropoff") {
      await report(station, { type: "deposit_abandoned", compartment, parcel, actor, ...(reason && { reason }) } as Fact, parcel);
    }
    return answer("done");
  }

  return {
    carryOut,
    /** Somebody pushes the door shut. */
    async shut(station: string, compartment: number): Promise<void> {
      if (open.delete(doorOf(station, compartment))) await report(station, { type: "compartment_closed", compartment }, null);
    },
    /** Its owner types the code and takes it out. */
    async collected(station: string, compartment: number, parcel: string): Promise<void> {
      if (!inside.delete(doorOf(station, compartment))) return;
      await report(station, { type: "parcel_collected", compartment, parcel, deposit: null, grant: null }, parcel);
    },
    /** Which parcel physically lies there. */
    inside: (station: string, compartment: number): string | undefined => inside.get(doorOf(station, compartment)),
    forget: (station: string, compartment: number): boolean => inside.delete(doorOf(station, compartment)),
  };
}
