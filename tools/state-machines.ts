// node tools/state-machines.ts: writes docs/state-machines.md from the tables that the contracts hold.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { conditionMoves } from "@pigeonhole/access/conditions/contract";
import { grantMoves } from "@pigeonhole/access/contract";
import { dropMoves, routeMoves } from "@pigeonhole/couriers/contract";
import { problemMoves } from "@pigeonhole/couriers/mistakes/contract";
import { retrievalMoves } from "@pigeonhole/couriers/retrievals/contract";
import type { Moves } from "@pigeonhole/kit/moves";
import { stationMoves } from "@pigeonhole/network/lifecycle";
import { cancellationMoves } from "@pigeonhole/parcels/cancelling/contract";
import { parcelMoves } from "@pigeonhole/parcels/contract";
import { archiveMoves } from "@pigeonhole/privacy/archive/contract";
import { erasureMoves } from "@pigeonhole/privacy/contract";
import { returnMoves } from "@pigeonhole/returns/lifecycle";
import { compartmentMoves, reservationMoves } from "@pigeonhole/reservations/lifecycle";

/** One line for each: what it is, its table, how it begins, where the table stands, and which facts tell its moves. */
const machines: readonly (readonly [what: string, moves: Moves<string>, begins: string, contract: string, facts: readonly string[]])[] = [
  ["Parcel", parcelMoves, "reserved", "modules/parcels/contract.ts", ["parcels.moved"]],
  [
    "Compartment",
    compartmentMoves,
    "available",
    "modules/reservations/lifecycle.ts",
    ["reservations.compartment_moved", "reservations.held", "reservations.ended", "network.station_changed"],
  ],
  [
    "Reservation",
    reservationMoves,
    "held",
    "modules/reservations/lifecycle.ts",
    ["reservations.held", "reservations.confirmed", "parcels.moved (delivered)", "reservations.moved", "reservations.ended"],
  ],
  [
    "Parcel that could not be put in",
    problemMoves,
    "reported",
    "modules/couriers/mistakes/contract.ts",
    ["couriers.problem_reported", "couriers.problem_settled"],
  ],
  ["Retrieval", retrievalMoves, "open", "modules/couriers/retrievals/contract.ts", ["couriers.retrieval_moved"]],
  ["Return, or sending to another person", returnMoves, "claiming", "modules/returns/lifecycle.ts", ["returns.moved"]],
  ["Right to open", grantMoves, "issued", "modules/access/contract.ts", ["access.pickup_ready", "access.grants_changed"]],
  [
    "What is asked for before a parcel is given out",
    conditionMoves,
    "open",
    "modules/access/conditions/contract.ts",
    ["access.condition_moved"],
  ],
  ["Courier's route", routeMoves, "planned", "modules/couriers/contract.ts", ["couriers.route_started", "couriers.route_changed"]],
  ["Parcel on a route", dropMoves, "open", "modules/couriers/contract.ts", ["couriers.route_changed"]],
  ["Cancellation", cancellationMoves, "asked", "modules/parcels/cancelling/contract.ts", ["parcels.cancellation_moved"]],
  ["Station", stationMoves, "provisioning", "modules/network/lifecycle.ts", ["network.station_moved"]],
  ["Erasure of a person", erasureMoves, "scheduled", "modules/privacy/contract.ts", ["privacy.erasure_asked", "privacy.erased"]],
  ["File of the archive", archiveMoves, "writing", "modules/privacy/archive/contract.ts", ["privacy.archived", "privacy.archive_ended"]],
];

/** The page: a drawing of each table. States without a way out are ends. */
export function statesPage(): string {
  const drawing = ([what, moves, begins, contract, facts]: (typeof machines)[number]): string => {
    const states = Object.keys(moves);
    const arrows = states.flatMap((from) => moves[from]!.map((to) => `  ${from} --> ${to}`));
    const ends = states.filter((state) => moves[state]!.length === 0).map((state) => `  ${state} --> [*]`);
    return [
      `## ${what}`,
      "",
      `[\`${contract}\`](../${contract}), told by ${facts.map((fact) => `\`${fact}\``).join(", ")}.`,
      "",
      "```mermaid",
      "stateDiagram-v2",
      `  [*] --> ${begins}`,
      ...arrows,
      ...ends,
      "```",
      "",
    ].join("\n");
  };
  return [
    "# State machines",
    "",
    "Drawn from the tables themselves by `node tools/state-machines.ts`. A move that is not in a table is refused with `wrong_state`, or by the",
    "database. What physically happened is believed also where no plan had it: then every state between is gone through, each move told.",
    "",
    ...machines.map(drawing),
  ].join("\n");
}

/** Where the page stands. */
export const statesFile = path.resolve(import.meta.dirname, "../docs/state-machines.md");
if (import.meta.main) writeFileSync(statesFile, statesPage());
