import { Layout, placeDoors, standardInnerMm } from "@pigeonhole/network/layout";
import type { Desired } from "@pigeonhole/protocol/messages";
import type { PlacedDoor } from "./contract.ts";

/** Doors of a column where the cabinet's own layout is not known. */
const doorsPerColumn = 8;

/** Where each door is. A station without a readable layout draws its doors in columns by number. */
export function placed(desired: Desired | null): PlacedDoor[] {
  if (desired === null) return [];
  const given = Layout.safeParse(desired.layout);
  return drawn(given.success ? given.data : plain(desired.compartments));
}

/** Doors of which only the numbers are known, all alike, in columns. */
export const placedPlain = (numbers: readonly number[]): PlacedDoor[] =>
  numbers.length === 0 ? [] : drawn(plain(numbers.map((compartment) => ({ compartment, size: "small" }))));

function drawn(layout: Layout): PlacedDoor[] {
  return placeDoors(layout).map(({ number, size, column, xMm, bottomMm, widthMm, heightMm }) => ({
    number,
    size,
    column,
    xMm,
    bottomMm,
    widthMm,
    heightMm,
  }));
}

function plain(compartments: readonly Pick<Desired["compartments"][number], "compartment" | "size">[]): Layout {
  const doors = compartments.map(({ compartment, size }) => ({ number: compartment, size, ...standardInnerMm[size] }));
  const columns = Array.from({ length: Math.ceil(doors.length / doorsPerColumn) }, (_, i) => ({
    doors: doors.slice(i * doorsPerColumn, (i + 1) * doorsPerColumn),
  }));
  return { floorMm: 150, columns };
}
