import { z } from "zod";

/** A release's number: grows with every release of a model, and is what is compared. */
export const Release = z.int().min(1).max(2_147_483_647);
/** Which computers an image fits, e.g. `station-arm64`: a station refuses every other (I-44). */
export const Model = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+){0,7}$/, { error: "must be words of a-z and 0-9 with hyphens" });
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Time of day, 24 hours. */
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** No image is larger, packed or unpacked. Bytes. */
export const maxImageBytes = { packed: 268_435_456, unpacked: 536_870_912 } as const;
/** No image holds more files. */
export const maxImageFiles = 5_000;

/** A file of an image by its path inside it: plain names with slashes between them, nothing hidden, nothing above. */
export const ImagePath = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_@+-][A-Za-z0-9_.@+-]*(\/[A-Za-z0-9_@+-][A-Za-z0-9_.@+-]*)*$/);
export const ImageFile = z.strictObject({
  path: ImagePath,
  bytes: z.int().min(0).max(maxImageBytes.unpacked),
  sha256,
  executable: z.boolean(),
});

/** `manifest.json`, the first entry of an image: what it is, and every other file in it. */
export const Manifest = z
  .strictObject({
    v: z.literal(1),
    model: Model,
    release: Release,
    /** For people. */
    version: z.string().regex(/^[0-9A-Za-z.+-]{1,40}$/),
    /** Releases below this number are refused for ever once this one is confirmed. */
    floor: z.int().min(0).max(2_147_483_647),
    /** The major version of Node that runs it; an image that brings its own holds the file `node`. */
    node: z.int().min(24).max(999),
    /** The file that is run. */
    main: ImagePath,
    files: z.array(ImageFile).min(1).max(maxImageFiles),
  })
  .refine(({ files }) => new Set(files.map(({ path }) => path.toLowerCase())).size === files.length, { error: "a file is named twice" })
  .refine(({ files, main }) => files.some(({ path }) => path === main), { error: "the file that is run is missing" })
  .refine(({ release, floor }) => floor <= release, { error: "the floor is above the release" })
  .refine(({ files }) => files.reduce((sum, { bytes }) => sum + bytes, 0) <= maxImageBytes.unpacked, { error: "the image is too large" });
export type Manifest = z.output<typeof Manifest>;

/** What the signed metadata say of an image beside length and hash: enough to refuse it before a byte is loaded. */
export const ReleaseNote = z.strictObject({
  model: Model,
  release: Release,
  version: Manifest.shape.version,
  floor: Manifest.shape.floor,
  node: Manifest.shape.node,
  unpackedBytes: z.int().min(1).max(maxImageBytes.unpacked),
  /** SHA-256 of `manifest.json` as it stands in the image. */
  manifest: sha256,
  notes: z.string().max(2_000),
  builtAt: z.iso.datetime(),
});
export type ReleaseNote = z.output<typeof ReleaseNote>;

/** Where an image lies below the targets of the repository. */
export const targetPath = (model: string, release: number): string => `${model}/${release}.tar.gz`;

/** Hours in the station's own zone; `from` after `until` spans midnight. */
export const QuietHours = z.strictObject({ from: timeOfDay, until: timeOfDay });
export type QuietHours = z.output<typeof QuietHours>;

/** The release that the backend wants a station to run; part of the desired document. Whether it may be run, only the offline signatures say. */
export const WantedFirmware = z.strictObject({
  release: Release,
  /** The repository: `metadata/` and `targets/` below it. */
  url: z.url({ protocol: /^https?$/ }).max(300),
  /** The station changes over only then; null: whenever it is idle. */
  quietHours: QuietHours.nullable(),
  /** Counts up when a release that failed here shall be tried once more. */
  attempt: z.int().min(1).max(1_000),
});
export type WantedFirmware = z.output<typeof WantedFirmware>;

/** How far a station has come with a release. */
export const firmwareStages = ["running", "ready", "switching", "confirmed", "rolled_back", "refused"] as const;
export type FirmwareStage = (typeof firmwareStages)[number];
/**
 * Entry of the station's log. `running`: what a start runs; `ready`: loaded and verified; `switching`: it restarts into it; `confirmed`: it is healthy and stays;
 * `rolled_back`: the former one runs again; `refused`: it is not even tried.
 */
export const FirmwareEvent = z.strictObject({
  type: z.literal("firmware"),
  model: Model,
  release: Release,
  attempt: WantedFirmware.shape.attempt,
  stage: z.enum(firmwareStages),
  reason: z.string().max(300).nullable(),
});
export type FirmwareEvent = z.output<typeof FirmwareEvent>;
