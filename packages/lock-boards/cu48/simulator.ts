import type { Transport } from "../transport.ts";
import { address, command, end, locksPerBoard, requestLength, start, statusReply, sum, type Address } from "./frames.ts";

/** What can be wrong with a board or a lock. Each may be switched while the simulator runs. */
export interface Faults {
  /** The board answers nothing, but still fires its locks ("opens without a word"). */
  isSilent: boolean;
  /** The board neither answers nor fires. */
  isDead: boolean;
  /** Noise is sent before each reply. */
  garbagePrefix: Uint8Array;
  /** Replies carry a wrong sum. */
  hasBadChecksum: boolean;
  /** Replies come in pieces of this many bytes, one turn of the event loop apart; 0 sends them whole. */
  splitBytes: number;
  /** Locks (from 1) whose bit never changes, with the state it shows. */
  readonly stuck: Map<number, "closed" | "open">;
  /** Locks (from 1) that are fired and do not move. */
  readonly jammed: Set<number>;
}

export interface Cu48SimulatorOptions {
  /** Addresses that answer. The same address twice is two boards that both fire and both reply, as fresh boards from the box do. */
  readonly boards: readonly number[];
  /** Meaning of a set bit; default `one_is_closed`. */
  readonly polarity?: "one_is_closed" | "zero_is_closed";
}

/** CU48 boards, byte for byte: the far end of a line. All doors are closed at the beginning. */
export class Cu48Simulator {
  readonly faults: Faults = {
    isSilent: false,
    isDead: false,
    garbagePrefix: new Uint8Array(0),
    hasBadChecksum: false,
    splitBytes: 0,
    stuck: new Map(),
    jammed: new Set(),
  };
  /** Every unlock frame that arrived sound, oldest first: the lock's number from 1 and when (monotonic ms). The judge of "fired at most once". */
  readonly fired: { readonly lock: number; readonly atMs: number }[] = [];
  readonly #boards: readonly Address[];
  readonly #closedBit: boolean;
  readonly #open = new Set<number>();
  readonly #watchers = new Set<() => void>();
  readonly #line: Transport;
  #buffer: number[] = [];

  constructor(line: Transport, { boards, polarity = "one_is_closed" }: Cu48SimulatorOptions) {
    this.#line = line;
    this.#boards = boards.map(address);
    this.#closedBit = polarity === "one_is_closed";
    line.onData((chunk) => this.#receive(chunk));
  }

  /** Whether a door stands open, in truth: a stuck switch may say otherwise. */
  isOpen(lock: number): boolean {
    return this.#open.has(lock);
  }

  /** Somebody pushes the door shut. */
  closeDoor(lock: number): void {
    this.#move(lock, false);
  }

  /** Somebody opens the door with a key or a crowbar. */
  forceOpen(lock: number): void {
    this.#move(lock, true);
  }

  /** Called after every movement of a door. */
  onMove(watcher: () => void): void {
    this.#watchers.add(watcher);
  }

  #move(lock: number, isOpen: boolean): void {
    if (isOpen) this.#open.add(lock);
    else this.#open.delete(lock);
    for (const watcher of this.#watchers) watcher();
  }

  #receive(chunk: Uint8Array): void {
    this.#buffer.push(...chunk);
    while (this.#buffer.length >= requestLength) {
      const frame = Uint8Array.from(this.#buffer.slice(0, requestLength));
      const isSound = frame[0] === start && frame[4] === end && sum(frame.subarray(0, 5)) === frame[5];
      this.#buffer.splice(0, isSound ? requestLength : 1);
      if (isSound) this.#obey(frame[1]!, frame[2]!, frame[3]!);
    }
  }

  /** A real board obeys 0x0A (all boards) and 0x30 (all locks) too; so does this one, and tests see that nobody ever asks. */
  #obey(board: number, lock: number, cmd: number): void {
    if (this.faults.isDead) return;
    for (const [index, own] of this.#boards.entries()) {
      if (board !== own && board !== 0x0a) continue;
      if (cmd === command.unlock) this.#unlock(index, lock);
      else if (cmd === command.status) void this.#reply(index, own);
    }
  }

  #unlock(index: number, lock: number): void {
    const locks = lock === 0x30 ? Array.from({ length: locksPerBoard }, (_, n) => n) : [lock];
    for (const n of locks) {
      const number = index * locksPerBoard + n + 1;
      this.fired.push({ lock: number, atMs: performance.now() });
      if (!this.faults.jammed.has(number)) this.#move(number, true);
    }
  }

  async #reply(index: number, own: Address): Promise<void> {
    if (this.faults.isSilent) return;
    const bits = Array.from({ length: locksPerBoard }, (_, n) => {
      const number = index * locksPerBoard + n + 1;
      const shown = this.faults.stuck.get(number) ?? (this.#open.has(number) ? "open" : "closed");
      return (shown === "closed") === this.#closedBit;
    });
    const frame = statusReply(own, bits);
    if (this.faults.hasBadChecksum) frame[frame.length - 1]! ^= 0xff;
    const bytes = Uint8Array.of(...this.faults.garbagePrefix, ...frame);
    const step = this.faults.splitBytes || bytes.length;
    for (let from = 0; from < bytes.length; from += step) {
      await this.#line.write(bytes.subarray(from, from + step));
      if (this.faults.splitBytes) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
