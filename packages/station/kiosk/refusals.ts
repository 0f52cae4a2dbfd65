import type { Refusals } from "@pigeonhole/kit/http";

/** Why the kiosk may say no; each screen has words for it. */
export const refusals = {
  wrong_code: { status: 422, title: "No parcel here has this code" },
  code_used: { status: 410, title: "This code has been used already" },
  code_expired: { status: 410, title: "This code has expired" },
  code_replaced: { status: 410, title: "A newer code has been sent; this one no longer works" },
  code_revoked: { status: 410, title: "This code has been withdrawn" },
  not_ours: { status: 422, title: "This code belongs to another station" },
  /** The code is right. Details: `missing`, what has to happen first (`holdReasons` of the protocol). */
  held: { status: 409, title: "Something is missing before this door opens" },
  not_yet: { status: 409, title: "Your parcel has not arrived yet" },
  /** Details: `freeAt` (instant), `retryAfterSeconds`. */
  too_many_attempts: { status: 429, title: "Too many wrong codes" },
  /** Details: `compartment`, the open door. */
  door_open: { status: 409, title: "Another door is still open" },
  /** The door was fired and stayed shut; the code is still good. Details: `compartment`. */
  door_stuck: { status: 503, title: "The door did not open" },
  /** The lock's coil has worked enough for now; the code is still good. Details: `compartment`, `retryAfterSeconds`. */
  cooling_down: { status: 503, title: "The lock needs a moment's rest" },
  /** Nobody can tell whether the door opened. Details: `compartment`. */
  door_unknown: { status: 503, title: "It is not known whether the door opened" },
  /** The station is taken out of service; `KioskState.service` says why. A right code stays good. */
  suspended: { status: 503, title: "This station does not serve at present" },
  out_of_service: { status: 503, title: "This station is out of service" },
  no_space: { status: 409, title: "No free compartment of that size" },
  nothing_to_answer: { status: 409, title: "No question is open" },
  nothing_to_reopen: { status: 409, title: "The time to open again is over" },
  /** The station's log is nearly full: it has been away from its network for too long. What is in it can be collected. */
  no_deposits: { status: 503, title: "This station takes no parcels at present" },
  not_found: { status: 404, title: "There is no such door" },
} as const satisfies Refusals;
