import { z } from "@hono/zod-openapi";

/** `parcels`: whole parcels with all that belongs to them. `by_age`: facts, logs and messages that belong to none, or to all. */
export const archiveKinds = ["parcels", "by_age"] as const;
export type ArchiveKind = (typeof archiveKinds)[number];

/**
 * `writing`: what goes in is decided. `written`: the file is durable. `kept`: its rows are gone from the database. `ending`: its key is
 * destroyed, its file not yet gone. `ended`: both are. Until it is kept an archive may be given up; then nothing of it is left.
 */
export const archiveStates = ["writing", "written", "kept", "ending", "ended"] as const;
export type ArchiveState = (typeof archiveStates)[number];
export const archiveMoves = {
  writing: ["written"],
  written: ["writing", "kept"],
  kept: ["ending"],
  ending: ["ended"],
  ended: [],
} as const satisfies Record<ArchiveState, readonly ArchiveState[]>;

/** A file of the archive; an ended one is the proof that it was destroyed. */
export const Archive = z
  .object({
    id: z.uuid(),
    kind: z.enum(archiveKinds),
    state: z.enum(archiveStates),
    madeAt: z.iso.datetime(),
    /** Until then it is kept at least; null: it has ended. */
    keptUntil: z.iso.datetime().nullable(),
    parcels: z.int(),
    rows: z.int().nullable(),
    bytes: z.int().nullable(),
    /** Of the file, as the audit trail says it too. */
    sha256: z.string().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi("Archive");
export type Archive = z.output<typeof Archive>;

/** How long histories stay in the database, how long in the archive, and how much there is of it; `isOn` is false where no folder is set. */
export const Keeping = z
  .object({ isOn: z.boolean(), hotDays: z.int(), archiveDays: z.int(), files: z.int(), bytes: z.int(), archives: z.array(Archive) })
  .openapi("Keeping");
export type Keeping = z.output<typeof Keeping>;
