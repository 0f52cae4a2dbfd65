import assert from "node:assert/strict";
import { test } from "node:test";
import { StationEvent } from "@pigeonhole/protocol/messages";
import { depositReasons, pickupReasons, quarantineReasons, refusalReasons } from "@pigeonhole/protocol/reasons";
import { speak } from "@pigeonhole/ui/say";
import { checkText, detailText } from "./diagnosis/check-words.ts";
import { words as lookWords } from "./diagnosis/words.ts";
import { eventDetail, eventTypes, eventValues } from "./event-words.ts";
import { words } from "./words-events.ts";

test("every kind of a station's log and every reason in it has words", () => {
  const kinds = StationEvent.shape.event.options.map(({ shape }) => shape.type.value);
  assert.ok(kinds.length > 25);
  assert.deepEqual(
    kinds.filter((kind) => !eventTypes.some((known) => known === kind)),
    [],
  );
  const reasons = [...depositReasons, ...pickupReasons, ...quarantineReasons, ...refusalReasons];
  assert.deepEqual(
    reasons.filter((reason) => !eventValues.some((known) => known === reason)),
    [],
  );
  const german = speak(words, "de");
  assert.equal(eventDetail({ type: "deposit_abandoned", reason: "does_not_fit" }, german), "passt nicht");
});

test("what a station says of itself is said in the reader's language; what has no words yet, as it was written", () => {
  const german = speak(lookWords, "de");
  assert.equal(checkText("certificate", german), "Zertifikat");
  for (const [check, said, told] of [
    ["certificate", "393 days left", "noch 393 Tage"],
    ["disk", "81 % free", "81 % frei"],
    ["doors", "silent: 3, 14", "ohne Antwort: 3, 14"],
    ["doors", "30 answer", "30 antworten"],
    ["sensors", "23.5 °C, mains true", "23.5 °C, Netzstrom da"],
    ["power", "battery, 80 %", "Batterie, 80 %"],
    ["line", "4 entries not confirmed", "4 Einträge nicht bestätigt"],
    ["store", "page 7 is torn", "page 7 is torn"],
  ] as const)
    assert.equal(detailText(check, said, german), told);
});
