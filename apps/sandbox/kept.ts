import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemNow } from "@pigeonhole/kit/clock";
import { systemRandom } from "@pigeonhole/kit/random";
import { Memory } from "@pigeonhole/world/memory";
import { z } from "zod";

/** What a sandbox keeps of itself beside its database and its cabinet's data. */
const Kept = z.object({
  createdAt: z.iso.datetime(),
  usedAt: z.iso.datetime(),
  /** Of its operator, whom nobody else is: they found the network and look at it. */
  password: z.string(),
  /** What time it was in the sandbox when it fell asleep: its clock stands while it sleeps. */
  sleepsAt: z.iso.datetime().optional(),
  isEnrolled: z.boolean(),
  memory: Memory,
});
export type Kept = z.output<typeof Kept>;

const fileIn = (folder: string): string => path.join(folder, "sandbox.json");

export const isKept = (folder: string): boolean => existsSync(fileIn(folder));

export function readKept(folder: string): Kept {
  if (isKept(folder)) return Kept.parse(JSON.parse(readFileSync(fileIn(folder), "utf8")));
  const at = systemNow().toISOString();
  return { createdAt: at, usedAt: at, password: systemRandom.bytes(24).toString("base64url"), isEnrolled: false, memory: { stations: {} } };
}

/** Whole or not at all, and readable by its owner alone: it holds keys. */
export function writeKept(folder: string, kept: Kept): void {
  writeFileSync(`${fileIn(folder)}.new`, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${fileIn(folder)}.new`, fileIn(folder));
}
