import { frameParser, type Framing } from "./framing.ts";
import type { Transport } from "./transport.ts";

/** What a host asked of a board, whatever the bytes were. */
export type Request =
  | { readonly kind: "open"; readonly lock: number }
  /** Every lock. No driver can say it; a simulated board obeys it as a real one does, so that tests would see it. */
  | { readonly kind: "open_all" }
  | { readonly kind: "status" }
  | { readonly kind: "status_one"; readonly lock: number }
  | { readonly kind: "all_off" };

/** How one family of boards hears and answers. Locks count from 1; `bit` is what the board shows, polarity applied. */
export interface Voice {
  readonly locks: number;
  readonly framing: Framing;
  /** What a sound frame asks of the board at this address; undefined when of none or of another. */
  hear(frame: Uint8Array, address: number): Request | undefined;
  /** What it sends back; `frame` is what it heard. */
  answer(request: Request, address: number, view: BoardView, frame: Uint8Array): Uint8Array | undefined;
}
/** A board as its own answers see it. */
export interface BoardView {
  readonly bit: (lock: number) => boolean;
  readonly sensor: (lock: number) => boolean;
  /** The lock asked for is cooling down and has not been fired. */
  readonly isCooling: boolean;
}

/** What can be wrong with a board or a lock. Each may be switched while the simulator runs. */
export interface Faults {
  /** The board answers nothing, but still fires its locks. */
  isSilent: boolean;
  /** The board neither answers nor fires. */
  isDead: boolean;
  /** The board opens without a word: an unlock is not answered, a status is. */
  hasNoAck: boolean;
  /** Noise is sent before each reply. */
  garbagePrefix: Uint8Array;
  /** The last byte of each reply is wrong: a check, or where there is none, the end. */
  hasBadChecksum: boolean;
  /** Replies come in pieces of this many bytes, one turn of the event loop apart; 0 sends them whole. */
  splitBytes: number;
  /** Each reply is preceded, in the same piece, by a copy of it. */
  isGlued: boolean;
  /** Replies come so late. Milliseconds. */
  delayMs: number;
  /** The coils cool down for so long after a firing, and meanwhile do not fire. Milliseconds. */
  coolDownMs: number;
  /** Locks (from 1) whose switch never changes, with the state it shows. */
  readonly stuck: Map<number, "closed" | "open">;
  /** Locks (from 1) that are fired and do not move. */
  readonly jammed: Set<number>;
}
const noFaults = (): Faults => ({
  isSilent: false,
  isDead: false,
  hasNoAck: false,
  garbagePrefix: new Uint8Array(0),
  hasBadChecksum: false,
  splitBytes: 0,
  isGlued: false,
  delayMs: 0,
  coolDownMs: 0,
  stuck: new Map(),
  jammed: new Set(),
});

export interface SimulatedBoardOptions {
  readonly voice: Voice;
  /** Two boards of one line may have the same address: both fire and both reply, as fresh boards from the box do. */
  readonly address: number;
  readonly polarity: "one_is_closed" | "zero_is_closed";
  /** Wires that were swapped: which coil and switch hang on each lock number; as numbered without it. */
  readonly wires?: ReadonlyMap<number, number>;
  /** Shared by all boards of one line, or a board's own. */
  readonly faults?: Faults;
}

/** One board, byte for byte. Its doors are numbered from 1; all are closed and empty at the beginning. */
export class SimulatedBoard {
  readonly address: number;
  readonly faults: Faults;
  readonly voice: Voice;
  /** Every firing that a coil got, oldest first: the lock from 1 and when (monotonic ms). The judge of "fired at most once". */
  readonly fired: { readonly lock: number; readonly atMs: number }[] = [];
  readonly #open = new Set<number>();
  readonly #occupied = new Set<number>();
  readonly #closedBit: boolean;
  readonly #wires: ReadonlyMap<number, number>;
  /** Called after every movement of a door and every firing. */
  onMove = (_lock: number): void => {};
  onFire = (_lock: number): void => {};

  constructor({ voice, address, polarity, wires = new Map(), faults = noFaults() }: SimulatedBoardOptions) {
    this.voice = voice;
    this.address = address;
    this.faults = faults;
    this.#closedBit = polarity === "one_is_closed";
    this.#wires = wires;
  }

