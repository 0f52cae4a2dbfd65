import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { openToAll, type Permits } from "@pigeonhole/protocol/service";
import { powerModes, type PowerMode } from "@pigeonhole/protocol/telemetry";
import { z } from "zod";
import type { Store } from "../store/store.ts";
import type { Readings } from "../telemetry/sensors.ts";
import { begin, step, type Power } from "./power.ts";

/** What a station still does on the power that it has. Pick-ups last longest; staff can always get in while there is any power. */
export const permitsIn: Readonly<Record<PowerMode, Permits>> = {
  mains: openToAll,
  battery: openToAll,
  saving: { deposits: false, pickups: true, remoteOpens: "service" },
  standby: { deposits: false, pickups: false, remoteOpens: "service" },
  ending: { deposits: false, pickups: false, remoteOpens: "none" },
};
/** The charge is written down at least at each such change of it: a power cut must not make the station forget that its battery is low. Percent. */
const writtenEvery = 5;
const Kept = z.object({ mode: z.enum(powerModes), charge: z.number().min(0).max(100) });

interface Needs {
  readonly store: Store;
  readonly batteryMinutes: number;
  readonly isVisiting: () => boolean;
  /** The mode is another one; durable and in the log. */
  readonly changed: (mode: PowerMode) => void;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly log: Log;
}

/** Follows the supply and keeps the mode over restarts. No power, and no loss of it, opens a door (I-23): nothing here can. */
export function powerWatch({ store, batteryMinutes, isVisiting, changed, now, monotonic, log }: Needs) {
  let power = begin(monotonic(), kept(store));
  let lostAtMs: number | undefined;
  let writtenCharge = power.charge;

  const eventOf = (after: Power): StationFact => {
    const batteryPercent = Math.round(after.charge);
    switch (after.mode) {
      case "mains":
        return { type: "power_restored", batteryPercent, seconds: Math.round((after.atMs - (lostAtMs ?? after.atMs)) / 1_000) };
      case "battery":
        return { type: "power_lost", batteryPercent };
      case "saving":
        return { type: "saving_entered", batteryPercent };
      case "standby":
        return { type: "standby_entered", batteryPercent };
      case "ending":
        return { type: "shutting_down", batteryPercent };
    }
  };
  const write = (after: Power): void => {
    store.meta.set("power", JSON.stringify({ mode: after.mode, charge: after.charge }));
    writtenCharge = after.charge;
  };

  return {
    get mode(): PowerMode {
      return power.mode;
    },
    get permits(): Permits {
      return permitsIn[power.mode];
    },
    get charge(): number {
      return power.charge;
    },
    felt({ mains, batteryPercent }: Readings): void {
      const before = power;
      const after = step(before, { mains, batteryPercent, isVisiting: isVisiting() }, monotonic(), batteryMinutes);
      if (after.mode !== before.mode) {
        store.change(() => {
          write(after);
          store.journal.append(eventOf(after), now());
        });
        if (after.mode === "battery") lostAtMs = after.atMs;
        log.warn({ mode: after.mode, charge: Math.round(after.charge) }, "the power of the station has changed");
      } else if (Math.abs(after.charge - writtenCharge) >= writtenEvery) store.change(() => write(after));
      power = after;
      if (after.mode !== before.mode) changed(after.mode);
    },
  };
}
export type PowerWatch = ReturnType<typeof powerWatch>;

function kept(store: Store): z.output<typeof Kept> | undefined {
  const text = store.meta.get("power");
  return text === undefined ? undefined : Kept.parse(JSON.parse(text));
}
