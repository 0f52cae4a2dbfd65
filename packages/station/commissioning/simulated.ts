import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { models } from "@pigeonhole/lock-boards/models";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { SimulatedLine } from "@pigeonhole/lock-boards/simulator";
import { duplex, type Transport } from "@pigeonhole/lock-boards/transport";
import type { StationSettings } from "../settings.ts";
import { commissioning, type Commissioning } from "./commissioning.ts";
import { progressHere } from "./progress-file.ts";
import { acceptanceToTell } from "./record.ts";

const model = "cu48";
const { locks, bauds } = models[model];
/** As the technician signs. */
export const simulatedTechnician = "Simulated technician";
/** Nothing has to be waited for where nothing is real. Milliseconds. */
const limits = { settleMs: 2_000, secondMs: 1, restMs: 1_000, pollMs: 1, closingMs: 1 } as const;
const scanLimits = { replyTimeoutMs: 20, lateMs: 0 } as const;

interface Needs {
  readonly folder: string;
  readonly firmware: string;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/** Doors of a cabinet that is simulated from its boards to its technician, and that has not been commissioned yet; undefined otherwise. */
export const doorsToSimulate = ({ SIMULATED_DOORS, LOCK_BOARD, STATION_DATA }: StationSettings): readonly number[] | undefined =>
  LOCK_BOARD === undefined && acceptanceToTell(STATION_DATA) === undefined ? SIMULATED_DOORS : undefined;

/**
 * Commissions a simulated cabinet by the steps that a technician takes at a real one: boards found, each lock fired and its door named, each door tested,
 * the record signed. What it writes is what a real one writes; the record says that all of it was simulated. Joining the network is left to the station.
 */
export async function commissionSimulated(doors: readonly number[], needs: Needs): Promise<void> {
  const numbers = [...new Set(doors)].toSorted((a, b) => a - b);
  const boards = Array.from({ length: Math.ceil(numbers.length / locks) }, (_, n) => simulatedBoard(model, n));
  const at = (door: number) => {
    const index = numbers.indexOf(door);
    return { board: boards[Math.floor(index / locks)]!, lock: (index % locks) + 1 };
  };
  const standing = (): number[] => numbers.filter((door) => at(door).board.isOpen(at(door).lock));
  const openLine = async (_port: string, baud: number): Promise<Transport> => {
    const [near, far] = duplex();
    new SimulatedLine(far, baud === bauds[0] ? boards : []);
    return near;
  };
  const c = commissioning({ ...needs, openLine, limits, scanLimits, gapMs: 0, progress: progressHere() });
  const shut = async (): Promise<void> => {
    const { wizard } = c;
    if ((wizard.step !== "doors" && wizard.step !== "test") || wizard.trying?.phase !== "close")
      throw new Error(`a simulated door does not open: ${JSON.stringify(wizard)}`);
    for (const door of standing()) at(door).board.move(at(door).lock, "closed");
    while (c.wizard === wizard) await sleep(needs.timers, limits.closingMs);
  };
  try {
    await c.scan(["sim"], [model]);
    await c.begin();
    while (c.wizard.step !== "enrol") await next(c, { numbers, standing, shut });
  } finally {
    await c.stop();
  }
  needs.log.info({ doors: numbers.length }, "the simulated cabinet is commissioned");
}

interface Hands {
  readonly numbers: readonly number[];
  readonly standing: () => number[];
  readonly shut: () => Promise<void>;
}

/** What a technician does next. */
async function next(c: Commissioning, { numbers, standing, shut }: Hands): Promise<void> {
  const { wizard } = c;
  if (wizard.step === "sign") return c.sign(simulatedTechnician);
  if (wizard.step === "doors") {
    if (wizard.problem) throw new Error(`a simulated cabinet cannot be mapped: ${wizard.problem.kind}`);
    // The locks behind the last door open nothing: the boards have more of them than the cabinet has doors.
    if (wizard.doors.length === numbers.length && wizard.trying.phase === "ready") return c.finish();
    if (wizard.trying.phase === "ready") await c.fire();
    await c.which(standing());
    return shut();
  }
  if (wizard.step === "test" && wizard.trying?.phase === "ready") {
    await c.fire();
    return shut();
  }
  throw new Error(`a simulated cabinet cannot be tested: ${JSON.stringify(wizard)}`);
}
