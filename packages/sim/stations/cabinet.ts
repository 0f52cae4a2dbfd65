import type { Fired, LockReading, Locks } from "@pigeonhole/lock-boards/lock-board";
import type { Draw } from "../time/draw.ts";
import type { Life } from "../time/node-clock.ts";
import type { Scheduler } from "../time/scheduler.ts";

/** Why a door moved, in truth. */
export type Moved = "lock" | "hand" | "crowbar" | "bounce";
/** What may be wrong with a door until somebody repairs it. */
export interface Ailment {
  /** The lock does not let go. */
  sticks: boolean;
  /** It springs open again when it is shut. */
  bounces: boolean;
  /** Its switch says the contrary. */
  lies: boolean;
  /** The sensor inside says the contrary. */
  isBlind: boolean;
  /** It lets go late. Milliseconds. */
  lateMs: number;
}
interface Door extends Ailment {
  isOpen: boolean;
  /** Until then its switch has said, or said nothing, what need not be so. */
  doubtfulMs: number;
  openedMs: number;
}

/** Who watches what really happens. */
export interface Witness {
  fired(station: string, compartment: number): void;
  moved(station: string, compartment: number, isOpen: boolean, why: Moved): void;
}

/** So many looks without a change, and a look becomes a formality. */
const looksEnough = 8;
const leftOpenMs = 70_000;
/** So long after a lie, or a silence, its station may still go by it. Milliseconds. */
const doubtMs = 5_000;

interface Needs {
  readonly station: string;
  readonly doors: readonly number[];
  readonly hasSensors: boolean;
  readonly scheduler: Scheduler;
  readonly draw: Draw;
  readonly witness: Witness;
}

/** The cabinet as it really is: iron, coils, switches, and what lies behind each door. What the station believes of it is another matter. */
export function simCabinet({ station, doors: numbers, hasSensors, scheduler, draw, witness }: Needs) {
  const doors = new Map<number, Door>(
    numbers.map((n) => [
      n,
      { isOpen: false, doubtfulMs: 0, openedMs: 0, sticks: false, bounces: false, lies: false, isBlind: false, lateMs: 0 },
    ]),
  );
  /** What really lies in each box. */
  const boxes = new Map<number, string[]>(numbers.map((n) => [n, []]));
  let parked: (() => void)[] = [];
  let looks = 0;
  let isSilent = false;
  const door = (n: number): Door => {
    const found = doors.get(n);
    if (!found) throw new Error(`no door ${n}`);
    return found;
  };

  function changed(): void {
    looks = 0;
    for (const wake of parked.splice(0)) wake();
  }
  function move(n: number, isOpen: boolean, why: Moved): void {
    const it = door(n);
    if (it.isOpen === isOpen) return;
    it.isOpen = isOpen;
    it.openedMs = scheduler.nowMs;
    witness.moved(station, n, isOpen, why);
    changed();
    if (isOpen) scheduler.after(leftOpenMs, "door left open", changed, true);
  }

  /** What one start of the station has in its hands. */
  const locks = (alive: Life): Locks => ({
    open: (n) =>
      new Promise<Fired>((resolve) => {
        if (alive.isOver) return;
        witness.fired(station, n);
        changed();
        const it = door(n);
        // The coil works whatever becomes of the computer.
        if (!isSilent && !it.sticks) scheduler.after(draw.between(40, 250) + it.lateMs, "lock lets go", () => move(n, true, "lock"));
        scheduler.after(30, "board answers", () => alive.isOver || resolve({ outcome: isSilent ? "sent" : "acknowledged" }));
      }),
    status: (wanted = numbers) => {
      looks++;
      const read = new Map<number, LockReading>();
      if (!isSilent)
        for (const n of wanted) {
          const it = doors.get(n);
          if (!it) continue;
          const inside = boxes.get(n)!.length > 0;
          read.set(n, { door: it.isOpen !== it.lies ? "open" : "closed", occupied: hasSensors ? inside !== it.isBlind : null });
        }
      return alive.isOver ? new Promise<never>(() => {}) : Promise.resolve(read);
    },
    boards: () => [],
    async close() {},
  });

  return {
    station,
    numbers,
    hasSensors,
    locks,
    isOpen: (n: number): boolean => door(n).isOpen,
    /** When it last moved. */
    movedMs: (n: number): number => door(n).openedMs,
    /** What its station knows of it need not be so: its switch or sensor lies, its board is silent, or was a moment ago. */
    isDoubtful: (n: number): boolean => isSilent || door(n).lies || door(n).isBlind || scheduler.nowMs - door(n).doubtfulMs < doubtMs,
    openDoors: (): number[] => numbers.filter((n) => door(n).isOpen),
    inside: (n: number): readonly string[] => boxes.get(n)!,
    where: (what: string): number | undefined => numbers.find((n) => boxes.get(n)!.includes(what)),
    /** Somebody pushes it shut. */
    shut(n: number): void {
      move(n, false, "hand");
      if (door(n).bounces) scheduler.after(draw.between(100, 900), "door bounces", () => move(n, true, "bounce"));
    },
    force: (n: number): void => move(n, true, "crowbar"),
    put(n: number, what: string): void {
      boxes.get(n)!.push(what);
      changed();
    },
    take(n: number): string[] {
      const out = boxes.get(n)!.splice(0);
      changed();
      return out;
    },
    ail(n: number, ailment: Partial<Ailment>): void {
      if (door(n).lies || door(n).isBlind) door(n).doubtfulMs = scheduler.nowMs;
      Object.assign(door(n), ailment);
      changed();
    },
    /** The line to the boards is dead, or is well again. */
    silence(is: boolean): void {
      isSilent = is;
      for (const it of doors.values()) it.doubtfulMs = scheduler.nowMs;
      changed();
    },
    repair(): void {
      for (const it of doors.values()) Object.assign(it, { sticks: false, bounces: false, lies: false, isBlind: false, lateMs: 0 });
      isSilent = false;
      changed();
    },
    /** Looking again would show nothing new: whoever waits to look is woken when there is something to see. */
    isQuiet: (): boolean =>
      looks >= looksEnough && [...doors.values()].every(({ isOpen, openedMs }) => !isOpen || scheduler.nowMs - openedMs > leftOpenMs),
    park: (wake: () => void): void => void parked.push(wake),
  };
}
export type SimCabinet = ReturnType<typeof simCabinet>;
