import { lockBoard } from "../board.ts";
import { line } from "../line.ts";
import type { Locks, Quirks } from "../lock-board.ts";
import { locks } from "../locks.ts";
import { usualQuirks, type Model } from "../model.ts";
import type { Transport } from "../transport.ts";
import { address, lockNumber, locksPerBoard, parseReply, replyFraming, statusRequest, unlockRequest } from "./frames.ts";

/** KERONG CU48. It never acknowledges an unlock: its doors' switches tell. */
export const cu48Model: Model = {
  title: "KERONG CU48",
  bauds: [19_200],
  addresses: { first: 0, last: 9 },
  locks: locksPerBoard,
  wireLocks: { first: 0, last: locksPerBoard - 1 },
  quirks: usualQuirks,
  statusReplies: () => replyFraming,
  drive(line, at, quirks) {
    const board = address(at);
    return lockBoard(
      {
        async fire(lock) {
          await line.tell(unlockRequest(board, lockNumber(lock - 1)), quirks.minIntervalMs);
          return undefined;
        },
        async read() {
          const reply = await line.ask(
            statusRequest(board),
            {
              framing: replyFraming,
              timeoutMs: quirks.replyTimeoutMs,
              read: (frame) => {
                const parsed = parseReply(frame);
                return parsed?.board === board ? parsed : undefined;
              },
            },
            quirks.minIntervalMs,
          );
          return new Map((reply?.bits ?? []).map((door, n) => [n + 1, { door }]));
        },
      },
      locksPerBoard,
      quirks,
    );
  },
};

/** Where the boards are, and what differs from how they come from the factory. */
export interface Cu48Options extends Partial<Quirks> {
  readonly transport: Transport;
  /** Addresses on this line, 0..9, in the order in which their locks are numbered: locks 1..48 are on the first. */
  readonly boards: readonly number[];
}

/** The simplest cabinet: CU48 boards on one line, door `n` on lock `n`, counted over all of them. */
export function cu48({ transport, boards, ...differing }: Cu48Options): Locks {
  const bus = line(transport);
  const quirks = { ...cu48Model.quirks, ...differing };
  return locks(
    [
      {
        close: bus.close,
        boards: boards.map((at) => ({ name: String(at), model: "cu48", address: at, board: cu48Model.drive(bus, at, quirks) })),
      },
    ],
    boards.flatMap((at, index) =>
      Array.from({ length: locksPerBoard }, (_, n) => ({ door: index * locksPerBoard + n + 1, board: String(at), lock: n + 1 })),
    ),
  );
}
