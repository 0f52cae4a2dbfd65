import { line } from "@pigeonhole/kit/line";
import { z } from "zod";

const name = z.string().min(1).max(40);
const door = z.int().min(1).max(999);

/** A line of lock boards, and the boards on it. `polarity`: what a set bit of a status means; null: as the model comes. */
export const AcceptedLine = z.strictObject({
  port: z.string().min(1).max(200),
  baud: z.int().min(1).max(10_000_000),
  boards: z
    .array(
      z.strictObject({
        name,
        model: name,
        address: z.int().min(0).max(65_535),
        polarity: z.enum(["one_is_closed", "zero_is_closed"]).nullable(),
      }),
    )
    .max(64),
});

/** Which lock is behind a door. */
export const WiredDoor = z.strictObject({ door, board: name, lock: z.int().min(1).max(999) });

/** How one door did in the acceptance test: opened, seen open, pushed shut, seen shut, and its sensor seeing nothing (null: none looks). */
export const AcceptedDoor = WiredDoor.extend({
  outcome: z.enum(["opened", "refused", "unknown"]),
  reason: z.string().max(40).nullable(),
  /** From the unlock to the switch. */
  tookMs: z.int().min(0).max(600_000).nullable(),
  isSeenClosed: z.boolean(),
  isOccupied: z.boolean().nullable(),
});
export type AcceptedDoor = z.output<typeof AcceptedDoor>;

/** What a cabinet showed at its acceptance test (A11.4). The station says it in its log, so its own key has signed it. */
export const AcceptanceRecord = z.strictObject({
  v: z.literal(1),
  /** When it was signed. */
  at: z.iso.datetime(),
  /** Who tested it, as they named themselves; null: tested before anybody was asked. */
  technician: line(80).nullable(),
  /** Everything was simulated, the technician too. */
  isSimulated: z.boolean(),
  firmware: z.string().max(80),
  lines: z.array(AcceptedLine).min(1).max(8),
  /** Those that failed too; they are not in service. */
  doors: z.array(AcceptedDoor).min(1).max(999),
});
export type AcceptanceRecord = z.output<typeof AcceptanceRecord>;

/** Whether a door may be used: it was seen to open and to close, and is not known to hold something. */
export const hasPassed = ({ outcome, isSeenClosed, isOccupied }: AcceptedDoor): boolean =>
  outcome === "opened" && isSeenClosed && isOccupied !== true;
