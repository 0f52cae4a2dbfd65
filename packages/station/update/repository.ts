import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Now } from "@pigeonhole/kit/clock";
import { ReleaseNote, maxImageBytes, targetPath } from "@pigeonhole/protocol/firmware";
import { BaseFetcher, Updater, type TargetFile } from "tuf-js";
import { DownloadHTTPError } from "tuf-js/dist/error.js";
import { replace, type Disk } from "./disk.ts";
import { RefusedImage } from "./refused-image.ts";

/** An answer has to begin after so long, and each further piece to follow. Milliseconds. */
const patienceMs = 30_000;
/** Of each kind of metadata at most so much is read. Bytes. */
const limits = { rootMaxLength: 65_536, timestampMaxLength: 16_384, snapshotMaxLength: 65_536, targetsMaxLength: 2_097_152 } as const;
const kinds = ["root", "timestamp", "snapshot", "targets"] as const;

export type Fetch = (url: string, init?: { readonly headers?: Record<string, string>; readonly signal?: AbortSignal }) => Promise<Response>;

/** A release that the offline signatures vouch for. */
export interface Found {
  readonly note: ReleaseNote;
  readonly target: TargetFile;
  readonly url: string;
}

interface Needs {
  readonly disk: Disk;
  /** Where the metadata that were believed last are kept: they are what a rollback is measured against. */
  readonly folder: string;
  /** The root that came with this computer. */
  readonly root: Buffer;
  readonly now: Now;
  readonly fetch: Fetch;
}

/** The station's side of The Update Framework: what it believed last, and what may follow it. */
export function firmwareRepository({ disk, folder, root, now, fetch }: Needs) {
  class Fetcher extends BaseFetcher {
    override async fetch(url: string): Promise<never> {
      const response = await fetch(url, { signal: AbortSignal.timeout(patienceMs) });
      if (!response.ok || !response.body) throw new DownloadHTTPError(`${url} answered ${response.status}`, response.status);
      return response.body as never;
    }
  }

  /**
   * Brings the metadata up to date and looks a release up. Throws RefusedImage when anything in them is not right, and any other error when
   * the repository could not be asked.
   */
  async function find(baseUrl: string, model: string, release: number): Promise<Found> {
    // The library writes where it likes: into a folder of its own, and only what it has verified is kept, each file whole.
    const work = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-metadata-"));
    try {
      for (const kind of kinds) {
        const kept = disk.read(path.join(folder, `${kind}.json`));
        if (kept) writeFileSync(path.join(work, `${kind}.json`), kept);
      }
      const updater = believing(work, baseUrl);
      try {
        await updater.refresh();
        return await lookUp(updater, baseUrl, model, release);
      } finally {
        keep(work);
      }
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  }

  function believing(work: string, baseUrl: string): Updater {
    const make = (): Updater => {
      const updater = new Updater({
        metadataDir: work,
        metadataBaseUrl: `${baseUrl}/metadata`,
        fetcher: new Fetcher(),
        config: { ...limits, maxRootRotations: 64, maxDelegations: 1 },
      });
      // The library asks the computer's clock; the station's own cannot be set back below what it has seen (I-66).
      (updater as unknown as { trustedSet: { referenceTime: Date } }).trustedSet.referenceTime = now();
      return updater;
    };
    try {
      return make();
    } catch {
      // Nothing is kept yet, or the disk has damaged it: the root that came with the computer leads to the present one.
      writeFileSync(path.join(work, "root.json"), root);
      return make();
    }
  }

  async function lookUp(updater: Updater, baseUrl: string, model: string, release: number): Promise<Found> {
    const name = targetPath(model, release);
    const target = await updater.getTargetInfo(name);
    if (!target) throw new RefusedImage("not_in_repository", `the repository holds no release ${release} for ${model}`);
    const note = ReleaseNote.safeParse(target.custom);
    const hash = target.hashes["sha256"];
    if (!note.success || !/^[0-9a-f]{64}$/.test(hash ?? "")) throw new RefusedImage("metadata", "the metadata do not describe an image");
    if (target.length < 1 || target.length > maxImageBytes.packed)
      throw new RefusedImage("too_large", `an image of ${target.length} bytes is not taken`);
    return { note: note.data, target, url: `${baseUrl}/targets/${model}/${hash}.${release}.tar.gz` };
  }

  function keep(work: string): void {
    disk.makeFolder(folder);
    for (const name of readdirSync(work)) {
      const bytes = readFileSync(path.join(work, name));
      if (!disk.read(path.join(folder, name))?.equals(bytes)) replace(disk, path.join(folder, name), bytes);
    }
  }

  return {
    find: async (baseUrl: string, model: string, release: number): Promise<Found> => {
      try {
        return await find(baseUrl, model, release);
      } catch (error) {
        throw isOutside(error) ? error : refusalOf(error);
      }
    },
  };
}
export type FirmwareRepository = ReturnType<typeof firmwareRepository>;

/** The repository could not be asked: tried again later, without a word. The library hides causes in its sentences. */
function isOutside(error: unknown): boolean {
  if (error instanceof RefusedImage || !(error instanceof Error)) return error instanceof RefusedImage;
  return (
    error instanceof DownloadHTTPError ||
    (error instanceof TypeError && error.message === "fetch failed") ||
    error.name === "TimeoutError" ||
    error.name === "AbortError" ||
    /answered \d{3}|fetch failed|TimeoutError|terminated/.test(`${error.name} ${error.message}`) ||
    (error as NodeJS.ErrnoException).code === "ENOSPC"
  );
}
const refusalOf = (error: unknown): RefusedImage =>
  error instanceof RefusedImage
    ? error
    : new RefusedImage("metadata", (error instanceof Error ? error.message : String(error)).slice(0, 200), { cause: error });
