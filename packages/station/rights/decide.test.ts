import assert from "node:assert/strict";
import { test } from "node:test";
import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import fc from "fast-check";
import { desiredOf, grantOf, testIdentity } from "../link/testing.ts";
import type { Content } from "../store/contents.ts";
import { decideCode, decideQr, together, type Decision, type Known, type Reason } from "./decide.ts";

const identity = testIdentity();
const now = new Date("2026-03-10T12:00:00Z");
const hours = (n: number): string => new Date(now.getTime() + n * 3_600_000).toISOString();
const reasons: readonly Reason[] = ["wrong", "used", "expired", "not_yet", "replaced", "revoked", "held", "not_ours"];

interface Case {
  readonly kind: Grant["kind"];
  readonly content: Content["state"] | "none";
  readonly isReturn: boolean;
  readonly isBlocked: boolean;
  readonly isOthers: boolean;
  readonly isHeld: boolean;
  readonly isSpent: boolean;
  readonly from: number;
  readonly until: number | null;
}
const cases: fc.Arbitrary<Case> = fc.record({
  kind: fc.constantFrom("pickup" as const, "dropoff" as const, "return" as const, "collection" as const),
  content: fc.constantFrom(
    "none" as const,
    "reserved" as const,
    "stored" as const,
    "collecting" as const,
    "retrieving" as const,
    "unsure" as const,
  ),
  isReturn: fc.boolean(),
  isBlocked: fc.boolean(),
  isOthers: fc.boolean(),
  isHeld: fc.boolean(),
  isSpent: fc.boolean(),
  from: fc.integer({ min: -50, max: 50 }),
  until: fc.option(fc.integer({ min: -50, max: 50 })),
});

/** The station's knowledge around one grant. */
function knowing(c: Case) {
  const grant = grantOf(identity, "12345678", {
    kind: c.kind,
    notBefore: hours(c.from),
    expiresAt: c.until === null ? null : hours(c.until),
    ...(c.isHeld && c.kind === "pickup" && { held: ["age_check"] }),
  });
  const parcel = c.isOthers ? crypto.randomUUID() : grant.parcel;
  const content: Content | undefined =
    c.content === "none"
      ? undefined
      : {
          compartment: 1,
          state: c.content,
          parcel,
          deposit: null,
          codeHash: null,
          expiresAt: null,
          actor: "",
          intent: "",
          takenBy: null,
          since: hours(-1),
          isReturn: c.isReturn,
        };
  const desired: Desired = desiredOf(identity, ["small"], { grants: [grant] });
  const contents = {
    of: (n: number) => (n === 1 ? content : undefined),
    allOf: (n: number) => (n === 1 && content ? [content] : []),
    ofParcel: (id: string) => (content?.parcel === id ? content : undefined),
    ofCode: () => undefined,
    isSpent: (id: string) => c.isSpent && id === grant.id,
    isCodeSpent: () => false,
  };
  return { grant, known: { desired, contents, isBlocked: () => c.isBlocked } };
}

test("a code opens exactly when its right is unused, begun, unexpired, and what lies inside is as the right needs it", () => {
  fc.assert(
    fc.property(cases, (c) => {
      const { grant, known } = knowing(c);
      const isIn = (c.content === "stored" || c.content === "unsure") && !c.isOthers && !(c.kind === "pickup" && c.isReturn);
      const isAgain = c.content === "reserved" && !c.isOthers;
      // The courier looks once more before saying what became of it.
      const isOutAgain = c.kind === "collection" && c.content === "retrieving" && !c.isOthers;
      const isRoom = isAgain || (c.content === "none" && !c.isBlocked);
      const isOut = c.kind === "pickup" || c.kind === "collection";
      // 120 s of tolerance are less than the hour in which this test counts.
      const isTimely = c.from <= 0 && (c.until === null || c.until > 0);
      const isOpen = !(c.isHeld && c.kind === "pickup");
      const may = isOpen && isTimely && (isOut ? isOutAgain || (isIn && !c.isSpent) : isRoom && (isAgain || !c.isSpent));
      const decision = decideCode(known, identity.hash("12345678"), { now, least: now });
      assert.equal("granted" in decision, may);
      // N11: it says so only to whoever would be let in otherwise.
      const isHeldBack = !isOpen && isTimely && isIn && !c.isSpent;
      assert.equal("refused" in decision && decision.refused === "held", isHeldBack);
      if ("granted" in decision) assert.equal(decision.granted.compartment, 1);
      const qr = { station: identity.identity.station, grant: grant.id, generation: 1, compartment: 1, expiresAt: new Date(hours(100)) };
      assert.equal(
        "granted" in decideQr(known, qr, identity.identity.station, { now, least: now }),
        may,
        "a scanned right is judged as a typed one",
      );
      assert.ok("refused" in decideCode(known, identity.hash("12345679"), { now, least: now }));
    }),
  );
});

test("I-12: half-open: at the very instant of its end a right is over, a moment before it is not", () => {
  const { known } = knowing({
    kind: "pickup",
    content: "stored",
    isReturn: false,
    isBlocked: false,
    isOthers: false,
    isSpent: false,
    isHeld: false,
    from: -1,
    until: 0,
  });
  const at = (ms: number) => ({ now: new Date(now.getTime() + ms), least: new Date(now.getTime() + ms) });
  assert.ok("granted" in decideCode(known, identity.hash("12345678"), at(-1)));
  assert.deepEqual(decideCode(known, identity.hash("12345678"), at(0)), { refused: "expired", compartment: 1 });
});

test("the backend's answer never opens what the station would not open", () => {
  const decision: fc.Arbitrary<Decision> = fc.oneof(
    fc.constantFrom(...reasons).map((refused) => ({ refused, compartment: null })),
    fc.constant({ granted: { kind: "walk_up", deposit: "d", codeHash: "h", compartment: 1 } } as const),
  );
  const answer = fc.oneof(
    fc.constant(null),
    fc.constant({ outcome: "granted" } as const),
    fc.constantFrom(...reasons).map((reason) => ({ outcome: "refused", reason }) as const),
  );
  fc.assert(
    fc.property(decision, answer, (local, backend) => {
      const both = together(local, backend);
      if ("granted" in both)
        assert.ok("granted" in local && (backend === null || backend.outcome === "granted" || backend.reason === "not_yet"));
      if ("granted" in local && backend?.outcome === "refused" && backend.reason !== "not_yet")
        assert.deepEqual(both, { refused: backend.reason, compartment: 1 });
    }),
  );
});

test("F6: out of reach of the backend a deadline that had not passed does not pass; one that had, has", () => {
  const grant = grantOf(testIdentity(), "12345678");
  const end = new Date(grant.expiresAt!);
  const after = (ms: number) => new Date(end.getTime() + ms);
  const known: Known = {
    desired: { grants: [grant], deadCodes: [] } as never,
    contents: {
      of: () => undefined,
      allOf: () => [],
      ofParcel: () => ({ compartment: grant.compartment, state: "stored", parcel: grant.parcel }) as never,
      ofCode: () => undefined,
      isSpent: () => false,
      isCodeSpent: () => false,
    },
    isBlocked: () => false,
  };
  const says = (heard: Date | undefined) => {
    const at = after(3_600_000);
    const decision = decideCode(known, grant.codeHash!, { now: at, least: at, heard });
    return "refused" in decision ? decision.refused : "granted";
  };
  assert.deepEqual(
    [says(undefined), says(after(-1)), says(after(0)), says(after(7_200_000))],
    ["expired", "granted", "expired", "expired"],
  );
});
