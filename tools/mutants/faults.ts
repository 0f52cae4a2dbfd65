import { accessFaults } from "./faults/access.ts";
import { kitFaults } from "./faults/kit.ts";
import { networkFaults } from "./faults/network.ts";
import { peopleFaults } from "./faults/people.ts";
import { placeFaults } from "./faults/places.ts";
import { protocolFaults } from "./faults/protocol.ts";
import { rightFaults } from "./faults/rights.ts";
import { stationFaults } from "./faults/station.ts";
import { updateFaults } from "./faults/updates.ts";
import type { Mutant } from "./mutant.ts";

/** Every fault that some test has to notice (G-04). */
export const faults: readonly Mutant[] = [
  ...kitFaults,
  ...protocolFaults,
  ...stationFaults,
  ...rightFaults,
  ...updateFaults,
  ...accessFaults,
  ...networkFaults,
  ...placeFaults,
  ...peopleFaults,
];
