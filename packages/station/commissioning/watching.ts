import { sleep, type Timers } from "@pigeonhole/kit/timers";
import type { Monotonic } from "@pigeonhole/kit/clock";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { models } from "@pigeonhole/lock-boards/models";
import type { Wiring } from "@pigeonhole/lock-boards/wiring";
import type { Board, Place, Seen } from "./wizard.ts";

/** How long doors are watched. Milliseconds. */
export interface WatchLimits {
  /** So long a fired lock has to show at a switch. */
  readonly settleMs: number;
  /** After the first switch has moved, a second door is waited for so long. */
  readonly secondMs: number;
  /** A lock has done what it will do after so long. */
  readonly restMs: number;
  readonly pollMs: number;
  /** A door that was opened is looked at this often until it is shut. */
  readonly closingMs: number;
}
export const usualLimits: WatchLimits = { settleMs: 2_000, secondMs: 500, restMs: 1_000, pollMs: 50, closingMs: 200 };

/** Every lock of every board that was found, with a number of its own while nobody knows the doors. */
export function everyLock(boards: readonly Board[]): { readonly wiring: Wiring; readonly places: readonly Place[] } {
  const places = boards.flatMap(({ name, model }) => Array.from({ length: models[model].locks }, (_, n) => ({ board: name, lock: n + 1 })));
  const lines = Map.groupBy(boards, ({ port }) => port);
  return {
    places,
    wiring: {
      v: 1,
      lines: [...lines].map(([port, onLine]) => ({
        port,
        baud: onLine[0]!.baud,
        boards: onLine.map(({ name, model, address }) => ({ name, model, address })),
      })),
      doors: places.map((place, n) => ({ door: n + 1, ...place })),
    },
  };
}

interface Watch {
  readonly locks: Locks;
  readonly places: readonly Place[];
  readonly timers: Timers;
  readonly monotonic: Monotonic;
  readonly limits: WatchLimits;
}

/** Fires one lock, once, and tells which switches of the whole cabinet moved. */
export async function fireAndWatch({ locks, places, timers, monotonic, limits }: Watch, place: Place): Promise<Seen> {
  const number = places.findIndex((each) => each.board === place.board && each.lock === place.lock) + 1;
  const before = await locks.status();
  // What the board says to it is of no weight here: the switches, and the technician's eyes, tell what happened.
  await locks.open(number).catch(() => undefined);
  const firedAt = monotonic();
  const moved = new Map<number, Place>();
  let isLost = false;
  let until = firedAt + limits.settleMs;
  while (monotonic() < until) {
    const status = await locks.status().catch(() => new Map<number, never>());
    isLost = before.has(number) && !status.has(number);
    for (const [n, reading] of status) {
      if (!before.has(n) || before.get(n)!.door === reading.door || moved.has(n)) continue;
      if (moved.size === 0) until = Math.min(until, monotonic() + limits.secondMs);
      moved.set(n, places[n - 1]!);
    }
    await sleep(timers, limits.pollMs);
  }
  return { before: before.get(number)?.door ?? null, moved: [...moved.values()], isLost };
}
