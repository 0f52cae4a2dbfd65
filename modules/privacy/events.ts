import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";
import { archiveKinds } from "./archive/contract.ts";

/** A person's deletion was asked for (`scheduled`), or is not wanted any more (`withdrawn`). Names nobody. */
export const ErasureAsked = fact("privacy.erasure_asked", "erasure", {
  erasure: z.uuid(),
  change: z.enum(["scheduled", "withdrawn"]),
  actor: z.string(),
  reason: z.string(),
});
/** The keys of a person are destroyed: what is sealed for them is unreadable. Whoever keeps rows of theirs lets go of them. Told again after a backup was restored. */
export const Erased = fact("privacy.erased", "subject", { subject: z.uuid(), erasure: z.uuid() });
/** Something must not be erased or shredded, or may be again. */
export const HoldChanged = fact("privacy.hold_changed", "hold", {
  hold: z.uuid(),
  change: z.enum(["placed", "released"]),
  subject: z.uuid().nullable(),
  parcel: z.uuid().nullable(),
  actor: z.string(),
  reason: z.string(),
});
/** Histories have gone into a file of the archive and are gone from the database. `sha256`: of the file, so that nobody can put another in its place unseen. */
export const Archived = fact("privacy.archived", "archive", {
  archive: z.uuid(),
  kind: z.enum(archiveKinds),
  sha256: z.string(),
  rows: z.int(),
  parcels: z.int(),
});
/** The key of a file of the archive is destroyed: nobody reads it any more. */
export const ArchiveEnded = fact("privacy.archive_ended", "archive", { archive: z.uuid(), sha256: z.string() });
/** Somebody has read in the archive. `isOpened`: what is known of persons, too. */
export const ArchiveRead = fact("privacy.archive_read", "archive", {
  archive: z.uuid(),
  actor: z.string(),
  reason: z.string(),
  isOpened: z.boolean(),
});
