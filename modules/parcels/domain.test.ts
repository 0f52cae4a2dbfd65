import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkDigit, labelKey, numberOf, parcelMoves, parcelStates, type ParcelState } from "./contract.ts";
import { hear, timelineOrder, wayTo, type News } from "./domain.ts";

const at = "2026-03-01T12:00:00.000Z";
const later = "2026-03-04T12:00:00.000Z";
const proof = { station: "S", epoch: 1, seq: 1 };
const news: readonly News[] = [
  { kind: "shipped", at, actor: "courier:1" },
  { kind: "ended", at },
  { kind: "deposited", at, actor: "courier:1", compartment: 1, proof },
  { kind: "ready", at, expiresAt: later },
  { kind: "collected", at, proof },
  { kind: "expired", at: later },
];

test("numbers: twelve digits, each value its own, a wrong or swapped neighbouring digit is noticed", () => {
  const seen = new Set(Array.from({ length: 20_000 }, (_, i) => numberOf(i + 1)));
  assert.equal(seen.size, 20_000);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999_999_999 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 1, max: 9 }),
      (value, place, shift) => {
        const number = numberOf(value);
        assert.match(number, /^\d{12}$/);
        assert.equal(checkDigit(number.slice(0, 11)), number[11]);
        const digits = [...number];
        digits[place] = String((Number(digits[place]) + shift) % 10);
        assert.notEqual(checkDigit(digits.slice(0, 11).join("")), digits[11]);
      },
    ),
  );
});

test("every state, every news: what follows are moves of the table, and an end stays an end (A3.1)", () => {
  const all: readonly News[] = [...news, { kind: "retrieved", at, actor: "courier:1", proof }];
  for (const state of parcelStates)
    for (const one of all)
      for (const expiresAt of [null, at, later]) {
        const { through } = hear({ state, expiresAt }, one);
        through.reduce((from, to) => (assert.ok(parcelMoves[from].includes(to), `${one.kind}: ${from} → ${to}`), to), state);
        if (parcelMoves[state].length === 0) assert.deepEqual(through, [], `${state} after ${one.kind}`);
      }
});

test("news in any order and number: every step is a move of the table, and what was collected stays collected", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...news), { maxLength: 14 }), (story) => {
      let parcel: { state: ParcelState; expiresAt: string | null } = { state: "reserved", expiresAt: null };
      const been = new Set<ParcelState>([parcel.state]);
      for (const one of story) {
        const step = hear(parcel, one);
        for (const state of step.through) {
          assert.ok(parcelMoves[parcel.state].includes(state), `${parcel.state} → ${state}`);
          assert.ok(!been.has(state), `${state} twice`);
          been.add(state);
          parcel = { ...parcel, state };
        }
        parcel = { ...parcel, expiresAt: step.expiresAt };
      }
      const kinds = new Set(story.map((one) => one.kind));
      if (kinds.has("collected")) assert.equal(parcel.state, "collected");
      else if (kinds.has("deposited")) assert.ok(["delivered", "stored", "expired"].includes(parcel.state), parcel.state);
      else assert.ok(["reserved", "shipped", "cancelled"].includes(parcel.state), `${parcel.state} without a deposit`);
      if (!kinds.has("collected") && kinds.has("deposited")) assert.equal(parcel.state !== "delivered", kinds.has("ready"));
      assert.deepEqual(
        [...been].toSorted((a, b) => timelineOrder.indexOf(a) - timelineOrder.indexOf(b)),
        [...been],
        "the time line tells them in the order of their coming",
      );
    }),
  );
});

test("the window is half-open", () => {
  const stored = { state: "stored", expiresAt: later } as const;
  assert.deepEqual(hear(stored, { kind: "expired", at: later }).through, ["expired"]);
  assert.deepEqual(hear(stored, { kind: "expired", at: "2026-03-04T11:59:59.999Z" }).through, []);
  assert.deepEqual(hear({ ...stored, expiresAt: "2026-03-04T12:00:00Z" }, { kind: "expired", at: later }).through, ["expired"]);
});

test("ways are shortest and end where they should; nothing leads out of an end but a deposit after a cancellation", () => {
  for (const from of parcelStates)
    for (const to of parcelStates) assert.equal(wayTo(from, to)?.at(-1) ?? from, wayTo(from, to) ? to : from);
  assert.deepEqual(wayTo("shipped", "collected"), ["delivered", "collected"]);
  assert.equal(wayTo("returned", "collected"), undefined);
  assert.equal(wayTo("collected", "stored"), undefined);
  assert.deepEqual(parcelMoves.cancelled, ["delivered"]);
});

test("a label is compared as people and scanners give it", () => {
  const same = [
    ["AB-12 34", "ab1234"],
    ["]C1AB1234", "AB1234"],
    ["*AB1234*", "AB1234"],
    ["0123456789012", "123456789012"],
    ["AB1234\r\n", "AB1234"],
    ["\u001dAB1234", "AB1234"],
    ["ＡＢ１２３４", "AB1234"],
    ["  ab 1234\t", "AB1234"],
    ["1234-5678", "12345678"],
  ] as const;
  for (const [a, b] of same) assert.equal(labelKey(a), labelKey(b), a);
  assert.notEqual(labelKey("AB1234"), labelKey("AB1235"));
  assert.equal(labelKey("----"), "----");
  assert.equal(labelKey("0000"), "0000");
  fc.assert(fc.property(fc.string({ maxLength: 60 }), (text) => assert.equal(labelKey(labelKey(text)).length > 0, text.trim().length > 0)));
});
