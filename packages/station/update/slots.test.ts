import assert from "node:assert/strict";
import { test } from "node:test";
import type { Manifest } from "@pigeonhole/protocol/firmware";
import { choose, emptyState, type Inspected, type Installed, type SlotName } from "./slots.ts";

const hashOf = (release: number): string => release.toString(16).padStart(64, "0");
const image = (release: number): Inspected => ({ hash: hashOf(release), manifest: { release, floor: 0 } as Manifest });
const installed = (slot: SlotName, release: number): Installed => ({ slot, release, manifest: hashOf(release), floor: 0 });
/** What a start finds whole in the slots. */
const finding = (images: Partial<Record<SlotName, number>>) => (slot: SlotName) => {
  const release = images[slot];
  return release === undefined ? undefined : image(release);
};

test("I-44: nothing below the floor is started: not what was confirmed, not the way back, not what is on trial", () => {
  const state = { ...emptyState, floor: 3 };
  const run = (images: Partial<Record<SlotName, number>>, more: Partial<typeof state> = {}) =>
    choose({ ...state, ...more }, finding(images)).run;
  assert.equal(run({ a: 2 }, { current: installed("a", 2) }), undefined);
  assert.equal(run({ first: 1, a: 2 }, { current: installed("a", 2) }), undefined, "the one that came with the computer is older still");
  assert.equal(run({ first: 3, a: 2 }, { current: installed("a", 2) }), "first");
  assert.equal(run({ a: 3 }, { current: installed("a", 3) }), "a", "at the floor is not below it");
  const trial = { ...installed("b", 2), attempt: 1, bootsLeft: 3, baseline: { unknownDoors: 0, backend: true } };
  assert.equal(run({ a: 4, b: 2 }, { current: installed("a", 4), trial }), "a");
});
