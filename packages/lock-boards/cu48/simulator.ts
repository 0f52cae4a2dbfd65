import { SimulatedBoard, SimulatedLine, type Faults, type Voice } from "../simulator.ts";
import type { Transport } from "../transport.ts";
import { address, command, locksPerBoard, requestFraming, statusReply } from "./frames.ts";

/** A real board obeys 0x0A (all boards) and 0x30 (all locks) too; so does this one, and tests see that nobody ever asks. */
export const cu48Voice: Voice = {
  locks: locksPerBoard,
  framing: requestFraming,
  hear(frame, own) {
    const [, board, lock, cmd] = frame;
    if (board !== own && board !== 0x0a) return undefined;
    if (cmd === command.status) return { kind: "status" };
    if (cmd !== command.unlock) return undefined;
    return lock === 0x30 ? { kind: "open_all" } : lock! < locksPerBoard ? { kind: "open", lock: lock! + 1 } : undefined;
  },
  answer: (request, own, view) =>
    request.kind === "status"
      ? statusReply(
          address(own),
          Array.from({ length: locksPerBoard }, (_, n) => view.bit(n + 1)),
        )
      : undefined,
};

export interface Cu48SimulatorOptions {
  /** Addresses that answer. The same address twice is two boards that both fire and both reply. */
  readonly boards: readonly number[];
  /** Meaning of a set bit; default `one_is_closed`. */
  readonly polarity?: "one_is_closed" | "zero_is_closed";
}

/** CU48 boards at the far end of a line, their doors numbered from 1 over all of them, as the simple cabinet of the driver numbers its locks. */
export class Cu48Simulator {
  /** Of all boards; `stuck` and `jammed` name doors of the first. */
  readonly faults: Faults;
  /** Every unlock frame that arrived sound, oldest first. The judge of "fired at most once". */
  readonly fired: { readonly lock: number; readonly atMs: number }[] = [];
  readonly #boards: readonly SimulatedBoard[];
  readonly #watchers = new Set<() => void>();

  constructor(line: Transport, { boards, polarity = "one_is_closed" }: Cu48SimulatorOptions) {
    const made: SimulatedBoard[] = [];
    for (const [index, at] of boards.entries()) {
      const board = new SimulatedBoard({ voice: cu48Voice, address: address(at), polarity, ...(made[0] && { faults: made[0].faults }) });
      board.onFire = (lock) => this.fired.push({ lock: index * locksPerBoard + lock, atMs: performance.now() });
      board.onMove = () => {
        for (const watcher of this.#watchers) watcher();
      };
      made.push(board);
    }
    this.#boards = made;
    this.faults = made[0]!.faults;
    new SimulatedLine(line, made);
  }

  /** Whether a door stands open, in truth: a stuck switch may say otherwise. */
  isOpen(door: number): boolean {
    const { board, lock } = this.#at(door);
    return board.isOpen(lock);
  }
  /** Somebody pushes the door shut. */
  closeDoor(door: number): void {
    const { board, lock } = this.#at(door);
    board.move(lock, "closed");
  }
  /** Somebody opens the door with a key or a crowbar. */
  forceOpen(door: number): void {
    const { board, lock } = this.#at(door);
    board.move(lock, "open");
  }
  /** Called after every movement of a door. */
  onMove(watcher: () => void): void {
    this.#watchers.add(watcher);
  }

  #at(door: number): { readonly board: SimulatedBoard; readonly lock: number } {
    return { board: this.#boards[Math.floor((door - 1) / locksPerBoard)]!, lock: ((door - 1) % locksPerBoard) + 1 };
  }
}
