// What an installation on one machine, such as the demo town, keeps in its folder: its secrets, and where it runs now.
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ConfigError } from "@pigeonhole/kit/config";
import { systemRandom } from "@pigeonhole/kit/random";
import { z } from "zod";
import { addDataKey } from "./personal.ts";

/** PIGEONHOLE_DATA, or `.pigeonhole` in the checkout. */
export function localFolder(): string {
  const folder = path.resolve(process.env["PIGEONHOLE_DATA"] ?? fileURLToPath(new URL("../../.pigeonhole", import.meta.url)));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new ConfigError([`PIGEONHOLE_DATA names ${folder}, which is a file: it must be a folder, or nothing yet`]);
  return folder;
}

/** The settings that nobody should have to choose for a demo. */
const Secrets = z.object({ SECRET_KEYS: z.string(), SIGNING_SEED: z.string(), MODULE_KEY: z.string() });
export type Secrets = z.output<typeof Secrets>;
/** The secrets, and the files that hold the rest of them. */
export interface LocalSettings extends Secrets {
  readonly DATA_KEYS_FILE: string;
  readonly ERASURES_FILE: string;
  readonly ARCHIVE_FOLDER: string;
}

/** The folder's secrets; made, and readable by their owner alone, when there are none. */
export function localSecrets(folder: string): LocalSettings {
  const secrets = kept(folder);
  const dataKeys = path.join(folder, "data-keys");
  if (!existsSync(dataKeys)) addDataKey(dataKeys);
  return {
    ...secrets,
    DATA_KEYS_FILE: dataKeys,
    ERASURES_FILE: path.join(folder, "erasures"),
    ARCHIVE_FOLDER: path.join(folder, "archive"),
  };
}

function kept(folder: string): Secrets {
  const file = path.join(folder, "secrets.json");
  if (existsSync(file)) {
    try {
      return Secrets.parse(JSON.parse(readFileSync(file, "utf8")));
    } catch (cause) {
      throw new Error(
        `${file} cannot be read; it holds the keys of this folder's database: bring it back, or begin anew with another folder`,
        { cause },
      );
    }
  }
  const fresh = (): string => systemRandom.bytes(32).toString("hex");
  const secrets = { SECRET_KEYS: fresh(), SIGNING_SEED: fresh(), MODULE_KEY: fresh() };
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return secrets;
}

/** Written while a town runs, so that the command line and a second start find it. */
export const Running = z.object({ pid: z.int(), url: z.string(), databaseUrl: z.string(), children: z.array(z.int()) });
export type Running = z.output<typeof Running>;

/** The town that runs on this folder now; one that ended without a goodbye is answered with `isAlive: false`. */
export function readRunning(folder: string): (Running & { readonly isAlive: boolean }) | undefined {
  const file = path.join(folder, "running.json");
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const kept = Running.safeParse(isJson(text) ? JSON.parse(text) : undefined);
  return kept.success ? { ...kept.data, isAlive: isNode(kept.data.pid) } : undefined;
}

/** Half a file is left when the machine stopped while it was written. */
function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

/** Whether a Node process of this number lives: numbers are given out again. Elsewhere than on Linux only whether it lives. */
export function isNode(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  if (process.platform !== "linux") return true;
  try {
    return (
      /^State:\s+[^Z]/m.test(readFileSync(`/proc/${pid}/status`, "utf8")) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("node")
    );
  } catch {
    return false; // it ended between the two looks
  }
}
