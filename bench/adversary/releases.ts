import { attacksOnImages } from "@pigeonhole/station/update/testing-attacks-on-images";
import { attacksOnMetadata } from "@pigeonhole/station/update/testing-attacks-on-metadata";
import { commit } from "@pigeonhole/station/update/testing-attacks";
import { some, type Plan } from "./plan.ts";

const place = "releases";

/** Every attack of G-12 on what a cabinet is to run: metadata, images, archives, mirrors, keys. Nothing of it is taken, and what ran before starts again. */
export async function releases({ ledger, size }: Plan): Promise<void> {
  for (const [what, attacks] of [
    ["metadata", attacksOnMetadata],
    ["images", attacksOnImages],
  ] as const)
    for (const attack of some({ size }, attacks, 3)) {
      const breach = await commit(attack).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      ledger.note(place, `${what}: ${attack.name}`, "refused with its reason, and what ran before starts again", attack.because, breach);
    }
}
