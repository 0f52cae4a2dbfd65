/** One door as it stands in the cabinet: the shape that `placeDoors` of the network contract answers. Millimetres, the floor is 0. */
export interface Door {
  readonly number: number;
  readonly size: string;
  readonly column: number;
  /** From the left edge of the cabinet. */
  readonly xMm: number;
  /** From the floor to the lower edge. */
  readonly bottomMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** What every app calls the state of a door; each has one look. */
export const doorStates = ["free", "held", "reserved", "occupied", "return_pending", "maintenance", "quarantined", "unknown"] as const;
export type DoorState = (typeof doorStates)[number];

/** The state of a compartment in the reservations contract as the state of its door; what is not known there is not known here. */
export const doorStateOf = (state: string): DoorState =>
  state === "available" ? "free" : (doorStates.find((known) => known === state) ?? "unknown");

/** Steel around the doors, in mm. */
const frameMm = 40;
/** Room below the cabinet for the floor line, in mm. */
const floorMm = 60;

/** The drawing's extent in mm: the cabinet with its frame, the floor below. */
export function extent(doors: readonly Door[]) {
  const right = Math.max(0, ...doors.map((door) => door.xMm + door.widthMm));
  const top = Math.max(0, ...doors.map((door) => door.bottomMm + door.heightMm));
  const bottom = doors.length === 0 ? 0 : Math.min(...doors.map((door) => door.bottomMm));
  return {
    widthMm: right + 2 * frameMm,
    heightMm: top + frameMm + floorMm,
    topMm: top + frameMm,
    bottomMm: Math.max(0, bottom - frameMm),
    floorMm,
    frameMm,
  };
}

/** The door in SVG coordinates (y grows downwards, the frame is included). A leaf is as wide as its column, whatever fits behind it. */
export function drawn(door: Door, doors: readonly Door[], topMm: number) {
  const width = Math.max(door.widthMm, ...doors.filter((other) => other.column === door.column).map((other) => other.widthMm));
  return { x: door.xMm + frameMm, y: topMm - door.bottomMm - door.heightMm, width, height: door.heightMm };
}

/** Where the middle of a door is for somebody standing in front of it. */
export type HeightWord = "floor" | "knee" | "hip" | "chest" | "head" | "above";

const heights: readonly (readonly [fromMm: number, word: HeightWord])[] = [
  [0, "floor"],
  [350, "knee"],
  [700, "hip"],
  [1050, "chest"],
  [1450, "head"],
  [1750, "above"],
];

export const heightWord = (door: Door): HeightWord => {
  const middle = door.bottomMm + door.heightMm / 2;
  return heights.findLast(([from]) => middle >= from)?.[1] ?? "floor";
};

/** The row of a door counted in its own column: the words "top row" and "bottom row" are said of the first and the last. */
export function rowOf(doors: readonly Door[], door: Door): "only" | "top" | "bottom" | "middle" {
  const column = doors.filter((other) => other.column === door.column);
  if (column.length === 1) return "only";
  if (column.every((other) => other.bottomMm <= door.bottomMm)) return "top";
  return column.every((other) => other.bottomMm >= door.bottomMm) ? "bottom" : "middle";
}

export type Direction = "left" | "right" | "up" | "down";

/** The door that an arrow key leads to: the nearest one whose middle lies in that direction, straight ahead before slantwise. */
export function neighbour(doors: readonly Door[], from: number, direction: Direction): number {
  const start = doors.find((door) => door.number === from);
  if (!start) return doors[0]?.number ?? from;
  const isSideways = direction === "left" || direction === "right";
  const sign = direction === "right" || direction === "up" ? 1 : -1;
  const middle = (door: Door) => ({ x: door.xMm + door.widthMm / 2, y: door.bottomMm + door.heightMm / 2 });
  const origin = middle(start);
  let best = { number: from, cost: Number.POSITIVE_INFINITY };
  for (const door of doors) {
    const at = middle(door);
    const ahead = (isSideways ? at.x - origin.x : at.y - origin.y) * sign;
    const aside = Math.abs(isSideways ? at.y - origin.y : at.x - origin.x);
    const cost = ahead + 2 * aside;
    const isThere = isSideways ? door.column !== start.column && ahead > 0 : door.column === start.column && ahead > 0;
    if (isThere && cost < best.cost) best = { number: door.number, cost };
  }
  return best.number;
}

/** Reading order for lists: columns from the left, doors from the top. */
export const inOrder = <D extends Door>(doors: readonly D[]): readonly D[] =>
  doors.toSorted((a, b) => a.column - b.column || b.bottomMm - a.bottomMm || a.number - b.number);
