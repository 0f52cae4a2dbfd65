import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** Longest wait for socat to make both ends. */
const readyMs = 5_000;

/** Whether the program that joins two pseudo-terminals is installed. */
export const hasSocat = (): boolean => spawnSync("socat", ["-V"], { stdio: "ignore" }).status === 0;

export interface PseudoTerminals {
  /** Paths of the two ends. */
  readonly station: string;
  readonly board: string;
  /** Where both lie; the same folder again gives the same paths again. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Two pseudo-terminals joined by socat: what is written to one is read from the other, as on a serial cable. A station can run on one end in
 * its own process while the simulated board holds the other. Rejects by name when socat is not installed.
 */
export async function pseudoTerminals(folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-tty-"))): Promise<PseudoTerminals> {
  if (!hasSocat()) throw new Error("socat is not installed: apt-get install socat");
  mkdirSync(folder, { recursive: true });
  const station = path.join(folder, "station");
  const board = path.join(folder, "board");
  const socat = spawn("socat", [`pty,raw,echo=0,link=${station}`, `pty,raw,echo=0,link=${board}`], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => socat.once("exit", () => resolve()));
  const close = async (): Promise<void> => {
    socat.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = performance.now() + readyMs;
  while (!existsSync(station) || !existsSync(board)) {
    if (performance.now() > deadline || socat.exitCode !== null) {
      await close();
      throw new Error(`socat made no pseudo-terminals (exit ${socat.exitCode ?? "none"})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { station, board, folder, close };
}
