import type { Monotonic } from "@pigeonhole/kit/clock";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import type { Baseline } from "./slots.ts";

/** A new image has so long to show that it works, and has to go on working for a while. Milliseconds. */
export const healthMs = { patience: 120_000, steady: 5_000, look: 250 } as const;

/** What a look at the running station finds. Looking opens nothing and fires no lock. */
export interface Vitals {
  /** Doors of which no board has said whether they are closed. */
  readonly unknownDoors: number;
  /** The kiosk answers on this computer. */
  readonly kiosk: boolean;
  readonly backend: boolean;
}
interface Needs {
  readonly baseline: Baseline;
  readonly vitals: () => Promise<Vitals>;
  /** Whether the broker's port answers: then it is not the network that keeps the backend away. */
  readonly brokerAnswers: () => Promise<boolean>;
  /** Whether the store gives back the last document that the backend signed, and takes an entry of the log. */
  readonly storeIsProven: () => boolean;
  readonly isStopped: () => boolean;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly limits?: typeof healthMs | { readonly patience: number; readonly steady: number; readonly look: number };
}

/** Waits until a new image does what the former one did, or says why it does not (I-46). */
export async function checkHealth(needs: Needs): Promise<{ readonly healthy: boolean; readonly reason: string }> {
  const { baseline, vitals, brokerAnswers, storeIsProven, isStopped, monotonic, timers, limits = healthMs } = needs;
  const begun = monotonic();
  let goodSince: number | undefined;
  for (;;) {
    const missing = await missingNow();
    const at = monotonic();
    if (missing !== null) goodSince = undefined;
    else goodSince ??= at;
    if (goodSince !== undefined && at - goodSince >= limits.steady) return { healthy: true, reason: "" };
    if (isStopped()) return { healthy: false, reason: "it was stopped before it could show its health" };
    if (at - begun >= limits.patience) return { healthy: false, reason: missing ?? "it did not stay healthy" };
    await sleep(timers, limits.look);
  }

  async function missingNow(): Promise<string | null> {
    const seen = await vitals();
    if (!seen.kiosk) return "its kiosk does not answer";
    if (seen.unknownDoors > baseline.unknownDoors)
      return `${seen.unknownDoors} doors cannot be read, there were ${baseline.unknownDoors} under the former release`;
    if (seen.backend) return null;
    if (baseline.backend && (await brokerAnswers())) return "it does not reach the backend, though the broker answers";
    return storeIsProven() ? null : "it reaches no backend, and its store gives nothing back";
  }
}
