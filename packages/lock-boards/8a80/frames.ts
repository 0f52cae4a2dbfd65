// The common 24-door "8A/80" board, vendor not established. 9600 8N1; the last byte is all preceding ones, exclusive or.
// Unlock:      8A | BOARD | LOCK | 11 | XOR   →  some boards answer 8A | BOARD | LOCK | STATE | XOR
// Status:      80 | BOARD | 00 | 33 | XOR     →  80 | BOARD | locks 17-24 | locks 9-16 | locks 1-8 | 33 | XOR, bit 0 first, 1 = closed
// Status, one: 80 | BOARD | LOCK | 33 | XOR   →  80 | BOARD | LOCK | STATE | XOR        STATE 00 open, 11 closed
import { bitsOf, bytesOf, isSealed, sealed, xor } from "../bytes.ts";
import { ofLength, type Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A board's address, from 1. */
export type Board = Exclude<Upto<32>, 0>;
/** A lock on one board, from 1. 0 would open all one after the other: it is not a value of this type. */
export type LockNumber = Exclude<Upto<25>, 0>;

/** Locks on one board. */
export const locksPerBoard = 24;
const head = { unlock: 0x8a, status: 0x80 } as const;
const state = { open: 0x00, closed: 0x11 } as const;
const ask = 0x33;

/** A number from configuration becomes an address, or the program is wrong. */
export const board = (value: number): Board => among(value, 1, 31, "8A/80 board");
/** A number becomes a lock of one board, or the program is wrong. */
export const lockNumber = (value: number): LockNumber => among(value, 1, locksPerBoard, "8A/80 lock");

/** Fires one lock. */
export const unlockRequest = (at: Board, lock: LockNumber): Uint8Array => sealed(xor, head.unlock, board(at), lockNumber(lock), 0x11);
/** Asks one board for the switches of all its locks. Here 0 stands for all; it opens nothing. */
export const statusRequest = (at: Board): Uint8Array => sealed(xor, head.status, board(at), 0, ask);
/** Asks for one switch. */
export const oneStatusRequest = (at: Board, lock: LockNumber): Uint8Array => sealed(xor, head.status, board(at), lockNumber(lock), ask);

/** Everything that a host may send has five bytes. */
export const requestFraming: Framing = ofLength(
  5,
  (bytes) => bytes[0] === head.unlock || bytes[0] === head.status,
  (frame) => frame[3] === (frame[0] === head.unlock ? 0x11 : ask) && isSealed(xor, frame),
);
/** Whether a sound frame is an unlock, or the answer to one. */
export const isUnlock = (frame: Uint8Array): boolean => frame[0] === head.unlock;

/** The reply about all locks. */
export const statusFraming: Framing = ofLength(
  7,
  (bytes) => bytes[0] === head.status,
  (frame) => frame[5] === ask && isSealed(xor, frame),
);
/** The reply about one lock: to an unlock, or to a question about it. */
export const oneFraming: Framing = ofLength(
  5,
  (bytes) => bytes[0] === head.unlock || bytes[0] === head.status,
  (frame) => (frame[3] === state.open || frame[3] === state.closed) && isSealed(xor, frame),
);

/** What a board sends about all its locks; `bits[0]` is lock 1. */
export function statusReply(at: Board, bits: readonly boolean[]): Uint8Array {
  const [low, middle, high] = bytesOf(bits, 3);
  return sealed(xor, head.status, at, high!, middle!, low!, ask);
}
/** The bits of a sound status reply. */
export const readStatus = (frame: Uint8Array): { readonly board: number; readonly bits: readonly boolean[] } => ({
  board: frame[1]!,
  bits: bitsOf(Uint8Array.of(frame[4]!, frame[3]!, frame[2]!), locksPerBoard),
});
/** What a board says about one lock: after an unlock (`isUnlock`), or when asked. */
export const oneReply = (at: Board, lock: LockNumber, isClosed: boolean, isUnlock: boolean): Uint8Array =>
  sealed(xor, isUnlock ? head.unlock : head.status, at, lock, isClosed ? state.closed : state.open);
/** A sound reply about one lock, taken apart. */
export const readOne = (frame: Uint8Array) => ({
  board: frame[1]!,
  lock: frame[2]!,
  isClosed: frame[3] === state.closed,
  isUnlock: isUnlock(frame),
});
