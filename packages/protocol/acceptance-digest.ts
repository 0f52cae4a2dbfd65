import { createHash } from "node:crypto";
import { canonical } from "@pigeonhole/kit/canonical";
import type { z } from "zod";
import { hasPassed, type AcceptanceRecord, type WiredDoor } from "./acceptance.ts";

/** How a cabinet is wired, as one short word: other boards, addresses, lines, or another lock behind a door give another one. SHA-256, hexadecimal. */
export const wiringDigest = (lines: AcceptanceRecord["lines"], doors: readonly z.output<typeof WiredDoor>[]): string =>
  createHash("sha256")
    .update(
      canonical({
        lines: lines.map((each) => ({ ...each, boards: each.boards.toSorted((a, b) => (a.name < b.name ? -1 : 1)) })),
        doors: doors.map((each) => ({ door: each.door, board: each.board, lock: each.lock })).toSorted((a, b) => a.door - b.door),
      }),
    )
    .digest("hex");

/** The wiring that a record speaks of: that of the doors which passed. */
export const acceptedWiring = ({ lines, doors }: AcceptanceRecord): string => wiringDigest(lines, doors.filter(hasPassed));

/** One record is one record, however often it is told. SHA-256, hexadecimal. */
export const recordDigest = (record: AcceptanceRecord): string => createHash("sha256").update(canonical(record)).digest("hex");
