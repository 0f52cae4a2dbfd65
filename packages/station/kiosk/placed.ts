import { Layout, placeDoors, standardInnerMm } from "@pigeonhole/network/layout";
import type { Desired } from "@pigeonhole/protocol/messages";
import type { PlacedDoor } from "./contract.ts";

/** Doors of a column where the cabinet's own layout is not known. */
const doorsPerColumn = 8;

/** Where each door is. A station without a readable layout draws its doors in columns by number. */
export function placed(desired: Desired | null): PlacedDoor[] {
  if (desired === null) return [];
  const given = Layout.safeParse(desired.layout);
  const layout = given.success ? given.data : plain(desired);
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

function plain({ compartments }: Desired): Layout {
  const doors = compartments.map(({ compartment, size }) => ({ number: compartment, size, ...standardInnerMm[size] }));
  const columns = Array.from({ length: Math.ceil(doors.length / doorsPerColumn) }, (_, i) => ({
    doors: doors.slice(i * doorsPerColumn, (i + 1) * doorsPerColumn),
  }));
  return { floorMm: 150, columns };
}
