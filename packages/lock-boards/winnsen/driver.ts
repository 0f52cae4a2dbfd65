import { lockBoard } from "../board.ts";
import { usualQuirks, type Model } from "../model.ts";
import {
  lockNumber,
  locksPerBoard,
  readReply,
  replyFraming,
  station,
  status,
  statusRequest,
  unlockRequest,
  type Status,
} from "./frames.ts";

/** Winnsen-style board: answers an unlock, also with "cooling down"; its doors are asked one by one. */
export const winnsenModel: Model = {
  title: "Winnsen",
  bauds: [9_600],
  addresses: { first: 0, last: 4 },
  locks: locksPerBoard,
  wireLocks: { first: 1, last: locksPerBoard },
  // A status of 01 is "open".
  quirks: { ...usualQuirks, polarity: "zero_is_closed", acknowledges: true, minIntervalMs: 10 },
  statusReplies: () => replyFraming,
  drive(line, address, quirks) {
    const at = station(address);
    const known = new Map<number, boolean>();
    const ask = (request: Uint8Array, lock: number, isStatus: boolean): Promise<Status | undefined> =>
      line.ask(
        request,
        {
          framing: replyFraming,
          timeoutMs: quirks.replyTimeoutMs,
          read: (frame) => {
            const said = readReply(frame);
            return said.isStatus === isStatus && said.station === at && said.lock === lock ? said.status : undefined;
          },
        },
        quirks.minIntervalMs,
      );
    const askDoor = async (lock: number): Promise<boolean | undefined> => {
      const said = await ask(statusRequest(at, lockNumber(lock)), lock, true);
      return said === status.yes ? true : said === status.no ? false : undefined;
    };

    return lockBoard(
      {
        async fire(lock) {
          const said = await ask(unlockRequest(at, lockNumber(lock)), lock, false);
          return said === undefined
            ? undefined
            : said === status.yes
              ? "fired"
              : said === status.coolingDown
                ? "cooling_down"
                : "board_refused";
        },
        async read(wanted) {
          const doors = new Map<number, { door: boolean }>();
          for (const lock of wanted) {
            let door = await askDoor(lock);
            if (door === undefined && doors.size === 0) break; // A silent board would cost its timeout for every lock.
            // No checksum guards this frame: news are believed when they are said twice.
            if (door !== known.get(lock) && door !== undefined && (await askDoor(lock)) !== door) door = undefined;
            if (door === undefined) continue;
            known.set(lock, door);
            doors.set(lock, { door });
          }
          return doors;
        },
      },
      locksPerBoard,
      quirks,
    );
  },
};
