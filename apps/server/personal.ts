import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { ConfigError } from "@pigeonhole/kit/config";
import type { Db } from "@pigeonhole/kit/db";
import { fileKeys, type KeyEncryption } from "@pigeonhole/kit/personal/key-encryption";
import { createPersonal, type Personal } from "@pigeonhole/kit/personal/personal";
import { systemRandom } from "@pigeonhole/kit/random";
import { Tombstone, type Tombstones } from "@pigeonhole/privacy/tombstones";
import { systemAdapters, type Adapters } from "./adapters.ts";
import { sealOf } from "./seal.ts";
import type { ServerConfig } from "./settings.ts";

type Settings = Pick<ServerConfig, "SECRET_KEYS" | "DATA_KEYS_FILE">;

/** The file of the keys is looked at again after so long. Milliseconds. */
const lookEveryMs = 1_000;
const keyLine = /^[0-9a-f]{64}$/;

/** The keys in a file: 64 hexadecimal digits a line, newest first; lines with # are remarks. */
export function readDataKeys(file: string): readonly Buffer[] {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length === 0 || !lines.every((line) => keyLine.test(line)))
    throw new ConfigError([
      `DATA_KEYS_FILE names ${file}: each line must be 64 hexadecimal digits (32 bytes), and there must be one at least`,
    ]);
  return lines.map((line) => Buffer.from(line, "hex"));
}

/** What wraps the keys of persons: the keys of DATA_KEYS_FILE, read again when the file has changed, else those of SECRET_KEYS. */
export function keyEncryptionOf({ SECRET_KEYS, DATA_KEYS_FILE }: Settings): KeyEncryption {
  if (DATA_KEYS_FILE === undefined) {
    const keys = SECRET_KEYS.map((key) => Buffer.from(key, "hex"));
    return fileKeys(() => keys, systemRandom);
  }
  let keys = readDataKeys(DATA_KEYS_FILE);
  let looked = systemMonotonic();
  let changed = statSync(DATA_KEYS_FILE).mtimeMs;
  return fileKeys(() => {
    if (systemMonotonic() - looked < lookEveryMs) return keys;
    looked = systemMonotonic();
    const now = statSync(DATA_KEYS_FILE).mtimeMs;
    // Somebody may be writing it by hand: what cannot be read is read again later, and the known keys go on.
    if (now !== changed && isReadable(DATA_KEYS_FILE)) [keys, changed] = [readDataKeys(DATA_KEYS_FILE), now];
    return keys;
  }, systemRandom);
}

function isReadable(file: string): boolean {
  try {
    return readDataKeys(file).length > 0;
  } catch {
    return false;
  }
}

export const personalOf = (
  config: Settings,
  db: Db<never>,
  keys: KeyEncryption = keyEncryptionOf(config),
  { now, newId, random }: Pick<Adapters, "now" | "newId" | "random"> = systemAdapters,
): Personal => createPersonal({ db, keys, seal: sealOf(config), now, newId, random });

/** Puts a fresh key in front of those in the file, or begins the file; whole or not at all, for its owner alone. */
export function addDataKey(file: string): void {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  writeFileSync(`${file}.new`, `${systemRandom.bytes(32).toString("hex")}\n${before}`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** Tombstones as lines of a file, each on the disk before it counts. Without a file they are in the database alone. */
export const tombstonesOf = (file: string | undefined): Tombstones => ({
  write: async (tombstone) => {
    if (file === undefined) return;
    appendFileSync(file, `${JSON.stringify(tombstone)}\n`, { mode: 0o600 });
    const handle = openSync(file, "r+");
    fsyncSync(handle);
    closeSync(handle);
  },
});

/** Every tombstone in a file. A last line that was cut off by a crash is passed over: what it says was not yet done. */
export function readTombstones(file: string): readonly Tombstone[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, i) => {
    if (line === "") return [];
    try {
      return [Tombstone.parse(JSON.parse(line))];
    } catch (cause) {
      if (i === lines.length - 1) return [];
      throw new Error(`${path.basename(file)} line ${i + 1} is no tombstone`, { cause });
    }
  });
}
