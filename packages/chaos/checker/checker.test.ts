import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { contradiction, explained } from "./explain.ts";
import { badCompartments, badKeys, badRights, type Bad } from "./known-bad.ts";
import { goodCompartments, goodKeys, goodRights } from "./known-good.ts";
import { linearizable } from "./linearizable.ts";
import type { Operation, Specification } from "./operation.ts";
import { compartment, type CompartmentAnswer, type CompartmentCall } from "./specifications/compartment.ts";
import { idempotencyKey } from "./specifications/idempotency-key.ts";
import { right } from "./specifications/right.ts";
import { allOrders, corrupted, history, small, worlds, type World } from "./testing.ts";

function refuses<State, Call, Answer>(specification: Specification<State, Call, Answer>, all: Readonly<Record<string, Bad<Call, Answer>>>) {
  for (const [name, { history: told, contradiction: fewest }] of Object.entries(all))
    test(`G-06, a ${specification.of} that no correct system has: ${name}`, () => {
      assert.equal(linearizable(specification, told).is, "refused");
      const core = contradiction(specification, told);
      assert.deepEqual(
        core.map((operation) => told.indexOf(operation)),
        fewest,
        explained(specification, "7", told),
      );
      const text = explained(specification, "7", told);
      assert.equal(text.split("\n").length, 1 + fewest.length);
      for (const at of fewest) assert.ok(text.includes(specification.tell(told[at]!.call, told[at]!.answer)), text);
    });
}
refuses(compartment, badCompartments);
refuses(right, badRights);
refuses(idempotencyKey, badKeys);

function accepts<State, Call, Answer>(
  specification: Specification<State, Call, Answer>,
  all: Readonly<Record<string, readonly Operation<Call, Answer>[]>>,
) {
  for (const [name, told] of Object.entries(all))
    test(`G-06, a ${specification.of} as it should be: ${name}`, () => {
      assert.equal(linearizable(specification, told).is, "linearizable", name);
    });
}
accepts(compartment, goodCompartments);
accepts(right, goodRights);
accepts(idempotencyKey, goodKeys);

test("G-06: at least thirty histories are known to be bad", () => {
  assert.ok([badCompartments, badRights, badKeys].flatMap((all) => Object.keys(all)).length >= 30);
});

for (const world of worlds) {
  const { specification } = world as World<unknown, unknown, unknown>;
  const runs = { numRuns: 150 };
  test(`G-06: whatever a ${specification.of} does is accepted, however its operations overlap and whichever answers are lost`, () => {
    fc.assert(
      fc.property(history(world, { isOverlapping: true }), (told) => linearizable(specification, told).is === "linearizable"),
      runs,
    );
  });
  test(`G-06: one wrong answer of a ${specification.of} that is asked one thing after the other is found`, () => {
    fc.assert(
      fc.property(corrupted(world), (told) => linearizable(specification, told).is === "refused"),
      runs,
    );
  });
  test(`G-06: of a ${specification.of} the verdict is what trying all orders says, and the explanation is a contradiction in which each answer is needed`, () => {
    const verdicts = new Set<string>();
    fc.assert(
      fc.property(small(world), (told) => {
        const verdict = linearizable(specification, told).is;
        verdicts.add(verdict);
        assert.equal(verdict, allOrders(specification, told) ? "linearizable" : "refused");
        if (verdict !== "refused") return;
        const core = contradiction(specification, told);
        const only = (known: readonly Operation<unknown, unknown>[]) =>
          told.map((each) => (known.includes(each) ? each : { ...each, to: null, answer: null }));
        assert.equal(allOrders(specification, only(core)), false);
        for (const needed of core)
          assert.equal(allOrders(specification, only(core.filter((each) => each !== needed))), true, "an answer too many is told");
      }),
      { numRuns: 300 },
    );
    assert.deepEqual([...verdicts].toSorted(), ["linearizable", "refused"], "both were tried");
  });
}

test("G-06: the order that is found is one that the specification and the clock allow", () => {
  for (const told of Object.values<readonly Operation<CompartmentCall, CompartmentAnswer>[]>(goodCompartments)) {
    const verdict = linearizable(compartment, told);
    assert.ok(verdict.is === "linearizable");
    const order = verdict.order.map((number) => told[number]!);
    for (const [i, later] of order.entries())
      for (const earlier of order.slice(0, i))
        assert.ok(later.to === null || later.to >= earlier.from, "the later one ended before the earlier began");
    assert.equal(new Set(verdict.order).size, verdict.order.length);
    for (const [number, { to }] of told.entries()) assert.ok(to === null || verdict.order.includes(number), "an answer was left out");
  }
});

test("G-06: what would take too long is said to be undecided, and never to be right", () => {
  const told = Array.from({ length: 12 }, (_, i) => ({
    by: "shop",
    call: { do: "claim" as const, who: `r${i}` },
    from: 0,
    to: 100,
    answer: "claimed" as const,
  }));
  assert.equal(linearizable(compartment, told, 5).is, "undecided");
  assert.equal(linearizable(compartment, told).is, "refused");
});

test("G-06: long histories with many lost answers are judged", () => {
  const told: Operation<CompartmentCall, CompartmentAnswer>[] = [];
  for (let life = 0; life < 60; life++) {
    const [at, who] = [life * 100, `r${life}`];
    told.push({ by: "shop", call: { do: "claim", who }, from: at, to: at + 30, answer: "claimed" });
    told.push({ by: "courier", call: { do: "put in", who }, from: at + 10, to: life % 3 ? at + 50 : null, answer: life % 3 ? "in" : null });
    told.push({ by: "customer", call: { do: "take out", who }, from: at + 40, to: at + 90, answer: "out" });
    if (life % 4 === 0) told.push({ by: "shop", call: { do: "cancel", who }, from: at + 60, to: null, answer: null });
  }
  assert.equal(linearizable(compartment, told).is, "linearizable");
  const twice = [...told, { ...told.at(-1)!, from: 6_000, to: 6_010 }];
  assert.equal(linearizable(compartment, twice).is, "refused");
  assert.equal(contradiction(compartment, twice).length, 2);
});
