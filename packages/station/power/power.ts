import type { PowerMode } from "@pigeonhole/protocol/telemetry";

/** Shares of the battery at which the station gives something up (A11.2). With a battery of 45 minutes: after 22, 36 and 43 minutes. Percent. */
export const levels = {
  /** Nothing new is taken in any more; who comes for a parcel still gets it. */
  saving: 50,
  /** Dark screen, seldom a word. A visit under way is finished first … */
  standby: 20,
  /** … but not below this. */
  visit: 10,
  /** What is left is needed to stop in order. */
  ending: 5,
  /** With so much the station trusts that it can bear the next loss of mains. */
  rested: 30,
} as const;
/** Mains counts as lost, and as back, only after so long: lights that flicker change nothing. Seconds. */
export const patience = { lost: 2, back: 60, solid: 600 } as const;
/** An empty battery is full after so many hours on mains; used where no gauge tells. */
const chargeHours = 4;

/** How the station lives on its power. Times are of a monotonic clock, in milliseconds. */
export interface Power {
  readonly mode: PowerMode;
  /** As the gauge says, or as it is reckoned. Percent. */
  readonly charge: number;
  readonly hasMains: boolean;
  /** Since when mains has been as it is. */
  readonly sinceMs: number;
  readonly atMs: number;
}
/** What the sensors say; null: no word, so that it is as it was. */
export interface Supply {
  readonly mains: boolean | null;
  readonly batteryPercent: number | null;
  readonly isVisiting: boolean;
}

/** How the station begins. After a restart with the mode of before: a restart is no reason to trust the mains. */
export const begin = (atMs: number, before?: { readonly mode: PowerMode; readonly charge: number }): Power => ({
  mode: before?.mode ?? "mains",
  charge: before?.charge ?? 100,
  hasMains: true,
  sinceMs: atMs,
  atMs,
});

interface Facts {
  readonly charge: number;
  readonly isVisiting: boolean;
  readonly hasMains: boolean;
  /** Mains has been missing for longer than a flicker. */
  readonly isLost: boolean;
  readonly isBack: boolean;
  /** So long that it does not matter what the battery could bear, nor whether its gauge is right. */
  readonly isSolid: boolean;
}
const mayServeAgain = (f: Facts): boolean => (f.isBack && f.charge >= levels.rested) || f.isSolid;
/** The whole of it: in a mode, the first row whose condition holds. Without mains a mode is only ever followed by a poorer one. */
export const rows: readonly { readonly in: PowerMode; readonly when: (facts: Facts) => boolean; readonly to: PowerMode }[] = [
  { in: "mains", when: (f) => f.isLost, to: "battery" },
  { in: "battery", when: (f) => f.isBack, to: "mains" },
  { in: "battery", when: (f) => !f.hasMains && f.charge <= levels.saving, to: "saving" },
  { in: "saving", when: mayServeAgain, to: "mains" },
  { in: "saving", when: (f) => !f.hasMains && f.charge <= (f.isVisiting ? levels.visit : levels.standby), to: "standby" },
  { in: "standby", when: mayServeAgain, to: "mains" },
  { in: "standby", when: (f) => !f.hasMains && f.charge <= levels.ending, to: "ending" },
  { in: "ending", when: mayServeAgain, to: "mains" },
];

/** The next moment. */
export function step(power: Power, supply: Supply, atMs: number, batteryMinutes: number): Power {
  const hasMains = supply.mains ?? power.hasMains;
  const sinceMs = hasMains === power.hasMains ? power.sinceMs : atMs;
  const hours = Math.max(0, atMs - power.atMs) / 3_600_000;
  const reckoned = power.charge + (power.hasMains ? hours / chargeHours : (-hours * 60) / batteryMinutes) * 100;
  const charge = supply.batteryPercent ?? Math.min(100, Math.max(0, reckoned));
  const lasts = (seconds: number): boolean => atMs - sinceMs >= seconds * 1_000;
  const facts: Facts = {
    charge,
    isVisiting: supply.isVisiting,
    hasMains,
    isLost: !hasMains && lasts(patience.lost),
    isBack: hasMains && lasts(patience.back),
    isSolid: hasMains && lasts(patience.solid),
  };
  const mode = rows.find((row) => row.in === power.mode && row.when(facts))?.to ?? power.mode;
  return { mode, charge, hasMains, sinceMs, atMs };
}
