import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { ImagePath, Manifest, type ReleaseNote } from "@pigeonhole/protocol/firmware";
import { extract, type Header } from "tar-stream";
import type { Disk } from "./disk.ts";
import { RefusedImage } from "./refused-image.ts";
import { sha256 } from "./slots.ts";

/** Tar frames a file with a header and padding, and the archive with two blocks; what exceeds this is no image of ours. Bytes. */
const frameBytes = 2_048;
/** The manifest itself. Bytes. */
const maxManifestBytes = 2_097_152;
/** Large files become durable in pieces, so that no single wait holds up the doors. Bytes. */
const pieceBytes = 4_194_304;

/**
 * Unpacks an archive, whose hash has been verified, into `folder`, which it replaces. Holds it to what the signed note says: the manifest first,
 * every file of it once, plain files only, not one byte more. Everything is durable when it returns; on any refusal the folder is gone.
 */
export async function unpack(
  disk: Disk,
  archive: Readable | Buffer,
  folder: string,
  note: ReleaseNote,
): Promise<{ readonly manifest: Manifest; readonly hash: string }> {
  disk.remove(folder);
  disk.makeFolder(folder);
  try {
    const manifest = await extractInto(disk, archive, folder, note);
    const folders = new Set(manifest.files.flatMap((file) => parents(folder, file.path)));
    for (const at of [...folders].toSorted((a, b) => b.length - a.length)) disk.syncFolder(at);
    disk.syncFolder(path.dirname(folder));
    return { manifest, hash: note.manifest };
  } catch (error) {
    // A power cut leaves what is there: nobody knows it as an image, and the next try begins with removing it.
    if (isRefusal(error)) disk.remove(folder);
    throw told(error);
  }
}

function told(error: unknown): unknown {
  if (error instanceof RefusedImage) return error;
  const { code, message = "" } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC") return new RefusedImage("disk_full", "the disk is full", { cause: error });
  if (code?.startsWith("Z_") || /tar|header|Unexpected end/i.test(message))
    return new RefusedImage("archive", `the archive cannot be read: ${message}`, { cause: error });
  return error;
}
const isRefusal = (error: unknown): boolean => told(error) instanceof RefusedImage;
const refuse = (message: string): RefusedImage => new RefusedImage("archive", message);

async function extractInto(disk: Disk, archive: Readable | Buffer, folder: string, note: ReleaseNote): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const missing = new Map<string, Manifest["files"][number]>();
  const limit = note.unpackedBytes + maxManifestBytes + frameBytes * 6_000;
  let seen = 0;
  // A few packed bytes can mean very many: counted as they come out, not when all are there.
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      done(seen > limit ? refuse(`the archive unpacks to more than the ${note.unpackedBytes} bytes it says`) : null, chunk);
    },
  });

  async function entry(header: Header, body: AsyncIterable<Buffer>): Promise<void> {
    if (header.type !== "file") throw refuse(`${header.name} is a ${header.type}: an image holds plain files only`);
    if (!ImagePath.safeParse(header.name).success) throw refuse(`${JSON.stringify(header.name).slice(0, 80)} is not a name for a file`);
    if (!manifest) {
      if (header.name !== "manifest.json") throw refuse("the archive does not begin with its manifest");
      const text = await whole(body, Math.min(header.size ?? 0, maxManifestBytes));
      if (sha256(text) !== note.manifest) throw refuse("the manifest is not the one that was signed");
      const parsed = Manifest.safeParse(parseJson(text));
      if (!parsed.success) throw refuse(`the manifest is not valid: ${parsed.error.issues[0]?.message}`);
      manifest = parsed.data;
      for (const key of ["model", "release", "version", "floor", "node"] as const)
        if (manifest[key] !== note[key]) throw refuse(`the manifest says ${key} ${manifest[key]}, the metadata say ${note[key]}`);
      for (const file of manifest.files) missing.set(file.path, file);
      disk.write(path.join(folder, "manifest.json"), text);
      disk.sync(path.join(folder, "manifest.json"));
      return;
    }
    const file = missing.get(header.name);
    if (!file) throw refuse(`${header.name} is not in the manifest, or comes twice`);
    if (header.size !== file.bytes) throw refuse(`${header.name} has ${header.size} bytes, not ${file.bytes}`);
    missing.delete(header.name);
    await put(disk, path.join(folder, file.path), body, file);
  }

  const tar = extract();
  const source = archive instanceof Readable ? archive : Readable.from(pieces(archive));
  const unzipped = pipeline(source, createGunzip(), bounded, tar as never);
  const read = (async () => {
    for await (const one of tar) {
      await entry(one.header, one as never);
      one.resume();
    }
  })();
  // The first that fails says why; the other only that its counterpart is gone.
  read.catch((error: unknown) => tar.destroy(error as Error));
  const [first, second] = await Promise.allSettled([read, unzipped]);
  const failed = [first, second].flatMap((r) => (r.status === "rejected" ? [r.reason as unknown] : []));
  const reason = failed.find((error) => error instanceof RefusedImage) ?? failed[0];
  if (reason) throw reason;
  if (!manifest || missing.size > 0) throw refuse(`${missing.size} files of the manifest are missing`);
  return manifest;
}

async function put(disk: Disk, at: string, body: AsyncIterable<Buffer>, file: Manifest["files"][number]): Promise<void> {
  disk.makeFolder(path.dirname(at));
  disk.write(at, Buffer.alloc(0), file.executable);
  let unsynced = 0;
  for await (const chunk of body) {
    disk.append(at, chunk);
    unsynced += chunk.length;
    if (unsynced < pieceBytes) continue;
    disk.sync(at);
    unsynced = 0;
  }
  disk.sync(at);
  // Read back: what counts is what the disk will give to the next start.
  const bytes = disk.read(at);
  if (bytes?.length !== file.bytes || sha256(bytes) !== file.sha256) throw refuse(`${file.path} is not what the manifest says`);
}

async function whole(body: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) throw refuse("the manifest is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    return undefined;
  }
}
function* pieces(bytes: Buffer, size = 65_536): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
function parents(folder: string, file: string): string[] {
  const found = [folder];
  const parts = file.split("/").slice(0, -1);
  for (let i = 1; i <= parts.length; i++) found.push(path.join(folder, ...parts.slice(0, i)));
  return found;
}
