import type { BoardView, Voice } from "../simulator.ts";
import { board, channel, channelsPerBoard, command, framing, lock as locked, openReply, read, statusReply } from "./frames.ts";

const all = Array.from({ length: channelsPerBoard }, (_, n) => n + 1);
const stateOf = (view: BoardView, lock: number): number => (view.bit(lock) ? locked.closed : locked.open);

/** Obeys "open all" (86, 87) as a real board does. While the coil cools down it says that it failed. */
export const wklyVoice: Voice = {
  locks: channelsPerBoard,
  framing,
  hear(frame, own) {
    const heard = read(frame);
    if (heard.board !== own) return undefined;
    if (heard.command === command.open) return heard.content.length === 1 ? { kind: "open", lock: heard.content[0]! + 1 } : undefined;
    if (heard.command === command.status) return { kind: "status" };
    return heard.command === command.openAll || heard.command === command.openOneByOne ? { kind: "open_all" } : undefined;
  },
  answer(request, own, view) {
    if (request.kind === "open") return openReply(board(own), channel(request.lock - 1), !view.isCooling, stateOf(view, request.lock));
    return request.kind === "status"
      ? statusReply(
          board(own),
          all.map((lock) => stateOf(view, lock)),
        )
      : undefined;
  },
};
