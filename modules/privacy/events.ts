import { fact } from "@pigeonhole/kit/fact";
import { z } from "zod";

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
