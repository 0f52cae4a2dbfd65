import assert from "node:assert/strict";
import type { Kinds, When } from "./line.ts";
import type { Town } from "./town.ts";

/**
 * A flow of several steps. It may be cut at every moment of it: whoever gets no answer asks once more, jobs and consumers go on, and in the end it
 * is done, or as if it had not begun (A3.2, I-60).
 */
export interface Saga<S> {
  /** Up to where it begins; nothing is cut. */
  readonly prepare: (town: Town) => Promise<S>;
  /** What people and cabinets do, in order. Each is something that they may do again when they got no answer. */
  readonly acts: readonly ((town: Town, subject: S) => Promise<unknown>)[];
  /** How it may end, by name; the first that holds names the end. Throws, or answers false, for "not so". */
  readonly ends: Readonly<Record<string, (town: Town, subject: S) => Promise<boolean>>>;
  /** Whoever got no answer leaves it at that. */
  readonly isAskedOnce?: boolean;
}

/** More moments than any saga has: a saga without an end would break for ever. */
const mostMoments = 300;

/** Cuts the saga at every call between modules, when its answer is lost; or before and after every call and every transaction; and checks each time how it ended. Answers how often each end came, and what was broken. */
export async function breakEverywhere<S>(town: Town, { prepare, acts, ends, isAskedOnce = false }: Saga<S>, kinds: Kinds = "calls") {
  const reached: Record<string, number> = {};
  const broken = new Set<string>();
  let cuts = 0;
  // An answer that is lost leaves what a call not made leaves, and more: where time is short, that is tried.
  const ways: readonly When[] = kinds === "calls" ? ["after"] : ["before", "after"];
  for (const when of ways) {
    for (let at = 1; ; at++) {
      assert.ok(at < mostMoments, "this saga has no end");
      town.line.mend();
      const subject = await prepare(town);
      await town.quiet();
      town.line.cutAt(at, when, kinds);
      for (const act of acts) {
        let isDone = false;
        for (let tries = isAskedOnce ? 1 : 2; tries > 0 && !isDone; tries--)
          await act(town, subject).then(
            () => (isDone = true),
            // Only the cut is forgiven: afterwards everything has to go well.
            (error: unknown) => assert.ok(town.line.broke() !== undefined, error as Error),
          );
        // Whoever comes next finds that processes have been started again.
        await (town.line.broke() === undefined ? town.settle() : town.recover());
      }
      const cut = town.line.broke();
      town.line.mend();
      if (cut) broken.add(cut);
      cuts += cut ? 1 : 0;
      await town.recover();
      const how = `cut ${cut ?? "nowhere"} (moment ${at})`;
      assert.deepEqual(await town.withoutOwner(), [], how);
      const end = await endOf(town, subject, ends);
      assert.ok(end, `${how}: it ended like none of ${Object.keys(ends).join(", ")}: ${await town.describe(subject)}`);
      reached[end] = (reached[end] ?? 0) + 1;
      if (!cut) break;
    }
  }
  return { reached, broken: [...broken], cuts };
}

async function endOf<S>(town: Town, subject: S, ends: Saga<S>["ends"]): Promise<string | undefined> {
  for (const [name, holds] of Object.entries(ends)) if (await holds(town, subject)) return name;
  return undefined;
}
