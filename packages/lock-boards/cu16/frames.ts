// KERONG KR-CU16 / NCU16L. No vendor document at hand: after several independent drivers (docs/guides/lock-boards.md). 19200 8N1 as delivered.
// Host → board, 5 bytes:  02 | ADDR | CMD | 03 | SUM       ADDR = board << 4 | lock for an unlock, board << 4 for a status
// Board → host, 9 bytes:  02 | ADDR | 35 | LOCK1-8 | LOCK9-16 | IR1-8 | IR9-16 | 03 | SUM      bit 0 first; IR bit 1 = something lies there
import { bitsOf, bytesOf, isSealed, sealed, sum } from "../bytes.ts";
import { ofLength, type Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A board's number. 15 is "all boards" (address F0): it is not a value of this type. */
export type Board = Upto<15>;
/** A lock on one board, from 0. There is no number for all: that is another command (33), which no function here makes. */
export type LockNumber = Upto<16>;

/** Locks on one board. */
export const locksPerBoard = 16;
const start = 0x02;
const end = 0x03;
/** Commands; those for all locks and all boards are here for the simulator, which obeys them. */
export const command = { status: 0x30, unlock: 0x31, statusOfAll: 0x32, unlockAll: 0x33, statusReply: 0x35 } as const;

/** A number from configuration becomes a board, or the program is wrong. */
export const board = (value: number): Board => among(value, 0, 14, "CU16 board");
/** A number becomes a lock of one board, or the program is wrong. */
export const lockNumber = (value: number): LockNumber => among(value, 0, locksPerBoard - 1, "CU16 lock");

/** Asks one board for its switches and its sensors. */
export const statusRequest = (at: Board): Uint8Array => sealed(sum, start, board(at) << 4, command.status, end);
/** Fires one lock. The board does not answer. */
export const unlockRequest = (at: Board, lock: LockNumber): Uint8Array =>
  sealed(sum, start, (board(at) << 4) | lockNumber(lock), command.unlock, end);

/** Requests as a board hears them. */
export const requestFraming: Framing = ofLength(
  5,
  (bytes) => bytes[0] === start,
  (frame) => frame[3] === end && isSealed(sum, frame),
);
/** Replies as the host hears them. */
export const replyFraming: Framing = ofLength(
  9,
  (bytes) => bytes[0] === start,
  (frame) => frame[2] === command.statusReply && frame[7] === end && isSealed(sum, frame),
);

/** One board's switches and sensors, as sent. */
export interface StatusReply {
  readonly board: number;
  readonly doors: readonly boolean[];
  readonly sensors: readonly boolean[];
}
/** What a board sends. */
export const statusReply = (at: Board, doors: readonly boolean[], sensors: readonly boolean[]): Uint8Array =>
  sealed(sum, start, at << 4, command.statusReply, ...bytesOf(doors, 2), ...bytesOf(sensors, 2), end);
/** A sound reply, taken apart. */
export const readReply = (frame: Uint8Array): StatusReply => ({
  board: frame[1]! >> 4,
  doors: bitsOf(frame.subarray(3, 5), locksPerBoard),
  sensors: bitsOf(frame.subarray(5, 7), locksPerBoard),
});
