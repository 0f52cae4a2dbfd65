/** A two-way stream of bytes: a serial port, a pseudo-terminal, or the other half of a pair in memory. */
export interface Transport {
  /** Resolves when the bytes have left, in order with earlier writes; rejects when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** The one reader. Chunks have no relation to frames. */
  onData(reader: (chunk: Uint8Array) => void): void;
  /** Called once when the line is gone for good, with the cause when it was not closed by us. */
  onClose(closed: (cause?: Error) => void): void;
  close(): Promise<void>;
}

/** Bits on the wire for one byte at 8N1: start, eight data, stop. */
const bitsPerByte = 10;

/**
 * Two ends joined in memory. With `baud`, bytes arrive when a real line of that speed would deliver them (10 bits a byte);
 * without, at once.
 */
export function duplex(baud?: number): [Transport, Transport] {
  const left = end();
  const right = end();
  left.other = right;
  right.other = left;
  return [transport(left, baud), transport(right, baud)];
}

interface End {
  other?: End;
  reader?: (chunk: Uint8Array) => void;
  closed?: (cause?: Error) => void;
  isClosed: boolean;
}
const end = (): End => ({ isClosed: false });

function transport(self: End, baud: number | undefined): Transport {
  const deliver = (chunk: Uint8Array): void => {
    if (!self.other!.isClosed) self.other!.reader?.(chunk);
  };
  const send = baud === undefined ? atOnce(deliver) : paced(deliver, baud);
  return {
    write: async (bytes) => {
      if (self.isClosed) throw new Error("the line is closed");
      await send(bytes);
    },
    onData: (reader) => {
      self.reader = reader;
    },
    onClose: (closed) => {
      self.closed = closed;
    },
    close: async () => {
      for (const side of [self, self.other!]) {
        if (side.isClosed) continue;
        side.isClosed = true;
        side.closed?.();
      }
    },
  };
}

const atOnce =
  (deliver: (chunk: Uint8Array) => void) =>
  async (bytes: Uint8Array): Promise<void> => {
    await Promise.resolve();
    deliver(bytes.slice());
  };

/** Hands bytes on at the speed of a line: what is written arrives when its last byte would, 10 bits a byte, after all that was written before. */
export function paced(deliver: (chunk: Uint8Array) => void, baud: number): (bytes: Uint8Array) => Promise<void> {
  const msPerByte = (bitsPerByte * 1_000) / baud;
  let lineFreeAt = 0;
  let last: Promise<void> = Promise.resolve();
  const send = async (bytes: Uint8Array): Promise<void> => {
    lineFreeAt = Math.max(performance.now(), lineFreeAt) + bytes.length * msPerByte;
    // A timer may fire a fraction early.
    for (let wait = lineFreeAt - performance.now(); wait > 0; wait = lineFreeAt - performance.now())
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(wait)));
    deliver(bytes);
  };
  return (bytes) => {
    const copy = bytes.slice();
    last = last.then(() => send(copy));
    return last;
  };
}
