// Winnsen-style boards (STM32). 9600 8N1, no checksum: only the fixed bytes, the length and the values allowed tell a frame from noise.
// Host → board:   90 06 FUNC STATION LOCK 03            FUNC 05 unlock, 12 status
// Board → host:   90 07 85 STATION LOCK STATUS 03       to an unlock
//                 90 07 92 STATION STATUS LOCK 03       to a status: the two fields are swapped
import { ofLength, type Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A board's address: 0..3 in older copies, 1..4 in newer ones. */
export type Station = Upto<5>;
/** A lock on one board, from 1. */
export type LockNumber = Exclude<Upto<17>, 0>;
/** 01 done or open, 00 failed or closed, 02 the coil cools down. */
export const status = { no: 0x00, yes: 0x01, coolingDown: 0x02 } as const;
/** What a reply says. */
export type Status = (typeof status)[keyof typeof status];

/** Locks on one board. */
export const locksPerBoard = 16;
const start = 0x90;
const end = 0x03;
/** Functions, and what they are in replies. */
export const func = { unlock: 0x05, status: 0x12, unlockReply: 0x85, statusReply: 0x92 } as const;

/** A number from configuration becomes an address, or the program is wrong. */
export const station = (value: number): Station => among(value, 0, 4, "Winnsen station");
/** A number becomes a lock of one board, or the program is wrong. */
export const lockNumber = (value: number): LockNumber => among(value, 1, locksPerBoard, "Winnsen lock");

const request = (what: number, at: Station, lock: LockNumber): Uint8Array =>
  Uint8Array.of(start, 0x06, what, station(at), lockNumber(lock), end);
/** Fires one lock; the board answers. */
export const unlockRequest = (at: Station, lock: LockNumber): Uint8Array => request(func.unlock, at, lock);
/** Asks for one lock: these boards know no other question. */
export const statusRequest = (at: Station, lock: LockNumber): Uint8Array => request(func.status, at, lock);

/** Requests as a board hears them. */
export const requestFraming: Framing = ofLength(
  6,
  (bytes) => bytes[0] === start && (bytes.length < 2 || bytes[1] === 0x06),
  (frame) => frame[5] === end,
);
/** Replies as the host hears them. */
export const replyFraming: Framing = ofLength(
  7,
  (bytes) => bytes[0] === start && (bytes.length < 2 || bytes[1] === 0x07),
  (frame) => frame[6] === end && (frame[2] === func.unlockReply || frame[2] === func.statusReply) && readReply(frame).status <= 2,
);

/** What a board sends. */
export const unlockReply = (at: Station, lock: LockNumber, said: Status): Uint8Array =>
  Uint8Array.of(start, 0x07, func.unlockReply, at, lock, said, end);
/** What a board sends to a status. */
export const statusReply = (at: Station, lock: LockNumber, said: Status): Uint8Array =>
  Uint8Array.of(start, 0x07, func.statusReply, at, said, lock, end);
/** A reply, taken apart. */
export function readReply(frame: Uint8Array) {
  const isStatus = frame[2] === func.statusReply;
  return { isStatus, station: frame[3]!, lock: frame[isStatus ? 5 : 4]!, status: frame[isStatus ? 4 : 5]! as Status };
}
