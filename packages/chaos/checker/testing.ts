// What the tests of the checker share: random histories, and an oracle that is too slow to be wrong.
import fc from "fast-check";
import type { Operation, Specification } from "./operation.ts";
import { compartment, type CompartmentAnswer, type CompartmentCall, type CompartmentState } from "./specifications/compartment.ts";
import { idempotencyKey, type KeyAnswer, type KeyCall, type KeyState } from "./specifications/idempotency-key.ts";
import { right, type RightAnswer, type RightCall, type RightState } from "./specifications/right.ts";

/** A specification with everything that may be asked and answered of a small object of its kind. */
export interface World<State, Call, Answer> {
  readonly specification: Specification<State, Call, Answer>;
  readonly calls: readonly Call[];
  readonly answers: readonly Answer[];
}

const whos = ["a", "b", "c"];
const compartments: World<CompartmentState, CompartmentCall, CompartmentAnswer> = {
  specification: compartment,
  calls: [
    { do: "look" },
    ...whos.flatMap((who) => (["claim", "cancel", "put in", "take out", "walk in"] as const).map((each) => ({ do: each, who }))),
  ],
  answers: [
    "claimed",
    "cancelled",
    "wrong_state",
    "in",
    "out",
    "free",
    ...whos.flatMap((who) => [`claimed by ${who}`, `holds ${who}`] as const),
  ],
};
const rights: World<RightState, RightCall, RightAnswer> = {
  specification: right,
  calls: [{ do: "issue" }, { do: "withdraw" }, { do: "try" }, { do: "look" }],
  answers: ["issued", "withdrawn", "too_late", "opened", "code_used", "code_revoked", "not_yet", "wrong_code", "still_good", "over"],
};
const keys: World<KeyState, KeyCall, KeyAnswer> = {
  specification: idempotencyKey,
  calls: [{ do: "ask", wish: "x" }, { do: "ask", wish: "y" }, { do: "count" }],
  answers: ["done 1", "done 2", "refused", "idempotency_key_reused", "no effect", "one effect", "2 effects"],
};
// Each is taken as a whole: what it is asked and answers belong together.
// oxlint-disable-next-line no-explicit-any
export const worlds: readonly World<any, any, any>[] = [compartments, rights, keys];

/** A step of a random walk: which call, which of the answers that are possible then, how far the operation reaches to both sides, and whether its answer is lost. */
const step = fc.record({
  call: fc.nat(),
  answer: fc.nat(),
  before: fc.nat(35),
  after: fc.nat(35),
  isLost: fc.nat(9).map((n) => n === 0),
});

/** What the object really does, asked at random; every operation reaches around the moment in which it happens, some answers are lost, and some calls never arrive. */
export function history<State, Call, Answer>(
  { specification, calls, answers }: World<State, Call, Answer>,
  { isOverlapping }: { readonly isOverlapping: boolean },
): fc.Arbitrary<readonly Operation<Call, Answer>[]> {
  return fc.array(step, { minLength: 1, maxLength: 24 }).map((steps) => {
    const told: Operation<Call, Answer>[] = [];
    let { initial: state } = specification;
    for (const [i, each] of steps.entries()) {
      const possible = calls.flatMap((call) => answers.map((answer) => ({ call, answer, next: specification.next(state, call, answer) })));
      const real = possible.filter(({ next }) => next.length > 0);
      // Mostly what changes something, or nothing would ever happen.
      const moving = real.filter(({ next }) => JSON.stringify(next[0]) !== JSON.stringify(state));
      const chosen = (each.call % 3 > 0 && moving.length > 0 ? moving : real)[
        each.answer % (each.call % 3 > 0 && moving.length > 0 ? moving : real).length
      ];
      if (!chosen) continue;
      const at = 100 + i * 10;
      const [from, to] = isOverlapping ? [at - each.before, at + each.after] : [at, at + 5];
      if (isOverlapping && each.isLost && each.after % 2 === 0) {
        told.push({ by: `${i}`, call: chosen.call, from, to: null, answer: null });
        continue; // it never arrived
      }
      state = chosen.next[0]!;
      const isLost = isOverlapping && each.isLost;
      told.push({ by: `${i}`, call: chosen.call, from, to: isLost ? null : to, answer: isLost ? null : chosen.answer });
    }
    return told;
  });
}

/** A true history without overlaps, in which one answer is another than it was: none of the answers that were possible then. */
export function corrupted<State, Call, Answer>(world: World<State, Call, Answer>): fc.Arbitrary<readonly Operation<Call, Answer>[]> {
  const { specification, answers } = world;
  return fc
    .tuple(history(world, { isOverlapping: false }), fc.nat(), fc.nat())
    .filter(([told]) => told.length > 0)
    .map(([told, which, other]) => {
      const at = which % told.length;
      let { initial: state } = specification;
      for (const { call, answer } of told.slice(0, at)) state = specification.next(state, call, answer)[0]!;
      const wrong = answers.filter((answer) => specification.next(state, told[at]!.call, answer).length === 0);
      return told.map((each, i) => (i === at ? { ...each, answer: wrong[other % wrong.length]! } : each));
    });
}

/** Anything at all, true or not, small enough to try all orders. */
export function small<State, Call, Answer>({
  specification,
  calls,
  answers,
}: World<State, Call, Answer>): fc.Arbitrary<readonly Operation<Call, Answer>[]> {
  const everAnswered = (call: Call, states: readonly State[]) =>
    answers.filter((answer) => states.some((state) => specification.next(state, call, answer).length > 0));
  const states = reachable(specification, calls);
  return fc
    .array(fc.record({ call: fc.nat(), answer: fc.nat(), from: fc.nat(30), length: fc.nat(25), isLost: fc.nat(4).map((n) => n === 0) }), {
      minLength: 1,
      maxLength: 5,
    })
    .map((list) =>
      list.map(({ call, answer, from, length, isLost }, i) => {
        const asked = calls[call % calls.length]!;
        const possible = everAnswered(asked, states);
        return {
          by: `${i}`,
          call: asked,
          from,
          to: isLost ? null : from + length,
          answer: isLost ? null : possible[answer % possible.length]!,
        };
      }),
    );
}

function reachable<State, Call, Answer>({ initial, next }: Specification<State, Call, Answer>, calls: readonly Call[]): readonly State[] {
  const seen = new Map([[JSON.stringify(initial), initial]]);
  for (const state of seen.values())
    for (const call of calls) for (const to of next(state, call, null)) if (seen.size < 500) seen.set(JSON.stringify(to), to);
  return [...seen.values()];
}

/** Tries every order of every choice of the lost ones: right by its shape, and slow. */
export function allOrders<State, Call, Answer>(
  { initial, next }: Specification<State, Call, Answer>,
  operations: readonly Operation<Call, Answer>[],
): boolean {
  const go = (state: State, left: readonly Operation<Call, Answer>[]): boolean =>
    left.every(({ to }) => to === null) ||
    left.some((operation) => {
      const rest = left.filter((each) => each !== operation);
      if (rest.some(({ to }) => to !== null && to < operation.from)) return false;
      return next(state, operation.call, operation.answer).some((after) => go(after, rest));
    });
  return go(initial, operations);
}
