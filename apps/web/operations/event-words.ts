import type { Say } from "@pigeonhole/ui/say";
import type { words } from "./words-events.ts";

/** The kinds that a station's log knows (protocol: StationEvent). */
export const eventTypes = [
  "station_started",
  "acceptance_recorded",
  "compartment_opened",
  "compartment_closed",
  "open_failed",
  "door_left_open",
  "parcel_deposited",
  "deposit_abandoned",
  "walk_up_deposited",
  "walk_up_abandoned",
  "parcel_collected",
  "return_deposited",
  "parcel_retrieved",
  "retrieval_left",
  "pickup_disputed",
  "reopen_offered",
  "compartment_quarantined",
  "compartment_cleared",
  "contents_stated",
  "noise_summarised",
  "code_refused",
  "right_received",
  "command_refused",
  "firmware",
  "power_lost",
  "saving_entered",
  "standby_entered",
  "shutting_down",
  "power_restored",
  "tampered",
  "tamper_cleared",
] as const;

/** A kind that this screen does not know yet is shown by its own name. */
export function eventText(type: string, say: Say<(typeof words)["en"]>): string {
  const known = eventTypes.find((each) => each === type);
  return known ? say(`event.${known}`) : type;
}

/** Members of an event that people look for, as `name value`; keys and ids of people are not among them. */
const told = [
  "reason",
  "by",
  "decided",
  "purpose",
  "evidence",
  "outcome",
  "seconds",
  "size",
  "firmware",
  "source",
  "batteryPercent",
  "release",
  "stage",
] as const;

/** What the values of these members are called; one that this screen does not know yet is shown as the station wrote it. */
export function eventDetail(event: unknown, say: Say<(typeof words)["en"]>): string {
  if (typeof event !== "object" || event === null) return "";
  const members = { ...("cause" in event && typeof event.cause === "object" ? event.cause : {}), ...event } as Readonly<
    Record<string, unknown>
  >;
  return told
    .flatMap((name) => {
      const value = members[name];
      if (name === "seconds" && typeof value === "number") return [say("detail.seconds", { count: Math.round(value) })];
      if (name === "batteryPercent" && typeof value === "number") return [say("detail.battery", { percent: Math.round(value) })];
      return typeof value === "string" || typeof value === "number" ? [valueText(String(value), say)] : [];
    })
    .join(", ");
}

/** Values of a station's log that have words of their own. */
export const eventValues = [
  "backend",
  "station",
  "code",
  "qr",
  "dropoff",
  "pickup",
  "return",
  "collection",
  "service",
  "depositor",
  "sensor",
  "refused",
  "unknown",
  "wrong",
  "used",
  "expired",
  "not_yet",
  "held",
  "replaced",
  "revoked",
  "too_many",
  "not_ours",
  "blocked",
  "full",
  "forced",
  "forced_door",
  "enclosure",
  "goods_inside",
  "nothing_inside",
  "lock_released",
  "will_not_open",
  "will_not_close",
  "unanswered",
  "does_not_fit",
  "not_empty",
  "wrong_parcel",
  "other",
  "empty",
  "not_mine",
  "found_empty",
  "not_theirs",
  "door_open",
  "busy",
  "too_many_opens",
  "out_of_service",
  "suspended",
  "unexpected_state",
  "no_such_compartment",
  "bad_signature",
  "wrong_station",
  "wrong_epoch",
  "old_sequence",
  "repeated",
  "small",
  "medium",
  "large",
  "oversized",
] as const;

function valueText(value: string, say: Say<(typeof words)["en"]>): string {
  const known = eventValues.find((each) => each === value);
  return known ? say(`value.${known}`) : value.replaceAll("_", " ");
}

/** The parcel that an event is about, if it says so. */
export function eventParcel(event: unknown): string | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const own = (event as { parcel?: unknown }).parcel ?? (event as { cause?: { parcel?: unknown } }).cause?.parcel;
  return typeof own === "string" ? own : undefined;
}
