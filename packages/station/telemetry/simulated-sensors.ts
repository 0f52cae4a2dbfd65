import type { Now } from "@pigeonhole/kit/clock";
import type { Random } from "@pigeonhole/kit/random";
import type { Readings, Sensors } from "./sensors.ts";

const dayMs = 24 * 3_600_000;
/** In full sun, with a fan that stands still, it is so much warmer inside: beyond what its electronics are rated for. */
const heatC = 45;
/** A flat battery is full again after so many hours on mains. */
const chargeHours = 4;

interface Needs {
  readonly now: Now;
  readonly random: Random;
  /** So long a full battery lasts. Minutes. */
  readonly batteryMinutes: number;
}

/** Sensors of a cabinet that is not there: a day with its warmth, a battery that empties when somebody pulls the plug, a door to the inside. */
export function simulatedSensors({ now, random, batteryMinutes }: Needs) {
  let mains = true;
  let isTampered = false;
  let isHot = false;
  let charge = 100;
  let countedAt = now().getTime();
  // Each cabinet stands in a sun of its own.
  const base = 16 + (random.bytes(1)[0]! / 255) * 6;
  let drift = 0;

  const count = (): void => {
    const at = now().getTime();
    const hours = Math.max(0, at - countedAt) / 3_600_000;
    countedAt = at;
    charge = Math.min(100, Math.max(0, charge + hours * (mains ? 100 / chargeHours : -100 / (batteryMinutes / 60))));
  };
  const sensors: Sensors = {
    read(): Promise<Readings> {
      count();
      const [a, b] = random.bytes(2);
      drift = Math.max(-1.5, Math.min(1.5, drift + (a! / 255 - 0.5) * 0.3));
      // Warmest in the middle of the afternoon.
      const sun = Math.cos(((now().getTime() % dayMs) / dayMs - 15 / 24) * 2 * Math.PI);
      return Promise.resolve({
        temperatureC: Math.round((base + 5 * sun + drift + (isHot ? heatC : 0)) * 10) / 10,
        mains,
        batteryPercent: Math.round(charge * 10) / 10,
        signalDbm: -62 - Math.round((b! / 255) * 12),
        isTampered,
      });
    },
  };
  return {
    sensors,
    /** Pulls the plug, or puts it back. */
    setMains(isThere: boolean): void {
      count();
      mains = isThere;
    },
    /** Puts the cabinet into the sun, or back into the shade. */
    setHot(isInTheSun: boolean): void {
      isHot = isInTheSun;
    },
    /** What was done to it. */
    done: (): { readonly mains: boolean; readonly isTampered: boolean; readonly isHot: boolean } => ({ mains, isTampered, isHot }),
    /** Opens or closes the enclosure. */
    setTampered(isOpen: boolean): void {
      isTampered = isOpen;
    },
  };
}
export type SimulatedSensors = ReturnType<typeof simulatedSensors>;
