import { setTimeout as pause } from "node:timers/promises";

/** What does not come up is tried again so soon, and so long at most. Milliseconds. */
const trying = { everyMs: 300, atMostMs: 120_000 } as const;

/** Starts something as a service manager does: what ends while it starts is started again. */
export async function untilItRuns<T>(what: string, start: () => Promise<T>): Promise<T> {
  for (let triedMs = 0, since = performance.now(); ; triedMs = performance.now() - since) {
    try {
      return await start();
    } catch (cause) {
      if (triedMs > trying.atMostMs) throw new Error(`${what} does not start`, { cause });
      await pause(trying.everyMs);
    }
  }
}
