/**
 * How a kind of frame is recognised at the beginning of some bytes: its length when a whole and sound one begins here, 0 when one may begin
 * here and more bytes are needed, -1 when none does.
 */
export type Framing = (bytes: Uint8Array) => number;

/** Frames of one length. `begins` looks at the first bytes, as many as there are; `isSound` at all of them. */
export const ofLength =
  (length: number, begins: (bytes: Uint8Array) => boolean, isSound: (frame: Uint8Array) => boolean): Framing =>
  (bytes) => {
    if (!begins(bytes)) return -1;
    if (bytes.length < length) return 0;
    return isSound(bytes.subarray(0, length)) ? length : -1;
  };

/** Bytes kept while no frame is found. A line that sends only noise can not grow the buffer; no frame here is longer. */
const keptBytes = 256;

/**
 * Finds frames in a stream: split frames wait for their rest, glued frames come out one by one, and where none begins the search goes on one
 * byte further, so that noise before (or half a frame inside) costs nothing but itself.
 */
export function frameParser(framing: Framing, found: (frame: Uint8Array) => void) {
  let buffer = new Uint8Array(0);
  return {
    push(chunk: Uint8Array): void {
      buffer = Uint8Array.of(...buffer, ...chunk);
      let from = 0;
      while (from < buffer.length) {
        const length = framing(buffer.subarray(from));
        if (length === 0) break;
        if (length > 0) found(buffer.slice(from, from + length));
        from += Math.max(1, length);
      }
      buffer = buffer.slice(Math.max(from, buffer.length - keptBytes));
    },
  };
}
