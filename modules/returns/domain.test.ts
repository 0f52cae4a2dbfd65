import assert from "node:assert/strict";
import { test } from "node:test";
import { wayBetween } from "@pigeonhole/kit/moves";
import { numberOf } from "@pigeonhole/parcels/contract";
import fc from "fast-check";
import { usualPolicy } from "./allowing/contract.ts";
import { couldTake, daysAfter, isOver, mostAttempts, offerOf, returnNumber, returnTable, type Known } from "./domain.ts";
import { returnAllowed, returnMoves, returnStates } from "./lifecycle.ts";

const collectedAt = new Date("2026-03-01T12:00:00Z");
const known: Known = { collectedAt, policy: { ...usualPolicy, isOpen: true }, authorisation: null, attempts: 0, live: null };

test("A7.1: every news leads where the table of moves allows, and every state ends or waits for news (I-60)", () => {
  for (const state of returnStates) {
    const reached = Object.values(returnTable[state]).map(({ to }) => to);
    for (const to of reached) assert.ok(wayBetween(returnMoves, state, to), `${state} → ${to}`);
    for (const to of returnMoves[state]) assert.ok(reached.includes(to), `${state} → ${to} follows from some news`);
    assert.equal(reached.length === 0, returnMoves[state].length === 0, state);
  }
  for (const wish of ["claiming", "ready"] as const)
    assert.ok(
      ["failed", "lapsed"].some((news) => news in returnTable[wish]),
      `${wish} does not wait for ever`,
    );
  for (const state of returnStates.filter(isOver)) assert.ok(!("called_off" in returnTable[state]), `${state} is over`);
  for (const state of returnAllowed.cancel) assert.ok("called_off" in returnTable[state], state);
  for (const state of returnAllowed.receive) assert.ok("arrived" in returnTable[state], state);
});

test("a parcel goes back within the days of its shop's policy, half-open; an authorisation says more than a policy", () => {
  const until = daysAfter(collectedAt, usualPolicy.days);
  assert.deepEqual(offerOf(known, collectedAt), {
    isPossible: true,
    authorisation: null,
    reasons: usualPolicy.reasons,
    until: until.toISOString(),
  });
  const whyNot = (more: Partial<Known>, at = collectedAt) => {
    const offer = offerOf({ ...known, ...more }, at);
    return offer.isPossible ? "possible" : offer.why;
  };
  assert.equal(whyNot({}, until), "too_late");
  assert.equal(whyNot({}, new Date(until.getTime() - 1)), "possible");
  assert.equal(whyNot({ policy: usualPolicy }), "not_allowed", "nothing is allowed until a shop says so");
  assert.equal(whyNot({ collectedAt: null }), "not_collected");
  assert.equal(whyNot({ live: "r" }), "under_way");
  assert.equal(whyNot({ attempts: mostAttempts }), "too_often");
  const authorisation = { id: "a", until: daysAfter(until, 30) };
  assert.equal(whyNot({ authorisation, policy: usualPolicy, collectedAt: null }, until), "possible");
  assert.equal(whyNot({ authorisation, policy: usualPolicy }, authorisation.until), "too_late");
});

test("numbers of returns look like those of parcels and are never one of theirs", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40_000_000_000 }), fc.integer({ min: 1, max: 40_000_000_000 }), (ofReturn, ofParcel) => {
      assert.match(returnNumber(ofReturn), /^\d{12}$/);
      assert.notEqual(returnNumber(ofReturn), numberOf(ofParcel));
      assert.notEqual(returnNumber(ofReturn), numberOf(ofReturn));
    }),
  );
});

test("N10: a station could take a sending when one of its doors is as large", () => {
  const doors = [{ size: "small" as const }, { size: "large" as const }];
  assert.deepEqual([couldTake(doors, "medium"), couldTake(doors, "oversized"), couldTake([], "small")], [true, false, false]);
});
