// A repository for tests: keys in memory, files in a folder, and a `fetch` that serves them as honestly as the test wants.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { ReleaseNote } from "@pigeonhole/protocol/firmware";
import { Metadata, MetadataKind } from "@tufjs/models";
import { pack, type Header } from "tar-stream";
import { buildImage, sha256, type About, type Image } from "./image.ts";
import { newKey, roles, signer, type ReleaseKey, type RoleName } from "./keys.ts";
import { openRepository } from "./repository.ts";

export const baseUrl = "http://releases.test/firmware";
export const model = "station-test";
/** A day on which nothing expires. */
export const today = new Date("2026-03-01T12:00:00.000Z");

const about = (release: number, more: Partial<About> = {}): About => ({
  model,
  release,
  version: `0.${release}.0`,
  floor: Math.max(0, release - 1),
  node: 24,
  main: "main.mjs",
  notes: "",
  builtAt: today.toISOString(),
  ...more,
});
const contents = (release: number): Map<string, { bytes: Buffer; executable?: boolean }> =>
  new Map([
    ["main.mjs", { bytes: Buffer.from(`// release ${release}\n`) }],
    ["pages/kiosk/index.html", { bytes: Buffer.from(`<!doctype html><title>${release}</title>`.padEnd(5_000)) }],
    ["tool", { bytes: Buffer.alloc(9_000, release), executable: true }],
  ]);
/** A small image; the same number gives the same bytes. */
export const testImage = (release: number, more: Partial<About> = {}): Promise<Image> =>
  buildImage(about(release, more), contents(release));

export type Entry = Partial<Header> & { readonly name: string; readonly bytes?: Buffer };
/** An archive of whatever the test wants in it, framed as an image. */
export async function archiveOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const done = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const { bytes, ...header } of entries) {
    if (bytes) tar.entry(header as Header, bytes);
    else tar.entry(header as Header);
  }
  tar.finalize();
  await done;
  return gzipSync(Buffer.concat(chunks));
}
/** An image with a correctly signed note around an archive that somebody tampered with before signing: only the unpacking can refuse it. */
export async function tamperedImage(
  release: number,
  change: (genuine: readonly (Entry & { bytes: Buffer })[]) => readonly Entry[],
): Promise<Image> {
  const image = await testImage(release);
  const text = Buffer.from(`${JSON.stringify(image.manifest, null, 1)}\n`);
  const files = [...contents(release)].map(([name, { bytes }]) => ({ name, bytes }));
  return { ...image, archive: await archiveOf(change([{ name: "manifest.json", bytes: text }, ...files])) };
}

/** Keys for every role. */
export const testKeys = (): ReleaseKey[] =>
  (Object.keys(roles) as RoleName[]).flatMap((role) => Array.from({ length: roles[role].keys }, () => newKey(role)));

export function testRepository(now: () => Date = () => today) {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-releases-"));
  const keys = testKeys();
  const repository = openRepository(folder, now);
  repository.writeRoot(keys);
  /** Answers that are not what the folder holds, by the path below the base URL. */
  const lies = new Map<string, (range: string | undefined) => Response | Promise<Response>>();
  const asked: string[] = [];

  const at = (name: string): string => path.join(folder, name);
  const readJson = (name: string): { signed: Record<string, never>; signatures: unknown[] } =>
    JSON.parse(readFileSync(at(`metadata/${name}`), "utf8")) as never;
  return {
    folder,
    keys,
    repository,
    lies,
    asked,
    root: repository.firstRoot(),
    of: (...wanted: RoleName[]) => keys.filter(({ role }) => wanted.includes(role)),
    at,
    readJson,
    /** Writes metadata as somebody with these keys would, whatever they say. */
    forge(name: string, kind: "root" | "targets" | "snapshot" | "timestamp", signed: unknown, by: readonly ReleaseKey[]): Buffer {
      const metadata = Metadata.fromJSON(kind as MetadataKind.Root, { signed, signatures: [] } as never);
      for (const key of by) metadata.sign(signer(key));
      const bytes = Buffer.from(JSON.stringify(metadata.toJSON()));
      writeFileSync(at(`metadata/${name}`), bytes);
      return bytes;
    },
    /** After a change of targets or snapshot by somebody who holds the online key: a snapshot and a timestamp that fit. */
    reseal(version: { targets: number; snapshot: number; timestamp: number }, by: readonly ReleaseKey[], more: object = {}): void {
      const fileOf = (name: string, number: number) => {
        const bytes = readFileSync(at(`metadata/${name}`));
        return { version: number, length: bytes.length, hashes: { sha256: sha256(bytes) } };
      };
      const common = { spec_version: "1.0.31", expires: "2027-01-01T00:00:00Z", ...more };
      const meta = { "targets.json": fileOf(`${version.targets}.targets.json`, version.targets) };
      this.forge(`${version.snapshot}.snapshot.json`, "snapshot", { _type: "snapshot", version: version.snapshot, meta, ...common }, by);
      const snapshot = { "snapshot.json": fileOf(`${version.snapshot}.snapshot.json`, version.snapshot) };
      this.forge("timestamp.json", "timestamp", { _type: "timestamp", version: version.timestamp, meta: snapshot, ...common }, by);
    },
    /** The path of an image below the base URL. */
    imagePath: (image: Image): string => `targets/${model}/${sha256(image.archive)}.${image.note.release}.tar.gz`,
    noteOf: (image: Image): ReleaseNote => image.note,
    async fetch(url: string, init: { readonly headers?: Record<string, string> } = {}): Promise<Response> {
      const name = url.slice(baseUrl.length + 1);
      const range = init.headers?.["range"];
      asked.push(range ? `${name} ${range}` : name);
      const lie = lies.get(name);
      if (lie) return lie(range);
      if (!existsSync(at(name))) return new Response("no", { status: 404 });
      const bytes = readFileSync(at(name));
      const from = Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
      return new Response(bytes.subarray(from), { status: from > 0 ? 206 : 200 });
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
export type TestRepository = ReturnType<typeof testRepository>;
