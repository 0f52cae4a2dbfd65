import assert from "node:assert/strict";
import { test } from "node:test";
import { visited, type Visit, type VisitEvent } from "./visit.ts";

const run = (events: readonly VisitEvent[], from: Visit = { at: "start" }): Visit =>
  events.reduce((visit, event) => visited(visit, event, 8), from);
const typed = (digits: string, atMs = 5): VisitEvent => ({ kind: "typed", digits, atMs });

test("digits begin a code from any screen, are bounded, and can be erased", () => {
  for (const from of [{ at: "start" }, { at: "sizes" }, { at: "refused", wish: "code", problem: { code: "wrong_code" } }] as const) {
    assert.deepEqual(run([typed("12")], from), { at: "code", digits: "12", typedAtMs: 5 });
  }
  const full = run([typed("1234 5678"), typed("99")]);
  assert.equal(full.at === "code" && full.digits, "12345678");
  const erased = run([typed("123"), { kind: "erased", atMs: 9 }]);
  assert.deepEqual(erased, { at: "code", digits: "12", typedAtMs: 9 });
});

test("a refusal belongs to the question that is open; one that comes too late is not shown", () => {
  assert.deepEqual(
    run([
      { kind: "asked", wish: "scan" },
      { kind: "refused", problem: { code: "not_ours" } },
    ]),
    { at: "refused", wish: "scan", problem: { code: "not_ours" } },
  );
  assert.deepEqual(run([{ kind: "asked", wish: "scan" }, { kind: "left" }, { kind: "refused", problem: { code: "not_ours" } }]), {
    at: "start",
  });
});

test("again leads back to what was wanted; digits typed during a question are lost", () => {
  assert.deepEqual(run([{ kind: "asked", wish: "bring" }, { kind: "refused", problem: { code: "no_space" } }, { kind: "again" }]), {
    at: "sizes",
  });
  assert.equal(
    run([{ kind: "asked", wish: "code" }, typed("1"), { kind: "refused", problem: { code: "wrong_code" } }, { kind: "again" }]).at,
    "code",
  );
});

test("forgotten digits leave the keypad open and empty", () => {
  assert.deepEqual(run([typed("1234"), { kind: "forgot_digits" }]), { at: "code", digits: "", typedAtMs: 0 });
});
