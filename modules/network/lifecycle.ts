import type { Moves } from "@pigeonhole/kit/moves";
import { Refused } from "@pigeonhole/kit/refused";

/**
 * The life of a station. `provisioning`: known, its cabinet enrols; `acceptance`: it is tried out by staff; `active`: offered to everybody
 * (A1.1); `suspended`: takes nothing in; `decommissioned`: its certificate is revoked and it never comes back.
 */
export const stationStatuses = ["provisioning", "acceptance", "active", "suspended", "decommissioned"] as const;
export type StationStatus = (typeof stationStatuses)[number];

/** What may follow what; every other move is refused. Read by server and screens alike (A11.4). */
export const stationMoves: Moves<StationStatus> = {
  provisioning: ["acceptance", "active", "decommissioned"],
  acceptance: ["active", "provisioning", "decommissioned"],
  active: ["suspended", "decommissioned"],
  suspended: ["active", "decommissioned"],
  decommissioned: [],
};

/**
 * Why a station is suspended, the lightest first. After `tamper` it serves nobody until a technician has looked at it (A10.4); otherwise parcels still
 * come out. `acceptance`: its cabinet or its layout is not what was accepted.
 */
export const suspensionCauses = ["operator", "acceptance", "tamper"] as const;
export type SuspensionCause = (typeof suspensionCauses)[number];

/** How a station stands: its place in the table, and what holds it when it is suspended. */
export interface Standing {
  readonly status: StationStatus;
  readonly suspendedFor: SuspensionCause | null;
}
export interface Move {
  readonly to: StationStatus;
  /** For `suspended`; by default an operator's wish. */
  readonly cause?: SuspensionCause | undefined;
  /** What a technician found; needed to end a suspension for tampering. */
  readonly inspection?: string | undefined;
}

/** The standing after a move. Throws Refused `move_not_possible` or `inspection_needed`. */
export function moved({ status, suspendedFor }: Standing, { to, cause = "operator", inspection }: Move): Standing {
  // A graver cause takes the place of a lighter one, never the other way round.
  if (status === "suspended" && to === "suspended")
    return { status, suspendedFor: suspensionCauses.toReversed().find((each) => each === cause || each === suspendedFor) ?? cause };
  if (!stationMoves[status].includes(to)) throw new Refused("move_not_possible", `A station that is ${status} cannot become ${to}.`);
  if (to === "active" && suspendedFor === "tamper" && inspection === undefined)
    throw new Refused("inspection_needed", "The station was tampered with: record what a technician found there first.");
  return { status: to, suspendedFor: to === "suspended" ? cause : null };
}
