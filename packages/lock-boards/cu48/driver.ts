import assert from "node:assert/strict";
import type { LockBoard, LockReading, Quirks } from "../lock-board.ts";
import type { Transport } from "../transport.ts";
import { address, lockNumber, locksPerBoard, statusRequest, unlockRequest, type Address, type StatusReply } from "./frames.ts";
import { replyParser } from "./parser.ts";

export interface Cu48Options {
  readonly transport: Transport;
  /** Addresses on this bus, 0..9, in the order in which their locks are numbered: locks 1..48 are on the first. */
  readonly boards: readonly number[];
  /** Default `one_is_closed`, as the vendor's examples; the other where the hook switches are wired the other way. */
  readonly polarity?: Quirks["polarity"];
  /** Silence after which a board is taken for dead in this round. A reply takes 6.3 ms on the wire. */
  readonly replyTimeoutMs?: number;
  /** Least pause between two frames; the vendor states none, 5 ms lets the line turn round. */
  readonly minIntervalMs?: number;
}

/** Driver of KERONG CU48 boards on one RS-485 line. The board never acknowledges an unlock: its doors' switches tell. */
export function cu48({ transport, boards, polarity = "one_is_closed", replyTimeoutMs = 120, minIntervalMs = 5 }: Cu48Options): LockBoard {
  const addresses = boards.map(address);
  assert.ok(addresses.length > 0 && new Set(addresses).size === addresses.length, "each CU48 address once, and at least one");
  const quirks: Quirks = {
    model: "KERONG CU48",
    polarity,
    addressing: { boards: addresses, locksPerBoard },
    hasAck: false,
    hasOccupancy: false,
    minIntervalMs,
  };

  let awaited: { readonly board: Address; readonly resolve: (reply: StatusReply) => void } | undefined;
  const parser = replyParser((reply) => {
    // A reply that nobody asked for, or of another board, is late or noise: it must not count as fresh.
    if (awaited?.board === reply.board) awaited.resolve(reply);
  });
  transport.onData((chunk) => parser.push(chunk));
  let lost: Error | undefined;
  transport.onClose((cause) => {
    lost = new Error("the lock line is closed", cause && { cause });
  });

  let quietUntil = 0;
  let last: Promise<unknown> = Promise.resolve();
  /** One exchange at a time: RS-485 is half duplex. */
  function exchange<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(async () => {
      if (lost) throw lost;
      const pause = quietUntil - performance.now();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        return await work();
      } finally {
        quietUntil = performance.now() + minIntervalMs;
      }
    });
    last = next.catch(() => undefined);
    return next;
  }

  async function ask(board: Address): Promise<StatusReply | undefined> {
    parser.reset();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const answer = new Promise<StatusReply | undefined>((resolve) => {
      awaited = { board, resolve };
      timer = setTimeout(() => resolve(undefined), replyTimeoutMs);
    });
    try {
      await transport.write(statusRequest(board));
      return await answer;
    } finally {
      clearTimeout(timer);
      awaited = undefined;
    }
  }

  const closedBit = polarity === "one_is_closed";
  const reading = (bit: boolean): LockReading => ({ door: bit === closedBit ? "closed" : "open", occupied: null });

  return {
    quirks,
    async open(lock) {
      const board = addresses[Math.floor((lock - 1) / locksPerBoard)];
      assert.ok(Number.isInteger(lock) && lock >= 1 && board !== undefined, `lock ${lock} is on no board of this line`);
      const frame = unlockRequest(board, lockNumber((lock - 1) % locksPerBoard));
      await exchange(() => transport.write(frame));
      return { outcome: "sent" };
    },
    async status(wanted) {
      const readings = new Map<number, LockReading>();
      const asked = wanted && new Set(wanted.map((lock) => Math.floor((lock - 1) / locksPerBoard)));
      for (const [index, board] of addresses.entries()) {
        if (asked && !asked.has(index)) continue;
        const reply = await exchange(() => ask(board));
        reply?.bits.forEach((bit, lock) => readings.set(index * locksPerBoard + lock + 1, reading(bit)));
      }
      return readings;
    },
    close: () => transport.close(),
  };
}
