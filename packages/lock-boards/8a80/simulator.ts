import type { Voice } from "../simulator.ts";
import { board, isUnlock, lockNumber, locksPerBoard, oneReply, requestFraming, statusReply } from "./frames.ts";

const all = Array.from({ length: locksPerBoard }, (_, n) => n + 1);

/** Obeys lock 0 ("open all") as a real board does. An unlock is answered with the state that the switch shows. */
export const board8a80Voice: Voice = {
  locks: locksPerBoard,
  framing: requestFraming,
  hear(frame, own) {
    const [, at, lock] = frame;
    if (at !== own || lock! > locksPerBoard) return undefined;
    if (isUnlock(frame)) return lock === 0 ? { kind: "open_all" } : { kind: "open", lock: lock! };
    return lock === 0 ? { kind: "status" } : { kind: "status_one", lock: lock! };
  },
  answer(request, own, view) {
    if (request.kind === "status") return statusReply(board(own), all.map(view.bit));
    if (request.kind !== "open" && request.kind !== "status_one") return undefined;
    return oneReply(board(own), lockNumber(request.lock), view.bit(request.lock), request.kind === "open");
  },
};
