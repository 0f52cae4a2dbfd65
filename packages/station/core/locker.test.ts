import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused } from "@pigeonhole/kit/refused";
import fc from "fast-check";
import { AccessToken } from "./access-token.ts";
import { Compartment, sizes, type Size } from "./compartment.ts";
import { Locker } from "./locker.ts";

const msPerDay = 86_400_000;
const start = new Date("2026-03-01T08:00:00Z");

/** A locker with a clock that the test moves. */
function cabinet(...boxes: Size[]) {
  let time = start;
  let count = 0;
  const compartments = boxes.map((size, i) => new Compartment(`c${i + 1}`, size));
  const locker = new Locker(compartments, { now: () => time, newCode: () => String(10_000_000 + count++) });
  return {
    locker,
    compartments,
    pass: (ms: number) => {
      time = new Date(time.getTime() + ms);
    },
  };
}

test("a compartment is plain data and a token knows its expiry", () => {
  const compartment = new Compartment("c1", "small");
  assert.deepEqual([compartment.getId(), compartment.getSize()], ["c1", "small"]);
  let time = new Date(start.getTime() - 1);
  const token = new AccessToken("12345678", start, compartment, () => time);
  assert.equal(token.getCompartmentIfValid(), compartment);
  time = start;
  assert.equal(token.getCompartmentIfValid(), null, "valid only while now < expiration");
  assert.equal(token.getCompartment(), compartment);
  assert.equal(token.getCode(), "12345678");
});

test("the library works with nothing but compartments: own clock, own random codes", () => {
  const locker = new Locker([new Compartment("a", "small"), new Compartment("b", "small")]);
  const { compartmentId, tokenCode } = locker.depositPackage("small");
  assert.equal(compartmentId, "a");
  assert.match(tokenCode, /^\d{8}$/);
  assert.equal(locker.pickup(tokenCode), "a");
  assert.ok(new AccessToken("x", new Date(Number.MAX_SAFE_INTEGER / 2), new Compartment("a", "small")).getCompartmentIfValid());
});

test("a full station refuses, by size and strictly", () => {
  const { locker } = cabinet("small", "large");
  locker.depositPackage("small");
  assert.throws(() => locker.depositPackage("small"), { message: "No available compartment of size small" });
  assert.throws(() => locker.depositPackage("medium"), { message: "No available compartment of size medium" });
  for (const wrong of ["oversized", "Small", "", "__proto__", null, undefined, 3]) {
    assert.throws(
      () => locker.depositPackage(wrong as string),
      (error) => error instanceof Refused && error.code === "invalid_size",
    );
  }
});

test("a code works once; null, empty, unknown and used ones are invalid", () => {
  const { locker } = cabinet("small");
  const { compartmentId, tokenCode } = locker.depositPackage("small");
  for (const wrong of [null, undefined, "", "99999999", `${tokenCode} `, 10_000_000 as unknown as string]) {
    assert.throws(() => locker.pickup(wrong), { message: "Invalid access token code" });
  }
  assert.equal(locker.pickup(tokenCode), compartmentId);
  assert.throws(() => locker.pickup(tokenCode), { message: "Invalid access token code" });
  assert.equal(locker.depositPackage("small").compartmentId, compartmentId, "the compartment is free again");
});

test("a token lives seven days to the millisecond; an expired one met at pick-up is cleaned up on the way", () => {
  const { locker, pass } = cabinet("small", "small");
  const first = locker.depositPackage("small");
  const second = locker.depositPackage("small");
  pass(7 * msPerDay - 1);
  assert.equal(locker.pickup(first.tokenCode), first.compartmentId);
  pass(1);
  assert.throws(() => locker.pickup(second.tokenCode), { message: "Access token has expired" });
  assert.throws(() => locker.pickup(second.tokenCode), { message: "Invalid access token code" });
  assert.equal(locker.countFree("small"), 2);
});

test("clean-up frees exactly what has expired", () => {
  const { locker, pass } = cabinet("small", "medium", "large");
  locker.depositPackage("small");
  pass(msPerDay);
  const later = locker.depositPackage("medium");
  pass(6 * msPerDay);
  assert.equal(locker.cleanupExpired(), 1);
  assert.deepEqual(
    sizes.map((size) => locker.countFree(size)),
    [1, 0, 1],
  );
  assert.equal(locker.pickup(later.tokenCode), "c2");
  assert.equal(locker.cleanupExpired(), 0);
});

