import type { Voice } from "../simulator.ts";
import { func, lockNumber, locksPerBoard, requestFraming, station, status, statusReply, unlockReply } from "./frames.ts";

/** Answers an unlock with 01, or with 02 while the coil cools down. */
export const winnsenVoice: Voice = {
  locks: locksPerBoard,
  framing: requestFraming,
  hear([, , what, at, lock], own) {
    if (at !== own || lock! < 1 || lock! > locksPerBoard) return undefined;
    return what === func.unlock ? { kind: "open", lock: lock! } : what === func.status ? { kind: "status_one", lock: lock! } : undefined;
  },
  answer(request, own, view) {
    if (request.kind === "open")
      return unlockReply(station(own), lockNumber(request.lock), view.isCooling ? status.coolingDown : status.yes);
    return request.kind === "status_one"
      ? statusReply(station(own), lockNumber(request.lock), view.bit(request.lock) ? status.yes : status.no)
      : undefined;
  },
};
