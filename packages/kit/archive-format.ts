// The file of a backup: gzip around lines of JSON, each table's rows between two of them as frames of `length\n` and so many bytes.
import { z } from "zod";

/** The first line. */
export const Header = z.object({
  pigeonholeBackup: z.literal(1),
  takenAt: z.iso.datetime(),
  postgres: z.string(),
  migrations: z.array(z.object({ set: z.string(), file: z.string(), checksum: z.string() })),
  /** The version of the job queue's own tables; null when there is none. */
  jobs: z.int().nullable(),
});
export type Header = z.output<typeof Header>;

/** Before the rows of a table, which are in PostgreSQL's COPY text format. */
export const TableLine = z.object({ table: z.string(), columns: z.array(z.string()) });
/** The last line: what a whole file contains. */
export const Manifest = z.object({
  manifest: z.array(z.object({ table: z.string(), rows: z.int(), sha256: z.string() })),
  sequences: z.array(z.object({ name: z.string(), last: z.string(), isCalled: z.boolean() })),
});
export type Manifest = z.output<typeof Manifest>;
export const Line = z.union([TableLine, Manifest]);

/** No line is longer. Bytes. */
const lineLimit = 1_000_000;
/** No frame is longer. Bytes. */
const frameLimit = 64 * 1_024 * 1_024;

/** Reads lines and frames from a stream of chunks. Throws an Error when the file ends too early or is none of ours. */
export function archiveReader(chunks: AsyncIterable<Uint8Array>) {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const more = async (): Promise<void> => {
    const { done, value } = await source.next().catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "Z_BUF_ERROR") throw new Error("the backup ends too early: it was cut off", { cause });
      if (cause.code?.startsWith("Z_")) throw new Error("this is no backup, or it is damaged", { cause });
      throw cause;
    });
    if (done) throw new Error("the backup ends too early: it was cut off");
    held = held.length === 0 ? Buffer.from(value) : Buffer.concat([held, value]);
  };
  const take = (length: number): Buffer => {
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  };
  const line = async (): Promise<string> => {
    while (!held.includes(10)) {
      if (held.length > lineLimit) throw new Error("this is no backup: it has no lines");
      await more();
    }
    return take(held.indexOf(10) + 1)
      .toString("utf8")
      .trimEnd();
  };
  /** The frames up to the empty one that ends a table. */
  async function* frames(): AsyncGenerator<Buffer> {
    for (;;) {
      const length = Number(await line());
      if (!Number.isInteger(length) || length < 0 || length > frameLimit) throw new Error("the backup is damaged: a frame has no length");
      if (length === 0) return;
      while (held.length < length) await more();
      yield take(length);
    }
  }
  return { line, frames };
}
