import type { Doors } from "../doors/doors.ts";
import type { Store } from "../store/store.ts";
import type { Screen } from "../visits/screen.ts";

interface Needs {
  readonly doors: Pick<Doors, "openDoors" | "isBusy">;
  readonly screen: Pick<Screen, "step">;
  readonly store: Pick<Store, "intents" | "contents">;
  /** False when the cabinet runs on its battery; null when it cannot tell. */
  readonly mains: () => boolean | null;
}

/** Why this station may not be restarted now; null when nobody would notice (I-47). */
export function mayRestart({ doors, screen, store, mains }: Needs): string | null {
  const [open] = doors.openDoors();
  if (open !== undefined) return `door ${open} is open`;
  if (doors.isBusy() || store.intents.pending().length > 0) return "a lock is being fired";
  if (screen.step.step !== "idle") return "somebody is at the kiosk";
  if (store.contents.all().some(({ state }) => state === "reserved" || state === "collecting")) return "a visit is not finished";
  if (mains() === false) return "the cabinet runs on its battery";
  return null;
}
