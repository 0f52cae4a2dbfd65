import { ask, cancel, claim, count, issue, look, lookAtRight, putIn, takeOut, type, walkIn, withdraw } from "./histories.ts";

export const goodCompartments = {
  "nothing happens": [],
  "a whole life": [claim("a", [0, 10]), putIn("a", [20, 30]), takeOut("a", [40, 50]), look([90, 99], "free")],
  "two lives, one after the other": [
    claim("a", [0, 10]),
    putIn("a", [20, 30]),
    takeOut("a", [40, 50]),
    claim("b", [60, 70]),
    look([90, 99], "claimed by b"),
  ],
  "claimed while the former one is being taken out": [
    claim("a", [0, 10]),
    putIn("a", [20, 30]),
    takeOut("a", [40, 80]),
    claim("b", [50, 60]),
  ],
  "claimed after a call-off that nobody heard the answer of": [claim("a", [0, 10]), cancel("a", [20]), claim("b", [40, 50])],
  "claimed after a taking-out that nobody heard the answer of": [
    claim("a", [0, 10]),
    putIn("a", [20, 30]),
    takeOut("a", [40]),
    claim("b", [60, 70]),
  ],
  "a lost claim that did happen": [claim("a", [0]), putIn("a", [20, 30]), look([90, 99], "holds a")],
  "a lost claim that did not happen": [claim("a", [0]), claim("b", [20, 30]), look([90, 99], "claimed by b")],
  "a lost claim that happens at the very end": [claim("a", [0]), look([50, 60], "free"), look([90, 99], "claimed by a")],
  "called off, and asked again when somebody else has it": [
    claim("a", [0, 10]),
    cancel("a", [20, 30]),
    claim("b", [40, 50]),
    cancel("a", [60, 70]),
    look([90, 99], "claimed by b"),
  ],
  "calling off comes too late": [claim("a", [0, 10]), putIn("a", [20, 60]), cancel("a", [30, 50], "wrong_state")],
  "a walk-up after a walk-up": [walkIn("v", [0, 10]), takeOut("v", [20, 30]), walkIn("w", [25, 45]), look([90, 99], "holds w")],
  "answers come in another order than things happen": [putIn("a", [5, 20]), claim("a", [0, 90]), look([95, 99], "holds a")],
} as const;

export const goodRights = {
  "it opens once": [issue([0, 10]), type([20, 30], "opened"), type([40, 50], "code_used"), lookAtRight([90, 99], "over")],
  "typed twice at once, one opens": [issue([0, 10]), type([20, 40], "code_used"), type([25, 35], "opened")],
  "the answer was lost, and it had opened": [issue([0, 10]), type([20]), type([40, 50], "code_used")],
  "the answer was lost, and it had not opened": [issue([0, 10]), type([20]), type([40, 50], "opened"), lookAtRight([90, 99], "over")],
  "typed before its time": [type([0, 5], "not_yet"), issue([10, 20]), type([30, 40], "opened")],
  "typed while the parcel is put in": [issue([0, 50]), type([20, 30], "opened")],
  "withdrawn while it is typed": [issue([0, 10]), withdraw([20, 40]), type([30, 50], "code_revoked")],
  "opened just before it would have been withdrawn": [issue([0, 10]), withdraw([20, 40], "too_late"), type([30, 50], "opened")],
  "forgotten when all is over": [issue([0, 10]), type([20, 30], "opened"), type([80, 90], "wrong_code")],
} as const;

export const goodKeys = {
  "asked once": [ask("x", [0, 10], "done 1"), count([90, 99], "one effect")],
  "asked until it is answered": [ask("x", [0]), ask("x", [20]), ask("x", [40, 50], "done 1"), count([90, 99], "one effect")],
  "refused, then done": [ask("x", [0, 10], "refused"), ask("x", [20, 30], "done 1"), ask("x", [40, 50], "done 1")],
  "refused while it is done": [ask("x", [0, 30], "done 1"), ask("x", [5, 25], "refused")],
  "another wish under the same key": [ask("x", [0, 10], "done 1"), ask("y", [20, 30], "idempotency_key_reused")],
  "another wish, and the first was lost": [ask("x", [0]), ask("y", [20, 30], "idempotency_key_reused"), count([90, 99], "one effect")],
  "lost, and never done": [ask("x", [0]), count([90, 99], "no effect")],
  "lost, and done late": [ask("x", [0]), count([10, 20], "no effect"), count([90, 99], "one effect")],
} as const;
