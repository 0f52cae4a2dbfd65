import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

/** Written while a town runs, so that the command line and a second start find it. */
const Running = z.object({ pid: z.int(), url: z.string(), databaseUrl: z.string(), children: z.array(z.int()) });
export type Running = z.output<typeof Running>;

const fileIn = (folder: string): string => path.join(folder, "running.json");

/** The town that runs on this folder now; one that ended without a goodbye is answered with `isAlive: false`. */
export function readRunning(folder: string): (Running & { readonly isAlive: boolean }) | undefined {
  const file = fileIn(folder);
  if (!existsSync(file)) return undefined;
  const kept = Running.safeParse(JSON.parse(readFileSync(file, "utf8") || "null"));
  return kept.success ? { ...kept.data, isAlive: isAlive(kept.data.pid) } : undefined;
}

export function writeRunning(folder: string, running: Running): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileIn(folder), `${JSON.stringify(running, null, 2)}\n`, { mode: 0o600 });
}

export const dropRunning = (folder: string): void => rmSync(fileIn(folder), { force: true });

/** Whether a process lives; on Linux also whether it is a Node process and no zombie, since numbers are given out again. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    return /^State:\s+[^Z]/m.test(readFileSync(`/proc/${pid}/status`, "utf8")) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("node");
  } catch {
    return false; // it ended between the two looks
  }
}

/** How long what a killed run has left may take to end by itself. Milliseconds. */
const leaveMs = 15_000;

/** Waits for the processes of a run that was killed; what does not go by itself is ended. */
export async function clearKilledRun(folder: string, say: (words: string) => void): Promise<void> {
  const former = readRunning(folder);
  if (!former || former.isAlive) return;
  const left = (): number[] => former.children.filter((pid) => isAlive(pid) && isOurs(pid));
  if (left().length > 0) say("an earlier run was killed; waiting for what it left");
  for (let waitedMs = 0; left().length > 0 && waitedMs < leaveMs; waitedMs += 200) await new Promise((resolve) => setTimeout(resolve, 200));
  for (const pid of left()) process.kill(pid, "SIGKILL");
  dropRunning(folder);
}

function isOurs(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    return /apps\/(server|station)\/main\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return false; // it ended between the two looks
  }
}
