// An update whose power is cut at any byte, again and again, on a disk that keeps only what was synced.
import assert from "node:assert/strict";
import type { Image } from "@pigeonhole/releases/image";
import { testImage } from "@pigeonhole/releases/testing";
import { choose, confirmed, rolledBack, slots as openSlots, spare, type Slots } from "./slots.ts";
import { PowerCut, SimulatedDisk } from "./testing-disk.ts";
import { unpack } from "./unpack.ts";

const folder = "/var/firmware";
const baseline = { unknownDoors: 0, backend: true };

/** Release 1 runs, confirmed and durable; release 2 is about to come. */
async function before(old: Image): Promise<{ disk: SimulatedDisk; slots: Slots }> {
  const disk = new SimulatedDisk();
  const slots = openSlots(disk, folder, undefined);
  disk.makeFolder(`${folder}/slots`);
  disk.makeFolder(`${folder}/download`);
  for (const at of ["/", "/var", folder]) disk.syncFolder(at);
  const { manifest, hash } = await unpack(disk, old.archive, `${folder}/slots/a`, old.note);
  slots.write({ ...slots.read(), current: { slot: "a", release: manifest.release, manifest: hash, floor: manifest.floor } });
  disk.powerCycle(() => 0);
  assert.equal(slots.inspect("a")?.manifest.release, 1);
  return { disk, slots };
}

/** One life of the station from a start to the next power cut, or to the end of the update. */
async function life({ disk, slots }: { disk: SimulatedDisk; slots: Slots }, next: Image, isGood: boolean): Promise<void> {
  for (let starts = 0; starts < 10; starts++) {
    const choice = choose(slots.read(), slots.inspect);
    slots.write(choice.state);
    assert.ok(choice.run, "BRICK: nothing may run");
    const running = slots.inspect(choice.run);
    assert.ok(running, "BRICK: what was chosen is not whole");
    assert.ok([1, 2].includes(running.manifest.release) && (running.manifest.release === 1 || running.hash === next.note.manifest));
    const state = slots.read();
    if (choice.isTrial) {
      // It shows its health, or somebody pulls the plug before; a bad one never does.
      if (isGood) slots.write(confirmed(state));
      else if (starts % 2 === 0) slots.write(rolledBack(state, "its doors cannot be read"));
      continue;
    }
    if (running.manifest.release === 2 || state.failures.length > 0) return;
    if (!state.ready) {
      const slot = spare(state);
      disk.write(`${folder}/download/image`, Buffer.alloc(0));
      for (let at = 0; at < next.archive.length; at += 1_000)
        disk.append(`${folder}/download/image`, next.archive.subarray(at, at + 1_000));
      disk.sync(`${folder}/download/image`);
      const { manifest, hash } = await unpack(disk, next.archive, slots.folderOf(slot)!, next.note);
      slots.write({ ...state, ready: { slot, release: 2, attempt: 1, manifest: hash, floor: manifest.floor } });
      disk.remove(`${folder}/download/image`);
    }
    const { ready } = slots.read();
    slots.write({ ...slots.read(), ready: null, trial: { ...ready!, bootsLeft: 3, baseline } });
  }
  assert.fail("the update never came to an end");
}

export interface Outcome {
  readonly cuts: number;
  /** What runs in the end. */
  readonly release: number;
}
/** So many bytes and operations an update takes when nothing disturbs it. */
export async function lengthOfUpdate(images: readonly [Image, Image]): Promise<number> {
  const world = await before(images[0]);
  const from = world.disk.spent;
  await life(world, images[1], true);
  return world.disk.spent - from;
}
export const powerCutImages = async (): Promise<readonly [Image, Image]> => [await testImage(1), await testImage(2)];

/** An update with power cuts after these numbers of bytes, one after the other. Throws when a start finds nothing to run. */
export async function updateWithCuts(
  images: readonly [Image, Image],
  cutsAfter: readonly number[],
  isGood: boolean,
  chance: () => number,
): Promise<Outcome> {
  const world = await before(images[0]);
  let cuts = 0;
  for (const after of [...cutsAfter, Number.POSITIVE_INFINITY]) {
    world.disk.budget = after;
    try {
      await life(world, images[1], isGood);
      break;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      cuts++;
      world.disk.powerCycle(chance);
    }
  }
  const { state, run } = choose(world.slots.read(), world.slots.inspect);
  assert.ok(run, "BRICK: nothing may run in the end");
  assert.ok(isGood ? state.floor >= 1 : state.floor === 0);
  return { cuts, release: state.current!.release };
}

/** A sequence of numbers in [0, 1) that a seed repeats (mulberry32). */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