test("a code that is live is drawn again, and a broken generator is an error, not an endless loop", () => {
  const draws = ["1", "1", "1", "2"];
  const locker = new Locker([new Compartment("a", "small"), new Compartment("b", "small"), new Compartment("c", "small")], {
    newCode: () => draws.shift() ?? "2",
  });
  assert.equal(locker.depositPackage("small").tokenCode, "1");
  assert.equal(locker.depositPackage("small").tokenCode, "2");
  assert.throws(() => locker.depositPackage("small"), /code generator is broken/);
  assert.equal(locker.countFree("small"), 1, "nothing was taken");
});

type Step = { kind: "deposit"; size: Size } | { kind: "pickup"; pick: number } | { kind: "clean" } | { kind: "wait"; ms: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("deposit" as const), size: fc.constantFrom(...sizes) }),
  fc.record({ kind: fc.constant("pickup" as const), pick: fc.nat(20) }),
  fc.record({ kind: fc.constant("clean" as const) }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 8 * msPerDay }) }),
);

test("whatever happens: two live codes never share a compartment, a code opens only its own, space is never lost or invented", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...sizes), { minLength: 1, maxLength: 8 }), fc.array(step, { maxLength: 60 }), (boxes, steps) => {
      const { locker, pass } = cabinet(...boxes);
      // The model: codes handed out, each with its compartment, its size and the age at which it dies.
      const live: { code: string; id: string; size: Size; bornAt: number }[] = [];
      let clock = 0;
      const isExpired = (t: { bornAt: number }): boolean => clock - t.bornAt >= 7 * msPerDay;
      for (const s of steps) {
        if (s.kind === "wait") {
          pass(s.ms);
          clock += s.ms;
        }
        if (s.kind === "clean") {
          assert.equal(locker.cleanupExpired(), live.filter(isExpired).length);
          live.splice(0, live.length, ...live.filter((t) => !isExpired(t)));
        }
        if (s.kind === "deposit") {
          const room = boxes.filter((size) => size === s.size).length - live.filter((t) => t.size === s.size).length;
          if (room === 0) {
            assert.throws(() => locker.depositPackage(s.size), /No available/);
            continue;
          }
          const { compartmentId: id, tokenCode: code } = locker.depositPackage(s.size);
          assert.ok(!live.some((t) => t.id === id || t.code === code));
          assert.equal(boxes[Number(id.slice(1)) - 1], s.size);
          live.push({ code, id, size: s.size, bornAt: clock });
        }
        if (s.kind === "pickup" && live.length > 0) {
          const [token] = live.splice(s.pick % live.length, 1);
          if (isExpired(token!)) assert.throws(() => locker.pickup(token!.code), /expired/);
          else assert.equal(locker.pickup(token!.code), token!.id);
        }
        for (const size of sizes) {
          assert.equal(locker.countFree(size), boxes.filter((b) => b === size).length - live.filter((t) => t.size === size).length);
        }
      }
    }),
  );
});

test("around the core: a key opens what its code would, and the compartment is free only when released", () => {
  const keyOf = (code: string): string => `hash of ${code}`;
  const locker = new Locker([new Compartment("1", "small"), new Compartment("2", "small")], { keyOf });
  locker.depositInto("1", keyOf("12345678"), new Date(Date.now() + 1_000));
  assert.throws(
    () => locker.depositInto("1", keyOf("2"), new Date()),
    (error) => error instanceof Refused && error.code === "compartment_taken",
  );
  assert.throws(
    () => locker.depositInto("9", keyOf("2"), new Date()),
    (error) => error instanceof Refused && error.code === "no_such_compartment",
  );
  assert.throws(
    () => locker.addToken("2", keyOf("12345678"), new Date()),
    (error) => error instanceof Refused && error.code === "code_taken",
  );
  assert.equal(locker.redeem(keyOf("12345678")), "1");
  assert.ok(locker.isOccupied("1"), "the door has not closed yet");
  assert.throws(() => locker.redeem(keyOf("12345678")), /Invalid access token code/);
  locker.release("1");
  assert.equal(locker.countFree("small"), 2);
});
