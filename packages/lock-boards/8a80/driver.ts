import { lockBoard } from "../board.ts";
import { usualQuirks, type Model } from "../model.ts";
import {
  board,
  lockNumber,
  locksPerBoard,
  oneFraming,
  readOne,
  readStatus,
  statusFraming,
  statusRequest,
  unlockRequest,
} from "./frames.ts";

/** The common 24-door board. Most answer an unlock with the lock's state, some say nothing: the switch tells then. */
export const board8a80Model: Model = {
  title: "8A/80, 24 doors",
  bauds: [9_600],
  addresses: { first: 1, last: 31 },
  locks: locksPerBoard,
  wireLocks: { first: 1, last: locksPerBoard },
  quirks: { ...usualQuirks, acknowledges: true, minIntervalMs: 10 },
  statusReplies: () => statusFraming,
  drive(line, address, quirks) {
    const at = board(address);
    const { minIntervalMs, replyTimeoutMs: timeoutMs } = quirks;
    return lockBoard(
      {
        async fire(lock) {
          const frame = unlockRequest(at, lockNumber(lock));
          if (!quirks.acknowledges) {
            await line.tell(frame, minIntervalMs);
            return undefined;
          }
          return line.ask(
            frame,
            {
              framing: oneFraming,
              timeoutMs,
              read: (reply) => {
                const said = readOne(reply);
                // "Still closed" is said by boards that answer before the bolt has moved: it is no refusal.
                return said.isUnlock && said.board === at && said.lock === lock && !said.isClosed ? "fired" : undefined;
              },
            },
            minIntervalMs,
          );
        },
        async read() {
          const bits = await line.ask(
            statusRequest(at),
            {
              framing: statusFraming,
              timeoutMs,
              read: (reply) => {
                const said = readStatus(reply);
                return said.board === at ? said.bits : undefined;
              },
            },
            minIntervalMs,
          );
          return new Map((bits ?? []).map((door, n) => [n + 1, { door }]));
        },
      },
      locksPerBoard,
      quirks,
    );
  },
};
