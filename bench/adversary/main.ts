// npm run adversary: what somebody without a right tries at every interface, and what came of it. Prints one JSON line last.
//   --only PLACE     these places alone (a part of the name will do; several: --only broker --only keypad)
//   --slice          of each kind a little
//   --kinds          every kind of attempt with what came, not the places alone
import { parseArgs } from "node:util";
import { attack } from "./everything.ts";
import { cameText, ledger, places, sum } from "./ledger.ts";

const { values } = parseArgs({
  options: { only: { type: "string", multiple: true }, slice: { type: "boolean" }, kinds: { type: "boolean" } },
});
const wanted = places.filter((place) => values.only === undefined || values.only.some((part) => place.includes(part)));
if (wanted.length === 0) {
  console.error(`No place is named ${values.only?.join(" or ")}. There are: ${places.join("; ")}`);
  process.exit(2);
}
const began = performance.now();
const kept = ledger();
await attack({ ledger: kept, size: values.slice ? "slice" : "full" }, wanted, (line) => console.log(line));

const rows = kept.rows();
const cell = (text: string, width: number): string => text.padEnd(width);
console.log("");
for (const place of wanted) {
  const here = rows.filter((row) => row.place === place);
  const [attempts, breaches] = [sum(here, (row) => row.attempts), sum(here, (row) => row.breachCount)];
  console.log(
    `${cell(place, 30)} ${String(attempts).padStart(7)} attempts of ${String(here.length).padStart(3)} kinds, ${breaches} breaches`,
  );
  if (values.kinds) for (const row of here) console.log(`  ${cell(row.what, 66)} ${String(row.attempts).padStart(6)}  ${cameText(row)}`);
}
for (const row of rows.filter(({ breachCount }) => breachCount > 0)) {
  console.log(`\nBREACH at ${row.place}: ${row.what} (${row.breachCount} of ${row.attempts}). Expected: ${row.expected}.`);
  for (const breach of row.breaches) console.log(`  ${breach}`);
}
const breaches = sum(rows, (row) => row.breachCount);
console.log(
  JSON.stringify({
    bench: "adversary",
    attempts: sum(rows, (row) => row.attempts),
    interfaces: new Set(rows.map(({ place }) => place)).size,
    kinds: rows.length,
    breaches,
    seconds: Math.round((performance.now() - began) / 1_000),
  }),
);
process.exit(breaches > 0 ? 1 : 0);
