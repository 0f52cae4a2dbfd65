// G-05: a workflow in one process, which dies at one moment of it, or at one and then at another while it recovers; started again, and looked at.
import { invariants } from "@pigeonhole/server/invariants";
import type { Saga } from "@pigeonhole/world/sagas/break";
import type { When } from "@pigeonhole/world/sagas/line";
import type { Town } from "@pigeonhole/world/sagas/town";
import type { Draw } from "@pigeonhole/sim/time/draw";

export interface Crashed {
  readonly points: number;
  readonly pairs: number;
  /** How often each end came. */
  readonly ends: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** More moments than any workflow has. */
const mostMoments = 300;
/** Everybody signs in again after so many lives. */
const signInEvery = 50;
/** Whoever gets no answer asks so often in all: two answers may be lost. */
const tries = 3;
/** Looked at by the clock of the log, which stands in hours here: this town's time jumps. */
const byTheClock = "every module keeps up with the log of facts";

/** Crashes `saga` at every moment, and at `pairsAtMost` pairs of moments, all of them when there are no more. */
export async function crashEverywhere<S>(town: Town, saga: Saga<S>, draw: Draw, pairsAtMost: number): Promise<Crashed> {
  const ends: Record<string, number> = {};
  const violations: string[] = [];
  let [points, pairs, lives] = [0, 0, 0];
  const crash = async (at: number, gap: number | undefined, when: When): Promise<number> => {
    // Minutes pass with every life: sessions end, and everybody signs in again.
    if (lives++ % signInEvery === 0) await town.later(0);
    const { crashes, end, wrong } = await once(town, saga, at, gap, when);
    ends[end] = (ends[end] ?? 0) + 1;
    const where = `${when} moment ${at}${gap === undefined ? "" : ` and ${gap} later`}`;
    violations.push(...wrong.map((what) => `${where}: ${what}`));
    return crashes;
  };
  for (const when of ["before", "after"] as const) {
    let count = 0;
    while (count < mostMoments && (await crash(count + 1, undefined, when)) === 1) count++;
    if (count === mostMoments) violations.push(`more than ${mostMoments} moments`);
    points += count;
    // As many follow a crash, about, as there were in all: recovering goes the same way again.
    const all = Array.from({ length: count * count }, (_, i) => [Math.floor(i / count) + 1, (i % count) + 1] as const);
    const most = Math.ceil(pairsAtMost / 2);
    for (const [at, gap] of all.length <= most ? all : some(all, most, draw)) if ((await crash(at, gap, when)) === 2) pairs++;
  }
  return { points, pairs, ends, violations };
}

/** So many of them, each as likely as any other. */
function some<T>(all: readonly T[], count: number, draw: Draw): readonly T[] {
  const left = [...all];
  return Array.from({ length: count }, () => left.splice(draw.between(0, left.length - 1), 1)[0]!);
}

async function once<S>(town: Town, { prepare, acts, ends, isAskedOnce = false }: Saga<S>, at: number, gap: number | undefined, when: When) {
  const { line } = town;
  const wrong: string[] = [];
  line.mend();
  const subject = await prepare(town);
  await town.quiet();
  line.cutAt(at, when, "all", gap);
  for (const act of acts) {
    for (let left = isAskedOnce ? 1 : tries; left > 0; left--) {
      const before = line.cuts();
      const failed = await act(town, subject).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      if (!failed) break;
      // Only what was cut is forgiven, now or when its answer was lost before.
      if (line.cuts() === 0) wrong.push(failed.message);
      if (line.cuts() === before && left === 1 && !isAskedOnce) wrong.push(failed.message);
    }
    await (line.cuts() === 0 ? town.settle() : town.recover());
  }
  const crashes = line.cuts();
  line.mend();
  await town.recover();
  for (const { what, id, state, why } of await town.withoutOwner()) wrong.push(`I-60: ${what} ${id} (${state}): ${why}`);
  const look = { now: town.now(), since: new Date(town.now().getTime() - 600_000) };
  for (const { id, says, breaches } of invariants)
    if (says !== byTheClock) for (const { what } of await town.rows(breaches(look))) wrong.push(`${id}: ${says}, but ${what}`);
  let end = "none";
  for (const [name, holds] of Object.entries(ends)) if (end === "none" && (await holds(town, subject).catch(() => false))) end = name;
  if (end === "none") wrong.push(`it ended like none of ${Object.keys(ends).join(", ")}: ${await town.describe(subject)}`);
  return { crashes, end, wrong };
}
