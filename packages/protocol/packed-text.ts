/**
 * Makes the JSON text of a message small without changing a single character of it: identifiers, hashes and instants become their bytes,
 * phrases that every message has become one byte. What is signed is the text, so that what comes out has to be what went in. Runs in browsers.
 *
 * A byte is: 0x00 a lower-case UUID, 16 bytes follow; 0x01 64 lower-case hexadecimal digits, 32 bytes; 0x02 an instant as `toISOString`
 * writes it, milliseconds since 1970 in 6 bytes, big-endian; 0x03 other characters, their number of UTF-8 bytes in one byte and those bytes;
 * 0x20-0x7e itself; from 0x80 a phrase by its place in `phrases`. Every other byte is an error.
 */
const token = { uuid: 0, hash: 1, instant: 2, other: 3 } as const;
const firstPhrase = 0x80;

/** Only ever appended to: a phrase's place is its number on the wire. */
const phrases: readonly string[] = [
  '{"v":1,"station":"',
  '","epoch":',
  ',"seq":',
  ',"previous":"',
  '","at":"',
  '","event":{"type":"',
  'parcel_deposited","compartment":',
  'parcel_collected","compartment":',
  ',"parcel":"',
  '","evidence":"',
  'depositor","actor":"',
  'sensor","actor":"',
  "courier:",
  "kiosk",
  '"}}',
  ',"deposit":',
  ',"grant":',
  "null",
  "}}",
  '"deposit":"',
  'walk_up_deposited","compartment":',
  '","size":"',
  '","expiresAt":"',
  'compartment_opened","compartment":',
  'compartment_closed","compartment":',
  ',"cause":{"kind":"',
  'command","command":"',
  '","purpose":"',
  '","actor":"',
  '","parcel":"',
  '","grant":"',
  '","by":"',
  '","decided":"',
  '"}}}',
  "operator:",
  "carrier:",
  "customer:",
  'deposit_abandoned","compartment":',
  '"',
];
const longestFirst = phrases.map((phrase, at) => ({ phrase, at })).toSorted((a, b) => b.phrase.length - a.phrase.length);

const shapes = [
  { code: token.uuid, shape: /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/y },
  { code: token.hash, shape: /[0-9a-f]{64}/y },
  { code: token.instant, shape: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/y },
] as const;
const hexBytes = (hex: string): number[] => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
const hexText = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const uuidText = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function shaped(text: string, at: number): { readonly bytes: readonly number[]; readonly length: number } | undefined {
  for (const { code, shape } of shapes) {
    shape.lastIndex = at;
    const found = shape.exec(text)?.[0];
    if (found === undefined) continue;
    if (code !== token.instant) return { bytes: [code, ...hexBytes(found.replaceAll("-", ""))], length: found.length };
    const ms = new Date(found).getTime();
    // What is no instant, or one before 1970, stays text.
    if (!(ms >= 0) || new Date(ms).toISOString() !== found) continue;
    return { bytes: [code, ...hexBytes(ms.toString(16).padStart(12, "0"))], length: found.length };
  }
  return undefined;
}

/** Packs a text. */
export function packText(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length;) {
    const known = shaped(text, at);
    const phrase = known ? undefined : longestFirst.find((each) => text.startsWith(each.phrase, at));
    if (known) bytes.push(...known.bytes);
    else if (phrase) bytes.push(firstPhrase + phrase.at);
    else if (/[ -~]/.test(text[at]!)) bytes.push(text.charCodeAt(at));
    else {
      const other = /[^ -~]{1,80}/u.exec(text.slice(at))![0];
      const raw = new TextEncoder().encode(other);
      bytes.push(token.other, raw.length, ...raw);
      at += other.length;
      continue;
    }
    at += known?.length ?? phrase?.phrase.length ?? 1;
  }
  return Uint8Array.from(bytes);
}

/** The text that was packed; undefined when these bytes are no packed text. */
export function unpackText(bytes: Uint8Array): string | undefined {
  let [text, at] = ["", 0];
  const take = (count: number): Uint8Array => bytes.subarray(at, (at += count));
  while (at < bytes.length) {
    const byte = bytes[at++]!;
    if (byte === token.uuid) text += uuidText(hexText(take(16)));
    else if (byte === token.hash) text += hexText(take(32));
    else if (byte === token.instant) {
      const ms = Number.parseInt(hexText(take(6)), 16);
      if (!(ms <= 253_402_300_799_999)) return undefined;
      text += new Date(ms).toISOString();
    } else if (byte === token.other) {
      try {
        text += new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(bytes[at++] ?? 0));
      } catch {
        return undefined;
      }
    } else if (byte >= 0x20 && byte <= 0x7e) text += String.fromCharCode(byte);
    else if (byte >= firstPhrase && phrases[byte - firstPhrase] !== undefined) text += phrases[byte - firstPhrase]!;
    else return undefined;
    if (at > bytes.length) return undefined;
  }
  return text;
}
