/** Counts and durations by name, for the table at the end. */
export interface Tally {
  count(name: string, more?: number): void;
  /** Runs `work` and remembers how long it took. Milliseconds. */
  time<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** A refusal or a failure, by its reason. */
  refuse(step: string, reason: string): void;
  counted(name: string): number;
  table(): string;
}

export function tally(): Tally {
  const counts = new Map<string, number>();
  const refusals = new Map<string, number>();
  const durations = new Map<string, number[]>();
  const add = (map: Map<string, number>, name: string, more: number): void => void map.set(name, (map.get(name) ?? 0) + more);
  return {
    count: (name, more = 1) => add(counts, name, more),
    refuse: (step, reason) => add(refusals, `${step}: ${reason}`, 1),
    counted: (name) => counts.get(name) ?? 0,
    time: async (name, work) => {
      const since = performance.now();
      const result = await work();
      const list = durations.get(name) ?? [];
      list.push(performance.now() - since);
      durations.set(name, list);
      return result;
    },
    table: () => {
      const lines = [...counts].map(([name, n]) => `  ${name.padEnd(34)} ${String(n).padStart(8)}`);
      if (refusals.size > 0)
        lines.push(
          "",
          "  refused or failed, and why",
          ...[...refusals].toSorted(([, a], [, b]) => b - a).map(([reason, n]) => `  ${reason.padEnd(54)} ${String(n).padStart(8)}`),
        );
      lines.push("", `  ${"milliseconds".padEnd(34)} ${["n", "p50", "p90", "p99", "most"].map((head) => head.padStart(8)).join(" ")}`);
      for (const [name, list] of durations) {
        const sorted = list.toSorted((a, b) => a - b);
        const at = (share: number): string =>
          sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(0).padStart(8);
        lines.push(`  ${name.padEnd(34)} ${String(sorted.length).padStart(8)} ${at(0.5)} ${at(0.9)} ${at(0.99)} ${at(1)}`);
      }
      return lines.join("\n");
    },
  };
}

/** One at a time: people stand in a queue before a kiosk. */
export function queue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
}
