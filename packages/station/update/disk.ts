import * as fs from "node:fs";
import path from "node:path";

/**
 * What updating asks of a disk, with the moments named at which something becomes durable: bytes at `sync`, names at `syncFolder`. The
 * simulated one (testing-disk.ts) loses whatever was not synced.
 */
export interface Disk {
  /** Undefined when there is no such file. */
  read(file: string): Buffer | undefined;
  /** Bytes of the file; undefined when there is none. */
  size(file: string): number | undefined;
  /** Names in a folder, files and folders alike; empty when there is none. */
  list(folder: string): readonly string[];
  isFolder(at: string): boolean;
  /** Makes or replaces a file. Throws when the disk is full, as `append` does. */
  write(file: string, bytes: Uint8Array, executable?: boolean): void;
  append(file: string, bytes: Uint8Array): void;
  makeFolder(folder: string): void;
  rename(from: string, to: string): void;
  /** A file, or a folder with everything in it; nothing happens when it is not there. */
  remove(at: string): void;
  sync(file: string): void;
  syncFolder(folder: string): void;
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";

/** The disk of this computer. */
export const nodeDisk: Disk = {
  read: (file) => {
    try {
      return fs.readFileSync(file);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  size: (file) => fs.statSync(file, { throwIfNoEntry: false })?.size,
  list: (folder) => (fs.existsSync(folder) ? fs.readdirSync(folder) : []),
  isFolder: (at) => fs.lstatSync(at, { throwIfNoEntry: false })?.isDirectory() ?? false,
  write: (file, bytes, executable = false) => fs.writeFileSync(file, bytes, { mode: executable ? 0o755 : 0o644 }),
  append: (file, bytes) => fs.appendFileSync(file, bytes),
  makeFolder: (folder) => void fs.mkdirSync(folder, { recursive: true }),
  rename: (from, to) => fs.renameSync(from, to),
  remove: (at) => fs.rmSync(at, { recursive: true, force: true }),
  sync: (file) => synced(file),
  syncFolder: (folder) => synced(folder),
};

function synced(at: string): void {
  const handle = fs.openSync(at, "r");
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Replaces a file so that a power cut leaves the former content or the new one, whole. */
export function replace(disk: Disk, file: string, bytes: Uint8Array): void {
  disk.write(`${file}.new`, bytes);
  disk.sync(`${file}.new`);
  disk.rename(`${file}.new`, file);
  disk.syncFolder(path.dirname(file));
}
