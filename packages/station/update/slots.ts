import { createHash } from "node:crypto";
import path from "node:path";
import { Manifest, Release } from "@pigeonhole/protocol/firmware";
import { z } from "zod";
import { replace, type Disk } from "./disk.ts";

/** `first` came with the computer and is only read; `a` and `b` take turns. */
export const slotNames = ["first", "a", "b"] as const;
export type SlotName = (typeof slotNames)[number];
/** A new image may begin so often; when it is not healthy by then, the former one runs again. */
export const bootsAllowed = 3;
/** So many failures are remembered. */
const maxFailures = 20;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const Installed = z.strictObject({ slot: z.enum(slotNames), release: Release, manifest: hash, floor: z.int().min(0) });
export type Installed = z.output<typeof Installed>;
/** What worked under the former image: the new one has to do the same. */
const Baseline = z.strictObject({ unknownDoors: z.int().min(0), backend: z.boolean() });
export type Baseline = z.output<typeof Baseline>;
const Failure = z.strictObject({
  release: Release,
  attempt: z.int().min(1),
  stage: z.enum(["rolled_back", "refused"]),
  reason: z.string().max(300),
  isTold: z.boolean(),
});
export type Failure = z.output<typeof Failure>;

/** Everything that decides what this computer runs, in one file that is replaced whole. */
export const SlotState = z.strictObject({
  v: z.literal(1),
  /** Nothing below it runs again, whatever else is forgotten: a factory reset keeps this file. */
  floor: z.int().min(0),
  current: Installed.nullable(),
  /** Loaded, verified and waiting for a quiet moment. */
  ready: Installed.extend({ attempt: z.int().min(1) }).nullable(),
  trial: Installed.extend({ attempt: z.int().min(1), bootsLeft: z.int().min(0).max(bootsAllowed), baseline: Baseline }).nullable(),
  failures: z.array(Failure).max(maxFailures),
});
export type SlotState = z.output<typeof SlotState>;

export const emptyState: SlotState = { v: 1, floor: 0, current: null, ready: null, trial: null, failures: [] };

/** An image that was found whole. */
export interface Inspected {
  readonly manifest: Manifest;
  /** SHA-256 of its manifest. */
  readonly hash: string;
}
export interface Choice {
  readonly state: SlotState;
  /** What to run; undefined when nothing here may run. */
  readonly run: SlotName | undefined;
  readonly isTrial: boolean;
}

/** What a start runs, and what has to be durable before it does. `inspect` finds only images that are whole, byte for byte. */
export function choose(before: SlotState, inspect: (slot: SlotName) => Inspected | undefined): Choice {
  let state = before;
  const found = new Map<SlotName, Inspected | undefined>();
  const look = (slot: SlotName): Inspected | undefined => {
    if (!found.has(slot)) found.set(slot, inspect(slot));
    return found.get(slot);
  };
  const mayRun = (image: Installed | null): image is Installed =>
    image !== null && image.release >= state.floor && look(image.slot)?.hash === image.manifest;

  if (state.trial) {
    if (state.trial.bootsLeft > 0 && mayRun(state.trial)) {
      state = { ...state, trial: { ...state.trial, bootsLeft: state.trial.bootsLeft - 1 } };
      return { state, run: state.trial!.slot, isTrial: true };
    }
    state = rolledBack(state, mayRun(state.trial) ? `not healthy after ${bootsAllowed} starts` : "the image is damaged");
  }
  const first = look("first");
  // A technician's package is newer than what is here: it was installed by hand, as root, and needs no trial.
  const isUpgrade =
    first &&
    first.manifest.release > (state.current?.release ?? 0) &&
    mayRun(installedAs("first", first)) &&
    !hasFailed(state, first.manifest.release);
  const current = isUpgrade ? installedAs("first", first) : mayRun(state.current) ? state.current : refuge();
  if (!current) return { state, run: undefined, isTrial: false };
  return { state: { ...state, current, floor: Math.max(state.floor, current.floor) }, run: current.slot, isTrial: false };

  /** When the confirmed image is damaged or gone: the newest that is whole, one whose health was never in doubt if there is any. */
  function refuge(): Installed | undefined {
    const whole = slotNames
      .filter((slot) => slot !== state.ready?.slot)
      .flatMap((slot) => (look(slot) ? [installedAs(slot, look(slot)!)] : []))
      .filter(({ release }) => release >= state.floor)
      .toSorted((a, b) => b.release - a.release);
    return whole.find(({ release }) => !hasFailed(state, release)) ?? whole[0];
  }
}

