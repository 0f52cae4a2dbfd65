import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isNode, readRunning, type Running } from "@pigeonhole/server/local";

const fileIn = (folder: string): string => path.join(folder, "running.json");

export function writeRunning(folder: string, running: Running): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
}

export const dropRunning = (folder: string): void => rmSync(fileIn(folder), { force: true });

/** How long what a killed run has left may take to end by itself. Milliseconds. */
const leaveMs = 15_000;

/** Waits for the processes of a run that was killed; what does not go by itself is ended. */
export async function clearKilledRun(folder: string, say: (words: string) => void): Promise<void> {
  const former = readRunning(folder);
  if (!former || former.isAlive) return;
  const left = (): number[] => former.children.filter((pid) => isNode(pid) && isOurs(pid));
  if (left().length > 0) say("an earlier run was killed; waiting for what it left");
  for (let waitedMs = 0; left().length > 0 && waitedMs < leaveMs; waitedMs += 200) await new Promise((resolve) => setTimeout(resolve, 200));
  for (const pid of left()) process.kill(pid, "SIGKILL");
  dropRunning(folder);
}

function isOurs(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return /apps\/(server|station|sandbox)\/main\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false; // it ended between the two looks
  }
}
