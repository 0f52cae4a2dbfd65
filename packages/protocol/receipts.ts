import { fromBase32, toBase32 } from "./base32.ts";
import type { Envelope } from "./messages.ts";
import { packText, unpackText } from "./packed-text.ts";

/**
 * Signed entries of a station's log on their way through a phone (F4): the station shows them as QR codes, the courier's app reads them and
 * hands them to the backend. `PHR1` and base32 of: version 1, page, pages, number of entries, one byte each; for each entry its signature,
 * 64 bytes, the length of its key id in one byte and the id, the length of its packed body in two bytes, big-endian, and that body
 * (packed-text.ts); then CRC-32 (ISO/HDLC) of all of it, 4 bytes, big-endian. Runs in browsers.
 */
const mark = "PHR1";
/**
 * No page has more characters: QR version 16 at level M, 81 modules a side, holds 656 letters and digits. On 9 cm of screen a module is
 * 1.1 mm, read by a phone from arm's length. One deposit is 284 characters when it was confirmed at the kiosk (version 10, 57 modules), 312
 * when the courier's app did it (version 11, 61 modules); two make a page.
 */
export const maxPageChars = 656;
/** A longer text is read by nobody: an entry that does not share its page may be longer than a page should be. Characters. */
const maxTextChars = 2_600;
/** So many pages are shown at most; a courier reads them in turn. */
export const maxPages = 64;

export interface ReceiptPage {
  /** 1 to `pages`. */
  readonly page: number;
  readonly pages: number;
  readonly entries: readonly Envelope[];
}

/** Whether a text claims to be such a page. */
export const isReceiptPage = (text: string): boolean => text.trim().startsWith(mark);

/** The entries as pages, in their order; those beyond `maxPages` pages stay away. */
export function writeReceipts(entries: readonly Envelope[]): string[] {
  const packed = entries.map(packEntry);
  const groups: number[][][] = [];
  for (const entry of packed) {
    const last = groups.at(-1);
    if (last && pageChars([...last, entry]) <= maxPageChars) last.push(entry);
    else groups.push([entry]);
  }
  const shown = groups.slice(0, maxPages);
  return shown.map((group, at) => {
    const body = Uint8Array.from([1, at + 1, shown.length, group.length, ...group.flat()]);
    return mark + toBase32(Uint8Array.from([...body, ...crc32(body)]));
  });
}

/** The entries of a page; undefined when the text is no whole page. Whether they are true, only their signatures say. */
export function readReceipts(text: string): ReceiptPage | undefined {
  const trimmed = text.trim();
  if (!isReceiptPage(trimmed) || trimmed.length > maxTextChars) return undefined;
  const bytes = fromBase32(trimmed.slice(mark.length));
  if (!bytes || bytes.length < 8) return undefined;
  const body = bytes.subarray(0, -4);
  if (crc32(body).some((byte, at) => byte !== bytes[body.length + at])) return undefined;
  const [version, page, pages, count] = body as unknown as [number, number, number, number];
  if (version !== 1 || page < 1 || page > pages || pages > maxPages || count < 1) return undefined;
  const entries: Envelope[] = [];
  let at = 4;
  const take = (length: number): Uint8Array => body.subarray(at, (at += length));
  while (entries.length < count && at < body.length) {
    const sig = base64url(take(64));
    const kid = new TextDecoder().decode(take(take(1)[0] ?? 0));
    const [high, low] = take(2);
    const text = unpackText(take(((high ?? 0) << 8) | (low ?? 0)));
    if (text === undefined || at > body.length) return undefined;
    entries.push({ kid, sig, body: text });
  }
  return entries.length === count && at === body.length ? { page, pages, entries } : undefined;
}

function packEntry({ sig, kid, body }: Envelope): number[] {
  const [id, text] = [new TextEncoder().encode(kid), packText(body)];
  if (unpackText(text) !== body) throw new Error("an entry can not be packed");
  return [...fromBase64url(sig), id.length, ...id, text.length >> 8, text.length & 255, ...text];
}
const pageChars = (group: readonly (readonly number[])[]): number =>
  mark.length + Math.ceil(((8 + group.reduce((sum, entry) => sum + entry.length, 0)) * 8) / 5);

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const fromBase64url = (text: string): number[] =>
  [...atob(text.replaceAll("-", "+").replaceAll("_", "/"))].map((letter) => letter.charCodeAt(0));

/** CRC-32 as in ISO/HDLC, zip and Ethernet: a page read wrongly is noticed on the phone, before anybody walks away. */
function crc32(bytes: Uint8Array): number[] {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  }
  const value = ~crc >>> 0;
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
