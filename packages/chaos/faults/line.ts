// A line between two processes that breaks in every way in which lines break. Bytes are never changed or lost in the middle: TCP does not do that.
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/**
 * What can befall a line. `reset`: every connection on it ends at once with a reset, new ones are made as ever. The others last until it is mended:
 * `delay` late, but in order; `cut` every connection ends, and none is made; `half_open` what is said vanishes, an end too, and nobody is told until the
 * line is mended, when what had been open ends with a reset; `one_way_up`, `one_way_down` nothing comes through from or to the client, until it comes late;
 * `slow` byte by byte.
 */
export const lineFaults = ["reset", "delay", "cut", "half_open", "one_way_up", "one_way_down", "slow"] as const;
export type LineFault = (typeof lineFaults)[number];

/** How late is late, and how slow is slow. Milliseconds, and bytes per millisecond, each in a packet of its own. */
const rates = { delayMs: 150, slowBytes: 12 } as const;

export interface Line {
  /** What people call it, e.g. `station north – broker`. */
  readonly name: string;
  readonly port: number;
  /** Connections that are open now. */
  open(): number;
  strike(fault: LineFault): void;
  mend(): void;
  stop(): Promise<void>;
}

interface Wire {
  readonly near: Socket;
  far: Socket | undefined;
  /** Something was lost on it: it cannot go on. */
  isDoomed: boolean;
}

/** Opens a port of 127.0.0.1 from which everything goes to `target()`. */
export async function openLine(name: string, target: () => number): Promise<Line> {
  const wires = new Set<Wire>();
  let fault: LineFault | undefined;
  let [changed, tell] = signal();
  const end = (wire: Wire): void => {
    wires.delete(wire);
    for (const socket of [wire.near, wire.far]) if (socket) reset(socket);
  };
  const change = (to: LineFault | undefined): void => {
    const isHeardAgain = fault === "half_open" && to !== "half_open";
    fault = to;
    if (isHeardAgain) for (const wire of wires) if (wire.isDoomed) end(wire);
    const before = tell;
    [changed, tell] = signal();
    before();
  };
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await changed;
  };

  async function carry(wire: Wire, from: Socket, to: Socket, withheldBy: LineFault): Promise<void> {
    // Not destroyed at its end: the other direction may go on.
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (fault === "half_open" || wire.isDoomed) {
        wire.isDoomed = true;
        continue;
      }
      if (fault === "delay") await pause(rates.delayMs);
      await until(() => fault !== withheldBy);
      for (let sent = 0; sent < chunk.length && to.writable;) {
        const length = fault === "slow" ? 1 : chunk.length - sent;
        const isTaken = to.write(chunk.subarray(sent, sent + length));
        sent += length;
        if (fault === "slow" && sent % rates.slowBytes === 0) await pause(1);
        else if (!isTaken) await Promise.race([drained(to), changed]);
      }
    }
    await until(() => fault !== withheldBy && fault !== "half_open");
    if (wire.isDoomed) end(wire);
    else to.end();
  }

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const wire: Wire = { near, far: undefined, isDoomed: false };
    near.on("error", () => {});
    if (fault === "cut") return reset(near);
    wires.add(wire);
    void accept(wire);
  });
  async function accept(wire: Wire): Promise<void> {
    const { near } = wire;
    if (fault === "half_open") {
      wire.isDoomed = true;
      near.resume();
      await until(() => fault !== "half_open");
      return end(wire);
    }
    const far = connect({ port: target(), host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    wire.far = far;
    far.on("error", () => {});
    for (const socket of [near, far])
      socket.once("close", (hadError) => {
        if (near.destroyed && far.destroyed) wires.delete(wire);
        // A side that went without a goodbye takes the other one along, as soon as that one can be told.
        else if (hadError) void until(() => fault !== "half_open").then(() => end(wire));
      });
    await Promise.allSettled([carry(wire, near, far, "one_way_up"), carry(wire, far, near, "one_way_down")]);
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const all = (): void => {
    for (const wire of wires) end(wire);
  };
  return {
    name,
    port: (server.address() as { port: number }).port,
    open: () => wires.size,
    strike(next) {
      if (next !== "reset") change(next);
      if (next === "reset" || next === "cut") all();
    },
    mend: () => change(undefined),
    async stop() {
      change("cut");
      all();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Ends a connection with a reset. One that is just saying its end cannot be reset any more: libuv refuses, Node takes it for closed all the same,
 * and the process spins for ever when it should end. It is simply closed.
 */
function reset(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function signal(): [Promise<void>, () => void] {
  const { promise, resolve } = Promise.withResolvers<void>();
  return [promise, resolve];
}

/** Resolves when the socket takes more, or never will. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.once("drain", done).once("close", done);
  });
}