  /** Whether a door stands open, in truth: a stuck switch may say otherwise. */
  isOpen(lock: number): boolean {
    return this.#open.has(lock);
  }
  /** Somebody pushes a door shut, or opens it with a key or a crowbar. */
  move(lock: number, door: "closed" | "open"): void {
    if (door === "open") this.#open.add(lock);
    else this.#open.delete(lock);
    this.onMove(lock);
  }
  /** Something is put in or taken out. */
  put(lock: number, isOccupied: boolean): void {
    if (isOccupied) this.#occupied.add(lock);
    else this.#occupied.delete(lock);
  }

  /** What the board does with a sound frame, and what it answers. */
  obey(frame: Uint8Array): Uint8Array | undefined {
    if (this.faults.isDead) return undefined;
    const request = this.voice.hear(frame, this.address);
    if (request === undefined) return undefined;
    const opens = request.kind === "open" ? [request.lock] : request.kind === "open_all" ? this.#all() : [];
    const isCooling = opens.some((lock) => this.#isCooling(this.#wired(lock)));
    if (!isCooling) for (const lock of opens) this.#fire(this.#wired(lock));
    const answer = this.voice.answer(request, this.address, { ...this.#view(), isCooling }, frame);
    return this.faults.isSilent || (opens.length > 0 && this.faults.hasNoAck) ? undefined : answer;
  }

  #view(): BoardView {
    const shown = (lock: number) => this.faults.stuck.get(lock) ?? (this.#open.has(lock) ? "open" : "closed");
    return {
      bit: (lock) => (shown(this.#wired(lock)) === "closed") === this.#closedBit,
      sensor: (lock) => this.#occupied.has(this.#wired(lock)),
      isCooling: false,
    };
  }

  #all(): number[] {
    return Array.from({ length: this.voice.locks }, (_, n) => n + 1);
  }
  #wired(lock: number): number {
    return this.#wires.get(lock) ?? lock;
  }
  #isCooling(lock: number): boolean {
    const last = this.fired.findLast((each) => each.lock === lock);
    return last !== undefined && performance.now() - last.atMs < this.faults.coolDownMs;
  }
  #fire(lock: number): void {
    this.fired.push({ lock, atMs: performance.now() });
    this.onFire(lock);
    if (!this.faults.jammed.has(lock)) this.move(lock, "open");
  }
}

/** What becomes of two replies at the same time. `glued`: one after the other. `merged`: both drive the line at once; equal ones look like one, others spoil each other. */
export type Collisions = "glued" | "merged";

/** The far end of a line: every board hears every byte. */
export class SimulatedLine {
  readonly #line: Transport;
  readonly #collisions: Collisions;
  #said: Promise<void> = Promise.resolve();
  /** How often two boards answered at once. */
  collided = 0;

  constructor(line: Transport, boards: readonly SimulatedBoard[], collisions: Collisions = "glued") {
    this.#line = line;
    this.#collisions = collisions;
    const families = Map.groupBy(boards, (board) => board.voice.framing);
    const parsers = [...families].map(([framing, members]) =>
      frameParser(framing, (frame) => {
        const replies = members.flatMap((board) => {
          const bytes = board.obey(frame);
          return bytes === undefined ? [] : [{ board, bytes }];
        });
        // One transceiver each, one line: what is being said is said to its end.
        this.#said = this.#said.then(() => this.#send(replies));
      }),
    );
    line.onData((chunk) => {
      for (const parser of parsers) parser.push(chunk);
    });
  }

  async #send(replies: readonly { readonly board: SimulatedBoard; readonly bytes: Uint8Array }[]): Promise<void> {
    if (replies.length > 1) this.collided++;
    const [first] = replies;
    if (!first) return;
    const merged = this.#collisions === "merged" ? [{ ...first, bytes: replies.map((r) => r.bytes).reduce(both) }] : replies;
    for (const { board, bytes } of merged) await this.#reply(bytes, board.faults);
  }

  async #reply(frame: Uint8Array, faults: Faults): Promise<void> {
    const reply = frame.slice();
    if (faults.hasBadChecksum) reply[reply.length - 1]! ^= 0xff;
    const bytes = Uint8Array.of(...faults.garbagePrefix, ...(faults.isGlued ? reply : []), ...reply);
    if (faults.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.delayMs));
    const step = faults.splitBytes || bytes.length;
    for (let from = 0; from < bytes.length; from += step) {
      // A line that is gone carries nothing.
      await this.#line.write(bytes.subarray(from, from + step)).catch(() => {});
      if (faults.splitBytes) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** From the first byte in which they differ a 0 wins over a 1, and the last byte is nobody's. */
function both(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.every((byte, n) => byte === other[n])) return one;
  return one.map((byte, n) => (byte & (other[n] ?? 0xff)) ^ (n === one.length - 1 ? 0xff : 0));
}
