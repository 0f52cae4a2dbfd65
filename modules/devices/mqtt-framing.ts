import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { Monotonic } from "@pigeonhole/kit/clock";
import type { Timers } from "@pigeonhole/kit/timers";

interface Limits {
  /** A packet that announces more is not read; the connection ends. Bytes. */
  readonly packetBytes: number;
  /** Packets per second on average, and so many at once; whoever sends faster is read more slowly. */
  readonly packetsPerSecond: number;
  readonly burst: number;
  /** Bytes per second on average, and so many at once: few packets can be heavy ones. */
  readonly bytesPerSecond: number;
  readonly burstBytes: number;
}
interface Needs extends Limits {
  readonly timers: Timers;
  readonly monotonic: Monotonic;
}

/**
 * Counts MQTT packets in a stream of bytes by their fixed headers (MQTT 3.1.1 §2.2). `feed` returns how many packets began in `chunk`
 * and throws when one announces more than `packetBytes`, before any of it is kept.
 */
export function packetCounter(packetBytes: number): { feed(chunk: Buffer): number } {
  let bodyLeft = 0;
  // The length is a base-128 number of one to four bytes after the type byte; -1: the type byte comes next.
  let lengthByte = -1;
  let length = 0;
  return {
    feed(chunk) {
      let begun = 0;
      for (let at = 0; at < chunk.length;) {
        if (bodyLeft > 0) {
          const take = Math.min(bodyLeft, chunk.length - at);
          bodyLeft -= take;
          at += take;
        } else if (lengthByte < 0) {
          begun++;
          lengthByte = 0;
          length = 0;
          at++;
        } else {
          const byte = chunk[at++]!;
          length += (byte & 0x7f) * 128 ** lengthByte++;
          if (length > packetBytes || (lengthByte === 4 && byte > 127)) throw new Error(`an MQTT packet of more than ${packetBytes} bytes`);
          if (byte < 128) {
            bodyLeft = length;
            lengthByte = -1;
          }
        }
      }
      return begun;
    },
  };
}

/** A socket as the broker sees it: packets too large end it, packets too frequent slow it down. */
export function framed(
  socket: TLSSocket,
  { packetBytes, packetsPerSecond, burst, bytesPerSecond, burstBytes, timers, monotonic }: Needs,
): Duplex {
  const counter = packetCounter(packetBytes);
  let tokens = burst;
  let bytesLeft = burstBytes;
  let filledAt = monotonic();
  let isWanted = true;
  let resume: (() => void) | undefined;
  const spend = (packets: number, bytes: number): void => {
    const at = monotonic();
    bytesLeft = Math.min(burstBytes, bytesLeft + ((at - filledAt) / 1_000) * bytesPerSecond) - bytes;
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1_000) * packetsPerSecond) - packets;
    filledAt = at;
    const overdrawnMs = Math.max(-tokens / packetsPerSecond, -bytesLeft / bytesPerSecond) * 1_000;
    if (overdrawnMs <= 0 || resume) return;
    socket.pause();
    resume = timers.after(overdrawnMs, () => {
      resume = undefined;
      if (isWanted) socket.resume();
    });
  };
  const stream = new Duplex({
    read: () => {
      isWanted = true;
      if (!resume) socket.resume();
    },
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev: (chunks, done) => void socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)), done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      resume?.();
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk: Buffer) => {
    try {
      spend(counter.feed(chunk), chunk.length);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error("unreadable", { cause: error }));
      return;
    }
    if (!stream.push(chunk)) {
      isWanted = false;
      socket.pause();
    }
  });
  socket.on("end", () => stream.push(null));
  socket.on("error", (error) => stream.destroy(error));
  socket.on("close", () => stream.destroy());
  return stream;
}
