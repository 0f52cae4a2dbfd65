import { Refused } from "@pigeonhole/kit/refused";
import type { Doors, Outcome } from "../doors/doors.ts";

/** In the kiosk's words why a door may not be opened now; null when it may. */
export function obstacleOf(doors: Doors, compartment: number): Refused | null {
  const obstacle = doors.obstacle(compartment);
  if (obstacle === null) return null;
  const details = { compartment: obstacle.compartment };
  const isOpen = obstacle.reason === "busy" || obstacle.reason === "door_open";
  return isOpen
    ? new Refused("door_open", `Please close door ${obstacle.compartment} first.`, details)
    : new Refused("out_of_service", "This compartment is out of service.", details);
}

/** A board that protects its coils opens again after about so long. */
const coolDownSeconds = 10;

/** Deposits end before the log is full, so that what lies inside can always be given out and recorded. */
export const fullLog = (): Refused =>
  new Refused("no_deposits", "This station has been away from its network for too long to take parcels. What is in it can be collected.");

/** Refuses in the kiosk's words when the door did not open. */
export function mustOpen(outcome: Outcome, compartment: number): void {
  if (outcome.outcome === "refused" && outcome.reason === "cooling_down")
    throw new Refused("cooling_down", `The lock of door ${compartment} needs a moment's rest. Your code is still good.`, {
      compartment,
      retryAfterSeconds: coolDownSeconds,
    });
  if (outcome.outcome === "refused")
    throw new Refused("door_stuck", `Door ${compartment} did not open. Your code is still good.`, { compartment });
  if (outcome.outcome === "unknown")
    throw new Refused("door_unknown", `It is not known whether door ${compartment} opened.`, { compartment });
}
