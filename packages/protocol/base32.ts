const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Bytes as base32 without padding (RFC 4648 §6): capital letters and digits, which a QR code packs at 5.5 bits each and which every
 * keyboard layout, spreadsheet and trimming function leaves alone. Runs in browsers.
 */
export function toBase32(bytes: Uint8Array): string {
  let [text, bits, kept] = ["", 0, 0];
  for (const byte of bytes) {
    kept = ((kept << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += alphabet[(kept >> (bits - 5)) & 31]!;
  }
  return bits > 0 ? text + alphabet[(kept << (5 - bits)) & 31]! : text;
}

/** The bytes of a text that `toBase32` wrote; undefined for any other text, also for one that another text of the same bytes would be. */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [at, bits, kept] = [0, 0, 0];
  for (const letter of text) {
    const value = alphabet.indexOf(letter);
    if (value < 0) return undefined;
    kept = ((kept << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (kept >> bits) & 255;
    }
  }
  return toBase32(bytes) === text ? bytes : undefined;
}
