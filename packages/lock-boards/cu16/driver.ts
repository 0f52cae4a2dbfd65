import { lockBoard } from "../board.ts";
import { usualQuirks, type Model } from "../model.ts";
import { board, lockNumber, locksPerBoard, readReply, replyFraming, statusRequest, unlockRequest } from "./frames.ts";

/** KERONG KR-CU16 and NCU16L. Infrared sensors look into the compartments; an unlock is not acknowledged. Sources disagree on the polarity. */
export const cu16Model: Model = {
  title: "KERONG KR-CU16",
  bauds: [19_200, 9_600, 57_600, 115_200],
  addresses: { first: 0, last: 14 },
  locks: locksPerBoard,
  wireLocks: { first: 0, last: locksPerBoard - 1 },
  quirks: { ...usualQuirks, occupancy: "one_is_occupied" },
  statusReplies: () => replyFraming,
  drive(line, address, quirks) {
    const at = board(address);
    return lockBoard(
      {
        async fire(lock) {
          await line.tell(unlockRequest(at, lockNumber(lock - 1)), quirks.minIntervalMs);
          return undefined;
        },
        async read() {
          const reply = await line.ask(
            statusRequest(at),
            {
              framing: replyFraming,
              timeoutMs: quirks.replyTimeoutMs,
              read: (frame) => {
                const parsed = readReply(frame);
                return parsed.board === at ? parsed : undefined;
              },
            },
            quirks.minIntervalMs,
          );
          return new Map((reply?.doors ?? []).map((door, n) => [n + 1, { door, sensor: reply!.sensors[n]! }]));
        },
      },
      locksPerBoard,
      quirks,
    );
  },
};
