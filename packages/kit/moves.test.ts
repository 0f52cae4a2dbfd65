import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { before, requireMove, wayBetween, type Moves } from "./moves.ts";

const states = ["a", "b", "c", "d"] as const;
type State = (typeof states)[number];
const tables: fc.Arbitrary<Moves<State>> = fc.record({
  a: fc.subarray([...states]),
  b: fc.subarray([...states]),
  c: fc.subarray([...states]),
  d: fc.subarray([...states]),
});

test("every table, every pair: a move is refused with a code exactly when the table lacks it, and the states before are those that have it", () => {
  fc.assert(
    fc.property(tables, fc.constantFrom(...states), fc.constantFrom(...states), (moves, from, to) => {
      const isLegal = moves[from].includes(to);
      assert.equal(before(moves, to).includes(from), isLegal);
      if (isLegal) requireMove(moves, from, to, "It");
      else assert.throws(() => requireMove(moves, from, to, "It"), { code: "wrong_state" });
    }),
  );
});

test("a way goes from move to move and none is shorter", () => {
  fc.assert(
    fc.property(tables, fc.constantFrom(...states), fc.constantFrom(...states), (moves, from, to) => {
      const way = wayBetween(moves, from, to);
      // Whatever is reached in n moves, found by walking from all that is reached in n - 1.
      let reached = new Set<State>([from]);
      let steps = 0;
      while (!reached.has(to) && steps < states.length) {
        reached = new Set([...reached, ...[...reached].flatMap((state) => moves[state])]);
        steps++;
      }
      assert.equal(way?.length, reached.has(to) ? steps : undefined);
      for (const [i, state] of (way ?? []).entries()) assert.ok(moves[i === 0 ? from : way![i - 1]!].includes(state));
    }),
  );
});
