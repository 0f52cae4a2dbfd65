/** Low byte of the sum. */
export const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);

/** All bytes, exclusive or. */
export const xor = (bytes: Uint8Array): number => bytes.reduce((all, byte) => all ^ byte, 0);

/** CRC-16/MODBUS: polynomial 0x8005 reflected, begun with 0xFFFF; sent low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** `head` with the byte that `check` makes of it. */
export const sealed = (check: (bytes: Uint8Array) => number, ...head: readonly number[]): Uint8Array =>
  Uint8Array.of(...head, check(Uint8Array.from(head)));
/** Whether the last byte is what `check` makes of those before it. */
export const isSealed = (check: (bytes: Uint8Array) => number, frame: Uint8Array): boolean => check(frame.subarray(0, -1)) === frame.at(-1);

/** Bits of `bytes`, lowest of the first byte first. */
export const bitsOf = (bytes: Uint8Array, count: number): boolean[] =>
  Array.from({ length: count }, (_, n) => ((bytes[n >> 3]! >> (n & 7)) & 1) === 1);

/** The other way round; `length` in bytes. */
export function bytesOf(bits: readonly boolean[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const [n, bit] of bits.entries()) if (bit) bytes[n >> 3]! |= 1 << (n & 7);
  return bytes;
}
