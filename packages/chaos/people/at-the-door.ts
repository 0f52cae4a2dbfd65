// What people see and do with their own hands before a cabinet. No line is between them and it; only a cabinet whose process is down does nothing.
import type { KioskApi, KioskState } from "@pigeonhole/station/kiosk/contract";
import type { ChaosStation } from "../processes/town.ts";
import { at, hear } from "./asking.ts";

const screen = (station: ChaosStation) => at<KioskApi>(station.atTheDoor);

/** What the screen shows; undefined while it is dark. */
export async function screenOf(station: ChaosStation): Promise<KioskState | undefined> {
  const heard = await hear(screen(station).kiosk.state.$get());
  return heard.is === "answered" ? heard.body : undefined;
}

/** Which doors stand open, as far as can be seen. */
export async function lookAt(station: ChaosStation): Promise<ReadonlyMap<number, string> | undefined> {
  const state = await screenOf(station);
  return state && new Map(state.doors.map(({ compartment, door }) => [compartment, door]));
}

/** Pushes a door shut; a cabinet that starts anew finds its simulated doors shut. */
export async function shut(station: ChaosStation, compartment: number): Promise<void> {
  await hear(
    screen(station).simulator.doors[":compartment"].$post({ param: { compartment: String(compartment) }, json: { door: "closed" } }),
  );
}

/** Steps back from the screen, so that the next one can come. */
export async function leave(station: ChaosStation): Promise<void> {
  await hear(screen(station).kiosk.leave.$post());
}
