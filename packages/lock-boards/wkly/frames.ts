// "WKLY" board. The last byte is all preceding ones, exclusive or; LEN counts the whole frame.
// Host → board:   57 4B 4C 59 | LEN | BOARD | CMD | DATA… | XOR
// Board → host:   the same head, then to 82 and 83: STATUS CHANNEL LOCK; to 84: STATUS COUNT LOCK…; unasked 85 when a door moves
//                 STATUS 00 done, FF failed; LOCK 00 open, 01 closed, FF broken
import { isSealed, sealed, xor } from "../bytes.ts";
import type { Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A board's address. */
export type Board = Upto<32>;
/** A channel of one board, from 0. Opening several or all are commands of their own (80, 86, 87), which no function here makes. */
export type Channel = Upto<24>;

/** Channels of one board. */
export const channelsPerBoard = 24;
const head = [0x57, 0x4b, 0x4c, 0x59] as const;
/** Head, LEN, BOARD, CMD and XOR. */
const frameLength = head.length + 4;
/** No frame is longer: 24 channels and what stands around them. */
const longest = 48;
/** Commands; those for several channels are here for the simulator, which obeys them. */
export const command = {
  openSeveral: 0x80,
  open: 0x82,
  status: 0x84,
  moved: 0x85,
  openAll: 0x86,
  openOneByOne: 0x87,
  keepOn: 0x88,
} as const;
/** Whether a board did as it was told. */
export const said = { ok: 0x00, failed: 0xff } as const;
/** States of a lock. */
export const lock = { open: 0x00, closed: 0x01, broken: 0xff } as const;

/** A number from configuration becomes an address, or the program is wrong. */
export const board = (value: number): Board => among(value, 0, 31, "WKLY board");
/** A number becomes a channel of one board, or the program is wrong. */
export const channel = (value: number): Channel => among(value, 0, channelsPerBoard - 1, "WKLY channel");

const frame = (at: Board, cmd: number, ...content: readonly number[]): Uint8Array =>
  sealed(xor, ...head, frameLength + content.length, board(at), cmd, ...content);

/** Opens one channel; the board answers. */
export const openRequest = (at: Board, which: Channel): Uint8Array => frame(at, command.open, channel(which));
/** Asks for all channels of one board. */
export const statusRequest = (at: Board): Uint8Array => frame(at, command.status);

/** Both directions look alike. */
export const framing: Framing = (bytes) => {
  for (const [n, byte] of head.entries()) if (n < bytes.length && bytes[n] !== byte) return -1;
  const length = bytes[head.length];
  if (length === undefined) return 0;
  if (length < frameLength || length > longest) return -1;
  if (bytes.length < length) return 0;
  return isSealed(xor, bytes.subarray(0, length)) ? length : -1;
};

/** A sound frame, taken apart. */
export const read = (bytes: Uint8Array) => ({ board: bytes[5]!, command: bytes[6]!, content: bytes.subarray(7, -1) });

/** What a board answers to `openRequest`. */
export const openReply = (at: Board, which: Channel, isDone: boolean, state: number): Uint8Array =>
  frame(at, command.open, isDone ? said.ok : said.failed, which, state);
/** What a board answers to `statusRequest`. */
export const statusReply = (at: Board, states: readonly number[]): Uint8Array =>
  frame(at, command.status, said.ok, states.length, ...states);
/** What a board tells unasked when a door has moved. */
export const movedNotice = (at: Board, which: Channel, state: number): Uint8Array => frame(at, command.moved, which, state);
