// Waveshare Modbus RTU relays, 9600 8N1; CRC-16/MODBUS, low byte first.
// Pulse one relay:  ADDR 05 02nn VALUE VALUE CRC CRC   "flash on": the board itself switches off again after VALUE × 100 ms; echoed
// All relays off:   ADDR 05 00FF 0000 CRC CRC          echoed
// Inputs:           ADDR 02 0000 COUNT COUNT CRC CRC   →  ADDR 02 BYTES DATA… CRC CRC, bit 0 first
import { bitsOf, bytesOf, crc16 } from "../bytes.ts";
import { ofLength, type Framing } from "../framing.ts";
import { among, type Upto } from "../upto.ts";

/** A slave's address. 0 is everybody: it is not a value of this type. */
export type Address = Exclude<Upto<248>, 0>;
/** A relay of one board, from 0. 0xFF is all of them: it is not a value of this type. */
export type Relay = Upto<32>;

/** Relays of the largest board. */
export const maxRelays = 32;
/** Function codes. */
export const code = { readInputs: 0x02, writeCoil: 0x05 } as const;
/** Registers of `writeCoil`: the first of the pulses, and all relays at once (which are only ever switched off here). */
export const coil = { pulse: 0x0200, all: 0x00ff } as const;
const stepMs = 100;
const maxSteps = 0x7fff;

/** A number from configuration becomes an address, or the program is wrong. */
export const address = (value: number): Address => among(value, 1, 247, "Modbus address");
/** A number becomes a relay of one board, or the program is wrong. */
export const relay = (value: number): Relay => among(value, 0, maxRelays - 1, "relay");

/** Bytes with their check behind them. */
export function withCrc(...head: readonly number[]): Uint8Array {
  const crc = crc16(Uint8Array.from(head));
  return Uint8Array.of(...head, crc & 0xff, crc >> 8);
}
const isSound = (frame: Uint8Array): boolean => {
  const crc = crc16(frame.subarray(0, -2));
  return frame.at(-2) === (crc & 0xff) && frame.at(-1) === crc >> 8;
};

/** Switches one relay on for `ms`, in steps of 100 ms and at least one. The board ends the pulse by itself, whatever happens to this computer. */
export function pulseRequest(at: Address, which: Relay, ms: number): Uint8Array {
  const steps = among<number>(Math.max(1, Math.round(ms / stepMs)), 1, maxSteps, "pulse of so many 100 ms steps:");
  return withCrc(address(at), code.writeCoil, coil.pulse >> 8, relay(which), steps >> 8, steps & 0xff);
}
/** Switches all relays of one board off. */
export const allOffRequest = (at: Address): Uint8Array => withCrc(address(at), code.writeCoil, coil.all >> 8, coil.all & 0xff, 0, 0);
/** Reads the first `count` inputs. */
export const inputsRequest = (at: Address, count: number): Uint8Array =>
  withCrc(address(at), code.readInputs, 0, 0, count >> 8, count & 0xff);

/** Requests, as a board hears them. */
export const requestFraming: Framing = ofLength(8, (bytes) => bytes.length < 2 || (bytes[1]! >= 1 && bytes[1]! <= 16), isSound);

/** The echo of a request, byte for byte. */
export const echoFraming = (request: Uint8Array): Framing =>
  ofLength(request.length, (bytes) => bytes.every((byte, n) => n >= request.length || byte === request[n]), isSound);
/** A board that will not: the function with its highest bit set, and a reason. */
export const exceptionFraming = (at: Address, func: number): Framing =>
  ofLength(5, (bytes) => bytes[0] === at && (bytes.length < 2 || bytes[1] === (func | 0x80)), isSound);
/** The reply to `inputsRequest` of the same address and count. */
export const inputsFraming = (at: Address, count: number): Framing => {
  const bytes = Math.ceil(count / 8);
  const head = [at, code.readInputs, bytes];
  return ofLength(5 + bytes, (begun) => head.every((byte, n) => n >= begun.length || byte === begun[n]), isSound);
};
/** The first framing of several that recognises something. */
export const either =
  (...framings: readonly Framing[]): Framing =>
  (bytes) => {
    const lengths = framings.map((framing) => framing(bytes));
    return lengths.find((length) => length > 0) ?? Math.max(...lengths);
  };

/** What a board answers to `inputsRequest`. */
export const inputsReply = (at: Address, bits: readonly boolean[]): Uint8Array => {
  const bytes = bytesOf(bits, Math.ceil(bits.length / 8));
  return withCrc(at, code.readInputs, bytes.length, ...bytes);
};
/** The bits of a sound reply. */
export const readInputs = (frame: Uint8Array, count: number): readonly boolean[] => bitsOf(frame.subarray(3, -2), count);
