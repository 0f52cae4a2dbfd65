import assert from "node:assert/strict";
import { test } from "node:test";
import type { Carried } from "@pigeonhole/protocol/carried";
import type { Desired, Grant } from "@pigeonhole/protocol/messages";
import fc from "fast-check";
import { desiredOf, grantOf, testIdentity } from "../link/testing.ts";
import { isCaughtUp, weigh, withTold } from "./told.ts";

const own = testIdentity();
const now = new Date("2026-03-01T12:00:00Z");
const grant = grantOf(own, "10000001", { generation: 3 });
const desired: Desired = desiredOf(own, ["small"], { grants: [grant], issuedAt: "2026-03-01T10:00:00.000Z" });
const hash = (generation: number): string => generation.toString(16).padStart(64, "0");
const document = (generation: number, more: Partial<Carried["grant"]> = {}, issuedAt = "2026-03-01T11:00:00Z"): Carried => ({
  station: desired.station,
  epoch: 1,
  grant: {
    id: grant.id,
    kind: "pickup",
    parcel: grant.parcel,
    compartment: 1,
    generation,
    isWithdrawn: false,
    codeHash: hash(generation),
    expiresAt: new Date("2026-04-01T00:00:00Z"),
    ...more,
  },
  issuedAt: new Date(issuedAt),
  expiresAt: new Date("2026-03-04T00:00:00Z"),
});
const known = { desired, told: [], isSpent: () => false, epoch: 1, now };

test("I-36: only a higher generation is news; the older, the expired, the foreign and the used are told why", () => {
  const other = { id: crypto.randomUUID() };
  const cases: readonly (readonly [string, ReturnType<typeof weigh>])[] = [
    ["new", weigh(known, document(4))],
    ["replaced", weigh(known, document(2))],
    ["known", weigh(known, document(3))],
    ["new", weigh(known, document(3, { isWithdrawn: true, codeHash: null }))],
    ["replaced", weigh(known, document(2, { isWithdrawn: true, codeHash: null }))],
    ["expired", weigh({ ...known, now: new Date("2026-03-04T00:02:00Z") }, document(4))],
    ["revoked", weigh({ ...known, epoch: 2 }, document(4))],
    ["wrong", weigh(known, document(4, { compartment: 2 }))],
    ["wrong", weigh({ ...known, desired: null }, document(4))],
    ["used", weigh({ ...known, isSpent: (id) => id === grant.id }, document(4))],
    ["used", weigh({ ...known, isSpent: (id) => id === grant.parcel }, document(4))],
    ["new", weigh(known, document(1, other))],
    ["revoked", weigh(known, document(1, other, "2026-03-01T10:00:00Z"))],
    ["known", weigh(known, document(1, { ...other, isWithdrawn: true }, "2026-03-01T09:00:00Z"))],
    ["revoked", weigh({ ...known, told: [document(4, { isWithdrawn: true })] }, document(4))],
    ["new", weigh({ ...known, told: [document(4, { isWithdrawn: true })] }, document(5))],
  ];
  assert.deepEqual(
    cases.map(([, is]) => is),
    cases.map(([wanted]) => wanted),
  );
});

test("I-63: documents in any order, with repeats, end in the same rights; the version stays; no code of a lower generation lives", () => {
  const one = fc.record({ generation: fc.integer({ min: 1, max: 6 }), isWithdrawn: fc.boolean() });
  fc.assert(
    fc.property(fc.uniqueArray(one, { maxLength: 8, selector: (each) => JSON.stringify(each) }), fc.nat(), (documents, seed) => {
      const apply = (order: readonly { generation: number; isWithdrawn: boolean }[]) => {
        let told: Carried[] = [];
        for (const { generation, isWithdrawn } of order) {
          const next = document(generation, { isWithdrawn, codeHash: isWithdrawn ? null : hash(generation) });
          if (weigh({ ...known, told }, next) === "new") told = [...told.filter((each) => each.grant.id !== next.grant.id), next];
        }
        return withTold(desired, told);
      };
      const shuffled = documents.toSorted((a, b) => ((a.generation * 7919 + seed) % 13) - ((b.generation * 7919 + seed) % 13));
      const [forth, mixed] = [apply(documents), apply([...shuffled, ...documents])];
      const live = (result: Desired) => result.grants.map(({ id, generation, codeHash }) => ({ id, generation, codeHash }));
      assert.deepEqual(live(mixed), live(forth));
      assert.equal(forth.version, desired.version);
      const newest = Math.max(3, ...documents.map(({ generation }) => generation));
      for (const { generation } of forth.grants) assert.equal(generation, newest);
      const isLast = documents.some(({ generation, isWithdrawn }) => generation === newest && isWithdrawn);
      assert.equal(forth.grants.length, isLast ? 0 : 1);
    }),
  );
});

test("a desired document that says as much ends what a phone told; one from before the phone's word does not", () => {
  const reissued = { ...grant, generation: 4 };
  assert.equal(isCaughtUp(desired, document(4)), false);
  assert.equal(isCaughtUp({ ...desired, grants: [reissued] }, document(4)), true);
  assert.equal(isCaughtUp({ ...desired, grants: [reissued] }, document(4, { isWithdrawn: true })), false, "built before the withdrawal");
  assert.equal(isCaughtUp({ ...desired, grants: [], issuedAt: "2026-03-01T11:00:01.000Z" }, document(4)), true);
  assert.equal(isCaughtUp({ ...desired, grants: [], issuedAt: "2026-03-01T10:59:59.000Z" }, document(4)), false);
  const overlaid = withTold(desired, [document(4)]);
  assert.deepEqual(overlaid.deadCodes, [{ codeHash: grant.codeHash, reason: "replaced" }]);
  assert.equal(withTold(desired, [document(3, { isWithdrawn: true, codeHash: null })]).deadCodes[0]?.reason, "revoked");
});

test("N11: less is missing is news within a generation, more never is; a document that still holds it has not caught up", () => {
  const held = (...reasons: Grant["held"] & {}): Desired => ({ ...desired, grants: [{ ...grant, held: reasons }] });
  const at = (sofar: Desired, ...reasons: Grant["held"] & {}) =>
    weigh({ ...known, desired: sofar }, document(3, reasons.length > 0 ? { held: reasons } : {}));
  assert.deepEqual(
    [at(held("age_check")), at(held("age_check", "cash_on_delivery"), "cash_on_delivery"), at(held("age_check"), "age_check")],
    ["new", "new", "known"],
  );
  assert.equal(at(desired, "age_check"), "known", "an older word holds nothing back any more");
  assert.equal(withTold(desired, [document(3, { held: ["age_check"] })]).grants[0]!.held, undefined);
  const free = document(3);
  assert.equal(withTold(held("age_check"), [free]).grants[0]!.held, undefined);
  assert.deepEqual([isCaughtUp(held("age_check"), free), isCaughtUp(desired, free)], [false, true]);
  assert.equal(weigh({ ...known, desired: held("age_check"), told: [free] }, document(3, { held: ["age_check"] })), "known");
});
