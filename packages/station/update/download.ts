import { createHash } from "node:crypto";
import path from "node:path";
import { within, type Timers } from "@pigeonhole/kit/timers";
import type { Disk } from "./disk.ts";
import type { Fetch, Found } from "./repository.ts";
import { RefusedImage } from "./refused-image.ts";

/** A line that gives nothing for so long is given up; what came is kept. Milliseconds. */
const stalledMs = 30_000;
/** What came becomes durable in pieces: a power cut costs at most so much. Bytes. */
const pieceBytes = 1_048_576;

interface Needs {
  readonly disk: Disk;
  readonly fetch: Fetch;
  readonly timers: Timers;
}

/**
 * Loads an image into `file`, going on where a former try ended. Not one byte more than the signed length is taken, whatever the server
 * sends. What does not have the signed hash is thrown away and refused.
 */
export async function download({ disk, fetch, timers }: Needs, { target, url }: Found, file: string): Promise<Buffer> {
  disk.makeFolder(path.dirname(file));
  if ((disk.size(file) ?? 0) > target.length) disk.remove(file);
  const from = disk.size(file) ?? 0;
  if (from < target.length) await receive({ disk, fetch, timers }, url, file, from, target.length);
  const bytes = disk.read(file) ?? Buffer.alloc(0);
  if (bytes.length !== target.length || createHash("sha256").update(bytes).digest("hex") !== target.hashes["sha256"]) {
    disk.remove(file);
    throw new RefusedImage("hash", `what came (${bytes.length} bytes) is not what was signed (${target.length} bytes)`);
  }
  return bytes;
}

async function receive({ disk, fetch, timers }: Needs, url: string, file: string, from: number, length: number): Promise<void> {
  const stop = new AbortController();
  const patient = async <T>(step: Promise<T>): Promise<T> => {
    const got = await within(
      timers,
      stalledMs,
      step.then((value) => ({ value })),
    );
    if (got) return got.value;
    stop.abort();
    throw new Error(`${url} gives nothing any more`);
  };
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await patient(fetch(url, { headers, signal: stop.signal }));
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  // A server that knows no ranges sends everything again.
  let size = response.status === 206 ? from : 0;
  if (size === 0) disk.write(file, Buffer.alloc(0));
  let unsynced = 0;
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  try {
    for (;;) {
      const { done, value } = await patient(reader.read());
      if (done) break;
      size += value.length;
      if (size > length) {
        disk.remove(file);
        throw new RefusedImage("hash", `the server sends more than the ${length} bytes that were signed`);
      }
      append(disk, file, value);
      unsynced += value.length;
      if (unsynced < pieceBytes) continue;
      disk.sync(file);
      unsynced = 0;
    }
  } finally {
    stop.abort();
    if ((disk.size(file) ?? 0) > 0) disk.sync(file);
  }
  if (size < length) throw new Error(`${url} ended after ${size} of ${length} bytes`);
}

function append(disk: Disk, file: string, bytes: Uint8Array): void {
  try {
    disk.append(file, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    disk.remove(file);
    throw new RefusedImage("disk_full", "the disk is full", { cause: error });
  }
}
