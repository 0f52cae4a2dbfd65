import { sizes, standardInnerMm, type Layout, type Size } from "./layout.ts";

/** Shares of the four sizes in percent (A2.1). */
export const standardShares: Readonly<Record<Size, number>> = { small: 40, medium: 35, large: 20, oversized: 5 };
/** Doors of a station whose layout nobody stated (A2.1: 30 to 150). */
export const standardDoors = 60;
/** From the pavement to the lowest door, and the most that the doors of one column may take up: the highest door is still in reach. Millimetres. */
const floorMm = 150;
const columnMm = 1_800;
const wallMm = 20;

/** How many doors of each size: whole numbers that add up to `doors`, what is lost by rounding down given to the largest remainders. */
export function standardCounts(doors: number): Readonly<Record<Size, number>> {
  const exact = sizes.map((size) => ({ size, share: (doors * standardShares[size]) / 100 }));
  const left = doors - exact.reduce((sum, { share }) => sum + Math.floor(share), 0);
  const generous = new Set(
    exact
      .toSorted((a, b) => (b.share % 1) - (a.share % 1))
      .slice(0, left)
      .map(({ size }) => size),
  );
  return Object.fromEntries(exact.map(({ size, share }) => [size, Math.floor(share) + (generous.has(size) ? 1 : 0)])) as Record<
    Size,
    number
  >;
}

interface Column {
  heightMm: number;
  readonly doors: Size[];
}
const heightOf = (size: Size): number => standardInnerMm[size].heightMm + wallMm;
const total = (doors: readonly Size[]): number => doors.reduce((sum, size) => sum + heightOf(size), 0);

/** As few columns as the heights allow, about equally high: wide doors stand together, what is narrower fills the columns up, the highest doors at the bottom. */
function columnsOf(doors: readonly Size[]): readonly Column[] {
  const isWide = (size: Size): boolean => size === "large" || size === "oversized";
  const wide = doors.filter(isWide).toSorted((a, b) => heightOf(b) - heightOf(a));
  const narrow = doors.filter((size) => !isWide(size)).toSorted((a, b) => heightOf(b) - heightOf(a));
  for (let count = Math.ceil(total(doors) / columnMm); ; count++) {
    const columns: Column[] = Array.from({ length: count }, () => ({ heightMm: 0, doors: [] }));
    const put = (column: Column, size: Size): void => {
      column.doors.push(size);
      column.heightMm += heightOf(size);
    };
    const even = total(doors) / count;
    const together = columns.slice(0, Math.ceil(total(wide) / even));
    for (const size of wide) put(lowest(together), size);
    for (const size of narrow) put(lowest(columns), size);
    if (columns.every(({ heightMm }) => heightMm <= columnMm)) return columns;
  }
}
const lowest = (columns: readonly Column[]): Column => columns.reduce((a, b) => (b.heightMm < a.heightMm ? b : a));

/**
 * The inner dimensions of a column's doors: as wide as its widest, and together as high as the cabinet. What is left over makes them a little higher
 * than their standard, except for the oversized ones: whoever asks for one has measured.
 */
function dimensions({ doors, heightMm }: Column, cabinetMm: number) {
  const widthMm = Math.max(...doors.map((size) => standardInnerMm[size].widthMm));
  const growing = total(doors.filter((size) => size !== "oversized"));
  let given = 0;
  let grown = 0;
  return doors
    .toSorted((a, b) => heightOf(a) - heightOf(b))
    .map((size) => {
      if (size === "oversized") return { size, ...standardInnerMm[size], widthMm };
      grown += heightOf(size);
      const more = Math.round(((cabinetMm - heightMm) * grown) / growing) - given;
      given += more;
      return { size, ...standardInnerMm[size], widthMm, heightMm: standardInnerMm[size].heightMm + more };
    });
}

/** A2.1's cabinet: sizes in their shares and no smaller than they are there, numbered from 1, column by column from the left, each from top to bottom. */
export function standardLayout(doors: number = standardDoors): Layout {
  const counts = standardCounts(doors);
  const columns = columnsOf(sizes.flatMap((size) => Array.from({ length: counts[size] }, () => size)));
  const cabinetMm = Math.max(...columns.map(({ heightMm }) => heightMm));
  let number = 0;
  return {
    floorMm,
    columns: columns.map((column) => ({ doors: dimensions(column, cabinetMm).map((door) => ({ number: ++number, ...door })) })),
  };
}
