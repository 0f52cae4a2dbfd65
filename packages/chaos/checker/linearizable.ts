// Is there an order in which these operations could have happened one after the other, each between its call and its answer, so that every answer
// is what the specification says? The search is Wing and Gong's (Testing and Verifying Concurrent Objects, 1993), which takes one operation after the
// other out of those that nothing unfinished precedes, with Lowe's memory of configurations (Testing for linearizability, 2017): what has been taken and
// the state reached, in whatever order, is looked at once. Of two that differ only in what without an answer did happen, the one that needed less of it can
// go on as the other can, so that the other is left out. Objects are checked one by one, which is enough (Herlihy and Wing, Linearizability, 1990: locality).
import type { Operation, Specification } from "./operation.ts";

/** `undecided`: more configurations than were to be looked at. It is not a yes. */
export type Verdict = (
  | { readonly is: "linearizable"; readonly order: readonly number[] }
  | { readonly is: "refused" }
  | { readonly is: "undecided" }
) & {
  /** Configurations that were looked at. */
  readonly looked: number;
};

/** Configurations that are looked at, at most: some seconds, some hundred megabytes. */
const usualMost = 200_000;

/** How far one way of ordering has come. Numbers are places in `known` and `unknown`. */
interface Configuration<State> {
  /** Every known operation before it has been taken. */
  readonly frontier: number;
  /** Known ones beyond it that have been taken, ascending. */
  readonly ahead: readonly number[];
  /** Those without an answer that did happen, one bit each. */
  readonly happened: bigint;
  readonly state: State;
  readonly last: number;
  readonly before: Configuration<State> | undefined;
}

/** Judges the history of one object. The order that is answered numbers the operations as they were given. */
export function linearizable<State, Call, Answer>(
  specification: Specification<State, Call, Answer>,
  operations: readonly Operation<Call, Answer>[],
  most = usualMost,
): Verdict {
  const numbered = operations.map((operation, number) => ({ ...operation, number })).toSorted((a, b) => a.from - b.from);
  const known = numbered.filter((operation) => operation.to !== null) as (Operation<Call, Answer> & { number: number; to: number })[];
  const spokenOf = new Set(known.map(({ call, answer }) => specification.about?.(call, answer)));
  const matters = ({ call }: Operation<Call, Answer>): boolean => !specification.about || spokenOf.has(specification.about(call, null));
  const unknown = numbered.filter((operation) => operation.to === null && matters(operation));
  /** By what is known to have happened and the state: the least sets of the unknown that led there. */
  const seen = new Map<string, readonly bigint[]>();
  let looked = 0;
  const open: Configuration<State>[] = [
    { frontier: 0, ahead: [], happened: 0n, state: specification.initial, last: -1, before: undefined },
  ];
  while (open.length > 0) {
    const at = open.pop()!;
    if (at.frontier === known.length) return { is: "linearizable", order: orderOf(at), looked };
    const key = `${at.frontier};${at.ahead.join()};${JSON.stringify(at.state)}`;
    const before = seen.get(key) ?? [];
    if (before.some((less) => (less & at.happened) === less)) continue;
    if (++looked > most) return { is: "undecided", looked };
    seen.set(key, [...before.filter((more) => (more & at.happened) !== at.happened), at.happened]);
    // What began after the first open answer came cannot be next: that one precedes it.
    let firstAnswer = Number.POSITIVE_INFINITY;
    const next: number[] = [];
    for (let i = at.frontier; i < known.length && known[i]!.from <= firstAnswer; i++) {
      if (at.ahead.includes(i)) continue;
      next.push(i);
      firstAnswer = Math.min(firstAnswer, known[i]!.to);
    }
    // The stack turns the order round: what has an answer is tried first, the earliest answer before all.
    for (let i = 0; i < unknown.length && unknown[i]!.from <= firstAnswer; i++) {
      if ((at.happened >> BigInt(i)) & 1n) continue;
      for (const state of specification.next(at.state, unknown[i]!.call, null)) {
        // Without an effect it is as if it had not happened.
        if (JSON.stringify(state) === JSON.stringify(at.state)) continue;
        open.push({ ...at, happened: at.happened | (1n << BigInt(i)), state, last: unknown[i]!.number, before: at });
      }
    }
    for (const i of next.filter((each) => known[each]!.from <= firstAnswer).toSorted((a, b) => known[b]!.to - known[a]!.to)) {
      const { call, answer, number } = known[i]!;
      for (const state of specification.next(at.state, call, answer))
        open.push({ ...at, ...taken(at, i), state, last: number, before: at });
    }
  }
  return { is: "refused", looked };
}

/** The frontier moves over what has been taken already. */
function taken({ frontier, ahead }: Pick<Configuration<unknown>, "frontier" | "ahead">, item: number) {
  const all = new Set([...ahead, item]);
  let to = frontier;
  while (all.delete(to)) to++;
  return { frontier: to, ahead: [...all].toSorted((a, b) => a - b) };
}

function orderOf(end: Configuration<unknown>): readonly number[] {
  const order: number[] = [];
  for (let at: Configuration<unknown> | undefined = end; at?.before; at = at.before) order.push(at.last);
  return order.toReversed();
}
