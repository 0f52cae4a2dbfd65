import { ask, cancel, claim, count, issue, look, lookAtRight, putIn, takeOut, type, walkIn, withdraw } from "./histories.ts";
import type { Operation } from "./operation.ts";

/** A history that no correct system gives, and the fewest of its answers that contradict each other, by their places. */
export interface Bad<Call, Answer> {
  readonly history: readonly Operation<Call, Answer>[];
  readonly contradiction: readonly number[];
}
const bad = <Call, Answer>(history: readonly Operation<Call, Answer>[], ...contradiction: readonly number[]): Bad<Call, Answer> => ({
  history,
  contradiction,
});

export const badCompartments = {
  "claimed by two, one after the other": bad([claim("a", [0, 10]), claim("b", [20, 30])], 0, 1),
  "claimed by two at the same moment": bad([claim("a", [0, 10]), claim("b", [5, 15])], 0, 1),
  "claimed by a third while two race, and neither called off": bad([claim("a", [0, 10]), claim("b", [0]), claim("c", [40, 50])], 0, 2),
  "claimed anew before it was given back": bad([claim("a", [0, 10]), claim("b", [20, 30]), cancel("a", [40, 50])], 0, 1),
  "claimed anew while a parcel lies in it": bad([claim("a", [0, 10]), putIn("a", [20, 30]), claim("b", [40, 50])], 1, 2),
  "claimed anew before its parcel is taken out": bad(
    [claim("a", [0, 10]), putIn("a", [20, 30]), claim("b", [40, 50]), takeOut("a", [60, 70])],
    1,
    2,
  ),
  "a cancelled claim is claimed again": bad([claim("a", [0, 10]), cancel("a", [20, 30]), claim("a", [40, 50])], 1, 2),
  "something goes in that was never expected": bad([putIn("a", [0, 10])], 0),
  "another parcel goes in than the expected one": bad([claim("a", [0, 10]), putIn("b", [20, 30])], 1),
  "it goes in after it was called off": bad([claim("a", [0, 10]), cancel("a", [20, 30]), putIn("a", [40, 50])], 1, 2),
  "it goes in twice": bad([claim("a", [0, 10]), putIn("a", [20, 30]), putIn("a", [40, 50])], 1, 2),
  "it goes in before anybody claimed": bad([putIn("a", [0, 10]), claim("a", [20, 30])], 0),
  "it is taken out and was never in": bad([claim("a", [0, 10]), takeOut("a", [20, 30])], 1),
  "it is taken out before it is in": bad([claim("a", [0, 10]), takeOut("a", [20, 30]), putIn("a", [40, 50])], 1),
  "it is taken out twice": bad([claim("a", [0, 10]), putIn("a", [20, 30]), takeOut("a", [40, 50]), takeOut("a", [60, 70])], 2, 3),
  "the wrong one takes it out": bad([claim("a", [0, 10]), putIn("a", [20, 30]), takeOut("b", [40, 50])], 2),
  "a walk-up is let into a claimed box": bad([claim("a", [0, 10]), walkIn("w", [20, 30])], 0, 1),
  "two walk-ups are let into one box": bad([walkIn("v", [0, 10]), walkIn("w", [5, 15])], 0, 1),
  "called off although it lies there": bad([claim("a", [0, 10]), putIn("a", [20, 30]), cancel("a", [40, 50])], 1, 2),
  "calling off is refused although nothing is in": bad([claim("a", [0, 10]), cancel("a", [20, 30], "wrong_state")], 0, 1),
  "calling off again is answered otherwise": bad([claim("a", [0, 10]), cancel("a", [20, 30]), cancel("a", [40, 50], "wrong_state")], 1, 2),
  "in the end it is free, and its parcel was never taken out": bad(
    [claim("a", [0, 10]), putIn("a", [20, 30]), look([90, 99], "free")],
    1,
    2,
  ),
  "in the end it is claimed by who called off": bad([claim("a", [0, 10]), cancel("a", [20, 30]), look([90, 99], "claimed by a")], 1, 2),
  "in the end it is claimed by somebody who never asked": bad(
    [claim("a", [0, 10]), cancel("a", [20, 30]), look([90, 99], "claimed by b")],
    2,
  ),
  "in the end a taken parcel lies there": bad(
    [claim("a", [0, 10]), putIn("a", [20, 30]), takeOut("a", [40, 50]), look([90, 99], "holds a")],
    2,
    3,
  ),
  "an answered claim is forgotten": bad([claim("a", [0, 10]), look([90, 99], "free")], 0, 1),
  "an answered deposit is forgotten": bad([claim("a", [0, 10]), putIn("a", [20, 30]), look([90, 99], "claimed by a")], 1, 2),
} as const;

