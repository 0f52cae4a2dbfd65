import type { Framing } from "./framing.ts";
import type { Line } from "./line.ts";
import type { LockBoard, Quirks } from "./lock-board.ts";

/** One kind of board that is sold. */
export interface Model {
  /** As its vendor writes it, or as it is called where no vendor is known. */
  readonly title: string;
  /** Speeds that it can be set to, as delivered first. 8 data bits, no parity, 1 stop bit. */
  readonly bauds: readonly [number, ...number[]];
  /** Addresses that one board can have. Those that mean every board are not among them. */
  readonly addresses: { readonly first: number; readonly last: number };
  /** Most locks that it has. */
  readonly locks: number;
  /** Outputs beside the locks that can be switched for a light or a buzzer: where each lock has a relay of its own, those relays that have no lock. */
  readonly hasOutputs?: true;
  /** Addressing base: the numbers on the wire that mean one lock. Not a quirk, because elsewhere 0 means all of them. */
  readonly wireLocks: { readonly first: number; readonly last: number };
  /** How it comes from the factory. */
  readonly quirks: Quirks;
  /** How its answers to a status are recognised: a scan counts them, to find two boards with one address. */
  readonly statusReplies: (address: number) => Framing;
  /** The driver of one such board at one address. Asserts that the address is one of a single board. */
  readonly drive: (line: Line, address: number, quirks: Quirks) => LockBoard;
}

/** Lets the line turn round where the vendor states no pause. */
export const usualQuirks = {
  polarity: "one_is_closed",
  acknowledges: false,
  occupancy: "none",
  minIntervalMs: 5,
  coolDownMs: 0,
  replyTimeoutMs: 120,
  pulseMs: null,
} as const satisfies Quirks;
