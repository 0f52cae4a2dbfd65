/** A hand scanner types like a keyboard, only faster than any hand: what comes within so many milliseconds of the key before belongs to the same reading. */
export const burstGapMs = 80;
/** Once it is clear that a scanner types, a busy machine may hold its keys back for so long without cutting the text in two. */
export const scanGapMs = 250;
/** Longer texts are no code of ours: the rest is swallowed and the reading counts as too long. */
export const maxScanLength = 1_024;
/** Fewer characters than this are a quick hand. */
const leastScan = 4;

/** What has been read so far and not been decided yet. */
export interface Reading {
  readonly text: string;
  readonly lastAtMs: number;
  readonly isTooLong: boolean;
}
export const nothingRead: Reading = { text: "", lastAtMs: Number.NEGATIVE_INFINITY, isTooLong: false };

/** What it turned out to be: single keys of a hand, one text of a scanner, or more than anybody asked for. */
export type Heard =
  | { readonly kind: "keys"; readonly keys: string }
  | { readonly kind: "scan"; readonly text: string }
  | { readonly kind: "too_long" };

export interface Heeded {
  readonly reading: Reading;
  readonly heard: readonly Heard[];
  /** The key belongs to the reading: nothing else on the page may act on it. */
  readonly isTaken: boolean;
}

/** Which quick texts are meant as scans; a kiosk takes bare digits for typing, so that they count as a typed code. */
export type IsScan = (text: string) => boolean;
export const anyScan: IsScan = (text) => text.length >= leastScan;
export const noBareDigits: IsScan = (text) => anyScan(text) && !/^\d{1,12}$/.test(text);

/** How long the next key of this reading may take. */
export const gapMs = ({ text, isTooLong }: Reading): number => (isTooLong || text.length >= leastScan ? scanGapMs : burstGapMs);

const isPrintable = (key: string): boolean => key.length === 1 && key >= " " && key <= "~";
const isEnd = (key: string): boolean => key === "Enter" || key === "Tab";

function decided(reading: Reading, isScan: IsScan): readonly Heard[] {
  if (reading.isTooLong) return [{ kind: "too_long" }];
  if (reading.text === "") return [];
  return [isScan(reading.text) ? { kind: "scan", text: reading.text } : { kind: "keys", keys: reading.text }];
}

/**
 * One key went down at `atMs`. Printable ASCII is kept until it is clear whether a hand or a scanner typed it; control characters and
 * combinations inside a reading are dropped, because labels with scanner programming codes exist. Enter or Tab ends a reading.
 */
export function heed(before: Reading, key: string, atMs: number, isScan: IsScan): Heeded {
  const isOn = atMs - before.lastAtMs <= gapMs(before);
  const reading = isOn ? before : nothingRead;
  const heard = isOn ? [] : decided(before, isScan);
  const isRunning = isOn && (reading.text !== "" || reading.isTooLong);
  if (isEnd(key)) {
    const last = decided(reading, isScan);
    const isTaken = last.some(({ kind }) => kind !== "keys");
    return { reading: nothingRead, heard: [...heard, ...last], isTaken };
  }
  // A single space presses the focused button, for those who use the screen by keyboard.
  if (!isPrintable(key) || (key === " " && !isRunning))
    return { reading: isRunning ? { ...reading, lastAtMs: atMs } : nothingRead, heard, isTaken: isRunning };
  const isTooLong = reading.isTooLong || reading.text.length >= maxScanLength;
  return { reading: { text: isTooLong ? "" : reading.text + key, lastAtMs: atMs, isTooLong }, heard, isTaken: true };
}

/** Nothing came for a while: what was kept is decided. */
export function settle(reading: Reading, nowMs: number, isScan: IsScan): Heeded {
  if (nowMs - reading.lastAtMs <= gapMs(reading)) return { reading, heard: [], isTaken: false };
  return { reading: nothingRead, heard: decided(reading, isScan), isTaken: false };
}
