/** What each refusal means for the courier: the keys of its title and of what to do next. `reason` is the station's own (protocol: Result). */
const reasons = {
  busy: "busy",
  door_open: "door_open",
  too_many_opens: "too_many_opens",
  out_of_service: "out_of_service",
  no_such_compartment: "out_of_service",
  unexpected_state: "unexpected_state",
  cooling_down: "cooling_down",
  expired: "late",
  old_sequence: "late",
  wrong_epoch: "late",
  repeated: "late",
} as const;
const codes = ["not_on_route", "unknown_barcode", "station_unreachable", "wrong_state"] as const;

export type Said = (typeof reasons)[keyof typeof reasons] | (typeof codes)[number];

/** Undefined: nothing more is known than that it was refused. */
export const saidOfReason = (reason: string | null): Said | undefined =>
  reason !== null && Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : undefined;
export const saidOfCode = (code: string | undefined): Said | undefined => codes.find((each) => each === code);
