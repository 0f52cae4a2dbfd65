import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { models } from "@pigeonhole/lock-boards/models";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { SimulatedLine, type SimulatedBoard } from "@pigeonhole/lock-boards/simulator";
import { duplex } from "@pigeonhole/lock-boards/transport";
import { openRealLine, wired, type OpenLine } from "@pigeonhole/lock-boards/wired";
import { baudOf, type Wiring } from "@pigeonhole/lock-boards/wiring";
import { readWiring } from "../commissioning/wiring-file.ts";
import type { StationSettings } from "../settings.ts";

export interface OpenedLocks {
  readonly board: Locks;
  /** Moves a simulated door by hand; absent where any door is real. */
  readonly moveDoor?: (compartment: number, door: "closed" | "open") => void;
}
type Given = Pick<
  StationSettings,
  "STATION_DATA" | "LOCK_BOARD" | "LOCK_BOARD_ADDRESSES" | "LOCK_BOARD_POLARITY" | "LOCK_MAP" | "SIM_TIMING"
>;

/** How this cabinet is wired: as its operator set it, else as commissioning found it, else simulated. */
export const wiringOf = (given: Given): Wiring =>
  given.LOCK_BOARD === undefined ? (readWiring(given.STATION_DATA) ?? simple({ ...given, LOCK_BOARD: "sim" })) : simple(given);

/** Opens the locks of this cabinet. */
export async function openLocks(given: Given): Promise<OpenedLocks> {
  const wiring = wiringOf(given);
  const doors = new Map<number, { readonly board: SimulatedBoard; readonly lock: number }>();
  const open: OpenLine = async (line, index) => {
    if (line.port !== "sim") return openRealLine(line, index);
    const [transport, far] = duplex(given.SIM_TIMING ? baudOf(line) : undefined);
    const boards = line.boards.map(({ name, model, address, quirks }) => {
      const board = simulatedBoard(model, address, quirks?.polarity ? { polarity: quirks.polarity } : {});
      for (const { door, lock } of wiring.doors.filter((each) => each.board === name)) doors.set(door, { board, lock });
      return board;
    });
    new SimulatedLine(far, boards);
    return { transport, ready: Promise.resolve() };
  };
  const board = await wired(wiring, open);
  if (wiring.lines.some((line) => line.port !== "sim")) return { board };
  return {
    board,
    moveDoor: (compartment, door) => {
      const at = doors.get(compartment);
      at?.board.move(at.lock, door);
    },
  };
}

/** CU48 boards on one line. Without a map door n is on lock n; a door that the map leaves out has no lock: it stays unknown, and is never fired. */
function simple({ LOCK_BOARD = "sim", LOCK_BOARD_ADDRESSES, LOCK_BOARD_POLARITY: polarity, LOCK_MAP }: Given): Wiring {
  const addresses = LOCK_BOARD_ADDRESSES ?? (LOCK_BOARD === "sim" ? [0, 1, 2, 3] : [0]);
  const { locks } = models.cu48;
  const all = Array.from({ length: addresses.length * locks }, (_, n) => [n + 1, n + 1] as const);
  return {
    v: 1,
    lines: [
      { port: LOCK_BOARD, boards: addresses.map((address) => ({ name: String(address), model: "cu48", address, quirks: { polarity } })) },
    ],
    doors: [...(LOCK_MAP ?? all)]
      .filter(([, lock]) => lock >= 1 && lock <= all.length)
      .map(([door, lock]) => ({ door, board: String(addresses[Math.floor((lock - 1) / locks)]), lock: ((lock - 1) % locks) + 1 })),
  };
}
