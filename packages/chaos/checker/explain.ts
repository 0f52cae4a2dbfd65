import { linearizable } from "./linearizable.ts";
import { unanswered, type Operation, type Specification } from "./operation.ts";

/** Configurations that are looked at for one question, and for a whole explanation, at most: a larger explanation is better than a late one. */
const most = { once: 2_000, together: 30_000 } as const;

/**
 * Why a history was refused: the operations whose answers cannot all be true, whatever became of the others. Two steps that never make a true
 * history look false: the history is cut short where it is false already (what was still under way then has no answer), and every answer
 * without which it is still false is forgotten. Unless the history is very long, there would be an order without any one of those that are left.
 */
export function contradiction<State, Call, Answer>(
  specification: Specification<State, Call, Answer>,
  operations: readonly Operation<Call, Answer>[],
): readonly Operation<Call, Answer>[] {
  let history = cutShort(operations, (shorter) => linearizable(specification, shorter).is === "refused");
  let left: number = most.together;
  const forget = (these: readonly Operation<Call, Answer>[]): void => {
    if (these.length === 0 || left <= 0) return;
    const without = history.map((each) => (these.includes(each) ? unanswered(each) : each));
    const { is, looked } = linearizable(specification, without, Math.min(most.once, left));
    left -= looked;
    if (is === "refused") history = without;
    // Many at once where it goes: what began it all is often far back.
    else if (these.length > 1) for (const half of halves(these)) forget(half);
  };
  forget(history.filter(({ to }) => to !== null));
  return history.filter(({ to }) => to !== null);
}

const halves = <T>(list: readonly T[]): readonly (readonly T[])[] => {
  const middle = Math.floor(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
};

/** The shortest beginning that is refused. Whatever goes on from there is refused too, so that halving finds it. */
function cutShort<Call, Answer>(
  operations: readonly Operation<Call, Answer>[],
  isRefused: (history: readonly Operation<Call, Answer>[]) => boolean,
): readonly Operation<Call, Answer>[] {
  const answers = operations.flatMap(({ to }) => (to === null ? [] : [to])).toSorted((a, b) => a - b);
  const until = (time: number) =>
    operations.filter(({ from }) => from <= time).map((each) => (each.to !== null && each.to <= time ? each : unanswered(each)));
  let [low, high] = [0, answers.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isRefused(until(answers[middle]!))) high = middle;
    else low = middle + 1;
  }
  const shortest = until(answers[low] ?? 0);
  return isRefused(shortest) ? shortest : operations;
}

/** What is printed of a refused history. */
export function explained<State, Call, Answer>(
  specification: Specification<State, Call, Answer>,
  object: string,
  operations: readonly Operation<Call, Answer>[],
): string {
  const core = contradiction(specification, operations).toSorted((a, b) => a.from - b.from);
  const others = operations.length - core.length;
  const ms = (time: number): string => `${time.toFixed(0)} ms`.padStart(10);
  return [
    `${specification.of} ${object}: ${core.length === 1 ? "this answer cannot be true" : "these answers cannot all be true"}${others > 0 ? `, whatever became of the other ${others}` : ""}`,
    ...core.map(({ by, call, answer, from, to }) => `  ${ms(from)} to ${ms(to!)}  ${by}: ${specification.tell(call, answer)}`),
  ].join("\n");
}
