import type { Ledger } from "./ledger.ts";

/** How much is tried: everything, or of each kind a little. */
export interface Plan {
  readonly ledger: Ledger;
  readonly size: "full" | "slice";
}

/** Of a list everything, or in a slice so many, spread over the whole of it. */
export function some<T>({ size }: Pick<Plan, "size">, all: readonly T[], most: number): readonly T[] {
  if (size === "full" || all.length <= most) return all;
  return Array.from({ length: most }, (_, n) => all[Math.floor((n * all.length) / most)]!);
}

/** Works on all items, so many at once: each is a request of its own. */
export async function atOnce<T>(items: readonly T[], width: number, work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      for (const item of waiting) await work(item);
    }),
  );
}
