import { parseReply, replyLength, start, type StatusReply } from "./frames.ts";

/** Bytes kept while no frame is found. A line that sends only noise can not grow the buffer. */
const keptBytes = 64;

/**
 * Finds replies in a stream: split frames wait for their rest, glued frames come out one by one, and after a wrong byte or sum the search
 * goes on one byte further, so that noise before (or half a frame inside) costs nothing but itself.
 */
export function replyParser(found: (reply: StatusReply) => void) {
  let buffer = new Uint8Array(0);
  return {
    push(chunk: Uint8Array): void {
      buffer = Uint8Array.of(...buffer, ...chunk);
      for (;;) {
        const from = buffer.indexOf(start);
        if (from < 0) {
          buffer = new Uint8Array(0);
          return;
        }
        buffer = buffer.subarray(from);
        if (buffer.length < replyLength) return;
        const reply = parseReply(buffer.subarray(0, replyLength));
        buffer = buffer.slice(reply ? replyLength : 1);
        if (reply) found(reply);
        else if (buffer.length > keptBytes) buffer = buffer.slice(-keptBytes);
      }
    },
    /** Forgets half a frame: called before each request, so that an old reply's tail is not glued to a new one. */
    reset(): void {
      buffer = new Uint8Array(0);
    },
  };
}
