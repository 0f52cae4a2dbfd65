import type { Worlds } from "./worlds.ts";

/** A world is lived so often at most to find what of its faults matters. */
const usualTries = 120;

/**
 * The shortest list of faults found with which the same promise is still broken: halves, quarters and so on are left out as long as it
 * breaks without them (ddmin), until none can be left out or the tries are spent. A fault that is left out shifts no other one's chance.
 */
export async function shrink(
  worlds: Pick<Worlds, "run">,
  seed: number,
  parcels: number,
  invariant: string,
  faults: readonly number[],
  tries = usualTries,
): Promise<readonly number[]> {
  let left = tries;
  const breaks = async (kept: readonly number[]): Promise<boolean> => {
    left--;
    const set = new Set(kept);
    const ran = await worlds.run({ seed, parcels, strikes: ({ number }) => set.has(number) });
    return ran.tally.broken.some((each) => each.invariant === invariant);
  };
  if (await breaks([])) return [];
  let kept = faults;
  for (let parts = 2; parts <= kept.length && left > 0;) {
    const size = Math.ceil(kept.length / parts);
    let shorter: readonly number[] | undefined;
    for (let from = 0; from < kept.length && left > 0 && !shorter; from += size) {
      const rest = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await breaks(rest)) shorter = rest;
    }
    if (shorter) [kept, parts] = [shorter, Math.max(2, parts - 1)];
    else if (parts === kept.length) break;
    else parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}
