// A slice of `npm run adversary`: of each kind a little, where no server and no broker has to be started for it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { attack } from "./everything.ts";
import { ledger, sum, type Place } from "./ledger.ts";

const quick: readonly Place[] = [
  "station: orders",
  "station: documents",
  "station: scanner",
  "station: keypad",
  "station: commissioning",
  "webhooks",
  "import files",
];

test("a slice of the adversary: what is forged, replayed, spliced, guessed or odd opens no door and changes nothing (G-20, G-30, I-12, I-15)", async () => {
  const kept = ledger();
  await attack({ ledger: kept, size: "slice" }, quick);
  const rows = kept.rows();
  assert.deepEqual(
    rows.filter(({ breachCount }) => breachCount > 0).map(({ place, what, breaches }) => [place, what, breaches]),
    [],
  );
  assert.deepEqual([...new Set(rows.map(({ place }) => place))], quick, "something is tried at each of them");
  assert.ok(sum(rows, (row) => row.attempts) > 300);
});

test("a breach is counted, told and not lost among others", () => {
  const kept = ledger();
  for (let n = 0; n < 9; n++)
    kept.note("webhooks", "an address", "refused", n < 2 ? "refused" : "taken", n < 2 ? undefined : `address ${n}`);
  const [row] = kept.rows();
  assert.deepEqual([row!.attempts, row!.breachCount, row!.breaches.length, row!.came.get("taken")], [9, 7, 5, 7]);
});
