import { lockBoard } from "../board.ts";
import { usualQuirks, type Model } from "../model.ts";
import { board, channel, channelsPerBoard, command, framing, lock as locked, openRequest, read, said, statusRequest } from "./frames.ts";

/** "WKLY" board: answers an unlock. What it tells unasked (a door has moved) is passed over: the next status says it again, and in order. */
export const wklyModel: Model = {
  title: "WKLY",
  bauds: [9_600, 19_200, 115_200],
  addresses: { first: 0, last: 31 },
  locks: channelsPerBoard,
  wireLocks: { first: 0, last: channelsPerBoard - 1 },
  quirks: { ...usualQuirks, acknowledges: true, minIntervalMs: 10 },
  statusReplies: () => framing,
  drive(line, address, quirks) {
    const at = board(address);
    const ask = <T>(request: Uint8Array, cmd: number, take: (content: Uint8Array) => T | undefined): Promise<T | undefined> =>
      line.ask(
        request,
        {
          framing,
          timeoutMs: quirks.replyTimeoutMs,
          read: (bytes) => {
            const frame = read(bytes);
            return frame.board === at && frame.command === cmd ? take(frame.content) : undefined;
          },
        },
        quirks.minIntervalMs,
      );
    return lockBoard(
      {
        fire: (lock) =>
          ask(openRequest(at, channel(lock - 1)), command.open, ([status, which]) =>
            which !== lock - 1 ? undefined : status === said.ok ? "fired" : "board_refused",
          ),
        async read() {
          const states = await ask(statusRequest(at), command.status, ([status, count, ...each]) =>
            status === said.ok && count === each.length ? each : undefined,
          );
          // A lock that the board calls broken has no reading.
          return new Map(
            (states ?? []).flatMap((state, n) =>
              state === locked.closed || state === locked.open ? [[n + 1, { door: state === locked.closed }] as const] : [],
            ),
          );
        },
      },
      channelsPerBoard,
      quirks,
    );
  },
};
