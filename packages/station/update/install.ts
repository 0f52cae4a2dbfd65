import path from "node:path";
import type { Timers } from "@pigeonhole/kit/timers";
import { maxImageBytes } from "@pigeonhole/protocol/firmware";
import type { Disk } from "./disk.ts";
import { download } from "./download.ts";
import { RefusedImage } from "./refused-image.ts";
import type { Fetch, FirmwareRepository, Found } from "./repository.ts";
import { spare, type Slots, type SlotState } from "./slots.ts";
import { unpack } from "./unpack.ts";

/** What this computer is. */
export interface Computer {
  readonly model: string;
  /** The major version of the Node that is installed. */
  readonly node: number;
}
interface Needs {
  readonly slots: Slots;
  readonly disk: Disk;
  readonly repository: FirmwareRepository;
  readonly computer: Computer;
  readonly fetch: Fetch;
  readonly timers: Timers;
}
export interface Wish {
  readonly release: number;
  readonly attempt: number;
  readonly url: string;
}

/**
 * Brings a release into the spare slot: signatures, model and floor first, then the bytes, then their hashes. What runs, and the way back to
 * it, is not touched. Throws RefusedImage for good reasons, other errors when it is worth trying again.
 */
export async function install(
  { slots, disk, repository, computer, fetch, timers }: Needs,
  { release, attempt, url }: Wish,
): Promise<SlotState> {
  const found = await repository.find(url, computer.model, release);
  judge(found, computer, slots.read(), release);
  const slot = spare(slots.read());
  const archive = path.join(slots.folder, "download", `${found.target.hashes["sha256"]}.tar.gz`);
  for (const name of disk.list(path.dirname(archive)))
    if (name !== path.basename(archive)) disk.remove(path.join(path.dirname(archive), name));
  // The slot may still hold a release that waited for its quiet moment: from now on nobody starts it.
  if (slots.read().ready) slots.write({ ...slots.read(), ready: null });
  const bytes = await download({ disk, fetch, timers }, found, archive);
  const { manifest, hash } = await unpack(disk, bytes, slots.folderOf(slot)!, found.note);
  const ready = { slot, release, attempt, manifest: hash, floor: manifest.floor };
  const state = { ...slots.read(), ready };
  slots.write(state);
  disk.remove(archive);
  return state;
}

/** What the signed note alone forbids. */
export function judge({ note, target }: Pick<Found, "note" | "target">, computer: Computer, state: SlotState, release: number): void {
  if (note.release !== release || note.model !== computer.model)
    throw new RefusedImage("wrong_model", `it is release ${note.release} for ${note.model}, this is ${computer.model}`);
  if (note.release < state.floor) throw new RefusedImage("below_floor", `release ${note.release} is below the floor ${state.floor}`);
  if (note.node !== computer.node) throw new RefusedImage("needs_other_node", `it needs Node ${note.node}, here is Node ${computer.node}`);
  if (target.length > maxImageBytes.packed) throw new RefusedImage("too_large", `an image of ${target.length} bytes is not taken`);
}
