import type { Voice } from "../simulator.ts";
import { board, command, locksPerBoard, requestFraming, statusReply } from "./frames.ts";

const all = Array.from({ length: locksPerBoard }, (_, n) => n + 1);

/** Obeys "unlock all" (33) and "status of all boards" (32) as a real board does. */
export const cu16Voice: Voice = {
  locks: locksPerBoard,
  framing: requestFraming,
  hear(frame, own) {
    const [, address, cmd] = frame;
    if (cmd === command.statusOfAll) return { kind: "status" };
    if (address! >> 4 !== own) return undefined;
    if (cmd === command.status) return { kind: "status" };
    if (cmd === command.unlockAll) return { kind: "open_all" };
    return cmd === command.unlock ? { kind: "open", lock: (address! & 0x0f) + 1 } : undefined;
  },
  answer: (request, own, view) =>
    request.kind === "status" ? statusReply(board(own), all.map(view.bit), all.map(view.sensor)) : undefined,
};
