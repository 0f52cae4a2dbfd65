// KERONG CU48, protocol v2.1 (2020-03-23). RS-485, 19200 8N1.
// Host → board, 6 bytes:   02 | ADDR | LOCKNUM | CMD | 03 | SUM       SUM = low byte of the sum of all preceding bytes
// Board → host, 12 bytes:  02 | ADDR | LOCKNUM | 65 | DATA1…DATA6 | 03 | SUM   DATA1 bit 0 = lock 1 … DATA6 bit 7 = lock 48
import assert from "node:assert/strict";

type Upto<N extends number, Seen extends number[] = []> = Seen["length"] extends N ? Seen[number] : Upto<N, [...Seen, Seen["length"]]>;

/** A board's address on the bus. `0x0A` would mean every board at once: it is not a value of this type. */
export type Address = Upto<10>;
/** A lock on one board, from 0. `0x30` would mean all 48 locks: it is not a value of this type. */
export type LockNumber = Upto<48>;

export const locksPerBoard = 48;
export const baudRate = 19_200;
export const requestLength = 6;
export const replyLength = 12;
export const start = 0x02;
export const end = 0x03;
export const command = { status: 0x50, unlock: 0x51, statusReply: 0x65 } as const;

/** Low byte of the sum. */
export const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);

/** A number from configuration or from a door map becomes an address, or the program is wrong. */
export function address(value: number): Address {
  assert.ok(Number.isInteger(value) && value >= 0 && value <= 9, `CU48 address ${value} is not one of 0..9`);
  return value as Address;
}

/** A number becomes a lock of one board, or the program is wrong. */
export function lockNumber(value: number): LockNumber {
  assert.ok(Number.isInteger(value) && value >= 0 && value < locksPerBoard, `CU48 lock ${value} is not one of 0..47`);
  return value as LockNumber;
}

/** Asks one board for the switches of all its locks. */
export const statusRequest = (board: Address): Uint8Array => request(board, 0, command.status);

/** Fires one lock of one board. The board does not answer. */
export const unlockRequest = (board: Address, lock: LockNumber): Uint8Array => request(board, lock, command.unlock);

function request(board: Address, lock: LockNumber, cmd: number): Uint8Array {
  // Checked again where the bytes are made, so that no cast further up can reach "all locks" or "all boards".
  const head = Uint8Array.of(start, address(board), lockNumber(lock), cmd, end);
  return Uint8Array.of(...head, sum(head));
}

/** One board's switches: `bits[0]` is lock 1, as sent, before any polarity is applied. */
export interface StatusReply {
  readonly board: Address;
  readonly bits: readonly boolean[];
}

/** What a board sends; used by the simulator and by tests. */
export function statusReply(board: Address, bits: readonly boolean[]): Uint8Array {
  const data = new Uint8Array(6);
  for (let lock = 0; lock < locksPerBoard; lock++) if (bits[lock]) data[lock >> 3]! |= 1 << (lock & 7);
  const head = Uint8Array.of(start, board, 0, command.statusReply, ...data, end);
  return Uint8Array.of(...head, sum(head));
}

/** The reply in exactly these 12 bytes, or nothing when any fixed byte or the sum is wrong. */
export function parseReply(frame: Uint8Array): StatusReply | undefined {
  if (frame.length !== replyLength || frame[0] !== start || frame[3] !== command.statusReply || frame[10] !== end) return undefined;
  if (frame[1]! > 9 || sum(frame.subarray(0, 11)) !== frame[11]) return undefined;
  const bits = Array.from({ length: locksPerBoard }, (_, lock) => ((frame[4 + (lock >> 3)]! >> (lock & 7)) & 1) === 1);
  return { board: address(frame[1]!), bits };
}
