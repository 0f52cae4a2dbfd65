import { problemOf, type ProblemDocument } from "@pigeonhole/kit/client";
import { Unreachable } from "../backend/node.ts";
import { second, type World } from "./world.ts";

interface Answer {
  readonly status: number;
  json(): Promise<unknown>;
}
/** What became of a wish: an answer, a refusal with its code, or nobody knows. */
export type Asked<T> =
  | { readonly is: "yes"; readonly body: T }
  | { readonly is: "no"; readonly code: string; readonly problem: ProblemDocument }
  | { readonly is: "unknown" };

/** Nobody waits longer than this for an answer. Milliseconds. */
const patienceMs = 15 * second;

/** Asks once, as an app does: with a limit to its patience. */
export async function askOnce<T>(world: World, ask: () => Promise<Answer>): Promise<Asked<T>> {
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = world.scheduler.after(patienceMs, "patience ends", () => resolve(undefined));
  });
  try {
    const answer = await Promise.race([ask(), late]);
    if (answer === undefined) return { is: "unknown" };
    if (answer.status < 300) return { is: "yes", body: (answer.status === 204 ? undefined : await answer.json()) as T };
    const problem = await problemOf(answer);
    if (answer.status >= 500 && problem.code === "internal") world.tally.note("internal error", JSON.stringify(problem));
    return { is: "no", code: problem.code, problem };
  } catch (error) {
    if (error instanceof Unreachable) return { is: "unknown" };
    throw error;
  } finally {
    cancel();
  }
}

/** Refusals after which the same wish may well be granted a moment later. */
const passing = new Set(["try_again", "unreachable", "station_unreachable", "internal", "too_many_requests"]);

/** Asks until somebody answers, at most so often. The wish has to carry its own key, so that it takes effect once. */
export async function ask<T>(world: World, wish: () => Promise<Answer>, { times = 40, everyMs = 5 * second } = {}): Promise<Asked<T>> {
  for (let left = times; ; left--) {
    const asked = await askOnce<T>(world, wish);
    if (asked.is === "yes" || left <= 1 || (asked.is === "no" && !passing.has(asked.code))) return asked;
    await world.sleep(everyMs * (0.5 + world.draw.next()));
  }
}
