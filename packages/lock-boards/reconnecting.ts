import type { Transport } from "./transport.ts";

/** One connection while it lasts. */
export interface Connection {
  /** Resolves when the bytes have left; rejects when they may not have. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}
/** Told by a connection. */
export interface Listener {
  readonly data: (chunk: Uint8Array) => void;
  /** The connection is over, by whatever cause; called once. */
  readonly over: () => void;
}

/** A line that was lost is tried again after so long, then twice as long, up to the longest. Milliseconds. */
const firstWaitMs = 250;
const longestWaitMs = 5_000;

/**
 * A line that comes back by itself. While it is lost, writes fail at once and nothing is kept: an unlock is never sent later than it was asked for.
 * `ready` settles with the first attempt; when that fails, the attempts go on all the same.
 */
export function reconnecting(
  name: string,
  connect: (listener: Listener) => Promise<Connection>,
): { readonly transport: Transport; readonly ready: Promise<void> } {
  let reader: (chunk: Uint8Array) => void = () => {};
  let closed: (cause?: Error) => void = () => {};
  let current: Connection | undefined;
  let isOver = false;
  let waitMs = firstWaitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function attempt(): Promise<void> {
    let isGone = false;
    const connection = await connect({
      data: (chunk) => {
        waitMs = firstWaitMs;
        reader(chunk);
      },
      over: () => {
        isGone = true;
        current = undefined;
        later();
      },
    });
    if (isOver) return connection.close();
    if (!isGone) current = connection;
  }
  function later(): void {
    if (isOver) return;
    clearTimeout(timer);
    timer = setTimeout(() => void attempt().catch(later), waitMs);
    waitMs = Math.min(waitMs * 2, longestWaitMs);
  }

  const ready = attempt().catch((cause: unknown) => {
    later();
    throw cause;
  });
  return {
    ready,
    transport: {
      async write(bytes) {
        if (!current) throw new Error(`write to ${name}`, { cause: new Error("the line is lost") });
        await current.write(bytes).catch((cause: unknown) => {
          throw new Error(`write to ${name}`, { cause });
        });
      },
      onData: (given) => {
        reader = given;
      },
      onClose: (given) => {
        closed = given;
      },
      async close() {
        isOver = true;
        clearTimeout(timer);
        await current?.close();
        closed();
      },
    },
  };
}
