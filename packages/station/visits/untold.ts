import type { Now } from "@pigeonhole/kit/clock";
import type { Seal } from "@pigeonhole/kit/seal";
import { z } from "zod";
import type { Store } from "../store/store.ts";

/** A depositor waits so long before a screen that went dark. Milliseconds. */
export const waitingMs = 600_000;
const name = "untold";

const Untold = z.object({ deposit: z.uuid(), compartment: z.int(), code: z.string(), expiresAt: z.iso.datetime(), at: z.iso.datetime() });
export type Untold = z.output<typeof Untold>;

/**
 * The code of a walk-up from its deposit until its depositor has left the screen. A power cut in between would leave somebody without a code for a
 * parcel that is in: so it is kept for that long, sealed, and shown again. Who could open the seal has the code key, and with it the code.
 */
export function untold({ store, seal, now }: { readonly store: Store; readonly seal: Seal; readonly now: Now }) {
  return {
    /** Inside the transaction of the deposit. */
    keep(code: Omit<Untold, "at">): void {
      store.meta.set(name, seal.seal(name, JSON.stringify({ ...code, at: now().toISOString() } satisfies Untold)));
    },
    forget(): void {
      if (store.meta.get(name) !== undefined) store.change(() => store.meta.remove(name));
    },
    /** What somebody may still be waiting for. */
    waiting(): Untold | undefined {
      const sealed = store.meta.get(name);
      if (sealed === undefined) return undefined;
      const kept = Untold.parse(JSON.parse(seal.open(name, sealed)));
      return now().getTime() - new Date(kept.at).getTime() < waitingMs ? kept : undefined;
    },
  };
}
export type UntoldCode = ReturnType<typeof untold>;