const installedAs = (slot: SlotName, { manifest: { release, floor }, hash: manifest }: Inspected): Installed => ({
  slot,
  release,
  floor,
  manifest,
});
export const hasFailed = (state: SlotState, release: number, attempt = 1): boolean =>
  state.failures.some((failure) => failure.release === release && failure.attempt >= attempt);

/** The trial is over: the image stays. From now on nothing below its floor runs. */
export function confirmed(state: SlotState): SlotState {
  if (!state.trial) return state;
  const { slot, release, manifest, floor } = state.trial;
  return { ...state, floor: Math.max(state.floor, floor), current: { slot, release, manifest, floor }, trial: null };
}
/** The trial is over: the former image runs again. */
export function rolledBack(state: SlotState, reason: string): SlotState {
  if (!state.trial) return state;
  const { release, attempt } = state.trial;
  return withFailure({ ...state, trial: null }, { release, attempt, stage: "rolled_back", reason, isTold: false });
}
export const withFailure = (state: SlotState, failure: Failure): SlotState => ({
  ...state,
  ready: state.ready?.release === failure.release ? null : state.ready,
  failures: [failure, ...state.failures.filter((f) => f.release !== failure.release)].slice(0, maxFailures),
});
/** The confirmed image keeps crashing: the other one runs again. */
export function crashed(state: SlotState, reason: string): SlotState {
  if (!state.current) return state;
  const failure: Failure = { release: state.current.release, attempt: 1_000, stage: "rolled_back", reason, isTold: false };
  return withFailure({ ...state, current: null }, failure);
}
/** Where the next image goes: never onto the one that runs, or is the way back. */
export const spare = (state: SlotState): "a" | "b" => (state.current?.slot === "a" ? "b" : "a");

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The folder of the two slots and of what is known of them. */
export function slots(disk: Disk, folder: string, firstFolder: string | undefined) {
  const stateFile = path.join(folder, "state.json");
  const folderOf = (slot: SlotName): string | undefined => (slot === "first" ? firstFolder : path.join(folder, "slots", slot));

  return {
    folder,
    folderOf,
    /** A file that cannot be read counts as none: what runs then is the newest image that is whole. */
    read(): SlotState {
      try {
        return SlotState.parse(JSON.parse(disk.read(stateFile)?.toString() ?? "null"));
      } catch {
        return emptyState;
      }
    },
    write(state: SlotState): void {
      disk.makeFolder(folder);
      replace(disk, stateFile, Buffer.from(JSON.stringify(SlotState.parse(state))));
    },
    /** The image in a slot, if every byte of it is as its manifest says and nothing lies beside it. */
    inspect(slot: SlotName): Inspected | undefined {
      const at = folderOf(slot);
      const text = at === undefined ? undefined : disk.read(path.join(at, "manifest.json"));
      if (at === undefined || !text) return undefined;
      try {
        const manifest = Manifest.parse(JSON.parse(text.toString()));
        for (const file of manifest.files) {
          const bytes = disk.read(path.join(at, file.path));
          if (bytes?.length !== file.bytes || sha256(bytes) !== file.sha256) return undefined;
        }
        return { manifest, hash: sha256(text) };
      } catch {
        return undefined;
      }
    },
  };
}
export type Slots = ReturnType<typeof slots>;
