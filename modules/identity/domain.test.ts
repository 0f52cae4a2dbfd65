import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import fc from "fast-check";
import { requireRole, requireScope, roles, scopes } from "./contract.ts";
import { accountPauses, addressCodeLimits, clientCodeLimits, clientPauses, later, nextCodeAt, pauseAfter } from "./domain.ts";

const now = new Date("2026-03-01T12:00:00Z");

test("tries are free, then pauses grow and stay finite: nobody is locked out for good", () => {
  fc.assert(
    fc.property(fc.constantFrom(clientPauses, accountPauses), fc.integer({ min: 1, max: 1e9 }), (pauses, tries) => {
      const pause = pauseAfter(pauses, tries);
      assert.equal(pause === 0, tries < pauses.free);
      assert.ok(pause <= 3_600);
      assert.ok(pauseAfter(pauses, tries + 1) >= pause);
    }),
  );
});

test("codes are sent exactly while each limit has room, whatever the order of the times", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(clientCodeLimits, addressCodeLimits),
      fc.array(fc.integer({ min: 1, max: 90_000 }), { maxLength: 60 }),
      (limits, agoSeconds) => {
        const next = nextCodeAt(
          limits,
          agoSeconds.map((ago) => later(now, -ago)),
          now,
        );
        const isFull = limits.some(({ codes, seconds }) => agoSeconds.filter((ago) => ago < seconds).length >= codes);
        assert.equal(next !== undefined, isFull);
        if (next)
          assert.equal(
            nextCodeAt(
              limits,
              agoSeconds.map((ago) => later(now, -ago)),
              next,
            ),
            undefined,
            "at the told time there is room",
          );
      },
    ),
  );
});

test("each role includes those before it; a scope must be given by name", () => {
  for (const [i, role] of roles.entries()) {
    for (const [j, least] of roles.entries()) {
      const ask = (): void => requireRole({ role }, least);
      if (i >= j) ask();
      else assert.throws(ask, (error) => error instanceof Refused && error.code === "not_allowed");
    }
  }
  for (const scope of scopes) {
    requireScope({ scopes: [scope] }, scope);
    assert.throws(() => requireScope({ scopes: scopes.filter((other) => other !== scope) }, scope), Refused);
  }
});
