import { open, readFile, readdir, rename, rm } from "node:fs/promises";
import { mkdirSync } from "node:fs";
import path from "node:path";

/** Where the files of the archive stand: a folder here; an object store can stand behind the same four questions. */
export interface Shelf {
  /** Returns when the file is durable, whole, under its name; a file of that name is replaced. */
  put(name: string, bytes: Buffer): Promise<void>;
  /** Throws when there is none. */
  get(name: string): Promise<Buffer>;
  /** A file that is not there is no error. */
  remove(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
}

const half = ".part";

/** Files for their owner alone, in a folder that is made when it is missing. */
export function folderShelf(folder: string): Shelf {
  const at = (name: string): string => path.join(folder, name);
  const settle = async (): Promise<void> => {
    await using handle = await open(folder, "r");
    await handle.sync();
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    put: async (name, bytes) => {
      {
        await using handle = await open(at(name + half), "w", 0o600);
        await handle.writeFile(bytes);
        await handle.sync();
      }
      await rename(at(name + half), at(name));
      await settle();
    },
    get: (name) => readFile(at(name)),
    remove: async (name) => {
      await rm(at(name), { force: true });
      await rm(at(name + half), { force: true });
      await settle();
    },
    list: async () => (await readdir(folder)).filter((name) => !name.endsWith(half)).toSorted(),
  };
}
