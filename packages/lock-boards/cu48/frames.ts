// KERONG CU48, protocol v2.1 (2020-03-23). RS-485, 19200 8N1.
// Host → board, 6 bytes:   02 | ADDR | LOCKNUM | CMD | 03 | SUM       SUM = low byte of the sum of all preceding bytes
// Board → host, 12 bytes:  02 | ADDR | LOCKNUM | 65 | DATA1…DATA6 | 03 | SUM   DATA1 bit 0 = lock 1 … DATA6 bit 7 = lock 48
import { bitsOf, bytesOf, isSealed, sealed, sum } from "../bytes.ts";
import { ofLength, type Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A board's address on the bus. `0x0A` would mean every board at once: it is not a value of this type. */
export type Address = Upto<10>;
/** A lock on one board, from 0. `0x30` would mean all 48 locks: it is not a value of this type. */
export type LockNumber = Upto<48>;

/** Locks on one board. */
export const locksPerBoard = 48;
/** The one speed of these boards. */
export const baudRate = 19_200;
const start = 0x02;
const end = 0x03;
const replyLength = 12;
/** Commands and the head of the reply. */
export const command = { status: 0x50, unlock: 0x51, statusReply: 0x65 } as const;

/** A number from configuration or from a door map becomes an address, or the program is wrong. */
export const address = (value: number): Address => among(value, 0, 9, "CU48 address");
/** A number becomes a lock of one board, or the program is wrong. */
export const lockNumber = (value: number): LockNumber => among(value, 0, locksPerBoard - 1, "CU48 lock");

/** Asks one board for the switches of all its locks. */
export const statusRequest = (board: Address): Uint8Array => request(board, 0, command.status);
/** Fires one lock of one board. The board does not answer. */
export const unlockRequest = (board: Address, lock: LockNumber): Uint8Array => request(board, lock, command.unlock);

/** Checked again where the bytes are made, so that no cast further up can reach "all locks" or "all boards". */
const request = (board: Address, lock: LockNumber, cmd: number): Uint8Array =>
  sealed(sum, start, address(board), lockNumber(lock), cmd, end);

/** Requests as a board hears them. */
export const requestFraming: Framing = ofLength(
  6,
  (bytes) => bytes[0] === start,
  (frame) => frame[4] === end && isSealed(sum, frame),
);
/** Replies as the host hears them. */
export const replyFraming: Framing = ofLength(
  replyLength,
  (bytes) => bytes[0] === start,
  (frame) => frame[1]! <= 9 && frame[3] === command.statusReply && frame[10] === end && isSealed(sum, frame),
);

/** One board's switches: `bits[0]` is lock 1, as sent, before any polarity is applied. */
export interface StatusReply {
  readonly board: Address;
  readonly bits: readonly boolean[];
}

/** What a board sends; used by the simulator and by tests. */
export const statusReply = (board: Address, bits: readonly boolean[]): Uint8Array =>
  sealed(sum, start, board, 0, command.statusReply, ...bytesOf(bits, 6), end);

/** The reply in exactly these 12 bytes, or nothing when any fixed byte or the sum is wrong. */
export const parseReply = (frame: Uint8Array): StatusReply | undefined =>
  frame.length === replyLength && replyFraming(frame) === replyLength
    ? { board: address(frame[1]!), bits: bitsOf(frame.subarray(4, 10), locksPerBoard) }
    : undefined;
