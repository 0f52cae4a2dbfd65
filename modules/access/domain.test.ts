import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import { systemRandom } from "@pigeonhole/kit/random";
import { holdReasons } from "@pigeonhole/protocol/reasons";
import fc from "fast-check";
import { drawCode, neighbours } from "./codes.ts";
import { grantMoves, grantStates } from "./contract.ts";
import * as domain from "./domain.ts";

const now = new Date("2026-03-28T12:00:00Z");
const minutes = (count: number): Date => new Date(now.getTime() + count * 60_000);
const right = fc.record({
  kind: fc.constantFrom("pickup" as const, "dropoff" as const),
  state: fc.constantFrom(...grantStates),
  generation: fc.integer({ min: 1, max: 9 }),
  not_before: fc.integer({ min: -60, max: 60 }).map(minutes),
  expires_at: fc.option(fc.integer({ min: -60, max: 60 }).map(minutes)),
  collected_at: fc.option(fc.constant(now)),
  stopped_since: fc.option(fc.constant(minutes(-90)), { freq: 4 }),
  held: fc.subarray([...holdReasons]),
});
const presented = fc.oneof(
  fc.record({
    by: fc.constant("code" as const),
    died: fc.constantFrom(null, "used" as const, "expired" as const, "replaced" as const, "revoked" as const),
  }),
  fc.record({ by: fc.constant("qr" as const), generation: fc.integer({ min: 0, max: 10 }) }),
);

test("a door opens exactly for a live code or QR of the present generation of an active pick-up right, within its time", () => {
  fc.assert(
    fc.property(right, presented, (r, p) => {
      const isPresent = p.by === "code" ? p.died === null : p.generation === r.generation;
      const may =
        (r.kind === "pickup" || p.by === "qr") &&
        r.state === "active" &&
        isPresent &&
        r.held.length === 0 &&
        now >= r.not_before &&
        (r.expires_at === null || r.stopped_since !== null || now < r.expires_at);
      assert.equal(domain.judge(r, p, now) === "granted", may);
    }),
  );
});

test("each refusal names what is so: unknown, dead by its own reason, replaced, too early, over", () => {
  const active = {
    kind: "pickup",
    state: "active",
    generation: 2,
    not_before: minutes(-5),
    expires_at: minutes(5),
    collected_at: null,
    stopped_since: null,
    held: [],
  } as const;
  const code = { by: "code", died: null } as const;
  assert.equal(domain.judge(undefined, code, now), "wrong");
  assert.equal(domain.judge({ ...active, kind: "dropoff" }, code, now), "wrong");
  for (const died of ["used", "expired", "replaced", "revoked"] as const)
    assert.equal(domain.judge(active, { by: "code", died }, now), died);
  assert.equal(domain.judge(active, { by: "qr", generation: 1 }, now), "replaced");
  assert.equal(domain.judge(active, { by: "qr", generation: 3 }, now), "wrong");
  assert.equal(domain.judge({ ...active, state: "issued" }, code, now), "not_yet");
  assert.equal(domain.judge({ ...active, held: ["age_check"] }, code, now), "held");
  assert.equal(
    domain.judge({ ...active, held: ["age_check"] }, code, minutes(5)),
    "expired",
    "who can not come any more is not sent to prove anything",
  );
  assert.equal(domain.judge(active, code, minutes(5)), "expired", "half-open: the end of the window is outside it");
  assert.equal(domain.judge(active, code, new Date(minutes(5).getTime() - 1)), "granted");
});

test("no fact moves an ended grant, and a live one only along the table", () => {
  for (const from of grantStates) {
    for (const to of grantStates) assert.equal(domain.after(from, to), grantMoves[from].includes(to) ? to : undefined, `${from} → ${to}`);
    if (from !== "issued" && from !== "active") assert.deepEqual(grantMoves[from], [], `${from} is an end`);
  }
});

test("a fresh code needs a parcel that lies in the locker within its time", () => {
  fc.assert(
    fc.property(right, (r) => {
      const inTime = r.expires_at === null || r.stopped_since !== null || now < r.expires_at;
      const expected =
        r.state === "active" && inTime ? "raise" : r.state === "used" && r.collected_at === null && inTime ? "succeed" : "refused";
      try {
        assert.equal(domain.reissue(r, now), expected);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        assert.equal(expected, "refused");
        assert.equal(error.code, r.state === "issued" ? "not_ready" : "over");
      }
    }),
  );
});

test("the window has whole days across a change of the clocks, and a station whose clock runs ahead lengthens nothing", () => {
  assert.equal(domain.windowEnd(now, now, 3).toISOString(), "2026-03-31T12:00:00.000Z");
  assert.equal(domain.windowEnd(minutes(600), now, 3).toISOString(), "2026-03-31T12:00:00.000Z");
  assert.equal(domain.windowEnd(minutes(-60), now, 7).toISOString(), "2026-04-04T11:00:00.000Z");
});

test("codes cover the whole claimed space: first digits 0 to 8 alike, each later digit all ten alike, never a 9 first", () => {
  const draws = 20_000;
  const counts = Array.from({ length: 8 }, () => new Map<string, number>());
  const seen = new Set<string>();
  for (let i = 0; i < draws; i++) {
    const code = drawCode(systemRandom, 8);
    assert.match(code, /^[0-8]\d{7}$/);
    seen.add(code);
    [...code].forEach((digit, at) => counts[at]!.set(digit, (counts[at]!.get(digit) ?? 0) + 1));
  }
  counts.forEach((count, at) => {
    const digits = at === 0 ? 9 : 10;
    assert.equal(count.size, digits);
    const expected = draws / digits;
    const chiSquare = [...count.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 9 degrees of freedom: beyond 45 by chance once in a million runs.
    assert.ok(chiSquare < 45, `digit ${at} is not uniform: chi-square ${chiSquare}`);
  });
  assert.ok(seen.size > draws - 20, "of 20,000 codes out of 90 million about two repeat by chance");
});

test("every edge of the space can be drawn", () => {
  const fixed = (pick: (limit: number) => number) => ({ bytes: () => Buffer.alloc(0), below: pick });
  assert.equal(
    drawCode(
      fixed(() => 0),
      8,
    ),
    "00000000",
  );
  assert.equal(
    drawCode(
      fixed((limit) => limit - 1),
      8,
    ),
    "89999999",
  );
});

test("the neighbours of a code are the texts one mistyped digit or one swap away, and only those", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{8}$/), fc.stringMatching(/^\d{8}$/), (code, other) => {
      const near = neighbours(code);
      assert.ok(!near.includes(code));
      const differing = [...code].flatMap((digit, i) => (digit === other[i] ? [] : [i]));
      const swapped =
        differing.length === 2 &&
        differing[1] === differing[0]! + 1 &&
        code[differing[0]!] === other[differing[1]] &&
        code[differing[1]] === other[differing[0]!];
      assert.equal(near.includes(other), differing.length === 1 || swapped);
      assert.ok([...near].every((text) => /^\d{8}$/.test(text)) && near.length >= 72);
    }),
  );
});
