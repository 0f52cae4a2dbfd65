import assert from "node:assert/strict";
import type { BoardHealth, LockBoard, LockReading, Locks, Signal } from "./lock-board.ts";

/** One board of a cabinet. */
export interface PlacedBoard {
  /** Unique in the cabinet. */
  readonly name: string;
  readonly model: string;
  readonly address: number;
  readonly board: LockBoard;
}
/** The boards that share one line; they are asked one after the other, those of other lines at the same time. */
export interface PlacedLine {
  readonly boards: readonly PlacedBoard[];
  close(): Promise<void>;
}
/** Which lock is behind a door. */
export interface Mapped {
  readonly door: number;
  readonly board: string;
  readonly lock: number;
}

/** Whatever else hangs on a cabinet's boards: lights and buzzers on free outputs, sensors at the bolts on free inputs. */
export interface Extras {
  readonly signals: readonly (Pick<Signal, "kind" | "doors"> & { readonly board: string; readonly output: number })[];
  readonly latches: readonly { readonly door: number; readonly board: string; readonly input: number }[];
}

/** One reply may be lost on a noisy line; a board that has been silent so often in a row is asked less often, so that it does not slow down the others. */
const missesAllowed = 3;
/** How often a silent board is asked whether it is back. Milliseconds. */
const probeMs = 500;

interface Seat extends PlacedBoard {
  readonly doors: Map<number, number>;
  /** By input: the door whose bolt it sees. */
  readonly latches: Map<number, number>;
  misses: number;
  askedAt: number;
  isAnswering: boolean | null;
  answeredAt: Date | null;
}

/** The locks of a whole cabinet, over several boards, several lines and mixed models. One dead board, or one dead line, does not stop the others. */
export function locks(
  lines: readonly PlacedLine[],
  map: readonly Mapped[],
  { signals, latches }: Extras = { signals: [], latches: [] },
): Locks {
  const seats = lines.map(({ boards }) =>
    boards.map((placed): Seat => ({
      ...placed,
      doors: new Map(),
      latches: new Map(),
      misses: 0,
      askedAt: Number.NEGATIVE_INFINITY,
      isAnswering: null,
      answeredAt: null,
    })),
  );
  const byName = new Map(seats.flat().map((seat) => [seat.name, seat]));
  assert.ok(byName.size > 0 && byName.size === seats.flat().length, "each board once, and at least one");
  const doors = new Map<number, { readonly seat: Seat; readonly lock: number }>();
  for (const { door, board, lock } of map) {
    const seat = byName.get(board);
    assert.ok(seat && !doors.has(door) && !seat.doors.has(lock), `door ${door} is on one lock of one board`);
    doors.set(door, { seat, lock });
    seat.doors.set(lock, door);
  }
  for (const { door, board, input } of latches) {
    const seat = byName.get(board);
    assert.ok(seat && doors.has(door) && !seat.doors.has(input), `the latch of door ${door} is on an input that no door uses`);
    seat.latches.set(input, door);
  }
  const given = signals.map(({ kind, doors: shown, board, output }): Signal => {
    const seat = byName.get(board);
    // The last word on it, beside the wiring's: an output with a lock on it would open a door.
    assert.ok(seat?.board.signal && !seat.doors.has(output), `a ${kind} is on an output that no lock uses`);
    return { kind, doors: shown, give: (ms) => seat.board.signal!(output, ms) };
  });

  async function look(
    seat: Seat,
    wanted: ReadonlySet<number> | undefined,
    into: Map<number, LockReading>,
    bolts: Map<number, boolean>,
  ): Promise<void> {
    const asked = [...seat.doors, ...seat.latches].filter(([, door]) => wanted?.has(door) ?? true).map(([lock]) => lock);
    if (asked.length === 0) return;
    if (seat.misses >= missesAllowed && performance.now() - seat.askedAt < probeMs) return;
    seat.askedAt = performance.now();
    const readings = await seat.board.status(asked);
    for (const [lock, reading] of readings) {
      const door = seat.doors.get(lock);
      if (door !== undefined) into.set(door, reading);
      const bolted = seat.latches.get(lock);
      if (bolted !== undefined) bolts.set(bolted, reading.door === "closed");
    }
    if (readings.size === 0) return missed(seat);
    seat.misses = 0;
    seat.isAnswering = true;
    seat.answeredAt = new Date();
  }
  function missed(seat: Seat): void {
    seat.misses++;
    if (seat.misses >= missesAllowed || seat.isAnswering === null) seat.isAnswering = false;
  }

  return {
    async open(door) {
      const place = doors.get(door);
      assert.ok(place, `lock ${door} is on no board of this cabinet`);
      return place.seat.board.open(place.lock);
    },
    async status(wanted) {
      const asked = wanted && new Set(wanted);
      const readings = new Map<number, LockReading>();
      const bolts = new Map<number, boolean>();
      const ends = await Promise.allSettled(
        seats.map(async (boards) => {
          try {
            for (const seat of boards) await look(seat, asked, readings, bolts);
          } catch (error) {
            for (const seat of boards) seat.isAnswering = false;
            throw error;
          }
        }),
      );
      // A line that is gone leaves its doors unread; without any line there is nothing to tell.
      const broken = ends.filter((end) => end.status === "rejected");
      if (broken.length === ends.length) throw broken[0]!.reason;
      for (const [door, latched] of bolts) {
        const reading = readings.get(door);
        if (reading) readings.set(door, { ...reading, latched });
      }
      return readings;
    },
    boards: (): BoardHealth[] =>
      seats.flat().map(({ name, model, address, isAnswering, answeredAt }) => ({ board: name, model, address, isAnswering, answeredAt })),
    ...(given.length > 0 && { signals: given }),
    async close() {
      await Promise.all(lines.map((each) => each.close()));
    },
  };
}
