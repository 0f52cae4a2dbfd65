import { setTimeout as pause } from "node:timers/promises";
import type { Line } from "./line.ts";
import type { FaultKind, Strike } from "./plan.ts";

/** A process that can be ended without a goodbye and started again. */
export interface Killable {
  readonly name: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

/** A fault that struck. `isFelt`: something was open there, or ran. */
export interface Struck extends Strike {
  readonly isFelt: boolean;
}

export interface Striking {
  readonly struck: readonly Struck[];
  /** Everything is mended and runs again. Throws when something does not start. */
  heal(): Promise<void>;
}

/** Lets the plan happen, from now on. */
export function strikes(
  plan: readonly Strike[],
  lines: readonly Line[],
  processes: readonly Killable[],
  note: (words: string) => void,
): Striking {
  const struck: Struck[] = [];
  const healing = new AbortController();
  /** Who broke a line last mends it; a process that is down or starting is left alone. */
  const holder = new Map<string, Strike>();
  const down = new Map<string, Promise<void>>();
  const wait = (ms: number): Promise<unknown> => pause(ms, undefined, { signal: healing.signal }).catch(() => undefined);

  async function kill(strike: Strike, process: Killable): Promise<void> {
    await process.kill();
    await wait(strike.forMs);
    await process.start();
    note(`${strike.target} runs again`);
    down.delete(strike.target);
  }
  async function befall(strike: Strike): Promise<void> {
    await wait(strike.atMs);
    if (healing.signal.aborted) return;
    const process = processes.find(({ name }) => name === strike.target);
    if (process) {
      if (down.has(strike.target)) return;
      note(`kill -9 ${strike.target}`);
      struck.push({ ...strike, isFelt: true });
      const again = kill(strike, process);
      down.set(strike.target, again);
      return again;
    }
    const line = lines.find(({ name }) => name === strike.target)!;
    note(`${strike.kind} ${strike.target} for ${strike.forMs} ms`);
    struck.push({ ...strike, isFelt: line.open() > 0 });
    line.strike(strike.kind as Exclude<FaultKind, "kill">);
    if (strike.kind === "reset") return;
    holder.set(strike.target, strike);
    await wait(strike.forMs);
    if (holder.get(strike.target) === strike) line.mend();
  }
  const all = plan.map(befall);
  for (const each of all) each.catch(() => {}); // told by `heal`
  return {
    struck,
    async heal() {
      healing.abort();
      for (const line of lines) line.mend();
      const ends = await Promise.allSettled(all);
      const failed = ends.find((end) => end.status === "rejected");
      if (failed) throw new Error("something did not start again", { cause: failed.reason });
    },
  };
}
