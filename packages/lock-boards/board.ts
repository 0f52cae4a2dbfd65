import assert from "node:assert/strict";
import type { Fired, LockBoard, LockReading, Quirks } from "./lock-board.ts";

/** What a driver of one family knows how to say: the rest is the same for all boards. Locks count from 1. */
export interface Commands {
  /** Sends one unlock. What the board said to it, or undefined when it said nothing. */
  fire(lock: number): Promise<"fired" | "cooling_down" | "board_refused" | undefined>;
  /** Bits as sent, before polarity; locks that were not answered for are absent. */
  read(wanted: readonly number[]): Promise<ReadonlyMap<number, { readonly door: boolean; readonly sensor?: boolean }>>;
  /** Brings the board into a safe state before its first use; answers whether the board confirmed it. Asked again until it does. */
  prepare?(): Promise<boolean>;
  /** Switches an output on for so long, by a pulse that the board ends. Only where outputs are known to do so. */
  pulse?(output: number, ms: number): Promise<unknown>;
}

/** A board of any family: polarity, cool-down, and "never fire twice on a guess" (F10), around the family's own frames. */
export function lockBoard(commands: Commands, locks: number, quirks: Quirks): LockBoard {
  const closedBit = quirks.polarity === "one_is_closed";
  const occupiedBit = quirks.occupancy === "one_is_occupied";
  const all = Array.from({ length: locks }, (_, n) => n + 1);
  const firedAt = new Map<number, number>();
  /** Fired, and no switch has been read since. */
  const unread = new Set<number>();
  let isReady = commands.prepare === undefined;

  const prepared = async (): Promise<boolean> => (isReady ||= await commands.prepare!());

  async function status(wanted: readonly number[] = all): Promise<Map<number, LockReading>> {
    const readings = new Map<number, LockReading>();
    if (!(await prepared())) return readings;
    const inFlight = new Set(unread);
    for (const [lock, { door, sensor }] of await commands.read(wanted)) {
      const occupied = quirks.occupancy === "none" || sensor === undefined ? null : sensor === occupiedBit;
      readings.set(lock, { door: door === closedBit ? "closed" : "open", occupied });
      if (inFlight.has(lock)) unread.delete(lock);
    }
    return readings;
  }

  async function open(lock: number): Promise<Fired> {
    assert.ok(Number.isInteger(lock) && lock >= 1 && lock <= locks, `lock ${lock} is on no board: this one has 1..${locks}`);
    if (unread.has(lock)) {
      const door = (await status([lock])).get(lock)?.door;
      if (door !== "closed") return { outcome: "refused", reason: door === undefined ? "unread" : "already_open" };
    }
    if (performance.now() - (firedAt.get(lock) ?? Number.NEGATIVE_INFINITY) < quirks.coolDownMs)
      return { outcome: "refused", reason: "cooling_down" };
    if (!(await prepared())) return { outcome: "refused", reason: "not_ready" };
    unread.add(lock);
    firedAt.set(lock, performance.now());
    const said = await commands.fire(lock);
    if (said === undefined) return { outcome: "sent" };
    if (said === "fired") return { outcome: "acknowledged" };
    unread.delete(lock);
    return { outcome: "refused", reason: said };
  }

  async function signal(output: number, ms: number): Promise<void> {
    assert.ok(Number.isInteger(output) && output >= 1 && output <= locks, `output ${output} is on no board: this one has 1..${locks}`);
    if (await prepared()) await commands.pulse!(output, ms);
  }

  return { quirks, locks, open, status, ...(commands.pulse && { signal }) };
}
