import { hasPassed } from "@pigeonhole/protocol/acceptance";
import type { Cause, StationFact } from "@pigeonhole/protocol/messages";
import type { Access } from "./chain.ts";

type Told = Omit<Access, "at" | "station">;

/** By whose right: the commanding person, the grant, the walk-up; a door that opened without any right says so. */
function actorOf(cause: Cause): string {
  switch (cause.kind) {
    case "command":
      return cause.actor;
    case "grant":
      return `grant:${cause.grant}`;
    case "walk_up":
      return `walk_up:${cause.deposit}`;
    case "reopen":
    case "instead":
      return cause.deposit === null ? `parcel:${cause.parcel}` : `walk_up:${cause.deposit}`;
    case "forced":
      return "unknown";
  }
}

/** What the trail says of an entry of a station's log: open, close, error, tamper, code failure, firmware (A10.5). */
export function ofStation(station: string, fact: StationFact): Told {
  const { type: action } = fact;
  const own = {
    action,
    actor: `station:${station}`,
    compartment: "compartment" in fact ? fact.compartment : null,
    result: "ok",
    detail: {},
  };
  switch (fact.type) {
    case "station_started":
      return { ...own, detail: { firmware: fact.firmware, boot: fact.bootId } };
    case "compartment_opened":
      return { ...own, actor: actorOf(fact.cause), result: fact.cause.kind === "forced" ? "forced" : "ok", detail: { cause: fact.cause } };
    case "compartment_closed":
      return own;
    case "open_failed":
      return { ...own, actor: actorOf(fact.cause), result: fact.outcome, detail: { cause: fact.cause, reason: fact.reason } };
    case "door_left_open":
      return { ...own, result: "left_open", detail: { seconds: fact.seconds } };
    case "parcel_deposited":
      return { ...own, actor: fact.actor, detail: { parcel: fact.parcel, evidence: fact.evidence } };
    case "deposit_abandoned":
      return { ...own, actor: fact.actor, result: fact.reason ?? "ok", detail: { parcel: fact.parcel, instead: fact.instead } };
    case "retrieval_left":
      return { ...own, actor: fact.actor, detail: { parcel: fact.parcel } };
    case "walk_up_deposited":
      return { ...own, actor: `walk_up:${fact.deposit}`, detail: { size: fact.size, expiresAt: fact.expiresAt } };
    case "walk_up_abandoned":
      return { ...own, actor: `walk_up:${fact.deposit}`, result: fact.reason ?? "ok" };
    case "pickup_disputed":
      return {
        ...own,
        actor: fact.grant ? `grant:${fact.grant}` : own.actor,
        result: fact.reason,
        detail: { parcel: fact.parcel, deposit: fact.deposit },
      };
    case "parcel_collected":
      return { ...own, actor: fact.grant ? `grant:${fact.grant}` : own.actor, detail: { parcel: fact.parcel, deposit: fact.deposit } };
    case "return_deposited":
      return { ...own, actor: fact.actor, detail: { parcel: fact.parcel, evidence: fact.evidence, grant: fact.grant } };
    case "parcel_retrieved":
      return { ...own, actor: fact.actor, detail: { parcel: fact.parcel, grant: fact.grant } };
    case "reopen_offered":
      return { ...own, detail: { until: fact.until } };
    case "compartment_quarantined":
      return { ...own, result: fact.reason, detail: { parcel: fact.parcel, deposit: fact.deposit } };
    case "compartment_cleared":
      return { ...own, detail: { isEmpty: fact.isEmpty } };
    case "contents_stated":
      return { ...own, detail: { contents: fact.contents } };
    case "noise_summarised":
      return { ...own, detail: { from: fact.from, until: fact.until, counts: fact.counts } };
    case "code_refused":
      return { ...own, result: fact.reason, detail: { by: fact.by } };
    case "right_received":
      return { ...own, actor: `grant:${fact.grant}`, detail: { generation: fact.generation, isWithdrawn: fact.isWithdrawn } };
    case "command_refused":
      return { ...own, result: "refused", detail: { command: fact.command, reason: fact.reason } };
    case "power_lost":
    case "saving_entered":
    case "standby_entered":
    case "shutting_down":
      return { ...own, detail: { batteryPercent: fact.batteryPercent } };
    case "power_restored":
      return { ...own, detail: { batteryPercent: fact.batteryPercent, seconds: fact.seconds } };
    case "tampered":
      return { ...own, result: "alarm", detail: { source: fact.source } };
    case "acceptance_recorded": {
      const failed = fact.record.doors.filter((door) => !hasPassed(door)).map(({ door }) => door);
      // Not who tested it: the trail names nobody.
      const { at, isSimulated, doors } = fact.record;
      return { ...own, detail: { recordedAt: at, doors: doors.length, failed, isSimulated } };
    }
    case "tamper_cleared":
      return own;
    case "firmware":
      return { ...own, result: fact.stage, detail: { model: fact.model, release: fact.release, reason: fact.reason } };
  }
}