export const badRights = {
  "a code opens twice": bad([issue([0, 10]), type([20, 30], "opened"), type([40, 50], "opened")], 1, 2),
  "typed and scanned at the same moment, both open": bad([issue([0, 10]), type([20, 40], "opened"), type([25, 35], "opened")], 1, 2),
  "it opens before the parcel is in": bad([type([0, 5], "opened"), issue([10, 20])], 0),
  "it opens, and no parcel was ever put in": bad([type([0, 5], "opened")], 0),
  "it opens after it was withdrawn": bad([issue([0, 10]), withdraw([20, 30]), type([40, 50], "opened")], 1, 2),
  "it is said to be used, and nobody has used it": bad([issue([0, 10]), type([20, 30], "code_used")], 1),
  "it is used before it opens": bad([issue([0, 10]), type([20, 30], "code_used"), type([40, 50], "opened")], 1),
  "withdrawn although it has been used": bad([issue([0, 10]), type([20, 30], "opened"), withdraw([40, 50])], 1, 2),
  "too late, and nobody was there": bad([issue([0, 10]), withdraw([20, 30], "too_late")], 1),
  "not yet, long after it came": bad([issue([0, 10]), type([20, 30], "not_yet")], 0, 1),
  "refused, and then good after all": bad([issue([0, 10]), type([20, 30], "code_revoked"), type([40, 50], "opened")], 1),
  "the live code is not known": bad([issue([0, 10]), type([20, 30], "wrong_code"), type([40, 50], "opened")], 0, 1),
  "two codes of one right": bad([issue([0, 10]), issue([20, 30])], 0, 1),
  "in the end a used code is good": bad([issue([0, 10]), type([20, 30], "opened"), lookAtRight([90, 99], "still_good")], 1, 2),
  "in the end it is over, and nobody used it": bad([issue([0, 10]), lookAtRight([90, 99], "over")], 1),
} as const;

export const badKeys = {
  "asked twice, done twice": bad([ask("x", [0, 10], "done 1"), ask("x", [20, 30], "done 2")], 0, 1),
  "asked twice at once, done twice": bad([ask("x", [0, 20], "done 1"), ask("x", [5, 25], "done 2")], 0, 1),
  "done, and then refused": bad([ask("x", [0, 10], "done 1"), ask("x", [20, 30], "refused")], 0, 1),
  "another wish gets the first one's answer": bad([ask("x", [0, 10], "done 1"), ask("y", [20, 30], "done 1")], 0, 1),
  "said to be used for another wish, and there was none": bad(
    [ask("x", [0, 10], "done 1"), ask("x", [20, 30], "idempotency_key_reused")],
    1,
  ),
  "an answer, and no effect": bad([ask("x", [0, 10], "done 1"), count([90, 99], "no effect")], 0, 1),
  "one answer, two effects": bad([ask("x", [0]), ask("x", [20, 30], "done 1"), count([90, 99], "2 effects")], 2),
  "only refusals, and an effect": bad(
    [ask("x", [0, 10], "refused"), ask("x", [20, 30], "refused"), count([90, 99], "one effect")],
    0,
    1,
    2,
  ),
  "two lost answers, two effects": bad([ask("x", [0]), ask("x", [20]), count([90, 99], "2 effects")], 2),
  "three answers after a lost one, one of them another": bad(
    [ask("x", [0]), ask("x", [20, 30], "done 1"), ask("x", [40, 50], "done 2"), ask("x", [60, 70], "done 1")],
    1,
    2,
  ),
} as const;
