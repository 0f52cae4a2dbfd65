import type { Draw } from "../time/draw.ts";
import type { Scheduler } from "../time/scheduler.ts";

export type Way = "up" | "down";
/** What becomes of one message on a disturbed line. */
export type Fate = "carried" | "lost" | "twice" | "reordered" | "garbled";
/** How a line may be disturbed for a while. `half_up`: only what the station says is lost, `half_down`: only what it is told. */
export type Disturbance = "garbled" | "misdirected" | "loss" | "duplication" | "reordering" | "slowness" | "cut" | "half_up" | "half_down";

interface Spell {
  readonly kind: Disturbance;
  readonly untilMs: number;
  readonly draw: Draw;
}

const fates: Partial<Record<Disturbance, { readonly fate: Fate; readonly share: number }>> = {
  loss: { fate: "lost", share: 0.25 },
  duplication: { fate: "twice", share: 0.4 },
  garbled: { fate: "garbled", share: 0.15 },
  reordering: { fate: "reordered", share: 0.3 },
};

/** How the lines are: each disturbance is a spell at one station, with chance of its own, so that leaving one out changes no other. */
export function weather(scheduler: Scheduler, draw: Draw) {
  const spells = new Map<string, Spell[]>();
  const now = (station: string): readonly Spell[] => {
    const all = spells.get(station);
    if (!all) return [];
    const live = all.filter(({ untilMs }) => untilMs > scheduler.nowMs);
    if (live.length === 0) spells.delete(station);
    else if (live.length !== all.length) spells.set(station, live);
    return live;
  };
  return {
    begin(kind: Disturbance, station: string, ms: number, own: Draw): void {
      spells.set(station, [...now(station), { kind, untilMs: scheduler.nowMs + ms, draw: own }]);
    },
    isCut: (station: string, way: Way): boolean => now(station).some(({ kind }) => kind === "cut" || kind === `half_${way}`),
    fateOf(station: string): Fate {
      for (const { kind, draw: own } of now(station)) {
        const drawn = fates[kind];
        if (drawn && own.chance(drawn.share)) return drawn.fate;
      }
      return "carried";
    },
    delayMs: (station: string): number =>
      draw.between(5, 60) + (now(station).some(({ kind }) => kind === "slowness") ? draw.between(300, 3_000) : 0),
    /** Orders for this station reach others too. */
    isMisdirected: (station: string): boolean => now(station).some(({ kind }) => kind === "misdirected"),
    /** The sky clears. */
    heal: (): void => spells.clear(),
  };
}
export type Weather = ReturnType<typeof weather>;
