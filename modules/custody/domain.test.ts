import assert from "node:assert/strict";
import { test } from "node:test";
import type { Custodian } from "@pigeonhole/receipts/file";
import { handOvers } from "@pigeonhole/receipts/station-entry";
import fc from "fast-check";
import { custodianOf, custodianText, firstHolder, hear, type News } from "./domain.ts";

const shop: Custodian = { kind: "shop", id: "s" };
const carrier: Custodian = { kind: "carrier", id: "swift" };
const at = (id: string): Custodian => ({ kind: "station", id });
const customer: Custodian = { kind: "customer", id: null };
const fact = (type: string, station = "a"): News => ({ kind: "fact", type, station });
const to = (holder: Custodian, news: News, by: string | null = "swift"): string[] | "contradiction" => {
  const verdict = hear(holder, news, by);
  return "steps" in verdict ? verdict.steps.map((step) => custodianText(step.to)) : "contradiction";
};

test("who gives, who takes, and what does not follow", () => {
  const cases: readonly (readonly [string[] | "contradiction", string[] | "contradiction"])[] = [
    [to(shop, { kind: "shipped", carrier: "swift" }), ["carrier:swift"]],
    [to(carrier, { kind: "shipped", carrier: "swift" }), []],
    [to(at("a"), { kind: "shipped", carrier: "swift" }), []],
    [to(carrier, fact("parcel_deposited")), ["station:a"]],
    [to(shop, fact("parcel_deposited")), ["carrier:swift", "station:a"]],
    [to(shop, fact("parcel_deposited"), null), ["station:a"]],
    [to(at("a"), fact("parcel_deposited")), []],
    [to(at("b"), fact("parcel_deposited")), "contradiction"],
    [to(customer, fact("parcel_deposited")), "contradiction"],
    [to(at("a"), fact("parcel_collected")), ["customer"]],
    [to(at("b"), fact("parcel_collected")), "contradiction"],
    [to(carrier, fact("parcel_collected")), "contradiction"],
    [to(customer, fact("parcel_collected")), []],
    [to(at("a"), fact("parcel_retrieved")), ["carrier:swift"]],
    [to(customer, fact("return_deposited")), ["station:a"]],
    [to(shop, fact("return_deposited")), "contradiction"],
    [to(carrier, fact("door_left_open")), []],
  ];
  assert.deepEqual(
    cases.map(([is]) => is),
    cases.map(([, wanted]) => wanted),
  );
  assert.deepEqual(firstHolder("shop:1", "swift"), { kind: "shop", id: "1" });
  assert.deepEqual(firstHolder("customer:1", null), { kind: "shop", id: null });
  assert.deepEqual(firstHolder("carrier:1", "swift"), { kind: "carrier", id: "swift" });
});

test("I-05, I-06: whatever is heard in whatever order, each step begins where the one before ended, and repeated news changes nothing", () => {
  const station = fc.constantFrom("a", "b");
  const news = fc.oneof(
    fc.constant<News>({ kind: "shipped", carrier: "swift" }),
    fc.record({ kind: fc.constant("fact" as const), type: fc.constantFrom(...Object.keys(handOvers), "door_left_open"), station }),
  );
  fc.assert(
    fc.property(fc.array(news, { maxLength: 30 }), fc.constantFrom(null, "swift"), (heard, by) => {
      let holder: Custodian = shop;
      for (const each of heard) {
        const verdict = hear(holder, each, by);
        if ("contradiction" in verdict) continue;
        for (const step of verdict.steps) {
          assert.deepEqual(step.from, holder);
          assert.notDeepEqual(step.to, holder);
          holder = step.to;
        }
        assert.deepEqual(hear(holder, each, by), { steps: [] });
      }
      assert.deepEqual(custodianOf(custodianText(holder)), holder);
    }),
  );
});
