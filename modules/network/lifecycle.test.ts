import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { moved, stationMoves, stationStatuses, suspensionCauses, type Standing } from "./lifecycle.ts";

const isCode =
  (code: string) =>
  (error: unknown): boolean =>
    error instanceof Refused && error.code === code;

test("A11.4: every move of the table is possible, every other one is refused", () => {
  for (const status of stationStatuses)
    for (const to of stationStatuses) {
      const standing: Standing = { status, suspendedFor: status === "suspended" ? "operator" : null };
      if (stationMoves[status].includes(to)) assert.equal(moved(standing, { to }).status, to);
      else if (status === "suspended" && to === "suspended") assert.deepEqual(moved(standing, { to }), standing);
      else assert.throws(() => moved(standing, { to }), isCode("move_not_possible"), `${status} to ${to}`);
    }
});

test("from the first state every other can be reached, and from the last none", () => {
  const reached = new Set(["provisioning"]);
  for (const status of reached) for (const next of stationMoves[status as keyof typeof stationMoves]) reached.add(next);
  assert.deepEqual([...reached].toSorted(), [...stationStatuses].toSorted());
  assert.deepEqual(stationMoves.decommissioned, []);
});

test("A10.4: after tampering nothing but a recorded inspection brings a station back", () => {
  const held: Standing = { status: "suspended", suspendedFor: "tamper" };
  assert.throws(() => moved(held, { to: "active" }), isCode("inspection_needed"));
  assert.deepEqual(moved(held, { to: "suspended", cause: "operator" }), held, "an operator's wish does not lighten it");
  assert.deepEqual(moved(held, { to: "active", inspection: "the lock of the service door was exchanged" }), {
    status: "active",
    suspendedFor: null,
  });
  assert.deepEqual(moved({ status: "suspended", suspendedFor: "operator" }, { to: "suspended", cause: "tamper" }), held);
});

test("only a suspended station is held by something", () => {
  for (const cause of suspensionCauses)
    assert.deepEqual(moved({ status: "active", suspendedFor: null }, { to: "suspended", cause }), {
      status: "suspended",
      suspendedFor: cause,
    });
  assert.equal(moved({ status: "suspended", suspendedFor: "tamper" }, { to: "decommissioned" }).suspendedFor, null);
});
