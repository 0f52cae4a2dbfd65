import type { Saga } from "./break.ts";
import type { Kinds } from "./line.ts";
import * as cancelling from "./cancelling.ts";
import * as others from "./other-flows.ts";

/** Every flow that is broken at every step, how it has to end, and how many different moments it has at the least. */
interface Row {
  // Each prepares what it needs itself.
  // oxlint-disable-next-line no-explicit-any
  readonly saga: Saga<any>;
  readonly ends: readonly string[];
  readonly least: number;
  /** What is broken where time is short; by default the calls between modules. */
  readonly kinds?: Kinds;
}

export const sagas: Readonly<Record<string, Row>> = {
  "called off before a courier has it": { saga: cancelling.beforeDispatch, ends: ["called_off"], least: 1 },
  "called off, and asked only once": { saga: cancelling.beforeDispatchOnce, ends: ["called_off"], least: 1 },
  "called off when the courier is on the way": { saga: cancelling.underWay, ends: ["called_off"], least: 1 },
  "called off at the open door, and put in all the same": { saga: cancelling.atTheDoor, ends: ["comes_out"], least: 3 },
  "called off at the open door, and kept": { saga: cancelling.atTheDoorKept, ends: ["called_off"], least: 3 },
  "called off when it lies in its compartment": { saga: cancelling.inside, ends: ["given_back"], least: 3 },
  "called off when its owner has just come": { saga: cancelling.tooLate, ends: ["too_late"], least: 0 },
  "a station is given up": { saga: others.givingUp, ends: ["given_up"], least: 2, kinds: "all" },
  "its time is over": { saga: others.expiry, ends: ["handed_back"], least: 2 },
  "the box was not empty": { saga: others.notEmpty, ends: ["in_another_box"], least: 3 },
};
