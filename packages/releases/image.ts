import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Manifest, ReleaseNote, maxImageBytes } from "@pigeonhole/protocol/firmware";
import { pack } from "tar-stream";

/** A file that goes into an image. */
export interface ImageContent {
  readonly bytes: Uint8Array;
  readonly executable?: boolean;
}
/** What an image says of itself. */
export type About = Omit<Manifest, "v" | "files"> & Pick<ReleaseNote, "notes" | "builtAt">;
export interface Image {
  /** The gzipped tar. */
  readonly archive: Buffer;
  readonly manifest: Manifest;
  readonly note: ReleaseNote;
}

export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Packs an image. The same content gives the same bytes: sorted names, no times, no owners. */
export async function buildImage(about: About, contents: ReadonlyMap<string, ImageContent>): Promise<Image> {
  const { notes, builtAt, ...rest } = about;
  const names = [...contents.keys()].toSorted();
  const manifest = Manifest.parse({
    v: 1,
    ...rest,
    files: names.map((name) => {
      const { bytes, executable = false } = contents.get(name)!;
      return { path: name, bytes: bytes.length, sha256: sha256(bytes), executable };
    }),
  });
  const manifestText = `${JSON.stringify(manifest, null, 1)}\n`;
  const tar = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  const add = (name: string, bytes: Uint8Array, mode: number): void => {
    tar.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0, type: "file" }, Buffer.from(bytes));
  };
  add("manifest.json", Buffer.from(manifestText), 0o644);
  for (const name of names) add(name, contents.get(name)!.bytes, contents.get(name)!.executable ? 0o755 : 0o644);
  tar.finalize();
  await done;
  const archive = gzipSync(Buffer.concat(chunks), { level: 9 });
  if (archive.length > maxImageBytes.packed)
    throw new Error(`the image has ${archive.length} bytes, at most ${maxImageBytes.packed} travel`);
  const { model, release, version, floor, node } = manifest;
  const unpackedBytes = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const note = ReleaseNote.parse({ model, release, version, floor, node, notes, builtAt, unpackedBytes, manifest: sha256(manifestText) });
  return { archive, manifest, note };
}
